import Districts
import Drill
import Foundation
import Hydromet
import Testing

@Suite("Files of a drill")
struct DrillWriterTests {
  /// A folder of its own, gone afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-drill-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test("a district that is there is not overwritten unless that is said")
  func noOverwriting() throws {
    try withFolder { folder in
      let writer = DrillWriter(folder: folder)
      #expect(try writer.writeDistrict(Sample.district).count == 10)
      #expect(throws: Fault.self) { try writer.writeDistrict(Sample.district) }
      let path = folder + "/stations/stations.csv"
      let before = try text(path)
      try "changed".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: Fault.self) { try writer.writeDistrict(Sample.district) }
      #expect(try text(path) == "changed")
      try writer.writeDistrict(Sample.district, replace: true)
      #expect(try text(path) == before)
    }
  }

  @Test("the district that was written is a district without faults")
  func checked() throws {
    try withFolder { folder in
      try DrillWriter(folder: folder).writeDistrict(Sample.district)
      let result = District.check(folder: folder)
      #expect(result.faults.isEmpty)
      let read = try #require(result.district)
      let about = Sample.district.description
      #expect(read.description.townships.map(\.code) == about.townships.map(\.code))
      #expect(read.description.basins.map(\.downstream) == about.basins.map(\.downstream))
      #expect(read.description.hazardPoints == about.hazardPoints)
      #expect(read.thresholds.count == Sample.district.thresholds.count)
      #expect(read.contacts == Sample.district.contacts)
    }
  }

  @Test("one existing file of a district is enough to leave all of them alone")
  func oneFileIsEnough() throws {
    try withFolder { folder in
      let path = folder + "/stations/contacts.csv"
      try FileManager.default.createDirectory(
        atPath: folder + "/stations", withIntermediateDirectories: true)
      try "people".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: Fault.self) {
        try DrillWriter(folder: folder).writeDistrict(Sample.district)
      }
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test("a day of storm is 145 radar files and 147 gauge files, the days before in one of each")
  func storm() throws {
    try withFolder { folder in
      var last = (0, 0)
      let written = try DrillWriter(folder: folder).writeStorm(try Sample.storm.get()) {
        last = ($0, $1)
      }
      #expect(written == 292)
      #expect(last == (292, 292))
      let radar = try FileManager.default.contentsOfDirectory(atPath: folder + "/grids/radar")
      let gauges = try FileManager.default.contentsOfDirectory(
        atPath: folder + "/stations/observations")
      #expect(radar.count == 145)
      #expect(gauges.count == 147)
      #expect((radar + gauges).allSatisfy { $0.hasSuffix(".nc") || $0.hasSuffix(".csv") })
      let sizes = try radar.map {
        try FileManager.default.attributesOfItem(atPath: folder + "/grids/radar/" + $0)[.size]
          as? Int ?? 0
      }
      #expect(sizes.reduce(0) { $0 + ($1 + 4095) / 4096 * 4096 } < 3_000_000)
      let bytes = try #require(
        FileManager.default.contents(
          atPath: folder + "/grids/radar/drill-radar-20240709T121000Z.nc"))
      #expect(bytes.prefix(4).elementsEqual([0x43, 0x44, 0x46, 2]))
    }
  }

  @Test("files arrive in order: one twice, one corrected, one late")
  func arrivals() throws {
    let storm = try Sample.storm.get()
    let files = storm.files
    #expect(zip(files, files.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
    #expect(Set(files.map(\.name)).count == files.count)
    try withFolder { folder in
      let writer = DrillWriter(folder: folder)
      let again = try #require(files.first { $0.name.hasSuffix("-again.csv") })
      let original = try #require(
        files.first { $0.name == again.name.replacing("-again", with: "") })
      #expect(original.arrival < again.arrival)
      #expect(
        try text(try writer.write(again, of: storm))
          == text(try writer.write(original, of: storm)))
      let correction = try #require(files.first { $0.name.hasSuffix("-corrected.csv") })
      let wrong = try #require(
        files.first { $0.name == correction.name.replacing("-corrected", with: "") })
      let right = try text(try writer.write(correction, of: storm))
        .split(whereSeparator: \.isNewline).map {
          $0.split(separator: ",", omittingEmptySubsequences: false)
        }
      let before = try text(try writer.write(wrong, of: storm))
        .split(whereSeparator: \.isNewline).map {
          $0.split(separator: ",", omittingEmptySubsequences: false)
        }
      #expect(right.count == 2)
      let row = try #require(before.first { $0[0] == right[1][0] && $0[1] == right[1][1] })
      #expect(row[2] == "0.0")
      #expect((Double(right[1][2]) ?? 0) > 1)
      #expect(right[1].last == "3")
    }
  }

  @Test("a gauge file has its documented columns, Beijing time and every station that reported")
  func gaugeFile() throws {
    let storm = try Sample.storm.get()
    let file = try #require(
      storm.files.first { $0.feed == .gauges && $0.arrival > storm.plan.start })
    try withFolder { folder in
      let lines = try text(try DrillWriter(folder: folder).write(file, of: storm))
        .split(whereSeparator: \.isNewline).map {
          $0.split(separator: ",", omittingEmptySubsequences: false)
        }
      #expect(
        lines[0] == [
          "station", "time", "rain [mm]", "temperature [degC]", "humidity [%]", "pressure [hPa]",
          "wind_speed [m/s]", "wind_direction [deg]", "quality",
        ])
      #expect(lines.count == 61)
      #expect(lines.dropFirst().allSatisfy { $0.count == 9 })
      #expect(lines.dropFirst().allSatisfy { $0[1] == "2024-07-09T20:10:00+08:00" })
    }
  }

  @Test("the days before the storm are one compressed radar file and one file of hourly totals")
  func daysBefore() throws {
    let storm = try Sample.storm.get()
    let files = storm.files.filter { $0.arrival == storm.plan.start }
    #expect(
      files.map(\.name) == [
        "drill-gauges-before-20240709T120000Z.csv", "drill-radar-before-20240709T120000Z.nc",
      ])
    try withFolder { folder in
      let writer = DrillWriter(folder: folder)
      let lines = try text(try writer.write(files[0], of: storm))
        .split(whereSeparator: \.isNewline)
      #expect(lines[0] == "station,time,period,rain [mm],quality")
      #expect(lines.count == 1 + 72 * 60)
      #expect(lines.dropFirst().allSatisfy { $0.contains("+08:00,1h,") })
      let path = try writer.write(files[1], of: storm)
      let bytes = try #require(FileManager.default.contents(atPath: path))
      #expect(bytes.count < 100_000)
      let again = try #require(
        FileManager.default.contents(atPath: try writer.write(files[1], of: storm)))
      #expect(bytes == again)
    }
  }

  @Test("the district in the repository is the one that the generator makes, byte for byte")
  func committedDistrict() throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    try withFolder { folder in
      let writer = DrillWriter(folder: folder)
      try writer.writeDistrict(Sample.district)
      let storm = try Sample.storm.get()
      try writer.writeEarlierRain(of: storm)
      var names = DrillWriter.districtFiles + ["stations/rain-before.csv"]
      // What is compressed carries the versions of the libraries; all else depends on nothing.
      for file in storm.files where file.name != "drill-radar-before-20240709T120000Z.nc" {
        let path = try writer.write(file, of: storm)
        names.append(String(path.dropFirst(folder.count + 1)))
      }
      for name in names {
        let made = FileManager.default.contents(atPath: folder + "/" + name)
        let committed = FileManager.default.contents(atPath: root + "/" + name)
        #expect(
          made != nil && made == committed, "\(name) differs: run freshet drill new . --seed 7")
      }
    }
  }

  @Test("late reports stand in a later file under their own time")
  func lateReports() throws {
    let storm = try Sample.storm.get()
    try withFolder { folder in
      let writer = DrillWriter(folder: folder)
      var times = 0
      for file in storm.files where file.feed == .gauges && !file.name.contains("-again") {
        let rows = try text(try writer.write(file, of: storm))
          .split(whereSeparator: \.isNewline).dropFirst()
          .map { $0.split(separator: ",", omittingEmptySubsequences: false)[1] }
        times += Set(rows).count > 1 ? 1 : 0
      }
      #expect(times >= 6)
    }
  }

  @Test("a part of a storm can be written, from one arrival to another")
  func part() throws {
    let storm = try Sample.storm.get()
    try withFolder { folder in
      let start = storm.plan.start
      let writer = DrillWriter(folder: folder, radarFolder: "r", gaugeFolder: "g")
      let first = try writer.writeStorm(storm, to: start + 3600)
      let second = try writer.writeStorm(storm, from: start + 3600, to: start + 7200)
      #expect(first == 12 && second >= 11)
      let count = try FileManager.default.subpathsOfDirectory(atPath: folder).count
      #expect(count == first + second + 2)
    }
  }

  @Test("a folder that cannot be written is a fault, not a crash")
  func unwritable() throws {
    try withFolder { folder in
      try "a file".write(toFile: folder, atomically: true, encoding: .utf8)
      #expect(throws: Fault.self) {
        try DrillWriter(folder: folder).writeDistrict(Sample.district)
      }
      let storm = try Sample.storm.get()
      #expect(throws: Fault.self) { try DrillWriter(folder: folder).writeStorm(storm) }
    }
  }
}
