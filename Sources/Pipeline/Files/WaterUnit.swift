import Hydromet

/// A unit of water per time or per step.
enum WaterUnit: String {
  case millimetresPerStep = "mm"
  case metresPerStep = "m"
  case millimetresPerHour = "mm/h"
  case millimetresPerDay = "mm/d"
  case cubicMetresPerSecond = "m3/s"
  case litresPerSecond = "l/s"

  static let words: [(String, WaterUnit)] = [
    ("mm/h", .millimetresPerHour), ("mm_h", .millimetresPerHour), ("mm h-1", .millimetresPerHour),
    ("mm_per_h", .millimetresPerHour), ("mm/hour", .millimetresPerHour),
    ("mm/d", .millimetresPerDay), ("mm_d", .millimetresPerDay), ("mm/day", .millimetresPerDay),
    ("mm_per_day", .millimetresPerDay), ("m3/s", .cubicMetresPerSecond),
    ("m3s", .cubicMetresPerSecond), ("m³/s", .cubicMetresPerSecond), ("l/s", .litresPerSecond),
    ("ls", .litresPerSecond), ("_mm", .millimetresPerStep), ("mm", .millimetresPerStep),
    ("_m", .metresPerStep),
  ]

  init?(stated text: String) {
    let text = text.lowercased()
    if let exact = WaterUnit(rawValue: text) {
      self = exact
    } else {
      guard let found = WaterUnit.words.first(where: { $0.0 == text }) else { return nil }
      self = found.1
    }
  }

  /// The unit at the end of a column's name: `rain_mm`, `P [mm/h]`, `Qls`.
  init?(inName name: String) {
    var text = name.lowercased()
    while let last = text.last, "])} ".contains(last) { text.removeLast() }
    guard let found = WaterUnit.words.first(where: { text.hasSuffix($0.0) }) else { return nil }
    self = found.1
  }

  /// What kind of time the number is for: mixing the first two is refused.
  var basis: String? {
    switch self {
    case .millimetresPerStep, .metresPerStep: "per step"
    case .millimetresPerHour, .millimetresPerDay: "per hour or day"
    case .cubicMetresPerSecond, .litresPerSecond: nil
    }
  }

  /// Millimetres a step of one.
  func millimetres(step: TimeSpan, area: Double) -> Double {
    let seconds = Double(step.seconds)
    return switch self {
    case .millimetresPerStep: 1
    case .metresPerStep: 1000
    case .millimetresPerHour: seconds / 3600
    case .millimetresPerDay: seconds / 86_400
    case .cubicMetresPerSecond: seconds / (area * 1000)
    case .litresPerSecond: seconds / (area * 1_000_000)
    }
  }
}
