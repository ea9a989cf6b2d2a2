import Archive
import Foundation
import Glibc
import Hydromet
import Publish

/// The folder of released messages within the products, written from the ledger: whatever a crash left
/// undone is done at the next look. Every file is made beside the folders that others read and put into
/// them whole.
struct WarningFolder {
  private let folder: String

  init(_ folder: String) {
    self.folder = folder
  }

  /// Writes messages that are not there yet, then the feeds; nothing before the first release.
  func write(
    _ records: [WarningRecord], from ledger: Ledger, messages: WarningMessages, now: Timestamp
  ) throws(Fault) {
    let released = records.filter { !$0.issued.isEmpty }
    guard !released.isEmpty || FileManager.default.fileExists(atPath: folder) else { return }
    for form in ["cap", "12379", "text"] { try makeFolder("\(folder)/\(form)") }
    removeDrafts()
    for message in released.flatMap(\.issued) {
      guard !FileManager.default.fileExists(atPath: path(message.identifier, "cap.xml")) else {
        continue
      }
      let documents = try ledger.documents(ofMessage: message.identifier)
      for document in documents where document.form != "cap.xml" {
        try replace(path(message.identifier, document.form), document.bytes)
      }
      for document in documents where document.form == "cap.xml" {
        try replace(path(message.identifier, document.form), document.bytes)
      }
    }
    try replaceChanged("\(folder)/warnings.atom", messages.atom(released, base: ""))
    try replaceChanged("\(folder)/warnings.rss", messages.rss(released, base: ""))
    try replaceChanged("\(folder)/warnings.geojson", messages.geoJSON(released, at: now))
  }

  /// `cap/<identifier>.xml`, `12379/<identifier>.xml`, `text/<identifier>.sms.zh.txt`. The CAP alert is
  /// written last: where it is, everything is.
  private func path(_ identifier: String, _ form: String) -> String {
    switch form {
    case "cap.xml": "\(folder)/cap/\(identifier).xml"
    case "12379.xml": "\(folder)/12379/\(identifier).xml"
    default: "\(folder)/text/\(identifier).\(form)"
    }
  }

  private func replaceChanged(_ path: String, _ bytes: [UInt8]) throws(Fault) {
    if let known = FileManager.default.contents(atPath: path), known.elementsEqual(bytes) { return }
    try replace(path, bytes)
  }

  private func replace(_ path: String, _ bytes: [UInt8]) throws(Fault) {
    let draft = "\(folder)/\(WarningFolder.draftPrefix)\(getpid())-\(UUID().uuidString)"
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: draft))
      guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      unlink(draft)
      throw Fault(
        "cannot_write", at: .init(path), "cannot write: \(error.localizedDescription)",
        remedy: "check the folder, its rights and the free space; the message is in the ledger")
    }
  }

  private static let draftPrefix = ".draft-"

  /// What processes left behind that were killed while they wrote; those that live go on.
  private func removeDrafts() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(WarningFolder.draftPrefix) {
      let digits = name.dropFirst(WarningFolder.draftPrefix.count).prefix { $0 != "-" }
      guard let process = Int32(digits), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unlink("\(folder)/\(name)")
    }
  }

  private func makeFolder(_ path: String) throws(Fault) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Fault(
        "cannot_make_folder", at: .init(path),
        "cannot make the folder: \(error.localizedDescription)",
        remedy: "check the rights of its parent and the free space")
    }
  }
}
