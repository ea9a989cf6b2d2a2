import Hydromet

/// A name of a reply: what it says of the reply or the row, a value, or a value's quality.
enum MusicName: Hashable {
  case key(Key)
  /// Values, by their place in `MusicColumn.all`.
  case value(Int)
  /// The CMA quality codes of those values.
  case quality(Int)

  enum Key: String, CaseIterable {
    case returnCode = "returncode"
    case returnMessage = "returnmessage"
    case rowCount = "rowcount"
    case station = "station_id_c"
    case stationNumber = "station_id_d"
    case latitude = "lat"
    case longitude = "lon"
    case time = "datetime"
    case year, day, hour
    case month = "mon"
    case minute = "min"
  }

  private static let known: [String: MusicName] = {
    var known: [String: MusicName] = [:]
    for key in Key.allCases { known[key.rawValue] = .key(key) }
    for (place, column) in MusicColumn.all.enumerated() {
      known[column.name] = .value(place)
      known["q_" + column.name] = .quality(place)
    }
    return known
  }()

  /// - Returns: nil for a name that nothing is read of.
  init?(_ text: String) {
    guard let known = MusicName.known[text.lowercased()] else { return nil }
    self = known
  }
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
  /// The names of the row before, by their place in the row: the next row mostly has the same.
  private var expected: [(spelling: Range<Int>, name: MusicName?)] = []
  private var position = 0

  /// The names that a row may have, those that mean nothing among them.
  private static let limit = 1024

  init(_ text: StationText) {
    self.text = text
  }

  subscript(key: MusicName.Key) -> Range<Int>? { value(of: .key(key)) }

  /// A row has few names that mean something.
  func value(of name: MusicName) -> Range<Int>? {
    members.first { $0.name == name }?.value
  }

  mutating func removeAll() {
    members.removeAll(keepingCapacity: true)
    position = 0
  }

  /// Adds a name and its value.
  mutating func add(_ spelling: Range<Int>, _ value: Range<Int>) {
    guard position < MusicRow.limit else { return }
    let name = self.name(spelling)
    position += 1
    guard let name else { return }
    if let place = members.firstIndex(where: { $0.name == name }) { members.remove(at: place) }
    members.append((name, value))
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
}
