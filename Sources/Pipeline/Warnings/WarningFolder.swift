import Archive
import Foundation
import Hydromet
import Publish

/// The folder of released messages within the products, written from the ledger: whatever a crash left
/// undone is done at the next look. Every file is replaced whole.
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
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Fault(
        "cannot_write", at: .init(path), "cannot write: \(error.localizedDescription)",
        remedy: "check the folder, its rights and the free space; the message is in the ledger")
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
