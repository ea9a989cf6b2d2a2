import Hydromet

/// How an area is painted so that neither colour sight nor a colour printer is needed: colour, hatch
/// and a sign in a badge say the same thing.
struct AreaStyle {
  let fill: Colour
  let hatch: Hatch?
  /// Sign in the badge; nil for no badge.
  let sign: String?
  let badge: Colour
  let badgeInk: Colour
}

/// The styles of levels and of missing answers. The four colours are the legal ones.
struct LevelStyles {
  private let levels: [RiskLevel: AreaStyle]
  let unknown: AreaStyle
  let blind: AreaStyle
  let none = AreaStyle(
    fill: .white, hatch: nil, sign: nil, badge: .white, badgeInk: .ink)

  init() throws(Fault) {
    let line = Colour(0x000000, opacity: 0.17)
    levels = [
      .blue: AreaStyle(
        fill: Colour(0x69A7F0), hatch: try Hatch(.horizontal, line, spacing: 14, width: 2),
        sign: RiskLevel.blue.numeral, badge: Colour(0x1557C0), badgeInk: .white),
      .yellow: AreaStyle(
        fill: Colour(0xFFE34D), hatch: try Hatch(.dots, line, spacing: 18, width: 4.5),
        sign: RiskLevel.yellow.numeral, badge: Colour(0xFFD500), badgeInk: Colour(0x000000)),
      .orange: AreaStyle(
        fill: Colour(0xFFA64D), hatch: try Hatch(.rising, line, spacing: 14, width: 2),
        sign: RiskLevel.orange.numeral, badge: Colour(0xFF8400), badgeInk: Colour(0x000000)),
      .red: AreaStyle(
        fill: Colour(0xEF6A66), hatch: try Hatch(.falling, line, spacing: 8, width: 2),
        sign: RiskLevel.red.numeral, badge: Colour(0xC2101A), badgeInk: .white),
    ]
    unknown = AreaStyle(
      fill: Colour(0xDCDFE3),
      hatch: try Hatch(.rising, Colour(0x8A939D), spacing: 12, width: 2), sign: "?",
      badge: Colour(0x5B6570), badgeInk: .white)
    blind = AreaStyle(
      fill: Colour(0xE9EBEE), hatch: try Hatch(.cross, Colour(0x77808A), spacing: 16, width: 2),
      sign: "×", badge: Colour(0x2F3944), badgeInk: .white)
  }

  func style(of level: RiskLevel) -> AreaStyle { levels[level] ?? none }

  func style(of answer: RiskAnswer) -> AreaStyle {
    switch answer.state {
    case .unknown: unknown
    case .blind: blind
    case .complete, .atLeast: style(of: answer.level)
    }
  }
}

/// Classes of areal rain for shading.
///
/// - Source: 12 h and 24 h from GB/T 20486-2017 (areal rain, not the point table of GB/T 28592). There is
///   no national table for shorter periods: those classes are a drawing convention and the map says so.
///   The colours follow the order of the usual Chinese rain maps (green, teal, violet), each darker
///   than the one before, and none of them is a legal warning colour.
struct RainScale {
  struct Class {
    /// Smallest depth of the class.
    let from: Depth
    let range: String
    let name: (chinese: String, english: String)?
    let fill: Colour
  }

  let classes: [Class]
  let isStandard: Bool

  init(window: TimeSpan) {
    let tenths: [Int32]
    switch window.seconds {
    case ..<7_200: tenths = [1, 20, 50, 100, 200, 500]
    case ..<32_400: tenths = [1, 30, 100, 200, 500, 700]
    // "More than 80.0" and "more than 150.0" are 80.1 and 150.1 in depths cut to tenths.
    case ..<64_800: tenths = [1, 30, 100, 200, 400, 801]
    default: tenths = [1, 60, 150, 300, 600, 1501]
    }
    isStandard = window.seconds >= 32_400
    let names = [
      ("小雨", "light"), ("中雨", "moderate"), ("大雨", "heavy"), ("暴雨", "rainstorm"),
      ("大暴雨", "heavy rainstorm"), ("特大暴雨", "extreme rainstorm"),
    ]
    let fills: [UInt32] = [0xD2F4C6, 0x8FD98A, 0x45B5A8, 0x2F7F9F, 0x7A4BB5, 0x5A1560]
    var classes: [Class] = []
    for (i, start) in tenths.enumerated() {
      let from = Depth(tenthsOfMillimetre: start)
      let range =
        i + 1 < tenths.count
        ? "\(from.shortText)–\(Depth(tenthsOfMillimetre: tenths[i + 1] - 1).shortText)"
        : "≥\(from.shortText)"
      classes.append(
        Class(
          from: from, range: range, name: isStandard ? names[i] : nil, fill: Colour(fills[i])))
    }
    self.classes = classes
  }

  /// White below the lowest class.
  func fill(of depth: Depth) -> Colour {
    classes.last { depth >= $0.from }?.fill ?? .white
  }
}
