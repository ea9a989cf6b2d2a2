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

  @Test("a bundle of national records, and grids as texts of a quarter of China")
  func recordsAndGrids() throws {
    var national = ""
    for station in 0..<5000 {
      national +=
        "\(50_001 + station) 20240709120000 285630 1063912 03456 03466 000\nPP 9562 0001 9570 1105 9550 1150\n"
      national +=
        "TH 0253 0287 1105 0211 1150 0200 0300 0301 1111 080 070 1120 0201\nRE 0036 0041 0052 0098 0000\n"
      national += "WI 123 034 125 030 130 067 1105 120 045 128 089 1104\n"
      national +=
        "MR \(String(repeating: "03", count: 12))\(String(repeating: "00", count: 48))=\n"
    }
    try measure(
      "Z_SURF_I_57612_20240709120000_O_AWS_FTM.txt", Array((national + "NNNN\n").utf8),
      StationStatement(zoneOffsetSeconds: 0, stepSeconds: 600))
    let cells = (0..<600 * 700).map { "\($0 % 5 < 3 ? 0 : $0 % 37).\($0 % 5 < 3 ? 0 : $0 % 10)" }
    try measure(
      grid:
        "diamond 4 rain\n24 07 09 12 1 0 0.05 -0.05 70 104.95 60 30.05 700 600 5 0 100 1 0\n"
        + cells.joined(separator: " ") + "\n", "plot.000")
    try measure(
      grid:
        "{\"returnCode\":\"0\",\"startLat\":\"60\",\"startLon\":\"70\",\"latCount\":\"600\",\"lonCount\":\"700\","
        + "\"latStep\":\"-0.05\",\"lonStep\":\"0.05\",\"fieldNames\":\"PRE_1H\",\"fieldUnits\":\"mm\",\"DS\":["
        + cells.joined(separator: ",") + "]}", "reply.json")
  }

  private func measure(grid: String, _ name: String) throws {
    let folder = try GridTestFolder()
    let path = folder.file(name)
    try Data(grid.utf8).write(to: URL(filePath: path))
    var best = Double.infinity
    for _ in 0..<7 {
      let start = ContinuousClock.now
      let file = try GriddedRain(path: path)
      #expect(try file.field(0).values.count == 600 * 700)
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    print(
      "SPEED \(name): \(grid.utf8.count) bytes, \(Int(Double(grid.utf8.count) / best / 1e6)) MB/s")
  }

  /// Every other text format, with as many stations as a province has and all elements that it can hold.
  @Test("bulletins, replies and plots of the size that a province sends in an hour")
  func formats() throws {
    var statement = StationStatement(zoneOffsetSeconds: 0, stepSeconds: 600)
    statement.arrival = Timestamp(iso8601: "2024-07-10T00:00:00Z")
    let stations = 0..<20_000
    func id(_ station: Int) -> String { padded(50_001 + station, 5) }
    var list =
      "wsi_series,wsi_issuer,wsi_issue_number,wsi_local,year,month,day,hour,minute,latitude,longitude,total_precipitation_1_hour\n"
    var logger =
      "\"TOA5\",\"57612\",\"CR1000\",\"1\",\"CR1000.Std.32\",\"CPU:x.CR1\",\"1\",\"Hour\"\n"
    logger +=
      "\"TIMESTAMP\",\"RECORD\",\"AirTC_Avg\",\"RH\",\"Rain_Tot\"\n\"TS\",\"RN\",\"Deg C\",\"%\",\"mm\"\n\"\",\"\",\"Avg\",\"Smp\",\"Tot\"\n"
    var synop = "SMCI01 BEPK 091200\r\r\nAAXX 09121\r\r\n"
    var rain = ""
    var json: [String] = []
    var xml = "<?xml version=\"1.0\"?><DS returnCode='0' rowCount=\"\(stations.count)\">\n"
    var plot = "diamond 1 x\n 24 07 09 20 \(stations.count)\n"
    var elements = "diamond 3 x\n24 07 09 20 -1 0 0 0 0 1 \(stations.count)\n"
    for station in stations {
      let name = id(station)
      let (tens, ones) = (station / 10 % 10, station % 10)
      list += "0,20000,0,\(name),2024,7,9,12,0,29.\(tens),106.6\(ones),\(ones).\(tens)\n"
      let minute = station * 10
      logger +=
        "\"2024-\(padded(1 + minute / 40_320 % 12, 2))-\(padded(1 + minute / 1440 % 28, 2)) \(padded(minute / 60 % 24, 2)):\(padded(minute % 60, 2)):00\",\(station),2\(ones).\(tens),8\(tens),\(ones).\(tens)\n"
      synop += "\(name) 11/90 00000 10251 20221 39747 40042 6\(padded(ones, 3))5=\r\r\n"
      rain +=
        name + "285630" + "1063912" + "03456" + "000" + "20240709120000" + "000\(tens)\(ones)"
        + "/////"
        + String(repeating: "00", count: 60) + "XX" + String(repeating: "0", count: 62) + "=\r\n"
      json.append(
        "{\"Station_Id_C\":\"\(name)\",\"Lat\":\"29.1\",\"Lon\":\"106.6\",\"Datetime\":\"2024-07-09 12:00:00\",\"PRE_1h\":\"\(ones).\(tens)\",\"TEM\":\"2\(ones).1\",\"RHU\":\"8\(tens)\",\"PRS\":\"97\(ones).2\"}"
      )
      xml +=
        "<R Station_Id_C=\"\(name)\" Lat=\"29.1\" Lon=\"106.6\" Datetime=\"20240709120000\" PRE_1h=\"\(ones).\(tens)\" TEM=\"2\(ones).1\" RHU=\"8\(tens)\" PRS=\"97\(ones).2\"></R>\n"
      plot +=
        "\(name) 106.6\(ones) 29.\(tens)0 474 1 9999 270 4 046 -1 0 0 \(ones).\(tens) 9999 9999 9999 22 9999 0 25.3 9999 9999 1 2\n"
      elements += "\(name) 106.6\(ones) 29.\(tens)0 474.7 \(ones).\(tens)\n"
    }
    try measure("aws-list.csv", Array(list.utf8), statement)
    try measure("toa5.dat", Array(logger.utf8), statement)
    try measure(
      "A_SMCI01BEPK091200_C_BEPK_20240709120500_1.txt", Array(synop.utf8), statement)
    try measure("rain-prf.txt", Array((rain + "NNNN\r\n").utf8), statement)
    let reply = "{\"returnCode\":\"0\",\"DS\":[\(json.joined(separator: ","))]}"
    try measure("music.json", Array(reply.utf8), statement)
    try measure("music.xml", Array((xml + "</DS>\n").utf8), statement)
    try measure("diamond1.txt", Array(plot.utf8), statement)
    try measure("diamond3.txt", Array(elements.utf8), statement)
  }
}
