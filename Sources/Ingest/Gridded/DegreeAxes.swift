import Formats
import Hydromet

/// Both axes of a grid of degrees from a header that names more than is needed: first and last
/// position, step and count. They must agree; whether positions are centres of cells or outer edges
/// follows from the arithmetic where it can, and is stated where it cannot.
struct DegreeAxes {
  /// One axis as a header names it.
  struct Written {
    /// `longitude`, `latitude`: for faults.
    let name: String
    let first: Double
    let last: Double
    let step: Double
    let count: Int
  }

  /// - Returns: the axis, and what was found out.
  /// - Throws: `contradiction`, `bad_coordinates`.
  static func axis(
    _ written: Written, _ statement: GridStatement, _ place: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> GridAxis {
    let span = abs(written.last - written.first)
    let step = abs(written.step)
    guard step > 0, step.isFinite, span.isFinite, written.count > 0, written.count < 1 << 24 else {
      throw Fault(
        "bad_coordinates", at: place,
        "\(written.count) cells of \(written.step)° from \(written.first) to \(written.last)",
        remedy: "correct the header of the file")
    }
    let cells = span / step
    let fitsCentres = abs(cells - Double(written.count - 1)) <= 0.25
    let fitsEdges = abs(cells - Double(written.count)) <= 0.25
    let isFalling = written.last < written.first
    let registration: GridStatement.Registration
    if let stated = statement.registration {
      guard stated == .centre ? fitsCentres : fitsEdges else {
        throw contradiction(written, cells, place)
      }
      registration = stated
    } else if fitsCentres {
      registration = .centre
    } else if fitsEdges {
      registration = .corner
      notes.append("\(written.name): the header names the outer edges, by its count of cells")
    } else {
      throw contradiction(written, cells, place)
    }
    if registration == .corner {
      return try GridAxis(
        edges: (min(written.first, written.last), max(written.first, written.last)),
        count: written.count, isFalling: isFalling, place: place)
    }
    // One cell has no distance; of several, first and last tell the step better than its own digits.
    let width = written.count > 1 ? span / Double(written.count - 1) : step
    return try GridAxis(
      firstCentre: written.first, step: isFalling ? -width : width, count: written.count,
      place: place)
  }

  private static func contradiction(
    _ written: Written, _ cells: Double, _ place: Fault.Location
  ) -> Fault {
    Fault(
      "contradiction", at: place,
      "\(written.name) from \(written.first) to \(written.last) by \(written.step) makes \(cells) "
        + "steps, the header names \(written.count) cells",
      remedy:
        "correct the header of the file, or state `registration:` or --registration: centre or "
        + "corner")
  }
}

/// What the words of a product say of it, for formats that name their product in a free text.
enum ProductWords {
  private static let rain = [
    "qpe", "qpf", "ohp", "rain", "precip", "pre_", "降水", "雨量", "降雨", "雨",
  ]
  private static let echo = ["cref", "cappi", "dbz", "refl", "反射率", "回波", "mcr", "radarcr", "拼图"]
  private static let others = ["vil", "液态水", "top", "回波顶", "et_", "风", "wind", "cap"]

  /// - Returns: nil where the words say nothing, or several things.
  static func quantity(_ words: String) -> Quantity? {
    let lower = words.lowercased()
    let holds = { (list: [String]) in list.contains { lower.contains($0) } }
    if holds(["回波顶", "液态水"]) { return nil }
    switch (holds(rain), holds(echo)) {
    case (true, false): return .amount
    case (false, true): return holds(others) ? nil : .reflectivity
    default: return nil
    }
  }

  /// Seconds that an element such as `RAIN03`, `PRE_1H`, `PRE_10MIN` or `QPE_1h` counts.
  static func seconds(_ element: String) -> Int? {
    let upper = element.uppercased()
    guard let stem = ["RAIN", "PRE_", "PRE", "QPE_", "QPF_", "OHP"].first(where: upper.hasPrefix)
    else { return nil }
    if stem == "OHP" { return 3600 }
    let rest = upper.dropFirst(stem.count)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), (1...240).contains(number) else { return nil }
    switch rest.dropFirst(digits.count) {
    case "", "H": return number * 3600
    case "MIN": return number * 60
    default: return nil
    }
  }
}

/// A field that lies in memory whole, in the order of its file, with one meaning per number.
struct StoredField {
  let place: GridPlace
  let reader: CellReader
  let numbers: [Float]
  let missing: Set<Float>
  /// From this on a number means "no data"; nil where none does.
  var missingFrom: Float?
  /// Up to this a number means "no data"; nil where none does.
  var missingBelow: Float?

  func cells(_ window: GridWindow) throws(Fault) -> GridCells {
    try reader.cells(window) { position in
      let number = numbers[position]
      if number.isNaN || missing.contains(number) { return .missing }
      if let missingFrom, number >= missingFrom { return .missing }
      if let missingBelow, number < missingBelow { return .missing }
      // Written as text or 32-bit numbers, meant as the decimal numbers that people read.
      return .value(Double(number))
    }
  }
}
