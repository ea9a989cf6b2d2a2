import CCurl
import Glibc
import Hydromet

/// What curl and this machine say, in the words of `Fault`.
enum HTTPFaults {
  /// Refuses what must not be sent: other schemes, addresses and headers that hide further lines.
  static func check(_ request: HTTPRequest) throws(Fault) {
    let url = request.url
    let isPlain = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPlain, url.utf8.count <= 8192, let scheme = scheme(of: url),
      ["http", "https"].contains(scheme)
    else {
      throw Fault(
        "http_bad_request", at: .init(shown(url)), "this is no address of HTTP or HTTPS",
        remedy: "give an address that begins with https:// and has no spaces")
    }
    for header in request.headers where !header.isOneLine {
      throw Fault(
        "http_bad_request", at: .init(shown(url)), "a header of the request is not one plain line",
        remedy: "remove line ends and control characters from names and values")
    }
  }

  private static func scheme(of url: String) -> String? {
    guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return nil }
    return url[..<colon].lowercased()
  }

  /// The address as it may stand in a log: without user, password, query and fragment, which may be
  /// secrets.
  static func shown(_ url: String) -> String {
    var text = String(url.prefix(while: { $0 != "?" && $0 != "#" }).prefix(300))
    if let range = text.firstIndex(of: ":").map({ text[$0...] }), range.hasPrefix("://") {
      let start = text.index(range.startIndex, offsetBy: 3)
      let end = text[start...].firstIndex(of: "/") ?? text.endIndex
      if let at = text[start..<end].lastIndex(of: "@") {
        text.removeSubrange(start...at)
      }
    }
    return String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
  }

  static func cannotWrite(_ path: String, _ number: Int32) -> Fault {
    Fault(
      number == ENOSPC ? "disk_full" : "unwritable_folder", at: .init(path),
      "cannot be written: \(String(cString: strerror(number)))",
      remedy: "check the free space and who may write there")
  }

  static func fault(
    _ code: CURLcode, _ words: String, _ request: HTTPRequest, _ transfer: HTTPTransfer
  ) -> Fault {
    let place = Fault.Location(shown(request.url))
    if transfer.isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
      return Fault(
        "http_too_large", at: place, "the answer is larger than is accepted",
        remedy: "raise the limit if such answers are meant")
    }
    if let number = transfer.writeError { return cannotWrite(place.file, number) }
    let (name, remedy) = meaning(of: code)
    return Fault(name, at: place, words, remedy: remedy)
  }

  private static func meaning(of code: CURLcode) -> (name: String, remedy: String) {
    switch code {
    case CURLE_ABORTED_BY_CALLBACK: ("http_cancelled", "the program is stopping; it is asked again")
    case CURLE_OPERATION_TIMEDOUT:
      ("http_time_limit", "check the line and the server, or allow more time")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
      ("http_unreachable", "check the address, the line and the firewall")
    case CURLE_TOO_MANY_REDIRECTS:
      ("http_redirects", "ask the owner of the server where the file really is")
    case CURLE_UNSUPPORTED_PROTOCOL:
      ("http_bad_request", "only http and https are followed")
    case CURLE_URL_MALFORMAT: ("http_bad_request", "correct the address")
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      ("http_cut_off", "ask again; if it stays, tell the owner of the server")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CERTPROBLEM:
      ("http_tls", "check the certificate of the server, the trusted authorities and the clock")
    default: ("http_failed", "check the address and the server")
    }
  }
}
