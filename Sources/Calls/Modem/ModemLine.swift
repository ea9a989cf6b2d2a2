import Glibc
import Hydromet

/// The serial line of a modem: commands out, lines in.
final class ModemLine {
  private let descriptor: Int32
  private let device: String
  private var pending: [UInt8] = []

  init(device: String, baud: Int) throws(Fault) {
    self.device = device
    descriptor = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw Fault(
        "no_modem", at: .init(device), "cannot be opened: \(String(cString: strerror(errno)))",
        remedy:
          "check the cable, the name of the device and that the service is in the group dialout")
    }
    var settings = termios()
    guard tcgetattr(descriptor, &settings) == 0 else { return }
    cfmakeraw(&settings)
    let speed = ModemLine.speeds[baud] ?? speed_t(B115200)
    cfsetispeed(&settings, speed)
    cfsetospeed(&settings, speed)
    settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
    tcsetattr(descriptor, TCSANOW, &settings)
  }

  deinit { close(descriptor) }

  static let speeds: [Int: speed_t] = [
    9600: speed_t(B9600), 19_200: speed_t(B19200), 38_400: speed_t(B38400),
    57_600: speed_t(B57600), 115_200: speed_t(B115200),
  ]

  /// Sends a command and reads until its final line.
  ///
  /// - Returns: the lines before `OK`.
  /// - Throws: `modem_refused`, `modem_silent`.
  func command(_ text: String, seconds: Double = 5) throws(Fault) -> [String] {
    try write(text + "\r")
    return try lines(seconds: seconds)
  }

  /// Sends a command, waits for the prompt, sends the text and reads until the final line.
  func command(_ text: String, then body: String, seconds: Double) throws(Fault) -> [String] {
    try write(text + "\r")
    let end = ModemLine.now() + 5
    while !pending.contains(UInt8(ascii: ">")) {
      let isRefused = String(decoding: pending, as: UTF8.self).contains("ERROR")
      guard ModemLine.now() < end, !isRefused else {
        try? write("\u{1B}")
        throw refusal("modem_refused", "did not take a message")
      }
      _ = receive(0.1)
    }
    pending = []
    try write(body + "\u{1A}")
    return try lines(seconds: seconds)
  }

  private func lines(seconds: Double) throws(Fault) -> [String] {
    var lines: [String] = []
    let end = ModemLine.now() + seconds
    while ModemLine.now() < end {
      while let line = nextLine() {
        if line == "OK" { return lines }
        if line.hasPrefix("ERROR") || line.hasPrefix("+CMS ERROR") || line.hasPrefix("+CME ERROR") {
          throw refusal("modem_refused", "answered \(line.prefix(40))")
        }
        if !line.isEmpty, !line.hasPrefix("AT") { lines.append(line) }
        guard lines.count < 10_000 else { break }
      }
      _ = receive(0.1)
    }
    throw refusal("modem_silent", "did not answer in time")
  }

  private func nextLine() -> String? {
    guard let end = pending.firstIndex(of: 0x0A) else { return nil }
    let line = pending[..<end].filter { $0 != 0x0D }
    pending.removeSubrange(...end)
    return String(decoding: line, as: UTF8.self)
  }

  private func receive(_ seconds: Double) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, Int32(seconds * 1000)) > 0 else { return false }
    var block = [UInt8](repeating: 0, count: 1024)
    let count = read(descriptor, &block, block.count)
    guard count > 0, pending.count < 1_048_576 else {
      usleep(50_000)
      return false
    }
    pending += block[..<count]
    return true
  }

  private func write(_ text: String) throws(Fault) {
    var rest = Array(text.utf8)[...]
    let end = ModemLine.now() + 5
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else {
        guard ModemLine.now() < end, errno == EAGAIN || errno == EINTR else {
          throw refusal("modem_silent", "takes nothing")
        }
        usleep(10_000)
      }
    }
  }

  private func refusal(_ code: String, _ words: String) -> Fault {
    Fault(
      code, at: .init(device), "the modem \(words)",
      remedy: "check the card, its credit and the signal; try it with a terminal program")
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
