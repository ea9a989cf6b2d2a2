import CCurl
import Hydromet

/// One transfer of curl: its options, and the lists that they point into. Used by one thread at a time.
///
/// Every protocol that Freshet speaks through curl begins with one of these: no signals, a time limit
/// for the connection and for the whole, proof of the other side's certificate, nothing but the named
/// protocols.
final class CurlHandle {
  let pointer: UnsafeMutableRawPointer
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  private let message: UnsafeMutablePointer<CChar>

  /// curl's own preparations, once for each process.
  private static let isReady: Bool = fr_curl_global_init() == CURLE_OK

  /// - Parameter protocols: what may be spoken, separated by commas: `http,https`.
  init(protocols: String) throws(Fault) {
    guard CurlHandle.isReady, let pointer = curl_easy_init() else {
      throw Fault(
        "curl_unavailable", "the library curl cannot be started", remedy: "check the free memory")
    }
    self.pointer = pointer
    message = .allocate(capacity: Int(CURL_ERROR_SIZE))
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_PROTOCOLS_STR, protocols)
    set(CURLOPT_REDIR_PROTOCOLS_STR, protocols)
    _ = fr_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, message)
  }

  deinit {
    curl_easy_cleanup(pointer)
    for list in lists { curl_slist_free_all(list) }
    message.deallocate()
  }

  func set(_ option: CURLoption, _ value: Int) {
    _ = fr_curl_set_long(pointer, option, value)
  }

  func set(_ option: CURLoption, offset value: Int) {
    _ = fr_curl_set_offset(pointer, option, value)
  }

  /// curl keeps a copy.
  func set(_ option: CURLoption, _ value: String) {
    _ = fr_curl_set_text(pointer, option, value)
  }

  /// The body of a request; curl keeps a copy.
  func setBody(_ body: [UInt8]) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
    body.withUnsafeBytes { bytes in
      _ = fr_curl_set_bytes(
        pointer, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(message))
    }
  }

  /// Lines that curl sends one by one: headers, recipients.
  func set(_ option: CURLoption, list texts: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for text in texts {
      guard let longer = curl_slist_append(list, text) else { continue }
      list = longer
    }
    guard let list else { return }
    lists.append(list)
    _ = fr_curl_set_list(pointer, option, list)
  }

  /// A function of C that is not isolated, with what it is called with.
  func set(
    _ option: CURLoption, _ function: @escaping fr_curl_bytes, _ dataOption: CURLoption,
    _ data: UnsafeMutableRawPointer
  ) {
    _ = fr_curl_set_callback(pointer, option, function)
    _ = fr_curl_set_pointer(pointer, dataOption, data)
  }

  func set(_ limits: TransferLimits) {
    set(CURLOPT_CONNECTTIMEOUT_MS, CurlHandle.milliseconds(limits.connectSeconds))
    set(CURLOPT_TIMEOUT_MS, CurlHandle.milliseconds(limits.totalSeconds))
    set(CURLOPT_LOW_SPEED_LIMIT, 1)
    set(CURLOPT_LOW_SPEED_TIME, max(1, Int(min(limits.stallSeconds, 86_400))))
  }

  private static func milliseconds(_ seconds: Double) -> Int {
    Int((min(max(seconds, 0.001), 86_400) * 1000).rounded(.up))
  }

  /// The other side's certificate and name are always checked.
  func set(_ security: TransportSecurity) {
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    if let file = security.authorities { set(CURLOPT_CAINFO, file) }
    if let file = security.certificate { set(CURLOPT_SSLCERT, file) }
    if let file = security.key { set(CURLOPT_SSLKEY, file) }
  }

  func perform() -> CURLcode { curl_easy_perform(pointer) }

  /// What curl says about the last failure.
  func words(for code: CURLcode) -> String {
    let text = String(cString: message)
    return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
  }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    _ = fr_curl_get_long(pointer, info, &value)
    return value
  }

  func text(_ info: CURLINFO) -> String {
    var value: UnsafePointer<CChar>?
    _ = fr_curl_get_text(pointer, info, &value)
    return value.map { String(cString: $0) } ?? ""
  }
}
