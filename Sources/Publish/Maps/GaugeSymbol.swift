import Hydromet

/// Gauges on a map, by what quality control said of their newest reading: a dot for one that is
/// believed, a ring for one that nobody could test, an orange triangle for a suspect one, a red cross
/// for a wrong one, a grey ring for one without a value.
enum GaugeSymbol: CaseIterable {
  case believed
  case untestable
  case suspect
  case wrong
  case absent

  init(_ verdict: StationVerdict?) {
    switch verdict?.newest?.code {
    case .correct, .corrected, .modified: self = .believed
    case .unchecked: self = .untestable
    case .suspect: self = .suspect
    case .wrong: self = .wrong
    case .notInstalled, .missing, nil: self = .absent
    }
  }

  var chineseName: String {
    switch self {
    case .believed: "可信"
    case .untestable: "无法检验"
    case .suspect: "可疑"
    case .wrong: "错误"
    case .absent: "缺测"
    }
  }

  var englishName: String {
    switch self {
    case .believed: "believed"
    case .untestable: "untestable"
    case .suspect: "suspect"
    case .wrong: "wrong"
    case .absent: "no value"
    }
  }

  func draw(centre: Point, on canvas: Canvas) {
    let disc = GaugeSymbol.corners(12, centre, 5)
    switch self {
    case .believed:
      canvas.stroke(polygon: disc, .white, width: 3)
      canvas.fill(polygon: disc, Colour(0x1F7A4D))
    case .untestable:
      canvas.fill(polygon: disc, .white)
      canvas.stroke(polygon: disc, Colour(0x1F7A4D), width: 2)
    case .absent:
      canvas.fill(polygon: disc, .white)
      canvas.stroke(polygon: disc, Colour(0x8A94A0), width: 2)
    case .suspect:
      let triangle = GaugeSymbol.corners(3, centre, 8)
      canvas.stroke(polygon: triangle, .white, width: 4)
      canvas.fill(polygon: triangle, Colour(0xD9730D))
    case .wrong:
      for (colour, width) in [(Colour.white, 6.0), (Colour(0xC01818), 3.0)] {
        canvas.stroke(
          line: [Point(x: centre.x - 6, y: centre.y - 6), Point(x: centre.x + 6, y: centre.y + 6)],
          colour, width: width)
        canvas.stroke(
          line: [Point(x: centre.x - 6, y: centre.y + 6), Point(x: centre.x + 6, y: centre.y - 6)],
          colour, width: width)
      }
    }
  }

  /// A regular shape that stands on a side; unit circles of three and of twelve corners.
  private static func corners(_ count: Int, _ centre: Point, _ radius: Double) -> [Point] {
    let unit: [(Double, Double)] =
      count == 3
      ? [(0, -1), (0.866, 0.5), (-0.866, 0.5)]
      : [
        (1, 0), (0.866, 0.5), (0.5, 0.866), (0, 1), (-0.5, 0.866), (-0.866, 0.5), (-1, 0),
        (-0.866, -0.5), (-0.5, -0.866), (0, -1), (0.5, -0.866), (0.866, -0.5),
      ]
    return unit.map { Point(x: centre.x + $0.0 * radius, y: centre.y + $0.1 * radius) }
  }
}
