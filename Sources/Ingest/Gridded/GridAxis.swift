import Hydromet

/// One axis of a grid: equal cells without gaps.
struct GridAxis: Equatable {
  /// Outer edge of the cell with the smallest coordinate, metres or degrees.
  let lower: Double
  /// Outer edge of the cell with the largest coordinate.
  let upper: Double
  /// Width of a cell.
  let step: Double
  let count: Int
  /// The file runs from large to small.
  let isFalling: Bool
  /// How far any coordinate lies from the middle of its cell, as a share of a cell.
  private(set) var unevenness = 0.0

  /// Cells that are narrower than this, metres or degrees, are none; no edge lies as far as this.
  static let leastWidth = 1e-9
  static let farthest = 1e9

  /// What the rows of a Gaussian grid may lie away from even ones, as a share of a row. They are up to
  /// 0.0145 of a row away beside the poles and less than 0.0004 between 60° S and 60° N, for 32 to 2,560
  /// rows (measured with the roots of the Legendre polynomials).
  static let gaussianShare = 0.02

  /// - Parameters:
  ///   - coordinates: one per cell, in the order of the file.
  ///   - bounds: two per cell, or nil; needed for an axis of one cell.
  ///   - precision: size of the last digit of the stored numbers, in their unit.
  ///   - share: what a coordinate may lie away from an even one, as a share of a cell. Where one lies more
  ///     than a hundredth away, bounds say no more than that each cell holds its coordinate.
  init(
    coordinates: [Double], bounds: [Double]?, precision: Double, share: Double = 0.01,
    place: Fault.Location
  ) throws(Fault) {
    guard !coordinates.isEmpty else {
      throw GridAxis.fault("no_grid", "the axis has no cells", place)
    }
    if let index = coordinates.firstIndex(where: { !$0.isFinite }) {
      throw GridAxis.fault(
        "bad_coordinates", "coordinate \(index) of \(coordinates.count) is \(coordinates[index])",
        place)
    }
    let step: Double
    if coordinates.count == 1 {
      step = try GridAxis.width(of: bounds, place)
    } else {
      (step, unevenness) = try GridAxis.uniformStep(coordinates, precision, share, place)
    }
    let first = coordinates[0]
    let last = coordinates[coordinates.count - 1]
    let width = abs(step)
    var shift = 0.0
    if let bounds, unevenness > 0.0005, share > 0.01 {
      try GridAxis.checkInside(coordinates, bounds, place)
    } else if let bounds {
      shift = try GridAxis.shift(coordinates, bounds, width: width, precision, place)
    }
    let edges = (
      lower: min(first, last) + shift - width / 2, upper: max(first, last) + shift + width / 2
    )
    guard width > GridAxis.leastWidth, max(abs(edges.lower), abs(edges.upper)) < GridAxis.farthest
    else {
      throw GridAxis.fault(
        "bad_coordinates", "cells of \(width) reach from \(edges.lower) to \(edges.upper)", place)
    }
    self.step = GridAxis.neat(width)
    lower = GridAxis.neat(edges.lower)
    upper = GridAxis.neat(edges.upper)
    count = coordinates.count
    isFalling = step < 0
  }

  init(
    lower: Double, upper: Double, step: Double, count: Int, isFalling: Bool, unevenness: Double = 0
  ) {
    self.lower = lower
    self.upper = upper
    self.step = step
    self.count = count
    self.isFalling = isFalling
    self.unevenness = unevenness
  }

  /// The axis moved by a distance.
  func moved(by distance: Double) -> GridAxis {
    GridAxis(
      lower: GridAxis.neat(lower + distance), upper: GridAxis.neat(upper + distance), step: step,
      count: count, isFalling: isFalling, unevenness: unevenness)
  }

  private static func width(of bounds: [Double]?, _ place: Fault.Location) throws(Fault) -> Double {
    guard let bounds, bounds.count == 2 else {
      throw fault(
        "unknown_cell_size", "the axis has one cell and no bounds, so its width is not known", place
      )
    }
    let width = abs(bounds[1] - bounds[0])
    guard width.isFinite, width > 0 else {
      throw fault("bad_bounds", "the cell reaches from \(bounds[0]) to \(bounds[1])", place)
    }
    return width
  }

