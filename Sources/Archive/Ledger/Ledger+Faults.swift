import GRDB
import Hydromet

extension Ledger {
  /// Says in words what the database reported.
  static func fault(from error: any Error, path: String) -> Fault {
    if let fault = error as? Fault {
      return fault.location == nil
        ? Fault(fault.code, at: .init(path), fault.problem, remedy: fault.remedy) : fault
    }
    if let error = error as? RowDecodingError {
      return damaged("\(error)", path: path)
    }
    guard let error = error as? DatabaseError else {
      return Fault(
        "ledger_failed", at: .init(path), "the ledger failed: \(error)",
        remedy: "run `freshet doctor`")
    }
    let words = error.message ?? "error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL:
      return Fault(
        "disk_full", at: .init(path), "there is no room left for the ledger (\(words))",
        remedy: "free space on its disk; nothing was changed and nothing is lost")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return damaged(words, path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return Fault(
        "ledger_busy", at: .init(path), "another process held the ledger for more than 10 s",
        remedy: "look for a second Freshet on the same folder and stop it")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY:
      return Fault(
        "ledger_unreachable", at: .init(path), "the ledger cannot be opened (\(words))",
        remedy: "check that its folder exists and that the service may write into it")
    case .SQLITE_IOERR:
      return Fault(
        "ledger_unreachable", at: .init(path), "the disk of the ledger failed (\(words))",
        remedy: "check the disk and the system's log; a network disk is not allowed here")
    default:
      return Fault(
        "ledger_failed", at: .init(path), "the ledger refused (\(words))",
        remedy: "run `freshet doctor`")
    }
  }

  /// The fault of a ledger whose bytes are wrong.
  static func damaged(_ words: String, path: String? = nil) -> Fault {
    Fault(
      "ledger_damaged", at: path.map { .init($0) }, "the ledger is damaged (\(words))",
      remedy: """
        stop the service, move the file and its -wal and -shm companions away and restore the last \
        copy; without a copy start anew: the kept originals are read again
        """)
  }

  /// The number after one that was read; the ledger is damaged where there is none.
  static func following<Number: FixedWidthInteger>(_ number: Number) throws -> Number {
    guard number < .max else { throw damaged("the number \(number) is the largest there can be") }
    return number + 1
  }
}
