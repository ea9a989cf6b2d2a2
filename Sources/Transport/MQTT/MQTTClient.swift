import CMosquitto
import Dispatch
import Foundation
import Glibc
public import Hydromet
import Synchronization

/// What a client tells about its connection.
public enum MQTTEvent: Sendable, Hashable {
  /// - Parameter sessionWasKept: whether the broker remembers the client and what it missed.
  case connected(sessionWasKept: Bool)
  /// The connection is lost or could not be made; it is tried again.
  case disconnected(Fault)
  case subscribed(filter: String)
  case subscriptionRefused(Fault)
}

/// A client of a broker of MQTT 5, through libmosquitto, with a thread of its own.
///
/// It connects, subscribes, and connects again for as long as it runs, waiting longer each time.
/// A message of quality *at least once* is acknowledged only after `onMessage` has returned: what was
/// not dealt with when the program ended is sent again, because the broker keeps the session.
/// A slow `onMessage` therefore holds the broker back, which is what it should do.
public final class MQTTClient: @unchecked Sendable {
  public let settings: MQTTSettings
  // The library locks it; destroyed with the client, when its thread is gone.
  private let handle: OpaquePointer
  private let session: MQTTSession
  private let isStopping = Atomic<Bool>(false)
  private let wasStarted = Atomic<Bool>(false)
  private let stopBell = DispatchSemaphore(value: 0)
  private let hasEnded = DispatchSemaphore(value: 0)
  private let loopThread = Mutex<pthread_t?>(nil)

  private static let isReady: Bool = mosquitto_lib_init() == Int32(MOSQ_ERR_SUCCESS.rawValue)

  /// - Parameters:
  ///   - onMessage: called on the client's thread, one message after another. It must not publish
  ///     through this client.
  ///   - onEvent: called on the client's thread.
  /// - Throws: `mqtt_bad_settings`, `mqtt_bad_filter`, `mqtt_unavailable`.
  public init(
    _ settings: MQTTSettings, subscriptions: [MQTTSubscription] = [],
    onMessage: @escaping @Sendable (MQTTMessage) -> Void = { _ in },
    onEvent: @escaping @Sendable (MQTTEvent) -> Void = { _ in }
  ) throws(Fault) {
    try settings.check()
    for subscription in subscriptions
    where !MQTTSettings.isFilter(subscription.filter)
      || !MQTTSettings.isFilter(subscription.wholeFilter)
    {
      throw Fault(
        "mqtt_bad_filter", "\"\(subscription.wholeFilter.prefix(200))\" is no topic filter",
        remedy: "write levels separated by /, + for one level, # for the rest")
    }
    self.settings = settings
    let scheme = settings.security == nil ? "mqtt" : "mqtts"
    session = MQTTSession(
      broker: "\(scheme)://\(settings.host):\(settings.port)", subscriptions: subscriptions,
      onMessage: onMessage, onEvent: onEvent)
    guard MQTTClient.isReady,
      let handle = mosquitto_new(
        settings.clientID, settings.startsClean, Unmanaged.passUnretained(session).toOpaque())
    else {
      throw Fault(
        "mqtt_unavailable", "the library mosquitto cannot be started",
        remedy: "check the free memory")
    }
    self.handle = handle
    try prepare()
  }

  deinit { mosquitto_destroy(handle) }

  public var isConnected: Bool { session.isConnected }

  /// Begins to connect; returns at once.
  public func start() {
    guard !wasStarted.exchange(true, ordering: .relaxed) else { return }
    let thread = Thread { [self] in
      loopThread.withLock { $0 = pthread_self() }
      run()
      hasEnded.signal()
    }
    thread.name = "mqtt"
    thread.start()
  }

  /// Takes leave of the broker, which keeps the session.
  ///
  /// - Parameter graceSeconds: how long to wait for it.
  public func stop(graceSeconds: Double = 2) {
    guard !isStopping.exchange(true, ordering: .relaxed) else { return }
    stopBell.signal()
    guard wasStarted.load(ordering: .relaxed) else { return }
    _ = hasEnded.wait(timeout: .now() + max(0, graceSeconds))
  }

