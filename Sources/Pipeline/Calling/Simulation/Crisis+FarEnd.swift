import Archive
import Hydromet
import Warn

/// What arrives at people, and what they answer.
extension Crisis {
  func deliver() throws(Fault) {
    let now = clock.monotonicSeconds
    var due = underway.filter { $0.ends <= now }
    underway.removeAll { $0.ends <= now }
    while let item = due.popLast() {
      // A channel may take a message and say that it did not.
      if item.succeeds || chance.happens(0.05) { arrive(item.call) }
      guard let engine = engines[item.engine] else { continue }
      let outcome = DeliveryOutcome(
        id: item.call.id, result: item.succeeds ? .delivered : .failed, detail: "simulated")
      do throws(Fault) {
        try engine.settle([outcome])
      } catch {
        guard error.code == "sudden_death" || error.code == "lease_lost" else { throw error }
        if error.code == "sudden_death" { kill(item.engine) }
      }
    }
  }

  func arrive(_ call: ClaimedCall) {
    received[call.key, default: 0] += 1
    receivedBy[call.id] = call.person
    guard call.needsAnswer, received[call.key] == 1, let delay = answerDelay[call.person],
      chance.happens(0.7)
    else { return }
    answers.append((clock.monotonicSeconds + Double(delay), call))
  }

  func answer() throws(Fault) {
    let now = clock.monotonicSeconds
    let due = answers.filter { $0.at <= now }
    answers.removeAll { $0.at <= now }
    for (_, call) in due {
      _ = try ledger.answerCall(
        .delivery(call.id), person: call.person, way: "link", words: "收到", at: clock.now)
      closedChains.formUnion(call.chains)
    }
  }
}
