import Formats
import Glibc
import Hydromet

/// Puts a table of contacts in the place of a district's own.
public enum ContactImport {
  /// The new table is checked in its place, and the old one comes back where it has a fault.
  ///
  /// - Returns: the number of contacts.
  /// - Throws: `DistrictFaults` with the faults of the table, or of the district before it.
  public static func run(table: String, district folder: String) throws(DistrictFaults) -> Int {
    let before = try District.load(folder: folder)
    let path = DistrictFolder.join(folder, before.configuration.contactsFile)
    do throws(Fault) {
      let bytes = try FileBytes.read(path: table, limit: 67_108_864)
      let old = try FileBytes.read(path: path, limit: 67_108_864)
      try write(old, to: "\(path).before")
      try write(bytes, to: path)
      let result = District.check(folder: folder)
      guard let district = result.district else {
        try write(old, to: path)
        throw DistrictFaults(result.faults).asFault
      }
      return district.contacts.count
    } catch {
      throw DistrictFaults([error])
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(Fault) {
    let beside = "\(path).part"
    let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    var rest = bytes[...]
    while file >= 0, !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count <= 0 { break }
      rest = rest.dropFirst(count)
    }
    let isWhole = file >= 0 && rest.isEmpty && fsync(file) == 0
    if file >= 0 { close(file) }
    guard isWhole, rename(beside, path) == 0 else {
      let reason = strerror(errno).map { String(cString: $0) } ?? "error"
      unlink(beside)
      throw Fault(
        "file_error", at: .init(path), "cannot be written: \(reason)",
        remedy: "check the free space and who may write there")
    }
  }
}

extension DistrictFaults {
  fileprivate var asFault: Fault {
    let first = faults.first?.description ?? "unknown"
    let more = faults.count > 1 ? ", and \(faults.count - 1) more" : ""
    return Fault(
      "bad_contacts", "the table was not taken: \(first)\(more)",
      remedy: "correct it; the district is as it was")
  }
}
