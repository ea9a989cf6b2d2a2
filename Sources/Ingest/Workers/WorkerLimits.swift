import CLinux
import Foundation
import Glibc

/// What a worker does to itself before it touches a foreign file.
enum WorkerLimits {
  /// Ties the worker's life to the service's: the kernel ends it when its parent ends.
  static func dieWithParent() {
    _ = fr_die_with_parent()
  }

  /// Leaves no core file behind: it would hold foreign bytes and fill the disk.
  static func leaveNoCore() {
    var limit = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
  }

  /// What a process has in use, bytes.
  struct Memory {
    let addressSpace: Int
    let data: Int
  }

  /// What this process has in use; zeros where the system does not say.
  static func memoryInUse() -> Memory {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 }
    guard fields.count >= 6 else { return Memory(addressSpace: 0, data: 0) }
    let page = max(1, sysconf(Int32(_SC_PAGESIZE)))
    return Memory(addressSpace: fields[0] * page, data: fields[5] * page)
  }

  /// Bounds what the decoding of one file may allocate, on top of what the program had before.
  static func boundMemory(to bytes: Int, above base: Memory) {
    setSoftLimit(RLIMIT_AS, to: max(0, bytes).addingReportingOverflow(base.addressSpace))
    setSoftLimit(RLIMIT_DATA, to: max(0, bytes).addingReportingOverflow(base.data))
  }

  private static func setSoftLimit(
    _ resource: __rlimit_resource, to sum: (partialValue: Int, overflow: Bool)
  ) {
    let number = __rlimit_resource_t(resource.rawValue)
    var limit = rlimit()
    guard getrlimit(number, &limit) == 0 else { return }
    limit.rlim_cur = min(rlim_t(sum.overflow ? Int.max : sum.partialValue), limit.rlim_max)
    setrlimit(number, &limit)
  }

  /// Ends the worker by SIGALRM if the service does not do it in time; nil lifts the bound.
  static func boundTime(to seconds: Double?) {
    guard let seconds, seconds > 0 else {
      alarm(0)
      return
    }
    alarm(UInt32(min(seconds.rounded(.up), 86_400)) + 5)
  }
}
