import Formats
import Glibc
import Hydromet
import Ingest

extension Truths {
  /// Opens a grid and reads some of it in all three ways.
  ///
  /// - Parameter throughFile: whether the bytes go through a file, as libraries want it.
  /// - Returns: whether the bytes are of the format.
  mutating func checkGrid(_ given: [UInt8], _ format: GridFormat, throughFile: Bool) -> Bool {
    let lot = Truths.lot(given)
    // Streams are the concern of another target: here they take most of the time and teach little.
    if Compression(head: given) != nil, lot % 16 != 0 { return false }
    let bytes =
      format == .radolan && lot % 8 == 0 ? Truths.lengthened(given) : given
    let statement =
      bytes.count % 2 == 0
      ? GridStatement()
      : GridStatement(
        unit: "mm", stepSeconds: 3600, reflectivity: .marshallPalmer, zoneOffsetSeconds: 28_800)
    do throws(Fault) {
      guard try GridFormat.format(of: bytes, name: "fuzz") == format else { return false }
      let grid: GriddedRain
      if throughFile {
        grid = try GriddedRain(path: try ScratchFile.holding(bytes), statement: statement)
      } else {
        grid = try GriddedRain(bytes: bytes, name: "fuzz", statement: statement)
      }
      check(grid)
      for step in grid.steps.indices.prefix(2) {
        checkStep(grid, step, Truths.window(of: grid.geometry))
      }
      check(missing: grid)
    } catch {
      check(error)
    }
    return true
  }

  /// A RADOLAN file is longer than what a fuzzer makes, and a cut one has no cells: its last bytes are
  /// repeated until it has the length that its header names (`BY`), where that is one of a real file.
  private static func lengthened(_ bytes: [UInt8]) -> [UInt8] {
    let head = bytes.prefix(64)
    guard
      let mark = head.indices.dropLast().first(where: {
        bytes[$0] == UInt8(ascii: "B") && bytes[$0 + 1] == UInt8(ascii: "Y")
      }), let end = bytes.firstIndex(of: 3), end > mark
    else { return bytes }
    let digits = head.dropFirst(mark + 2).drop { $0 == 32 }.prefix { (48...57).contains($0) }
    guard let length = Int(String(decoding: digits.prefix(9), as: UTF8.self)), length > bytes.count,
      length <= 1 << 22
    else { return bytes }
    var whole = bytes
    let tail = Array(bytes[(end + 1)...].suffix(1024)) + [0]
    whole.reserveCapacity(length + tail.count)
    while whole.count < length { whole += tail }
    whole.removeSubrange(length...)
    return whole
  }

  /// All of a small grid, and a corner of a large one.
  private static func window(of geometry: GridGeometry) -> GridWindow {
    GridWindow(rows: 0..<min(geometry.rows, 96), columns: 0..<min(geometry.columns, 96))
  }

  private mutating func check(_ grid: GriddedRain) {
    let geometry = grid.geometry
    expect(geometry.rows > 0 && geometry.columns > 0, "a grid has cells")
    expect(
      geometry.rows.multipliedReportingOverflow(by: geometry.columns).overflow == false,
      "the cells of a grid can be counted")
    let places = [geometry.west, geometry.north, geometry.east, geometry.south]
    expect(places.allSatisfy(\.isFinite), "a grid lies somewhere: \(places)")
    expect(geometry.cellWidth > 0 && geometry.cellHeight > 0, "cells have a size")
    expect(!geometry.projection.isEmpty, "a grid has a projection")
    if geometry.isGeographic {
      expect(
        geometry.north <= 90 + geometry.cellHeight && geometry.south >= -90 - geometry.cellHeight,
        "latitudes end at the poles: \(geometry.south) to \(geometry.north)")
      expect(
        geometry.west >= -540 && geometry.east <= 900,
        "longitudes go around once: \(geometry.west) to \(geometry.east)")
    }
    expect(!grid.steps.isEmpty, "a grid has a field")
    var before: Timestamp?
    for step in grid.steps {
      if let period = step.period {
        expect(period.seconds > 0, "a period has a length: \(period.seconds) s")
        expect(step.label == period.end, "a period is labelled by its end")
      }
      if let label = step.label {
        expect(before.map { $0 <= label } ?? true, "fields are in order of time")
        before = label
      }
    }
  }

