import Foundation
import Glibc

/// A real mosquitto on a port of the loopback, for tests: it can be killed and started again, and keeps
/// sessions and messages on disk as in service.
public final class LocalBroker {
  public let port: Int
  private let folder: String
  private var process: Process?

  /// Where mosquitto is; nil where it is not installed.
  public static var program: String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return (folders.map(String.init) + ["/usr/sbin", "/usr/local/sbin"])
      .map { "\($0)/mosquitto" }.first { access($0, X_OK) == 0 }
  }

  public static let isInstalled: Bool = {
    if program == nil { print("mosquitto is not installed: tests with a real broker are skipped") }
    return program != nil
  }()

  /// - Parameter passwords: a line `user:password` for each user, in the clear; nil lets everybody in.
  public init?(settings: [String] = []) {
    guard let port = LocalPort.free() else { return nil }
    self.port = port
    folder = NSTemporaryDirectory() + "broker-\(getpid())-\(port)"
    let lines =
      [
        "listener \(port) 127.0.0.1", "persistence true", "persistence_location \(folder)/",
        "autosave_interval 1", "autosave_on_changes true", "user root", "log_dest none",
      ] + (settings.isEmpty ? ["allow_anonymous true"] : settings)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try lines.joined(separator: "\n").write(
        toFile: "\(folder)/mosquitto.conf", atomically: true, encoding: .utf8)
    } catch {
      return nil
    }
    guard start() else { return nil }
  }

  deinit {
    end(SIGKILL)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// - Returns: whether it answers.
  @discardableResult
  public func start() -> Bool {
    guard let program = LocalBroker.program else { return false }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["-c", "\(folder)/mosquitto.conf"]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    self.process = process
    return eventually(within: 10) { answers }
  }

  /// Ends it as a crash would.
  public func kill() { end(SIGKILL) }

  /// Ends it in order; what it holds is on disk.
  public func stop() { end(SIGTERM) }

  private func end(_ signal: Int32) {
    guard let process, process.isRunning else { return }
    Glibc.kill(process.processIdentifier, signal)
    // A child of a thread that blocks signals blocks them too.
    if !eventually(within: 3, { !process.isRunning }) {
      Glibc.kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    self.process = nil
  }

  private var answers: Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
