import Hydromet
import Yams

/// Takes typed values out of settings and notes a fault, with line and column, for each that is not
/// what it should be. Nothing stops at the first fault.
struct SettingsReader {
  typealias Setting = SettingsDocument.Setting

  private(set) var faults: [Fault] = []

  mutating func note(_ code: String, _ setting: Setting, _ problem: String, remedy: String) {
    faults.append(Fault(code, at: setting.location, problem, remedy: remedy))
  }

  mutating func note(_ fault: Fault) {
    faults.append(fault)
  }

  mutating func note(
    _ code: String, at location: Fault.Location?, _ problem: String, remedy: String
  ) {
    faults.append(Fault(code, at: location, problem, remedy: remedy))
  }

  /// The values of a mapping by key. Keys that are not known are faults; null values are left out.
  ///
  /// - Parameter known: the keys that may stand here; nil lets every key pass.
  mutating func mapping(_ setting: Setting, known: [String]?) -> [(key: String, value: Setting)] {
    if setting.isNull { return [] }
    guard case .mapping(let mapping) = setting.node else {
      note(
        "wrong_type", setting, "\(name(setting)) is no mapping",
        remedy: "write the keys below it, indented: \((known ?? ["name"]).joined(separator: ", "))")
      return []
    }
    var values: [(key: String, value: Setting)] = []
    for (keyNode, node) in mapping {
      let place = location(of: keyNode, in: setting, item: setting.path)
      guard case .scalar(let scalar) = keyNode else {
        faults.append(
          Fault("wrong_type", at: place, "a key is no plain text", remedy: "write key: value"))
        continue
      }
      let key = scalar.string
      let path = setting.path.isEmpty ? key : "\(setting.path).\(key)"
      if let known, !known.contains(key) {
        noteUnknown(
          key, at: Fault.Location(place.file, line: place.line, column: place.column),
          in: setting, known: known)
        continue
      }
      let value = Setting(
        node: node, path: path, location: location(of: node, in: setting, item: path))
      if !value.isNull { values.append((key, value)) }
    }
    return values
  }

  /// The elements of a list.
  mutating func list(_ setting: Setting) -> [Setting] {
    guard case .sequence(let sequence) = setting.node else {
      note(
        "wrong_type", setting, "\(name(setting)) is no list", remedy: "write [first, second, …]")
      return []
    }
    return sequence.enumerated().map { index, node in
      let path = "\(setting.path)[\(index)]"
      return Setting(node: node, path: path, location: location(of: node, in: setting, item: path))
    }
  }

  /// A text on one line.
  mutating func text(_ setting: Setting, limit: Int = 200) -> String? {
    guard case .scalar(let scalar) = setting.node, !setting.isNull else {
      note("wrong_type", setting, "\(name(setting)) is no text", remedy: "write one text")
      return nil
    }
    let text = scalar.string
    let isPlain = !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard !text.isEmpty, text.count <= limit, isPlain else {
      note(
        "bad_text", setting,
        "\(name(setting)) is empty, longer than \(limit) characters or has line ends",
        remedy: "write a short text on one line")
      return nil
    }
    return text
  }

  mutating func duration(_ setting: Setting, allowsZero: Bool = false) -> TimeSpan? {
    guard let text = text(setting) else { return nil }
    if allowsZero, ["0", "0s", "0min", "0h"].contains(text) { return TimeSpan(seconds: 0) }
    guard let span = TimeSpan(text) else {
      note(
        "bad_duration", setting, "\(name(setting)): \"\(text)\" is no length of time",
        remedy: "write a whole number with s, min, h or d: 10min, 3h, 30d")
      return nil
    }
    return span
  }

  mutating func integer(_ setting: Setting, _ range: ClosedRange<Int>) -> Int? {
    guard let text = text(setting) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      note(
        "bad_number", setting, "\(name(setting)): \"\(text)\" is no whole number in the range",
        remedy: "write a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  mutating func share(_ setting: Setting) -> Double? {
    guard let text = text(setting) else { return nil }
    guard let value = Double(text), value > 0, value <= 1 else {
      note(
        "bad_number", setting, "\(name(setting)): \"\(text)\" is no share",
        remedy: "write a number above 0 and up to 1.0")
      return nil
    }
    return value
  }

  mutating func number(_ setting: Setting) -> Double? {
    guard let text = text(setting) else { return nil }
    guard let value = Double(text), value.isFinite else {
      note(
        "bad_number", setting, "\(name(setting)): \"\(text)\" is no number",
        remedy: "write a number with a decimal point")
      return nil
    }
    return value
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ setting: Setting, as type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let text = text(setting) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue)
      note(
        "unknown_word", setting, "\(name(setting)): \"\(text)\" is not known",
        remedy: "write one of \(names.joined(separator: ", "))")
      return nil
    }
    return choice
  }

  /// A path inside the district's folder.
  mutating func path(_ setting: Setting) -> String? {
    guard let text = text(setting) else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: true)
    guard !text.hasPrefix("/"), !text.hasPrefix("~"), !parts.contains(".."), !parts.isEmpty else {
      note(
        "path_leaves_folder", setting, "\(name(setting)): \"\(text)\" leaves the district's folder",
        remedy: "put the file or a link to it into the folder and write a relative path without ..")
      return nil
    }
    return parts.filter { $0 != "." }.joined(separator: "/")
  }

  private func name(_ setting: Setting) -> String {
    setting.path.isEmpty ? "the file" : setting.path
  }

  private mutating func noteUnknown(
    _ key: String, at place: Fault.Location, in setting: Setting, known: [String]
  ) {
    let inside = setting.path.isEmpty ? "" : " in \(setting.path)"
    let nearest = NearestName.of(key, among: known).map { "write \($0), or remove the key" }
    faults.append(
      Fault(
        "unknown_key", at: place, "the key \(key)\(inside) is not known",
        remedy: nearest ?? "use one of \(known.joined(separator: ", "))"))
  }

  private func location(of node: Node, in parent: Setting, item: String) -> Fault.Location {
    let mark = node.mark
    return Fault.Location(
      parent.location.file, line: mark?.line ?? parent.location.line,
      column: mark?.column ?? parent.location.column, item: item.isEmpty ? nil : item)
  }
}

/// Finds the name that someone may have meant.
enum NearestName {
  /// The first of the names with the fewest changed letters; nil where all differ in more than a
  /// third of their letters.
  static func of(_ name: String, among names: [String]) -> String? {
    let wanted = Array(name.lowercased().prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in names {
      let distance = changes(wanted, Array(candidate.lowercased().prefix(64)))
      if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, max(wanted.count, best.name.count) / 3) else {
      return nil
    }
    return best.name
  }

  /// Letters to insert, remove or replace (Levenshtein distance).
  private static func changes(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
