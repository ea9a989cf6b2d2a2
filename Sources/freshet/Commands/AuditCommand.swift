import Archive
import ArgumentParser
import Foundation
import Hydromet
import Pipeline

/// Was anything changed after the fact.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Verify the hash-chained ledger of decisions and calls.",
    discussion: """
      Reads the chain of a district, or of a file that `freshet audit --export` has
      written, and finds rows that were changed, removed, exchanged or cut off. A
      head (sequence:hash) that was written down elsewhere, by --head, also finds a
      chain that was written anew. Needs no service and no network.

      Exit code 0: whole; 1: it is not, with the rows.
      """)

  @Argument(help: "A district's folder or an exported file.", completion: .file())
  var source: String = "."

  @Option(help: "A head that was written down earlier (repeatable).")
  var head: [String] = []

  @Flag(help: "Write the whole chain as text, one row a line, its head last.")
  var export = false

  @OptionGroup var output: OutputOption

  func run() throws {
    var heads: [AuditHead] = []
    for text in head {
      guard let read = AuditHead(text) else {
        throw ValidationError("--head is sequence:hash, as `freshet audit` prints it")
      }
      heads.append(read)
    }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
    if exists && !isFolder.boolValue { return try tell(try checkFile(heads)) }
    let workspace = try openWorkspace(source)
    if export {
      let text = String(decoding: try AuditFile.bytes(of: workspace.ledger), as: UTF8.self)
      return try Terminal.deliver(text, to: output.path)
    }
    try tell(try workspace.ledger.auditCheck(heads: heads))
  }

  private func checkFile(_ heads: [AuditHead]) throws -> AuditCheck {
    guard let bytes = FileManager.default.contents(atPath: source) else {
      throw Fault(
        "unreadable_file", at: .init(source), "the file cannot be read",
        remedy: "check its name and who may read it")
    }
    return AuditFile.check(Array(bytes), heads: heads)
  }

  private func tell(_ check: AuditCheck) throws {
    for finding in check.findings { Terminal.say("\(finding.kind.rawValue): \(finding.words)") }
    Terminal.say("head \(check.head)")
    guard check.findings.isEmpty else { throw ExitCode(1) }
    Terminal.say("\(check.head.sequence) rows, none was changed, removed or exchanged")
  }
}