  private mutating func checkStep(_ grid: GriddedRain, _ step: Int, _ window: GridWindow) {
    let cells = window.rows.count * window.columns.count
    do throws(Fault) {
      let field = try grid.field(step, window: window, threads: 1)
      expect(
        field.values.count == cells && field.geometry.rows == window.rows.count
          && field.geometry.columns == window.columns.count,
        "\(window.rows.count) x \(window.columns.count) cells are asked for, \(field.values.count) come"
      )
      expect(field.period == grid.steps[step].period, "a field has the period of its step")
      for value in field.values where !value.isNaN {
        let isRain = value >= 0 && value <= Float.greatestFiniteMagnitude
        let isEcho = value.magnitude <= Float.greatestFiniteMagnitude
        expect(
          grid.quantity == .reflectivity ? isEcho : isRain,
          "a cell is missing or has \(grid.quantity.rawValue): \(value)")
        expect(value.sign == .plus || value != 0, "no rain is 0, not -0")
      }
      checkBlocks(grid, step, window, against: field)
      let depth = try grid.depth(step, window: window, threads: 1)
      expect(depth == DepthField(field), "depths are those of the field")
      let again = try grid.field(step, window: window, threads: 1)
      expect(
        field.values.elementsEqual(again.values) { $0.bitPattern == $1.bitPattern },
        "a field is the same when it is read again")
    } catch {
      check(error)
    }
  }

  private mutating func checkBlocks(
    _ grid: GriddedRain, _ step: Int, _ window: GridWindow, against field: RainField
  ) {
    let sheet = Sheet(field)
    do throws(Fault) {
      try grid.forEachBlock(step, window: window, threads: 1) { sheet.take($0) }
      expect(sheet.isWhole, "every cell is in one block, with its value")
    } catch {
      expect(false, "a field that can be read whole can be read in blocks: \(error)")
    }
  }

  private mutating func check(missing grid: GriddedRain) {
    expect(grid.rejectedCells >= 0, "rejected cells are counted from 0")
    expect((grid.uncoveredCells ?? 0) >= 0, "uncovered cells are counted from 0")
  }
}

/// What blocks bring, beside what they should bring. One thread fills it.
private final class Sheet: @unchecked Sendable {
  private let field: RainField
  private var times: [UInt8]
  private var isRight = true

  init(_ field: RainField) {
    self.field = field
    times = Array(repeating: 0, count: field.values.count)
  }

  var isWhole: Bool { isRight && times.allSatisfy { $0 == 1 } }

  func take(_ block: RainBlock) {
    let columns = field.geometry.columns
    guard block.rows.upperBound <= field.geometry.rows, block.columns.upperBound <= columns,
      block.values.count == block.rows.count * block.columns.count
    else {
      isRight = false
      return
    }
    var values = block.values.makeIterator()
    for row in block.rows {
      for column in block.columns {
        let value = values.next() ?? -1
        let wanted = field.values[row * columns + column]
        times[row * columns + column] &+= 1
        let isUniform = block.uniform.map { Sheet.isSame($0, wanted) } ?? true
        isRight = isRight && Sheet.isSame(value, wanted) && isUniform
      }
    }
  }

  private static func isSame(_ a: Float, _ b: Float) -> Bool { a == b || a.isNaN && b.isNaN }
}

/// The file that libraries read: one for each process, in memory, written anew for each input.
public enum ScratchFile {
  private static let path = "/dev/shm/freshet-fuzz-\(getpid())"

  /// Removes what was written.
  public static func tidy() { unlink(path) }

  static func holding(_ bytes: [UInt8]) throws(Fault) -> String {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      guard count > 0 else { throw failure }
      written += count
    }
    return path
  }

  private static var failure: Fault {
    Fault("disk_full", at: .init(path), "the file cannot be written", remedy: "make room there")
  }
}