  /// Publishes a message and waits until the broker has acknowledged it (or, at most once, until it is
  /// on its way). Waits for the connection where there is none.
  ///
  /// - Parameter timeoutSeconds: for all of it.
  /// - Throws: `mqtt_not_connected` where it was never sent; `mqtt_not_acknowledged` where it may or
  ///   may not have arrived; `mqtt_not_published` where it cannot or must not be sent.
  public func publish(_ message: MQTTMessage, timeoutSeconds: Double) throws(Fault) {
    let broker = session.broker
    let thread = loopThread.withLock { $0 }
    if let thread, pthread_equal(thread, pthread_self()) != 0 {
      throw MQTTFaults.notPublished(
        message.topic, "the thread that listens cannot wait for an acknowledgement", broker)
    }
    guard MQTTSettings.isTopic(message.topic), let length = Int32(exactly: message.payload.count)
    else {
      throw MQTTFaults.notPublished(
        message.topic, "this is no topic to publish to, or the message is too large", broker)
    }
    let seconds = min(max(0, timeoutSeconds), 86_400)
    let end = DispatchTime.now() + seconds
    guard session.waitForConnection(until: end) else {
      throw MQTTFaults.notConnected(message.topic, seconds, broker)
    }
    let properties = MQTTProperties(message)
    let issued = message.payload.withUnsafeBytes { bytes in
      session.issue { number in
        mosquitto_publish_v5(
          handle, &number, message.topic, length, bytes.baseAddress, message.quality.rawValue,
          message.isRetained, properties.list)
      }
    }
    // A connection that was lost this moment: the library keeps the message and sends it later.
    let isOnItsWay =
      issued.code == Int32(MOSQ_ERR_SUCCESS.rawValue)
      || issued.code == Int32(MOSQ_ERR_NO_CONN.rawValue) && message.quality != .atMostOnce
    guard isOnItsWay else {
      session.withdraw(issued.message)
      throw MQTTFaults.notPublished(
        message.topic, String(cString: mosquitto_strerror(issued.code)), broker)
    }
    guard issued.ticket.bell.wait(timeout: end) == .success else {
      session.withdraw(issued.message)
      throw MQTTFaults.notAcknowledged(message.topic, seconds, broker)
    }
    if let reason = issued.ticket.reason.withLock({ $0 }), reason >= 0x80 {
      throw MQTTFaults.notPublished(
        message.topic, String(cString: mosquitto_reason_string(reason)), broker)
    }
  }

  // MARK: Inside

  private func prepare() throws(Fault) {
    _ = mosquitto_threaded_set(handle, true)
    _ = mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5)
    _ = mosquitto_int_option(
      handle, MOSQ_OPT_RECEIVE_MAXIMUM, Int32(max(1, settings.unhandledLimit)))
    _ = mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
    mosquitto_connect_v5_callback_set(handle, mqttConnected)
    mosquitto_subscribe_v5_callback_set(handle, mqttSubscribed)
    mosquitto_publish_v5_callback_set(handle, mqttPublished)
    mosquitto_message_v5_callback_set(handle, mqttArrived)
    if settings.username != nil {
      try expect(
        mosquitto_username_pw_set(handle, settings.username, settings.password), "the user")
    }
    if let security = settings.security {
      let folder = security.authorities == nil ? "/etc/ssl/certs" : nil
      try expect(
        mosquitto_tls_set(
          handle, security.authorities, folder, security.certificate, security.key, nil),
        "a file of certificates")
    }
    if let will = settings.will { try prepare(will) }
  }

  private func prepare(_ will: MQTTMessage) throws(Fault) {
    let properties = MQTTProperties(will)
    let code = will.payload.withUnsafeBytes { bytes in
      mosquitto_will_set_v5(
        handle, will.topic, Int32(clamping: bytes.count), bytes.baseAddress, will.quality.rawValue,
        will.isRetained, properties.list)
    }
    // The will owns the list once it is set.
    if code == Int32(MOSQ_ERR_SUCCESS.rawValue) { _ = properties.release() }
    try expect(code, "the last will")
  }

  private func expect(_ code: Int32, _ what: String) throws(Fault) {
    guard code != Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
    throw Fault(
      "mqtt_bad_settings", at: .init(session.broker),
      "\(what) cannot be used: \(String(cString: mosquitto_strerror(code)))",
      remedy: "correct it in the settings of the broker")
  }

  /// Connects, listens, waits, connects again.
  private func run() {
    var wait = settings.firstRetrySeconds
    var told: Fault?
    while !isStopping.load(ordering: .relaxed) {
      session.beginAttempt()
      let code = attempt()
      let (wasAnswered, refusal) = session.endAttempt()
      guard !isStopping.load(ordering: .relaxed) else { break }
      if wasAnswered {
        wait = settings.firstRetrySeconds
        told = nil
      }
      let fault = refusal ?? MQTTFaults.library(code, session.broker)
      // The same trouble is told once, however often it is met.
      if fault != told { session.tell(.disconnected(fault)) }
      told = fault
      if stopBell.wait(timeout: .now() + max(0.01, wait)) == .success { break }
      wait = min(wait * 2, settings.longestRetrySeconds)
    }
    takeLeave()
  }

  /// One connection from its beginning to its end.
  ///
  /// - Returns: why it ended.
  private func attempt() -> Int32 {
    let properties = MQTTProperties()
    properties.add(MQTT_PROP_SESSION_EXPIRY_INTERVAL, settings.sessionExpirySeconds)
    properties.add(MQTT_PROP_MAXIMUM_PACKET_SIZE, max(1024, settings.largestMessage))
    var code = mosquitto_connect_bind_v5(
      handle, settings.host, Int32(settings.port), Int32(settings.keepAliveSeconds), nil,
      properties.list)
    while code == Int32(MOSQ_ERR_SUCCESS.rawValue), !isStopping.load(ordering: .relaxed) {
      code = mosquitto_loop(handle, MQTTClient.loopMilliseconds, 1)
    }
    return code
  }

  /// How soon a stop is noticed; bytes and publishing wake the loop at once.
  private static let loopMilliseconds: Int32 = 100

  private func takeLeave() {
    guard mosquitto_disconnect_v5(handle, 0, nil) == Int32(MOSQ_ERR_SUCCESS.rawValue) else {
      return
    }
    for _ in 0..<10 {
      let code = mosquitto_loop(handle, MQTTClient.loopMilliseconds, 1)
      guard code == Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
    }
  }
}
