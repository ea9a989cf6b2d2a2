import Archive
import Hydromet
import Warn

/// The two engines of a crisis: they start, work and die.
extension Crisis {
  /// Starts, drives and kills one of the two engines.
  func drive(_ index: Int) throws(Fault) {
    let now = clock.monotonicSeconds
    guard now >= sleepsUntil[index] else { return }
    if engines[index] == nil {
      engineCount += 1
      engines[index] = engine("\(name)-\(engineCount)")
    }
    guard let engine = engines[index] else { return }
    let wasCalling = engine.isCalling
    do throws(Fault) {
      let claimed = try engine.step().calls
      if engine.isCalling && !wasCalling { takeovers += 1 }
      for call in claimed { handOver(call, engine: index) }
      if chance.happens(0.006) { kill(index) }
    } catch {
      switch error.code {
      case "sudden_death": kill(index)
      case "lease_lost": break
      default: throw error
      }
    }
  }

  func engine(_ holder: String) -> CallEngine {
    var limits = Dictionary(
      uniqueKeysWithValues: channels.map { ($0, CallLimit(perMinute: nil, parallel: 3)) })
    limits["sms"] = CallLimit(perMinute: 20, parallel: 2)
    limits[ContactDirectory.sheetChannel] = CallLimit(parallel: 50)
    let engine = CallEngine(
      ledger: ledger, book: book, limits: limits, clock: clock, holder: holder, boot: "boot",
      series: "S")
    engine.onStage = { [unowned self] stage throws(Fault) in
      guard self.clock.monotonicSeconds < 20_000, self.chance.happens(0.0015) else { return }
      throw Fault("sudden_death", "at \(stage)", remedy: "none")
    }
    return engine
  }

  func kill(_ index: Int) {
    kills += 1
    engines[index] = nil
    sleepsUntil[index] =
      clock.monotonicSeconds + Double(chance.below(chance.happens(0.1) ? 2400 : 40))
    // What the dead process had in hand may still arrive; nobody hears of it.
    for (place, item) in underway.enumerated().reversed() where item.engine == index {
      if item.succeeds, chance.happens(0.5) { arrive(item.call) }
      underway.remove(at: place)
    }
  }

  func handOver(_ call: ClaimedCall, engine: Int) {
    let matters = Set(call.chains)
    if call.needsAnswer, matters.isSubset(of: closedChains) {
      violations.append("\(name): message \(call.id) was handed out after its answer")
    }
    let channel = call.channel
    let succeeds =
      channel == ContactDirectory.sheetChannel
      || !(channelIsDead[channel] ?? false) && !chance.happens(channelFails[channel] ?? 0)
    let seconds = Double(channelDelay[channel] ?? 0)
    underway.append((call, engine, clock.monotonicSeconds + seconds, succeeds))
  }
}
