import Foundation
import Hydromet
import Publish
import Testing

/// Records as a lifecycle would leave them, with words that try to break out of every form.
struct WarningSamples {
  let description: DistrictDescription
  static let sent = SampleDistrict.time
  static let ann = WarningAuthor(name: "安然", role: .forecaster)
  /// Ends of elements, attributes, sections, fields, headers and paths.
  static let evil =
    "</description><x a=\"1\">]]>&amp;%s'; DROP TABLE a;-- ../../etc/passwd {{7*7}} <script>"

  init(detail: Int = 6) {
    description = SampleDistrict(detail: detail).description
  }

  var township: String { description.townships[0].code }

  func content(
    _ hazard: Hazard, _ level: RiskLevel, hours: Int = 6, words: String = "过去3小时面雨量63.2毫米。"
  ) -> WarningContent {
    WarningContent(
      level: level, basis: .observedRain, expires: WarningSamples.sent + hours * 3600,
      headline:
        "\(description.office)发布\(hazard.chineseWarningName)\(level.chineseName)"
        + "\(hazard.chineseWarningKind)[\(level.chineseGrade)]",
      description: words, instruction: "请立即组织危险区内老弱病残等人员先行转移，关闭沿河景区和临河施工点，禁止涉水通行。",
      englishHeadline:
        "\(description.englishOffice): \(level.name) \(hazard == .rainstorm ? "warning signal" : "warning") of "
        + "\(hazard.englishWarningName) [\(level.englishGrade)]",
      englishDescription: words, englishInstruction: "Move people out of the danger zones now.")
  }

  /// A record with one message for each kind, a minute apart.
  func record(
    _ kinds: [(ReleaseKind, RiskLevel)], hazard: Hazard = .flashFlood,
    words: String = "过去3小时面雨量63.2毫米。"
  ) -> WarningRecord {
    let chain = WarningChain(hazard: hazard, township: township)
    var record = WarningRecord(
      id: chain.recordID(episode: 1), chain: chain, episode: 1, created: WarningSamples.sent)
    for (index, (kind, level)) in kinds.enumerated() {
      let sent = WarningSamples.sent + index * 60
      record.issued.append(
        IssuedWarning(
          identifier: MessageIdentifier(
            sender: "50019941600000", time: sent, sequence: 0
          ).description, sender: "50019941600000", sent: sent, kind: kind,
          references: record.issued.map(\.reference),
          content: content(hazard, level, words: words),
          evidence: EvidenceRevision(
            number: index + 1, dataTime: sent - 600, answer: .complete(level),
            lines: ["\(township),basin,B2,3h,mean,at_least,63.296,50.000"]),
          signedBy: WarningSamples.ann, signedAt: sent, releasedBy: WarningSamples.ann,
          reason: words))
      if kind == .cancel { record.ending = .cancelled }
    }
    return record
  }

  static let life: [(ReleaseKind, RiskLevel)] = [
    (.initial, .yellow), (.upgrade, .orange), (.extend, .orange), (.downgrade, .blue),
    (.update, .blue), (.cancel, .blue),
  ]

  func messages(_ signer: XMLSigner? = nil) -> WarningMessages {
    WarningMessages(description, signer: signer)
  }
}

/// Runs a program of this machine.
func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
}

/// Real alerts and the schema, which are no part of the repository.
enum RealAlerts {
  static let folder: String? = {
    let stated = ProcessInfo.processInfo.environment["FRESHET_DATA"]
    let path = (stated ?? "../shared/data") + "/warnings/cap"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()
  static let absence = "skipped: no real alerts; set FRESHET_DATA"
}
