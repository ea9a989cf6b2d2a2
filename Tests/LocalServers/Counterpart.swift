import Foundation
import Glibc
import Synchronization

/// A program on this machine that plays the other side of a channel: its first line says where it listens,
/// every further line is something that it received.
public final class Counterpart {
  private final class Heard: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  private let process = Process()
  private let output = Pipe()
  private let heard = Heard()

  public init(_ executable: String, _ arguments: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [executable] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    output.fileHandleForReading.readabilityHandler = { [heard] handle in
      let bytes = handle.availableData
      heard.bytes.withLock { $0 += bytes }
    }
    try process.run()
  }

  public convenience init(python script: String, _ arguments: [String] = []) throws {
    try self.init("python3", ["-u", "-c", script] + arguments)
  }

  deinit {
    output.fileHandleForReading.readabilityHandler = nil
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  /// Whole lines so far.
  public var lines: [String] {
    heard.bytes.withLock { bytes in
      guard let end = bytes.lastIndex(of: 10) else { return [] }
      return bytes[..<end].split(separator: 10, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Waits until there are so many lines, at most ten seconds.
  public func lines(atLeast count: Int) throws -> [String] {
    for _ in 0..<500 {
      let lines = lines
      if lines.count >= count { return lines }
      Thread.sleep(forTimeInterval: 0.02)
    }
    throw Silence(words: "the other side said \(lines.count) lines, not \(count)")
  }

  /// The other side said less than was waited for.
  public struct Silence: Error {
    public let words: String
  }

  public func first() throws -> String { try lines(atLeast: 1)[0] }
}

/// Programs that play the other side.
public enum Servers {
  /// Answers each request with the statuses of its arguments, then with 200; says each as a line of JSON.
  public static let http = """
    import sys, json, http.server
    answers = [int(a) for a in sys.argv[1:]]
    class H(http.server.BaseHTTPRequestHandler):
      protocol_version = "HTTP/1.1"
      def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        print(json.dumps({"path": self.path, "headers": dict(self.headers), "body": body}), flush=True)
        status = answers.pop(0) if answers else 200
        out = b'{"code":0}'
        self.send_response(status); self.send_header("Content-Length", str(len(out))); self.end_headers()
        self.wfile.write(out)
      def log_message(self, *a): pass
    s = http.server.HTTPServer(("127.0.0.1", 0), H)
    print(s.server_address[1], flush=True)
    s.serve_forever()
    """

  /// A mail server; says each mail as one line of JSON. Refuses recipients that begin with "no".
  public static let mail = """
    import socket, json
    s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(8)
    print(s.getsockname()[1], flush=True)
    while True:
      c, _ = s.accept(); f = c.makefile("rwb")
      def say(t): f.write(t.encode() + b"\\r\\n"); f.flush()
      say("220 test"); sender = None; to = []
      while True:
        line = f.readline().decode("utf-8", "replace").rstrip("\\r\\n")
        if not line: break
        verb = line.upper()
        if verb.startswith("EHLO") or verb.startswith("HELO"): say("250 test")
        elif verb.startswith("MAIL FROM"): sender = line; say("250 ok")
        elif verb.startswith("RCPT TO"):
          if "<no" in line: say("550 unknown " + line)
          else: to.append(line); say("250 ok")
        elif verb == "DATA":
          say("354 go"); data = []
          while True:
            l = f.readline().decode("utf-8", "replace").rstrip("\\r\\n")
            if l == ".": break
            data.append(l)
          print(json.dumps({"from": sender, "to": to, "data": data}), flush=True); say("250 taken")
        elif verb == "QUIT": say("221 bye"); break
        else: say("250 ok")
      c.close()
    """

  /// A modem on a pseudo-terminal; its first line is the device. Echoes, prompts, acknowledges.
  public static let modem = """
    import os, pty, sys, tty, json
    m, s = pty.openpty(); tty.setraw(m); tty.setraw(s)
    print(os.ttyname(s), flush=True)
    inbox = sys.argv[1:]
    buf = b""
    def say(t): os.write(m, ("\\r\\n" + t + "\\r\\n").encode())
    while True:
      try: buf += os.read(m, 1024)
      except OSError: break
      while b"\\r" in buf or b"\\x1a" in buf:
        i = min(x for x in (buf.find(b"\\r"), buf.find(b"\\x1a")) if x >= 0)
        line, buf = buf[:i].decode(errors="replace").strip(), buf[i+1:]
        if line.startswith("AT+CMGS="):
          length = int(line[8:]); os.write(m, b"\\r\\n> ")
          while b"\\x1a" not in buf: buf += os.read(m, 1024)
          j = buf.find(b"\\x1a"); pdu = buf[:j].decode().strip(); buf = buf[j+1:]
          good = len(pdu) == 2 * (length + 1)
          print(json.dumps({"pdu": pdu, "good": good}), flush=True)
          if good: say("+CMGS: 7"); say("OK")
          else: say("+CMS ERROR: 304")
        elif line.startswith("AT+CMGL"):
          for n, p in enumerate(inbox):
            say("+CMGL: %d,0,,%d" % (n + 1, len(p) // 2)); os.write(m, (p + "\\r\\n").encode())
          say("OK")
        elif line.startswith("AT+CMGD"): inbox = inbox[1:]; say("OK")
        else: say("OK")
    """
}
