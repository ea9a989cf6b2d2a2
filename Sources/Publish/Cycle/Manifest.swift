import FoundationEssentials
public import Hydromet

/// `manifest.json`: what a cycle was made from, what it consists of, and with which hashes.
///
/// Keys: `schema_version`, `program_version`, `district` {id, name, hash}, `data_time` (UTC) and
/// `data_time_beijing`, `windows`, `feeds` [{feed, newest, age_seconds, received, expected, is_late}],
/// `inputs` [{feed, name, sha256, data_time, age_seconds}], `outputs` [{name, bytes, sha256}] of every
/// file but the manifest itself, `drafts`, and `estimate`: how gauges and radar were merged in the newest
/// step (null where radar is taken as it comes), with its scores left-one-out in millimetres; `advection`:
/// how far rain was moved between the frames (null where frames are summed as they come); `grid_doubt`:
/// `rows_upside_down`, `columns_mirrored` or `both` where the gauges fit the grid better that way round,
/// else null. Ages are counted from the data time, so that a replay gives the same manifest; null where a
/// feed has nothing.
public enum Manifest {
  public static let fileName = "manifest.json"
  public static let schemaVersion = 1

  static func bytes(of report: CycleReport, outputs: [StagingFolder.Output]) -> [UInt8] {
    let time = report.time
    let feeds = report.feeds.map { feed in
      JSONValue.object([
        "feed": .text(feed.feed), "newest": .optional(feed.newest?.iso8601),
        "age_seconds": .optional(feed.newest.map { time.seconds(since: $0) }),
        "received": .number(feed.coverage.received), "expected": .number(feed.coverage.expected),
        "span_seconds": .optional(feed.coverageSpan?.seconds), "is_late": .truth(feed.isLate),
      ])
    }
    let inputs = report.inputs.map { input in
      JSONValue.object([
        "feed": .text(input.feed), "name": .text(input.name), "sha256": .text(input.hash),
        "data_time": .text(input.dataTime.iso8601),
        "age_seconds": .number(time.seconds(since: input.dataTime)),
      ])
    }
    let files = outputs.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return JSONValue.object([
      "schema_version": .number(schemaVersion), "program_version": .text(report.programVersion),
      "district": .object([
        "id": .text(report.district.id), "name": .text(report.district.name),
        "hash": .text(report.districtHash),
      ]),
      "data_time": .text(time.iso8601), "data_time_beijing": .text(BeijingTime.iso8601(time)),
      "windows": .list(report.windows.map { .text($0.text) }),
      "feeds": .list(feeds), "quality": quality(report), "inputs": .list(inputs),
      "outputs": .list(
        files.map {
          .object([
            "name": .text($0.name), "bytes": .number($0.byteCount), "sha256": .text($0.hash),
          ])
        }),
      "drafts": .list(report.drafts.map { .text($0.identifier) }),
      "estimate": report.estimate.map(EstimateTexts.json) ?? .null,
      "advection": report.rainMotion.map(MotionTexts.json) ?? .null,
      "grid_doubt": .optional(report.gridDoubt?.code),
    ]).bytes
  }

  /// Readings of rain in the longest window by their verdicts.
  private static func quality(_ report: CycleReport) -> JSONValue {
    let counts = report.gaugeVerdicts.reduce(VerdictCounts()) { $0 + $1.counts }
    let doubted = report.gaugeVerdicts.filter { $0.counts.flagged > 0 }.map(\.station)
    return .object([
      "readings": .number(counts.total), "correct": .number(counts.correct),
      "suspect": .number(counts.suspect), "wrong": .number(counts.wrong),
      "untestable": .number(counts.untestable), "edited": .number(counts.edited),
      "without_value": .number(counts.absent),
      "flagged_stations": .list(doubted.map { .text($0) }),
    ])
  }

  /// Reads a published folder again and compares every file with the manifest.
  ///
  /// - Returns: one clause for each difference (a file that is missing, not listed, or has other
  ///   bytes); empty where the folder is what was published.
  /// - Throws: `not_a_manifest` or a fault of reading where there is no manifest to compare with.
  public static func verify(folder: String) throws(Fault) -> [String] {
    let path = folder + "/" + fileName
    let bytes = Data(try FileSystem.read(path))
    guard JSONText.isShallow(bytes),
      let record = try? JSONDecoder().decode(Record.self, from: bytes)
    else {
      throw Fault(
        "not_a_manifest", at: .init(path), "cannot be read as the manifest of a cycle",
        remedy: "compute the cycle again")
    }
    guard record.schemaVersion == schemaVersion else {
      throw Fault(
        "manifest_version", at: .init(path, item: "schema_version"),
        "is \(record.schemaVersion), this program knows \(schemaVersion)",
        remedy: "verify the folder with the program that wrote it")
    }
    var differences: [String] = []
    var present = Set(try files(in: folder, prefix: ""))
    present.remove(fileName)
    for output in record.outputs {
      guard present.remove(output.name) != nil else {
        differences.append("\(output.name) is missing")
        continue
      }
      let bytes = try FileSystem.read(folder + "/" + output.name)
      if bytes.count != output.bytes {
        differences.append("\(output.name) has \(bytes.count) bytes, expected \(output.bytes)")
      } else if Hash.hexadecimal(bytes) != output.sha256 {
        differences.append("\(output.name) has other bytes than were published")
      }
    }
    return differences + present.sorted().map { "\($0) is not in the manifest" }
  }

  private static func files(in folder: String, prefix: String) throws(Fault) -> [String] {
    var found: [String] = []
    for name in try FileSystem.names(in: folder) {
      if FileSystem.isFolder(folder + "/" + name) {
        found += try files(in: folder + "/" + name, prefix: prefix + name + "/")
      } else {
        found.append(prefix + name)
      }
    }
    return found
  }

  private struct Record: Decodable {
    let schemaVersion: Int
    let outputs: [File]

    enum CodingKeys: String, CodingKey {
      case schemaVersion = "schema_version"
      case outputs
    }

    struct File: Decodable {
      let name: String
      let bytes: Int
      let sha256: String
    }
  }
}
