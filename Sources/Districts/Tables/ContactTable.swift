import Hydromet

/// Reads `contacts.csv`. Faults name rows and ids, never numbers or addresses: those are people.
struct ContactTable {
  /// Columns that a short table does without.
  static let listColumns = ["list", "helps", "shift", "valid_from", "valid_to", "reviewed"]

  private(set) var contacts: [Located<Contact>] = []
  let table: DistrictTable

  init?(path: String, _ findings: inout Findings) {
    guard
      let table = DistrictTable(
        path: path,
        required: ["id", "name", "role", "channel", "address", "place", "minimum_level", "order"],
        optional: ["hazard", "deputy", "more_ways"] + ContactTable.listColumns, &findings)
    else { return nil }
    self.table = table
    var seen: [String: Int] = [:]
    for row in table.rows {
      if let contact = ContactTable.read(table, row, &seen, &findings) {
        contacts.append(Located(value: contact, row: row))
      }
    }
  }

  private static func read(
    _ table: DistrictTable, _ row: Int, _ seen: inout [String: Int], _ findings: inout Findings
  ) -> Contact? {
    let id = table.filled(row, "id", &findings)
    let name = table.filled(row, "name", &findings)
    let role = table.filled(row, "role", &findings)
    let ways = ways(table, row, &findings)
    let place = table.filled(row, "place", &findings)
    let hazardText = table.text(row, "hazard")
    let isForAll = ["", "*"].contains(hazardText)
    let hazard = isForAll ? nil : table.choice(row, "hazard", as: Hazard.self, &findings)
    let level = table.level(row, "minimum_level", &findings)
    let order = table.integer(row, "order", 1...10_000, &findings)
    guard let id, isPlain(id, table, row, &findings), table.unique(id, row, "id", &seen, &findings),
      let name, let role, let ways, let place, isForAll || hazard != nil, let level, let order
    else { return nil }
    let deputy = table.text(row, "deputy")
    var contact = Contact(
      id: id, name: name, role: role, ways: ways, place: place, hazard: hazard,
      minimumLevel: level, order: order, deputy: deputy.isEmpty ? nil : deputy)
    readList(table, row, into: &contact, &findings)
    return contact
  }

  /// Ids stand in lists and keys, so they have no marks that part such.
  private static func isPlain(
    _ id: String, _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> Bool {
    guard id.contains(where: { "|,;/ ".contains($0) }) else { return true }
    findings.fault(
      "bad_id", at: table.location(row, "id"), "the id holds a blank or one of | , ; /",
      remedy: "use letters, digits, - and _")
    return false
  }

  private static func readList(
    _ table: DistrictTable, _ row: Int, into contact: inout Contact, _ findings: inout Findings
  ) {
    if !table.text(row, "list").isEmpty {
      contact.list = table.choice(row, "list", as: Contact.List.self, &findings) ?? .duty
    }
    if !table.text(row, "shift").isEmpty {
      contact.shift = table.choice(row, "shift", as: Contact.Shift.self, &findings) ?? .any
    }
    if !table.text(row, "helps").isEmpty { contact.helps = table.filled(row, "helps", &findings) }
    contact.validFrom = table.day(row, "valid_from", &findings)
    contact.validTo = table.day(row, "valid_to", &findings).map { $0 + 86_400 }
    contact.reviewed = table.day(row, "reviewed", &findings)
    if let from = contact.validFrom, let to = contact.validTo, to <= from {
      findings.fault(
        "reversed_dates", at: table.location(row, "valid_to"),
        "the entry ends before it begins", remedy: "exchange or correct the two days")
    }
  }

  /// `channel` and `address`, then `more_ways` as `sms=13900000001;email=a@example.org`.
  private static func ways(
    _ table: DistrictTable, _ row: Int, _ findings: inout Findings
  ) -> [Contact.Way]? {
    let channel = table.filled(row, "channel", &findings)?.lowercased()
    let address = address(
      table.text(row, "address"), table, row, "address", channel: channel, &findings)
    guard let channel, let address else { return nil }
    var ways = [Contact.Way(channel: channel, address: Address(address))]
    for part in table.text(row, "more_ways").split(separator: ";") {
      let sides = part.split(separator: "=", maxSplits: 1).map(trimmed)
      guard sides.count == 2, !sides[0].isEmpty else {
        findings.fault(
          "bad_ways", at: table.location(row, "more_ways"), "the further ways cannot be read",
          remedy: "write channel=address;channel=address")
        return nil
      }
      let name = sides[0].lowercased()
      guard
        let more = self.address(sides[1], table, row, "more_ways", channel: name, &findings)
      else { return nil }
      ways.append(Contact.Way(channel: name, address: Address(more)))
    }
    return ways
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  private static func address(
    _ address: String, _ table: DistrictTable, _ row: Int, _ column: String, channel: String?,
    _ findings: inout Findings
  ) -> String? {
    let digits = address.unicodeScalars.lazy.filter { ("0"..."9").contains($0) }.count
    let isPlain = address.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    let isUsable: Bool
    switch channel {
    case "voice", "sms", "phone", "fax", "modem": isUsable = digits >= 3
    case "email", "mail": isUsable = address.contains("@")
    default: isUsable = true
    }
    guard !address.isEmpty, isUsable, isPlain, address.count <= 200 else {
      findings.fault(
        "no_address", at: table.location(row, column),
        address.isEmpty
          ? "the contact has no number or address"
          : "the address does not fit the channel \(channel ?? "")",
        remedy: "write the telephone number or address at which the contact answers")
      return nil
    }
    return address
  }
}
