import Glibc
import Hydromet
import Ingest
import Pipeline

/// The worker's side of this binary.
enum WorkerProcess {
  /// Serves decoding jobs until the service closes the pipe.
  static func run() -> Int32 {
    WorkerMain.run { Decoding.decode($0) }
  }

  /// The path of this program: workers are processes of the same binary.
  static func executable() throws(Fault) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else {
      throw Fault(
        "no_executable", at: .init("/proc/self/exe"), "the program cannot find itself",
        remedy: "mount /proc")
    }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
