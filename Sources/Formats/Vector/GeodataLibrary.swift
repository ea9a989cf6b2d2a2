import CGDAL
import Glibc
import Hydromet

/// GDAL: registered once, its messages kept instead of printed.
enum GeodataLibrary {
  private static let registered: Void = {
    GDALAllRegister()
    OSRSetPROJEnableNetwork(0)
  }()

  /// Runs `body` with every GDAL message of this thread kept in a journal.
  static func run<Value>(
    _ body: (Journal) throws(Fault) -> Value
  ) throws(Fault) -> Value {
    registered
    let journal = Journal()
    CPLPushErrorHandlerEx(keepGeodataMessage, Unmanaged.passUnretained(journal).toOpaque())
    defer { CPLPopErrorHandler() }
    return try body(journal)
  }

  /// What GDAL said, oldest first.
  final class Journal {
    fileprivate(set) var failures: [String] = []
    fileprivate(set) var warnings: [String] = []

    func clear() {
      failures.removeAll()
      warnings.removeAll()
    }

    /// The first failure, else the first warning, on one line.
    var reason: String {
      let text = failures.first ?? warnings.first ?? "GDAL gives no reason"
      return String(text.map { $0.isNewline ? " " : $0 })
    }
  }

  /// A path that GDAL can only take for a file: not for a URL, a connection text, or one of its
  /// virtual file systems, which may reach the network.
  static func filePath(_ path: String) throws(Fault) -> String {
    let place = Fault.Location(path)
    guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix("/vsi") else {
      throw Fault(
        "not_a_file", at: place, "this is not the path of a file",
        remedy: "give a path on this machine")
    }
    return path.hasPrefix("/") ? path : "./\(path)"
  }

  static func requireExisting(_ path: String) throws(Fault) {
    guard access(path, R_OK) != 0 else { return }
    throw Fault(
      "cannot_open", at: Fault.Location(path),
      "the file cannot be read: \(String(cString: strerror(errno)))",
      remedy: "check the path and the permissions")
  }
}

/// GDAL calls this on the thread that works.
private func keepGeodataMessage(
  _ severity: CPLErr, _ number: CPLErrorNum, _ text: UnsafePointer<CChar>?
) {
  guard let data = CPLGetErrorHandlerUserData(), let text else { return }
  let journal = Unmanaged<GeodataLibrary.Journal>.fromOpaque(data).takeUnretainedValue()
  guard journal.failures.count + journal.warnings.count < 1000 else { return }
  if severity == CE_Failure || severity == CE_Fatal {
    journal.failures.append(String(cString: text))
  } else if severity == CE_Warning {
    journal.warnings.append(String(cString: text))
  }
}
