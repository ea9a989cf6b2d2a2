import Formats
import Hydromet

/// A field of the file that may be wanted: everything but its values.
struct GRIBEntry {
  /// Position in the index, from 0, and of the field in its message.
  let message: Int
  let part: Int
  /// `message 3`.
  let name: String
  let parameter: GRIBParameter
  /// Member of an ensemble; nil where the field is no member.
  let member: Int?
  let level: String
  /// The time; nil for fields that are not read.
  let time: GRIBTime?

  init(
    _ field: GRIBField, message: Int, part: Int, _ statement: GridStatement, path: String
  ) throws(Fault) {
    self.message = message
    self.part = part
    name = field.name
    parameter = GRIBParameter(field, statement)
    let isMember =
      field.integer("edition") == 1
      ? field.integer("localDefinitionNumber") == 1 : field.integer("typeOfEnsembleForecast") != nil
    member = isMember ? field.integer("perturbationNumber") : nil
    level = "\(field.text("typeOfLevel") ?? "?") \(field.text("level") ?? "?")"
    if case .rain = parameter {
      time = try GRIBTime(field, Fault.Location(path, item: field.name))
    } else {
      time = nil
    }
  }

  var rain: GRIBRain? {
    if case .rain(let rain) = parameter { return rain }
    return nil
  }

  var words: String {
    switch parameter {
    case .rain(let rain): "\(name): \(rain.name) [\(rain.unit)]"
    case .probability(let text), .other(let text): "\(name): \(text)"
    }
  }
}

/// Chooses the fields of rain of a GRIB file: one parameter, one member, one level.
struct GRIBSelection {
  let rain: GRIBRain
  let entries: [GRIBEntry]
  let notes: [String]

  /// - Throws: `not_rain`, `unknown_variable`, `several_members`, with what the file has.
  init(_ all: [GRIBEntry], _ statement: GridStatement, path: String) throws(Fault) {
    let place = Fault.Location(path)
    var entries = try GRIBSelection.ofRain(all, statement, place)
    let codes = Set(entries.compactMap(\.rain?.code))
    guard codes.count == 1, let rain = entries.first?.rain else {
      throw GRIBSelection.unknown("several parameters may be the rain", entries, place)
    }
    var notes: [String] = []
    entries = try GRIBSelection.oneMember(entries, statement, place, &notes)
    let levels = Set(entries.map(\.level))
    guard levels.count == 1 else {
      throw GRIBSelection.unknown(
        "the rain is there on \(levels.count) levels (\(levels.sorted().joined(separator: ", ")))",
        entries, place)
    }
    if entries.count < all.count {
      notes.append("\(all.count - entries.count) of \(all.count) fields are other than the rain")
    }
    self.rain = rain
    self.entries = entries
    self.notes = notes
  }

  private static func ofRain(
    _ all: [GRIBEntry], _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> [GRIBEntry] {
    if let wanted = statement.variable {
      let number = wanted.hasPrefix("#") ? Int(wanted.dropFirst()) : nil
      let found = all.filter { entry in
        number.map { entry.message + 1 == $0 } ?? (entry.rain?.matches(wanted) ?? false)
      }
      let rain = found.filter { $0.rain != nil }
      guard rain.isEmpty else { return rain }
      if !found.isEmpty { throw notRain(found, place) }
      throw unknown("“\(wanted)” is not rain in this file", all, place)
    }
    let rain = all.filter { $0.rain.map { $0.quantity != .reflectivity } ?? false }
    if !rain.isEmpty { return rain }
    let echoes = all.filter { $0.rain != nil }
    if !echoes.isEmpty { return echoes }
    throw notRain(all, place)
  }

  private static func oneMember(
    _ entries: [GRIBEntry], _ statement: GridStatement, _ place: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> [GRIBEntry] {
    let members = Set(entries.map(\.member))
    let list = members.map { $0.map { "\($0)" } ?? "none" }.sorted {
      (Int($0) ?? -1) < (Int($1) ?? -1)
    }
    if let wanted = statement.member {
      let found = entries.filter { $0.member == wanted }
      guard !found.isEmpty else {
        throw Fault(
          "unknown_member", at: place,
          "the file has no member \(wanted); it has: \(list.joined(separator: ", "))",
          remedy: "choose one of them with `member:` or --member")
      }
      notes.append("member \(wanted) of \(members.count)")
      return found
    }
    guard members.count == 1 else {
      throw Fault(
        "several_members", at: place,
        "the file holds \(members.count) members of an ensemble: \(list.joined(separator: ", "))",
        remedy: "choose one of them with `member:` or --member")
    }
    if let only = members.first, let only { notes.append("member \(only) of an ensemble") }
    return entries
  }

  private static func notRain(_ found: [GRIBEntry], _ place: Fault.Location) -> Fault {
    let isProbability = found.contains {
      if case .probability = $0.parameter { true } else { false }
    }
    let list = Set(found.map(\.words)).sorted().prefix(12).joined(separator: "; ")
    return Fault(
      "not_rain", at: place,
      isProbability
        ? "the file holds probabilities, and a probability is not rain: \(list)"
        : "no field is known to be rain: \(list)",
      remedy: isProbability
        ? "give the amounts, of one member or of the ensemble mean"
        : "name the field with `variable:` (its short name or code) and its unit with `unit:`")
  }

  private static func unknown(
    _ problem: String, _ entries: [GRIBEntry], _ place: Fault.Location
  ) -> Fault {
    let list = Set(entries.map(\.words)).sorted().prefix(12).joined(separator: "; ")
    return Fault(
      "unknown_variable", at: place, "\(problem): \(list)",
      remedy: "name it with `variable:` or --variable: a short name, a code or a message (#3)")
  }
}

extension GRIBRain {
  /// Whether a statement means this parameter.
  func matches(_ wanted: String) -> Bool {
    wanted == code || wanted == name
      || (wanted == "tp" && ["0.1.8", "0.1.193", "1.61", "2.61", "3.61"].contains(code))
      || (wanted == "prate" && code == "0.1.7") || (wanted == "tprate" && code == "0.1.52")
  }
}
