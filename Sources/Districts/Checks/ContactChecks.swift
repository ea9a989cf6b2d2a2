import Hydromet
import Warn

/// Whether the call list names places and people that exist, each once.
enum ContactChecks {
  static func check(
    _ table: ContactTable, townships: [Township], points: [HazardPoint],
    townshipsPath: String, _ findings: inout Findings
  ) {
    let codes = Set(townships.map(\.code))
    let pointIds = Set(points.map(\.id))
    let ids = Set(table.contacts.map(\.value.id))
    for contact in table.contacts {
      let place = contact.value.place
      let isVillage =
        ContactDirectory.township(ofVillage: place).map { codes.contains($0) } ?? false
      if place != "*", !codes.contains(place), !pointIds.contains(place), !isVillage {
        findings.fault(
          "unknown_place", at: table.table.location(contact.row, "place"),
          "there is no township and no hazard point \(place)",
          remedy:
            "write a township's or village's code, a hazard point's id, or * for the whole district"
        )
      }
      if let deputy = contact.value.deputy, !ids.contains(deputy) {
        findings.fault(
          "unknown_deputy", at: table.table.location(contact.row, "deputy"),
          "there is no contact \(deputy)", remedy: "write the id of a contact of this table")
      }
    }
    checkOrders(table, &findings)
    checkDeputies(table, &findings)
    let uncovered = uncovered(townships, points: points, contacts: table.contacts.map(\.value))
    if !uncovered.isEmpty {
      findings.warn(
        "nobody_to_call", at: .init(townshipsPath),
        "\(uncovered.count) townships have nobody of their own to call: "
          + uncovered.map(\.name).listed(),
        remedy: "add a contact for each to contacts.csv")
    }
  }

  /// Two people of one place and hazard must not have the same turn.
  private static func checkOrders(_ table: ContactTable, _ findings: inout Findings) {
    struct Turn: Hashable {
      let place: String
      let order: Int
      let shift: Contact.Shift
    }
    var turns: [Turn: [Located<Contact>]] = [:]
    for contact in table.contacts where contact.value.list == .duty {
      let turn = Turn(
        place: contact.value.place, order: contact.value.order, shift: contact.value.shift)
      let hazard = contact.value.hazard
      let twin = turns[turn, default: []].first {
        $0.value.hazard == hazard || $0.value.hazard == nil || hazard == nil
      }
      if let twin {
        findings.fault(
          "duplicate_order", at: table.table.location(contact.row, "order"),
          "order \(contact.value.order) of place \(contact.value.place) is taken by contact "
            + "\(twin.value.id) in line \(table.table.line(twin.row))",
          remedy: "number the contacts of a place 1, 2, 3")
      }
      // A handful of hazards part the turns of a place; more twins would only repeat the fault.
      if twin == nil { turns[turn, default: []].append(contact) }
    }
  }

  private static func checkDeputies(_ table: ContactTable, _ findings: inout Findings) {
    let contacts = Dictionary(
      table.contacts.map { ($0.value.id, $0) }, uniquingKeysWith: { first, _ in first })
    let rings = Rings.find(table.contacts.map(\.value.id)) { contacts[$0]?.value.deputy }
    for ring in rings {
      guard let first = ring.first, let contact = contacts[first] else { continue }
      findings.fault(
        "deputy_cycle", at: table.table.location(contact.row, "deputy"),
        "the deputies form a ring: \((ring + [first]).listed(20))",
        remedy: "let the last of them have no deputy")
    }
  }

  private static func uncovered(
    _ townships: [Township], points: [HazardPoint], contacts: [Contact]
  ) -> [Township] {
    let township = Dictionary(
      points.map { ($0.id, $0.township) }, uniquingKeysWith: { first, _ in first })
    let covered = Set(contacts.map { township[$0.place] ?? $0.place })
    return townships.filter { !covered.contains($0.code) }
  }
}
