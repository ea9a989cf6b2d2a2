import Crypto
import Foundation
public import Hydromet

extension GridGeometry {
  /// SHA-256 of the geometry's fields as text, lower-case hexadecimal: equal exactly where every
  /// field is equal, on every machine. Numbers are written in their shortest exact form.
  public var hash: String { hexadecimal(hashBytes) }

  var hashBytes: [UInt8] {
    let numbers = [west, north, cellWidth, cellHeight].map { ($0 + 0).description }
    let text =
      "rows=\(rows);columns=\(columns);geographic=\(isGeographic);"
      + "corner=\(numbers.joined(separator: ","));projection=\(projection)"
    return Array(SHA256.hash(data: Data(text.utf8)))
  }

  /// `512 × 512 cells of 500.0 × 500.0 from (-128000.0, 128000.0)`: the form of messages.
  var summary: String {
    "\(rows) × \(columns) cells of \(cellHeight) × \(cellWidth) from (\(west), \(north)) in \(projection)"
  }
}
