import Hydromet

extension Settlement {
  /// Three posts in each township and the heads of the villages where most people are in danger.
  ///
  /// The numbers begin with 1000000: no line in the country has such a number.
  func contacts(for points: [HazardPoint]) -> [Contact] {
    var chance = SplitMix64(seed: seed, subject: "contacts")
    var contacts: [Contact] = []
    func add(
      _ role: String, _ place: String, hazard: Hazard?, from level: RiskLevel, order: Int,
      deputy: String?
    ) {
      let number = contacts.count + 1
      contacts.append(
        Contact(
          id: "C\(padded(number, 3))", name: Settlement.personName(&chance), role: role,
          address: String(10_000_000_000 + number), channel: "voice", place: place,
          hazard: hazard, minimumLevel: level, order: order, deputy: deputy))
    }
    for township in townships {
      let deputy = "C\(padded(contacts.count + 3, 3))"
      add("duty", township.code, hazard: nil, from: .blue, order: 1, deputy: deputy)
      add("mayor", township.code, hazard: nil, from: .orange, order: 2, deputy: deputy)
      add("deputy", township.code, hazard: nil, from: .red, order: 3, deputy: nil)
    }
    for point in points where point.hazard == .flashFlood && (point.people ?? 0) >= 300 {
      add("village_head", point.id, hazard: .flashFlood, from: .yellow, order: 1, deputy: nil)
    }
    return contacts
  }

  private static let familyNames = [
    "李", "王", "张", "陈", "杨", "罗", "周", "何", "邓", "田", "吴", "赵", "冉", "谭", "向", "蒲",
  ]
  private static let givenNames = [
    "溪云", "山青", "雨晴", "河清", "岭松", "石泉", "竹声", "月明", "川平", "禾丰", "岸柳", "林深",
  ]

  private static func personName(_ chance: inout SplitMix64) -> String {
    (chance.element(of: familyNames) ?? "") + (chance.element(of: givenNames) ?? "")
  }
}
