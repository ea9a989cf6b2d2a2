import CMosquitto
import Dispatch
import Glibc
import Hydromet
import Synchronization

/// What the library's callbacks and the client's callers share about one connection.
final class MQTTSession: Sendable {
  /// A published message whose acknowledgement somebody waits for.
  final class Ticket: Sendable {
    let bell = DispatchSemaphore(value: 0)
    let reason = Mutex<Int32?>(nil)
  }

  private struct State {
    var isConnected = false
    /// Whether the broker has answered since the last attempt.
    var wasAnswered = false
    var refusal: Fault?
    var tickets: [Int32: Ticket] = [:]
    var subscribing: [Int32: String] = [:]
    var waitingForConnection: [DispatchSemaphore] = []
  }

  let broker: String
  private let state = Mutex(State())
  private let subscriptions: [MQTTSubscription]
  private let onMessage: @Sendable (MQTTMessage) -> Void
  private let onEvent: @Sendable (MQTTEvent) -> Void

  init(
    broker: String, subscriptions: [MQTTSubscription],
    onMessage: @escaping @Sendable (MQTTMessage) -> Void,
    onEvent: @escaping @Sendable (MQTTEvent) -> Void
  ) {
    self.broker = broker
    self.subscriptions = subscriptions
    self.onMessage = onMessage
    self.onEvent = onEvent
  }

  var isConnected: Bool { state.withLock { $0.isConnected } }

  func tell(_ event: MQTTEvent) { onEvent(event) }

  /// Forgets the last connection before the next attempt.
  func beginAttempt() {
    state.withLock { state in
      state.isConnected = false
      state.wasAnswered = false
      state.refusal = nil
      state.subscribing = [:]
    }
  }

  /// - Returns: whether it had been a connection, and why the broker refused one.
  func endAttempt() -> (wasAnswered: Bool, refusal: Fault?) {
    state.withLock { state in
      state.isConnected = false
      return (state.wasAnswered, state.refusal)
    }
  }

  /// Waits until there is a connection.
  func waitForConnection(until end: DispatchTime) -> Bool {
    let bell = DispatchSemaphore(value: 0)
    let isThere = state.withLock { state in
      if !state.isConnected { state.waitingForConnection.append(bell) }
      return state.isConnected
    }
    return isThere || bell.wait(timeout: end) == .success
  }

  /// Publishes under the lock, so that an acknowledgement finds its ticket however quick it is.
  func issue(_ publish: (inout Int32) -> Int32) -> (code: Int32, message: Int32, ticket: Ticket) {
    let ticket = Ticket()
    return state.withLock { state in
      var number: Int32 = 0
      let code = publish(&number)
      if number != 0 { state.tickets[number] = ticket }
      return (code, number, ticket)
    }
  }

  func withdraw(_ message: Int32) {
    state.withLock { _ = $0.tickets.removeValue(forKey: message) }
  }

  // MARK: What the library reports

  fileprivate func connected(_ handle: OpaquePointer, reason: Int32, flags: Int32) {
    guard reason == 0 else {
      let fault = MQTTFaults.refusedConnection(reason, broker)
      state.withLock { state in
        state.wasAnswered = false
        state.refusal = fault
      }
      return
    }
    for subscription in subscriptions {
      var number: Int32 = 0
      let filter = subscription.wholeFilter
      // Retained messages come with the first subscription only; shared ones never bring them.
      let options = subscription.group == nil ? Int32(MQTT_SUB_OPT_SEND_RETAIN_NEW.rawValue) : 0
      let code = mosquitto_subscribe_v5(
        handle, &number, filter, subscription.quality.rawValue, options, nil)
      guard code == Int32(MOSQ_ERR_SUCCESS.rawValue) else {
        onEvent(.subscriptionRefused(MQTTFaults.refusedSubscription(filter, code, broker)))
        continue
      }
      state.withLock { $0.subscribing[number] = filter }
    }
    let waiting = state.withLock { state in
      state.isConnected = true
      state.wasAnswered = true
      defer { state.waitingForConnection = [] }
      return state.waitingForConnection
    }
    onEvent(.connected(sessionWasKept: flags & 1 != 0))
    for bell in waiting { bell.signal() }
  }

  fileprivate func subscribed(_ number: Int32, granted: [Int32]) {
    let filter = state.withLock { $0.subscribing.removeValue(forKey: number) }
    guard let filter else { return }
    for code in granted {
      onEvent(
        code < 0x80
          ? .subscribed(filter: filter)
          : .subscriptionRefused(MQTTFaults.refusedSubscription(filter, code, broker)))
    }
  }

  fileprivate func published(_ number: Int32, reason: Int32) {
    guard let ticket = state.withLock({ $0.tickets.removeValue(forKey: number) }) else { return }
    ticket.reason.withLock { $0 = reason }
    ticket.bell.signal()
  }

  fileprivate func arrived(_ message: mosquitto_message, _ properties: OpaquePointer?) {
    guard let topic = message.topic else { return }
    let bytes = UnsafeRawBufferPointer(
      start: message.payload, count: message.payload == nil ? 0 : max(0, Int(message.payloadlen)))
    onMessage(
      MQTTMessage(
        topic: String(cString: topic), payload: Array(bytes),
        quality: .init(rawValue: message.qos) ?? .atMostOnce, isRetained: message.retain,
        contentType: MQTTProperties.text(MQTT_PROP_CONTENT_TYPE, in: properties),
        expirySeconds: MQTTProperties.number(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, in: properties),
        userProperties: MQTTProperties.userProperties(in: properties)))
  }
}

// The library calls these from the client's own thread. They are free and not isolated: it knows no actors.

private func session(_ data: UnsafeMutableRawPointer?) -> MQTTSession? {
  data.map { Unmanaged<MQTTSession>.fromOpaque($0).takeUnretainedValue() }
}

func mqttConnected(
  _ handle: OpaquePointer?, _ data: UnsafeMutableRawPointer?, _ reason: Int32, _ flags: Int32,
  _ properties: OpaquePointer?
) {
  guard let handle else { return }
  session(data)?.connected(handle, reason: reason, flags: flags)
}

func mqttSubscribed(
  _ handle: OpaquePointer?, _ data: UnsafeMutableRawPointer?, _ number: Int32, _ count: Int32,
  _ granted: UnsafePointer<Int32>?, _ properties: OpaquePointer?
) {
  let codes = granted.map { Array(UnsafeBufferPointer(start: $0, count: max(0, Int(count)))) } ?? []
  session(data)?.subscribed(number, granted: codes)
}

func mqttPublished(
  _ handle: OpaquePointer?, _ data: UnsafeMutableRawPointer?, _ number: Int32, _ reason: Int32,
  _ properties: OpaquePointer?
) {
  session(data)?.published(number, reason: reason)
}

func mqttArrived(
  _ handle: OpaquePointer?, _ data: UnsafeMutableRawPointer?,
  _ message: UnsafePointer<mosquitto_message>?, _ properties: OpaquePointer?
) {
  guard let message else { return }
  session(data)?.arrived(message.pointee, properties)
}
