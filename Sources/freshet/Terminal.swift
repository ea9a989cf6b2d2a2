import Foundation
import Glibc
import Hydromet

/// Standard output, standard error and files, for people and pipes.
enum Terminal {
  static func complain(_ text: String) {
    _ = write(text + "\n", to: STDERR_FILENO)
  }

  /// Shows text without a line end on the terminal behind standard error.
  static func show(_ text: String) {
    _ = write(text, to: STDERR_FILENO)
  }

  /// A line for people on standard output; who looks for it there has gone where it cannot be written.
  static func say(_ text: String) {
    _ = write(text + "\n", to: STDOUT_FILENO)
  }

  /// Writes to a file, whole or not at all, or to standard output where no file is named.
  ///
  /// - Throws: `cannot_write`; a reader that has closed its end of a pipe has had enough and is no fault.
  static func deliver(_ text: String, to path: String?) throws(Fault) {
    guard let path else {
      let failure = write(text, to: STDOUT_FILENO)
      guard failure == 0 || failure == EPIPE else {
        throw cannotWrite("standard output", failure)
      }
      return
    }
    try deliver(bytes: Array(text.utf8), to: path)
  }

  /// Devices, pipes and links are written into: only an ordinary file is replaced.
  static func deliver(bytes: [UInt8], to path: String) throws(Fault) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let type = attributes?[.type] as? FileAttributeType
    let isReplaced = type == nil || type == .typeRegular
    let target = isReplaced ? "\(path).\(getpid()).tmp" : path
    guard let file = fopen(target, "w") else { throw cannotWrite(path, errno) }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count, !isReplaced || rename(target, path) == 0
    else {
      let fault = cannotWrite(path, errno)
      if isReplaced { unlink(target) }
      throw fault
    }
  }

  private static func cannotWrite(_ path: String, _ code: Int32) -> Fault {
    Fault(
      "cannot_write", at: .init(path), "cannot write: \(String(cString: strerror(code)))",
      remedy: "check the folder, its rights and the free space")
  }

  /// Zero where all was written, else the error's number.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + start }, bytes.count - start)
      }
      if count > 0 {
        start += count
      } else if count < 0, errno != EINTR {
        return errno
      }
    }
    return 0
  }
}

/// A progress bar on a terminal; nothing in a pipe.
final class ProgressBar {
  private let title: String
  private let isShown: Bool
  private var lastPercent = -1

  init(_ title: String) {
    self.title = title
    isShown = isatty(STDERR_FILENO) == 1
  }

  /// Shows `done` of `total`, and a word on what is being done.
  func show(_ done: Int, of total: Int, _ note: String = "") {
    guard isShown, total > 0 else { return }
    let percent = min(100, done * 100 / total)
    guard percent != lastPercent || !note.isEmpty else { return }
    lastPercent = percent
    let filled = percent * 30 / 100
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    Terminal.show("\r\u{1B}[2K\(title) \(bar) \(done)/\(total) \(note)")
  }

  func finish() {
    guard isShown else { return }
    Terminal.show("\r\u{1B}[2K")
  }
}