  private static func uniformStep(
    _ coordinates: [Double], _ precision: Double, _ share: Double, _ place: Fault.Location
  ) throws(Fault) -> (step: Double, unevenness: Double) {
    let first = coordinates[0]
    let step = (coordinates[coordinates.count - 1] - first) / Double(coordinates.count - 1)
    guard step.isFinite, step != 0 else {
      throw fault("bad_coordinates", "the first and the last coordinate are both \(first)", place)
    }
    // A hundredth of a cell, or what the digits of the file cannot hold.
    let tolerance = max(share * abs(step), 2 * precision)
    guard tolerance < 0.25 * abs(step) else {
      throw fault(
        "bad_coordinates", "cells of \(abs(step)) are finer than the digits of the coordinates",
        place)
    }
    var furthest = 0.0
    for index in coordinates.indices {
      let expected = first + Double(index) * step
      furthest = max(furthest, abs(coordinates[index] - expected))
      guard abs(coordinates[index] - expected) <= tolerance else {
        throw fault(
          "uneven_coordinates",
          "coordinate \(index) is \(coordinates[index]), expected \(expected): cells must be equal",
          place)
      }
    }
    return (step, furthest / abs(step))
  }

  /// - Throws: `bad_bounds` where a coordinate lies outside its cell.
  private static func checkInside(
    _ coordinates: [Double], _ bounds: [Double], _ place: Fault.Location
  ) throws(Fault) {
    guard bounds.count == 2 * coordinates.count else {
      throw fault(
        "bad_bounds", "\(coordinates.count) cells have \(bounds.count) bounds, expected two each",
        place)
    }
    for (index, coordinate) in coordinates.enumerated() {
      let low = min(bounds[2 * index], bounds[2 * index + 1])
      let high = max(bounds[2 * index], bounds[2 * index + 1])
      guard low <= coordinate, coordinate <= high else {
        throw fault(
          "bad_bounds", "cell \(index) at \(coordinate) reaches from \(low) to \(high)", place)
      }
    }
  }

  /// What to tell of rows that are not quite even; nil where they are.
  var gaussianNote: String? {
    guard unevenness > 0.0005 else { return nil }
    let thousandths = (unevenness * 1000).rounded(.up) / 1000
    return "latitudes are not quite even, as on a Gaussian grid: even rows are taken, "
      + "at most \(thousandths) of a row from where they are"
  }

  /// How far the middle of a cell, by its bounds, lies from its coordinate; the same for all cells.
  private static func shift(
    _ coordinates: [Double], _ bounds: [Double], width: Double, _ precision: Double,
    _ place: Fault.Location
  ) throws(Fault) -> Double {
    guard bounds.count == 2 * coordinates.count else {
      throw fault(
        "bad_bounds", "\(coordinates.count) cells have \(bounds.count) bounds, expected two each",
        place)
    }
    let tolerance = max(0.01 * width, 2 * precision)
    let shift = (bounds[0] + bounds[1]) / 2 - coordinates[0]
    for index in coordinates.indices {
      let low = min(bounds[2 * index], bounds[2 * index + 1])
      let high = max(bounds[2 * index], bounds[2 * index + 1])
      let isSound =
        abs(high - low - width) <= tolerance
        && abs((low + high) / 2 - coordinates[index] - shift) <= tolerance
        && abs(shift) <= width / 2 + tolerance
      guard isSound else {
        throw fault(
          "bad_bounds",
          "cell \(index) at \(coordinates[index]) reaches from \(low) to \(high), but cells are "
            + "\(width) apart", place)
      }
    }
    // The dust of binary fractions must not move a grid.
    return abs(shift) <= tolerance ? 0 : shift
  }

  /// The number without the dust of binary fractions, to a thousandth of a millimetre on the ground.
  static func neat(_ value: Double) -> Double {
    let scale = abs(value) < 1000 ? 1e11 : 1e6
    let rounded = (value * scale).rounded() / scale
    return rounded.isFinite && abs(rounded - value) < 1e-6 ? rounded : value
  }

  private static func fault(
    _ code: String, _ problem: String, _ place: Fault.Location
  ) -> Fault {
    Fault(
      code, at: place, problem,
      remedy: "correct the coordinates of the file, or put the data on a regular grid")
  }
}
