import Hydromet

/// Reads `contacts.csv`. Faults name rows and ids, never numbers or addresses: those are people.
struct ContactTable {
  private(set) var contacts: [Located<Contact>] = []
  let table: DistrictTable

  init?(path: String, _ findings: inout Findings) {
    guard
      let table = DistrictTable(
        path: path,
        required: ["id", "name", "role", "channel", "address", "place", "minimum_level", "order"],
        optional: ["hazard", "deputy"], &findings)
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
    let channel = table.filled(row, "channel", &findings)?.lowercased()
    let address = address(table, row, channel: channel, &findings)
    let place = table.filled(row, "place", &findings)
    let hazardText = table.text(row, "hazard")
    let isForAll = ["", "*"].contains(hazardText)
    let hazard = isForAll ? nil : table.choice(row, "hazard", as: Hazard.self, &findings)
    let level = table.level(row, "minimum_level", &findings)
    let order = table.integer(row, "order", 1...10_000, &findings)
    guard let id, table.unique(id, row, "id", &seen, &findings), let name, let role, let channel,
      let address, let place, isForAll || hazard != nil, let level, let order
    else { return nil }
    let deputy = table.text(row, "deputy")
    return Contact(
      id: id, name: name, role: role, address: address, channel: channel, place: place,
      hazard: hazard, minimumLevel: level, order: order, deputy: deputy.isEmpty ? nil : deputy)
  }

  private static func address(
    _ table: DistrictTable, _ row: Int, channel: String?, _ findings: inout Findings
  ) -> String? {
    let address = table.text(row, "address")
    let digits = address.unicodeScalars.lazy.filter { ("0"..."9").contains($0) }.count
    let isUsable: Bool
    switch channel {
    case "voice", "sms", "phone", "fax": isUsable = digits >= 3
    case "email", "mail": isUsable = address.contains("@")
    default: isUsable = true
    }
    guard !address.isEmpty, isUsable else {
      findings.fault(
        "no_address", at: table.location(row, "address"),
        address.isEmpty
          ? "the contact has no number or address"
          : "the address does not fit the channel \(channel ?? "")",
        remedy: "write the telephone number or address at which the contact answers")
      return nil
    }
    return address
  }
}
