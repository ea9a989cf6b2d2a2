import Hydromet
import Ingest
import Testing

@Suite("The time that a name seems to hold")
struct NameMomentTests {
  @Test(arguments: [
    ("gauges_20240710T1210.csv", "2024-07-10T12:10:00Z"),
    ("Z_SURF_I_57612_20240710121000_O_AWS_FTM.txt", "2024-07-10T12:10:00Z"),
    ("rain-2024-07-10_12-10.nc", "2024-07-10T12:10:00Z"),
    ("MRMS_PrecipRate_00.00_20240710-121000.grib2", "2024-07-10T12:10:00Z"),
    ("2024071012.000", "2024-07-10T12:00:00Z"), ("day-20240710.csv", "2024-07-10T00:00:00Z"),
    ("20240101_20240710121000.bin", "2024-07-10T12:10:00Z"),
    ("Z_RADA_C_BABJ_20240710121200_P_DOR_ACHN_CREF_20240710_121000.bin", "2024-07-10T12:10:00Z"),
    ("20240710121000123.csv", "2024-07-10T12:10:00Z"),
    ("57612_20240710.csv", "2024-07-10T00:00:00Z"),
    ("2024/07/10/20240710T1210Z.nc", "2024-07-10T12:10:00Z"),
  ])
  func `a date and time in digits are found in the usual spellings`(name: String, time: String) {
    #expect(NameMoment.of(name)?.iso8601 == time)
  }

  @Test func `numbers that are no date hold no time`() {
    for name in [
      "57612.csv", "latest.nc", "", "99999999999999", "20241310.csv", "20240230.csv", "12345678",
    ] {
      #expect(NameMoment.of(name) == nil, "\(name)")
    }
  }
}
