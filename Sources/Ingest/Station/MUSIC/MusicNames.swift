import Hydromet

/// A name of a reply as a small number: what it says of the reply or the row, a value, or a value's quality.
struct MusicName: Hashable {
  let number: Int

  static let returnCode = MusicName(number: 0)
  static let returnMessage = MusicName(number: 1)
  static let rowCount = MusicName(number: 2)
  static let station = MusicName(number: 3)
  static let stationNumber = MusicName(number: 4)
  static let latitude = MusicName(number: 5)
  static let longitude = MusicName(number: 6)
  static let time = MusicName(number: 7)
  static let year = MusicName(number: 8)
  static let month = MusicName(number: 9)
  static let day = MusicName(number: 10)
  static let hour = MusicName(number: 11)
  static let minute = MusicName(number: 12)

  private static let keys = [
    "returncode", "returnmessage", "rowcount", "station_id_c", "station_id_d", "lat", "lon",
    "datetime", "year", "mon", "day", "hour", "min",
  ]

  /// How many names there are.
  static let count = keys.count + 2 * MusicColumn.all.count

  /// The column whose values the name heads; nil for any other name.
  var column: MusicColumn? {
    let place = number - MusicName.keys.count
    return place >= 0 && place % 2 == 0 ? MusicColumn.all[place / 2].column : nil
  }

  /// The name of the quality codes of this name's values.
  var quality: MusicName { MusicName(number: number + 1) }

  private static let known: [String: MusicName] = {
    var known: [String: MusicName] = [:]
    for (number, key) in keys.enumerated() { known[key] = MusicName(number: number) }
    for (place, column) in MusicColumn.all.enumerated() {
      let value = MusicName(number: keys.count + 2 * place)
      known[column.name] = value
      known["q_" + column.name] = value.quality
    }
    return known
  }()

  /// - Returns: nil for a name that nothing is read of.
  init?(_ text: String) {
    guard let known = MusicName.known[text.lowercased()] else { return nil }
    self = known
  }

  private init(number: Int) { self.number = number }
}

/// What the values under a name are.
struct MusicColumn {
  let element: Element
  /// s; nil is the feed's step.
  let seconds: Int?
  /// The hour of Beijing time at which the period ends; nil for the row's time.
  var endHour: Int? = nil

  static let all: [(name: String, column: MusicColumn)] = {
    var all: [(String, MusicColumn)] = [
      ("pre", MusicColumn(element: .rain, seconds: nil)),
      ("tem", MusicColumn(element: .temperature, seconds: 0)),
      ("rhu", MusicColumn(element: .humidity, seconds: 0)),
      ("prs", MusicColumn(element: .pressure, seconds: 0)),
      ("pre_10min", MusicColumn(element: .rain, seconds: 600)),
      ("pre_5min", MusicColumn(element: .rain, seconds: 300)),
      ("pre_1min", MusicColumn(element: .rain, seconds: 60)),
      ("pre_time_2020", MusicColumn(element: .rain, seconds: 86_400, endHour: 20)),
      ("pre_time_0808", MusicColumn(element: .rain, seconds: 86_400, endHour: 8)),
      ("pre_time_2008", MusicColumn(element: .rain, seconds: 43_200, endHour: 8)),
      ("pre_time_0820", MusicColumn(element: .rain, seconds: 43_200, endHour: 20)),
      ("win_d_inst", MusicColumn(element: .windDirection, seconds: 0)),
      ("win_s_inst", MusicColumn(element: .windSpeed, seconds: 0)),
    ]
    for hours in [1, 2, 3, 6, 12, 24] {
      all.append(("pre_\(hours)h", MusicColumn(element: .rain, seconds: hours * 3600)))
    }
    for minutes in [1, 2, 10] {
      for name in ["avg_\(minutes)mi", "\(minutes)mi_avg"] {
        all.append(
          ("win_d_" + name, MusicColumn(element: .windDirection, seconds: minutes * 60)))
        all.append(("win_s_" + name, MusicColumn(element: .windSpeed, seconds: minutes * 60)))
      }
    }
    return all
  }()
}

/// One row of a reply: the names that mean something and what stands for them, in their order, as ranges
/// of the text. Of a name that stands twice the later value counts.
struct MusicRow {
  private(set) var members: [(name: MusicName, value: Range<Int>)] = []

  private let text: StationText
  /// By name, the index in `members` + 1; 0 where the row has none.
  private var places = [Int](repeating: 0, count: MusicName.count)
  /// The names of the row before, by their place in the row: the next row mostly has the same.
  private var expected: [(spelling: Range<Int>, name: MusicName?)] = []
  private var position = 0

  /// The names that a row may have, those that mean nothing among them.
  private static let limit = 1024

  init(_ text: StationText) {
    self.text = text
  }

  subscript(name: MusicName) -> Range<Int>? {
    let place = places[name.number]
    return place == 0 ? nil : members[place - 1].value
  }

  mutating func removeAll() {
    for member in members { places[member.name.number] = 0 }
    members.removeAll(keepingCapacity: true)
    position = 0
  }

  /// Adds a name and its value.
  mutating func add(_ spelling: Range<Int>, _ value: Range<Int>) {
    guard position < MusicRow.limit else { return }
    let name = self.name(spelling)
    position += 1
    guard let name else { return }
    let place = places[name.number]
    if place != 0 { drop(place - 1) }
    members.append((name, value))
    places[name.number] = members.count
  }

  private mutating func name(_ spelling: Range<Int>) -> MusicName? {
    if position < expected.count, text.isEqual(expected[position].spelling, spelling) {
      return expected[position].name
    }
    let name = MusicName(text.string(spelling.prefixRange(MusicRow.limit)))
    if position < expected.count {
      expected[position] = (spelling, name)
    } else {
      expected.append((spelling, name))
    }
    return name
  }

  private mutating func drop(_ index: Int) {
    members.remove(at: index)
    for (index, member) in members.enumerated() { places[member.name.number] = index + 1 }
  }
}
