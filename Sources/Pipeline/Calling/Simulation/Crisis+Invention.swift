import Archive
import Hydromet
import Warn

/// The places, people, channels and orders of a crisis.
extension Crisis {
  func invent() {
    var plan = CallPlan(
      name: "crisis",
      steps: [
        .init(who: .everybody, waitSeconds: 60 + chance.below(240), tries: 1 + chance.below(3))
      ], pauseSeconds: 30 + chance.below(120))
    if chance.happens(0.2) { plan.rounds = 1 + chance.below(3) }
    if chance.happens(0.2) {
      plan.steps.append(.init(who: .role("chief"), waitSeconds: 90, tries: 2))
    }
    for place in places {
      for order in 0...chance.below(3) { invent(place, order) }
    }
    contacts.append(contact("\(name)-desk", place: "*", order: 1))
    // One person for several places: a storm of calls meets them.
    if chance.happens(0.5) {
      for place in places { contacts.append(contact("\(name)-leader", place: place, order: 9)) }
    }
    for channel in channels {
      channelIsDead[channel] = chance.happens(0.2)
      channelFails[channel] = chance.happens(0.5) ? 0.4 : 0.02
      channelDelay[channel] = chance.happens(0.3) ? 1 + chance.below(100) : 1
    }
    channelDelay[ContactDirectory.sheetChannel] = 0
    book = CallBook(
      directory: ContactDirectory(contacts: contacts, channels: Set(channels)), plan: plan)
    inventOrders()
  }

  func invent(_ place: String, _ order: Int) {
    let id = "\(place)-\(order)"
    var made = contact(
      id, place: place, order: order + 1,
      deputy: chance.happens(0.3) ? "\(place)-\(chance.below(3))" : nil)
    if chance.happens(0.1) { made.list = .helper }
    if chance.happens(0.1) { made.list = .household }
    if chance.happens(0.2) { made.shift = chance.happens(0.5) ? .day : .night }
    contacts.append(made)
  }

  func contact(_ id: String, place: String, order: Int, deputy: String? = nil) -> Contact {
    let ways = (0...chance.below(3)).map { _ in
      Contact.Way(channel: channels[chance.below(channels.count)], address: Address("10000000000"))
    }
    if answerDelay[id] == nil, chance.happens(0.6) { answerDelay[id] = 5 + chance.below(1500) }
    return Contact(
      id: id, name: id, role: order == 1 ? "chief" : "duty", ways: ways, place: place, hazard: nil,
      minimumLevel: .blue, order: order, deputy: deputy)
  }

  func inventOrders() {
    for warning in 0...chance.below(2) {
      let begins = Double(chance.below(1200))
      let seconds = 1800 + chance.below(14_400)
      let chosen = places.filter { _ in chance.happens(0.8) }
      order(warning, .alert, chosen.isEmpty ? places : chosen, at: begins, lasts: seconds)
      if chance.happens(0.3) {
        order(warning, .upgrade, places, at: begins + Double(chance.below(3600)), lasts: seconds)
      }
      if chance.happens(0.2) {
        order(warning, .inform, places, at: begins + Double(chance.below(3600)), lasts: seconds)
      }
      if chance.happens(0.4) {
        order(warning, .cancel, places, at: begins + Double(chance.below(seconds)), lasts: seconds)
      }
    }
    orders.sort { $0.at < $1.at }
  }

  func order(
    _ warning: Int, _ kind: CallOrder.Kind, _ places: [String], at: Double, lasts seconds: Int
  ) {
    let issued = started + Int(at)
    orders.append(
      (
        1000 + at,
        CallOrder(
          id: "\(name)-\(warning)-\(kind.rawValue)-\(orders.count)", warning: "\(name)-\(warning)",
          kind: kind, hazard: .flashFlood, level: kind == .upgrade ? .red : .orange,
          places: places, headline: "测试", text: "测试", issued: issued, expires: issued + seconds,
          isRehearsal: false)
      ))
  }
}
