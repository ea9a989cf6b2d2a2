import CCurl
import Glibc
public import Hydromet
import Synchronization

/// Asks servers by HTTP and HTTPS, through curl. Every request blocks the thread that makes it, for no
/// longer than its limits allow; any number of threads may use one client.
///
/// Redirects stay with `http` and `https` and are counted; certificates are always checked; bodies
/// beyond `largestBytes` are cut off with a fault, whatever the server announced.
public final class HTTPClient: Sendable {
  public struct Settings: Sendable, Hashable {
    public var limits = TransferLimits()
    /// The largest body that is accepted.
    public var largestBytes = 64 << 20
    /// How many redirects are followed; 0 follows none and returns the redirecting answer.
    public var redirects = 3
    public var security = TransportSecurity()
    public var userAgent = "Freshet"
    /// `http://proxy:3128`; nil takes what the environment says, "" takes none.
    public var proxy: String?

    public init() {}
  }

  public let settings: Settings
  private let isCancelled = Atomic<Bool>(false)

  public init(_ settings: Settings = Settings()) {
    self.settings = settings
  }

  /// Ends all requests in work, with `http_cancelled`, and refuses further ones.
  public func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Sends a request and takes the answer into memory.
  ///
  /// - Returns: the answer, whatever its status.
  /// - Throws: `http_bad_request` for what cannot be sent, `http_unreachable`, `http_time_limit`,
  ///   `http_tls`, `http_redirects`, `http_too_large`, `http_cut_off`, `http_cancelled`,
  ///   `http_failed`.
  public func send(_ request: HTTPRequest) throws(Fault) -> HTTPResponse {
    try transfer(request, into: .memory)
  }

  /// Sends a request and writes the body of the answer into a new file.
  ///
  /// - Parameter path: of a file that does not exist yet. It is on the disk when this returns; it is
  ///   removed where this throws.
  public func download(_ request: HTTPRequest, to path: String) throws(Fault) -> HTTPResponse {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw HTTPFaults.cannotWrite(path, errno) }
    defer { close(descriptor) }
    do throws(Fault) {
      let response = try transfer(request, into: .file(descriptor))
      guard fsync(descriptor) == 0 else { throw HTTPFaults.cannotWrite(path, errno) }
      return response
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Sends a request and hands over the body of the answer in pieces, whatever its status; judge the
  /// status before you trust the bytes.
  ///
  /// - Parameter receive: called on this thread; says whether it takes more. Where it does not, this
  ///   throws.
  public func stream(
    _ request: HTTPRequest, to receive: @escaping (UnsafeRawBufferPointer) -> Bool
  ) throws(Fault) -> HTTPResponse {
    try transfer(request, into: .receiver(receive))
  }

  /// Whether a request that met this fault may succeed later, as it stands.
  public static func isPassing(_ fault: Fault) -> Bool {
    ["http_unreachable", "http_time_limit", "http_cut_off", "http_failed", "http_cancelled"]
      .contains(fault.code)
  }

  // MARK: Inside

  private func transfer(
    _ request: HTTPRequest, into sink: HTTPTransfer.Sink
  ) throws(Fault) -> HTTPResponse {
    try HTTPFaults.check(request)
    let handle = try CurlHandle(protocols: "http,https")
    prepare(handle, request)
    let transfer = HTTPTransfer(sink, largestBytes: settings.largestBytes) { [self] in
      isCancelled.load(ordering: .relaxed)
    }
    let data = Unmanaged.passUnretained(transfer).toOpaque()
    handle.set(CURLOPT_WRITEFUNCTION, takeBody, CURLOPT_WRITEDATA, data)
    handle.set(CURLOPT_HEADERFUNCTION, takeHead, CURLOPT_HEADERDATA, data)
    _ = fr_curl_set_progress(handle.pointer, watchTransfer)
    _ = fr_curl_set_pointer(handle.pointer, CURLOPT_XFERINFODATA, data)
    handle.set(CURLOPT_NOPROGRESS, 0)
    let code = withExtendedLifetime(transfer) { handle.perform() }
    guard code == CURLE_OK else {
      throw HTTPFaults.fault(code, handle.words(for: code), request, transfer)
    }
    return HTTPResponse(
      status: handle.number(CURLINFO_RESPONSE_CODE), headers: transfer.headers,
      body: transfer.body, byteCount: transfer.byteCount)
  }

  private func prepare(_ handle: CurlHandle, _ request: HTTPRequest) {
    handle.set(CURLOPT_URL, request.url)
    handle.set(settings.limits)
    handle.set(settings.security)
    handle.set(CURLOPT_USERAGENT, settings.userAgent)
    handle.set(CURLOPT_FOLLOWLOCATION, settings.redirects > 0 ? 1 : 0)
    handle.set(CURLOPT_MAXREDIRS, max(0, min(settings.redirects, 20)))
    handle.set(CURLOPT_MAXFILESIZE_LARGE, offset: max(1, settings.largestBytes))
    if let proxy = settings.proxy { handle.set(CURLOPT_PROXY, proxy) }
    switch request.method {
    case .get: handle.set(CURLOPT_HTTPGET, 1)
    case .head: handle.set(CURLOPT_NOBODY, 1)
    case .post:
      handle.set(CURLOPT_POST, 1)
      handle.setBody(request.body ?? [])
    case .put, .delete:
      if let body = request.body ?? (request.method == .put ? [] : nil) { handle.setBody(body) }
      handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
    // Without it curl waits a second for servers that do not answer `Expect: 100-continue`.
    let lines = request.headers.map { "\($0.name): \($0.value)" } + ["Expect:"]
    handle.set(CURLOPT_HTTPHEADER, list: lines)
  }
}
