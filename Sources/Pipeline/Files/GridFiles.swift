import Formats
import Hydromet
import Ingest

/// Plain grid files, one field at a time, for the commands that work on files.
enum GridFiles {
  /// Gives every field of every file to a body, in the order of the files and of their times.
  ///
  /// - Parameter progress: told the number of files done.
  static func forEachField(
    of paths: [String], _ stated: GridStatement, progress: (Int) -> Void = { _ in },
    _ body: (RainField, String) throws(Fault) -> Void
  ) throws(Fault) {
    for (index, path) in paths.enumerated() {
      let grid = try GriddedRain(path: path, statement: stated)
      for step in grid.steps.indices {
        let field = try grid.field(step)
        do throws(Fault) { try body(field, path) } catch { throw located(error, path) }
      }
      progress(index + 1)
    }
  }

  /// A fault that does not say where, with the file in which it was met.
  private static func located(_ fault: Fault, _ path: String) -> Fault {
    guard fault.location == nil else { return fault }
    return Fault(fault.code, at: .init(path), fault.problem, remedy: fault.remedy)
  }

  /// The depth of a field, or why it has none.
  static func depth(of field: RainField, _ path: String) throws(Fault) -> DepthField {
    if let depth = DepthField(field) { return depth }
    throw noDepth(field, path)
  }

  /// The factor from a field's values to millimetres over its period: 1 for an amount.
  static func millimetres(of field: RainField, _ path: String) throws(Fault) -> Double {
    switch field.quantity {
    case .amount: return 1
    case .rate:
      guard let period = field.period else { throw noDepth(field, path) }
      return Double(period.seconds) / 3600
    case .reflectivity: throw noDepth(field, path)
    }
  }

  private static func noDepth(_ field: RainField, _ path: String) -> Fault {
    let remedy =
      field.quantity == .reflectivity
      ? "say how it becomes rain with --zr, or name another variable with --variable"
      : "state the time that one frame stands for with --step, for instance --step 5min"
    return Fault(
      "no_depth", at: .init(path),
      "a \(field.quantity.rawValue) without a known period is not a depth of rain", remedy: remedy)
  }
}
