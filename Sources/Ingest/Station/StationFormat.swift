/// The formats of station files that are told apart by content.
public enum StationFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// A table of delimited text with documented or stated columns.
  case csv = "station CSV"
  /// The WMO's list of columns for automatic weather stations, as csv2bufr reads it.
  case awsList = "WMO AWS CSV"
  /// Campbell Scientific's TOA5 tables: four header lines.
  case toa5 = "Campbell TOA5"
  /// WMO FM 94 BUFR.
  case bufr = "BUFR"
  /// WMO FM 12 SYNOP in bulletins of text.
  case synop = "SYNOP text"
  /// CMA `Z_SURF_C_…-REG` and `Z_SURF_I_…-REG`: regional stations, three or four lines each.
  case cmaRegional = "CMA regional Z"
  /// CMA `Z_SURF_I_IIiii`: a national station in sections of two letters.
  case cmaNational = "CMA national Z"
  /// CMA `…_O_AWS-PRF_FTM_PQC`: the quality-checked rain of regional stations.
  case cmaRain = "CMA regional rain PRF"
  /// CMA A-file: one station, one month (QX/T 119).
  case cmaMonthly = "CMA A-file"
  /// Replies of CIMISS, MUSIC and CMADaaS.
  case musicXML = "MUSIC XML"
  case musicJSON = "MUSIC JSON"
  /// MICAPS diamond 1: plotted surface reports.
  case diamond1 = "MICAPS diamond 1"
  /// MICAPS diamond 3: stations with elements.
  case diamond3 = "MICAPS diamond 3"
  /// MICAPS 4 binary stations.
  case mdfs = "MICAPS mdfs stations"
  /// netCDF of rain over time and station.
  case netCDF = "netCDF stations"
}
