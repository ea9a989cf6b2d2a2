public import Hydromet

/// An invented district: hills and rivers, basins, townships, gauges, hazard points, thresholds and
/// people to call. Nothing in it exists; the same seed gives the same district on every machine.
public struct SyntheticDistrict: Sendable {
  public let seed: UInt64
  public let description: DistrictDescription
  public let thresholds: [CriticalRainfall]
  public let contacts: [Contact]

  /// Makes a district of about 2500 km² with 21 townships and 64 small basins. Cost: some seconds.
  public static func generate(seed: UInt64) -> SyntheticDistrict {
    var settlement = Settlement(seed: seed)
    let stations = settlement.stations()
    let points = settlement.hazardPoints()
    let description = DistrictDescription(
      id: Settlement.districtCode, name: PlaceNames.district.chinese,
      englishName: PlaceNames.district.english, office: "云溪区气象台",
      englishOffice: "Yunxi District Meteorological Observatory", townships: settlement.townships,
      basins: settlement.basins, hazardPoints: points, stations: stations,
      rivers: settlement.rivers)
    return SyntheticDistrict(
      seed: seed, description: description, thresholds: settlement.thresholds(for: points),
      contacts: settlement.contacts(for: points))
  }
}
