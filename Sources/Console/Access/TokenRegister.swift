import Foundation
import Glibc
public import Hydromet
import Synchronization

/// The tokens of a district, in `tokens.json` of its state folder, which only the service's user reads.
/// A register that is in use notices what others change in the file.
public final class TokenRegister: Sendable {
  private struct Cache {
    var stamp: Stamp?
    var records: [String: TokenRecord] = [:]
  }

  private struct Stamp: Equatable {
    let inode: UInt
    let seconds: Int
    let nanoseconds: Int
    let size: Int
  }

  public let path: String
  private let cache = Mutex(Cache())

  public init(stateFolder: String) {
    path = "\(stateFolder)/tokens.json"
  }

  /// Every token, in the order of making.
  public func records() throws(Fault) -> [TokenRecord] { try read() }

  /// Makes a token.
  ///
  /// - Returns: the token: it can never be shown again.
  public func make(
    role: Role, feeds: [String], label: String, at time: Timestamp
  ) throws(Fault) -> (token: String, record: TokenRecord) {
    let made = AccessToken.make(role: role, feeds: feeds, label: label, at: time)
    try change { records throws(Fault) in records.append(made.record) }
    return made
  }

  /// Ends a token.
  ///
  /// - Throws: `unknown_token`.
  public func revoke(_ id: String, at time: Timestamp) throws(Fault) -> TokenRecord {
    var revoked: TokenRecord?
    try change { records throws(Fault) in
      guard let index = records.firstIndex(where: { $0.id == id }) else {
        throw Fault(
          "unknown_token", at: .init(path), "there is no token \(id.prefix(40))",
          remedy: "take an id of `freshet token list`")
      }
      if records[index].revoked == nil { records[index].revoked = time.iso8601 }
      revoked = records[index]
    }
    guard let revoked else { throw TokenRegister.damaged(path) }
    return revoked
  }

  /// Who shows this token; nil for a token that is unknown, wrong or revoked.
  public func holder(of token: String) throws(Fault) -> TokenRecord? {
    let known = try current()
    let record = AccessToken.id(of: token).flatMap { known[$0] }
    // An unknown id takes as long as a wrong secret.
    let kept = record?.sha256 ?? String(repeating: "0", count: 64)
    let isRight = AccessToken.isSame(AccessToken.hash(of: token), kept)
    return isRight && record?.revoked == nil ? record : nil
  }

  // MARK: The file

  private func current() throws(Fault) -> [String: TokenRecord] {
    let stamp = stamp()
    if let known = cache.withLock({ $0.stamp == stamp && stamp != nil ? $0.records : nil }) {
      return known
    }
    let records = try read()
    let byID = Dictionary(records.map { ($0.id, $0) }) { _, last in last }
    cache.withLock { $0 = Cache(stamp: stamp, records: byID) }
    return byID
  }

  private func stamp() -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      inode: status.st_ino, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
      size: status.st_size)
  }

  private func read() throws(Fault) -> [TokenRecord] {
    guard access(path, F_OK) == 0 else { return [] }
    guard let data = FileManager.default.contents(atPath: path), JSONText.isShallow(data),
      let records = try? JSONDecoder().decode([TokenRecord].self, from: data)
    else { throw TokenRegister.damaged(path) }
    return records
  }

  /// Changes the file as a whole; two programs that change it wait for one another.
  private func change(_ body: (inout [TokenRecord]) throws(Fault) -> Void) throws(Fault) {
    let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw TokenRegister.unwritable(path) }
    defer { close(lock) }
    var records = try read()
    try body(&records)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(records) else { throw TokenRegister.damaged(path) }
    let fresh = "\(path).new"
    unlink(fresh)
    let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw TokenRegister.unwritable(path) }
    defer { close(file) }
    let count = data.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    guard count == data.count, fsync(file) == 0, rename(fresh, path) == 0 else {
      throw TokenRegister.unwritable(path)
    }
  }

  private static func damaged(_ path: String) -> Fault {
    Fault(
      "tokens_damaged", at: .init(path), "the file of tokens cannot be read",
      remedy: "put a copy of it back, or remove it and make new tokens")
  }

  private static func unwritable(_ path: String) -> Fault {
    Fault(
      "tokens_unwritable", at: .init(path),
      "cannot be written: \(String(cString: strerror(errno)))",
      remedy: "check the free space and who may write in the state folder")
  }
}
