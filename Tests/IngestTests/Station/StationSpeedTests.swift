import Foundation
import Hydromet
import Ingest
import Testing

/// Bytes a second of one core; told, not judged, for machines differ.
@Suite(
  "Speed of station files",
  .enabled(
    if: ProcessInfo.processInfo.environment["FRESHET_SPEED"] != nil, "set FRESHET_SPEED to measure")
)
struct StationSpeedTests {
  private func measure(_ name: String, _ bytes: [UInt8], _ statement: StationStatement) throws {
    var best = Double.infinity
    var count = 0
    for _ in 0..<7 {
      let start = ContinuousClock.now
      count = try StationFile.read(bytes: bytes, file: name, statement: statement).readings.count
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    let rate = Double(bytes.count) / best / 1e6
    print("SPEED \(name): \(bytes.count) bytes, \(count) readings, \(Int(rate)) MB/s")
    #expect(count > 0)
  }

  @Test("tables and Z-files of the size that a province sends in an hour")
  func files() throws {
    var statement = StationStatement(zoneOffsetSeconds: 0, stepSeconds: 600)
    statement.units = ["rain": "mm"]
    var rain = "station,time,rain [mm]\n"
    var all =
      "station,time,rain [mm],temperature [degC],humidity [%],pressure [hPa],wind_speed [m/s],wind_direction [deg]\n"
    for step in 0..<24 {
      let time = "2024-07-09 \(padded(step / 6, 2)):\(padded(step % 6 * 10, 2))"
      for station in 0..<2000 {
        let id = "A\(padded(station, 4))"
        rain += "\(id),\(time),\(station % 7).\(step % 10)\n"
        all +=
          "\(id),\(time),0.\(step % 10),2\(step % 10).3,\(40 + station % 60),97\(step % 10).5,3.4,27\(step % 10)\n"
      }
    }
    try measure("rain.csv", Array(rain.utf8), statement)
    try measure("elements.csv", Array(all.utf8), statement)
    try measure("hours.z.txt", Array(CMATests.bundle(stations: 3000, hours: 4).utf8), statement)
  }
}
