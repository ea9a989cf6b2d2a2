import Formats
import Hydromet

/// Fields that are packed as images and lie row by row: they are read without ecCodes.
extension GRIBGrid {
  /// An image with the meaning of its numbers.
  private struct Picture {
    let image: GRIBImage
    var meanings: NumberMeanings
    let location: Fault.Location
  }

  /// - Returns: nil for a field that ecCodes has to decode.
  private func picture(_ step: Int, _ window: GridWindow) throws(Fault) -> Picture? {
    guard steps[step].earlier == nil, place.order.isPlain, !window.rows.isEmpty,
      !window.columns.isEmpty
    else { return nil }
    let entry = steps[step].entry
    let field = try messages.field(entry)
    guard let image = field.image(count: place.geometry.cellCount),
      image.width == place.order.columns
    else { return nil }
    let check = RainPlausibility(
      quantity: rain.quantity, resolution: GRIBGrid.resolution(of: field) * rain.factor)
    let meanings = NumberMeanings(
      count: image.numberCount, check: check, factor: rain.factor
    ) { number in
      let value = image.value(of: number)
      return rain.isMosaic ? GRIBGrid.mosaicCell(value, rain.quantity) : cell(value)
    }
    return Picture(
      image: image, meanings: meanings, location: Fault.Location(path, item: entry.name))
  }

  /// The cells of a field that is packed as an image; nil for any other, and for a damaged one.
  func imageCells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells? {
    guard var picture = try picture(step, window) else { return nil }
    let columns = window.columns.count
    var isWhole = false
    let values = [Float](unsafeUninitializedCapacity: window.rows.count * columns) {
      buffer, filled in
      LargePages.advise(UnsafeMutableRawBufferPointer(buffer))
      guard let first = buffer.baseAddress else { return }
      isWhole = picture.image.forEachRow(below: window.rows.upperBound) { row, numbers in
        guard row >= window.rows.lowerBound else { return }
        picture.meanings.decode(
          numbers + window.columns.lowerBound, columns, into: first + filled)
        filled += columns
      }
    }
    guard isWhole else { return nil }
    return GridCells(values: values, tally: try picture.meanings.finish(picture.location))
  }

  func forEachBlock(
    _ step: Int, _ window: GridWindow, threads: Int?, _ body: @Sendable (RainBlock) -> Void
  ) throws(Fault) -> CellTally {
    guard var picture = try picture(step, window) else {
      return try handOut(step, window, threads, body)
    }
    let columns = window.columns.count
    let height = RainBlock.height(columns: columns)
    let room = UnsafeMutablePointer<Float>.allocate(capacity: height * columns)
    defer { room.deallocate() }
    let first = window.rows.lowerBound
    var hasBegun = false
    let isWhole = picture.image.forEachRow(below: window.rows.upperBound) { row, numbers in
      guard row >= first else { return }
      let line = (row - first) % height
      picture.meanings.decode(
        numbers + window.columns.lowerBound, columns, into: room + line * columns)
      guard line == height - 1 || row == window.rows.upperBound - 1 else { return }
      let values = UnsafeBufferPointer(start: room, count: (line + 1) * columns)
      hasBegun = true
      body(
        RainBlock(
          rows: (row - first - line)..<(row - first + 1), columns: 0..<columns, values: values,
          uniform: nil))
    }
    guard isWhole else {
      // Nothing was handed out yet: perhaps ecCodes can do better.
      guard hasBegun else { return try handOut(step, window, threads, body) }
      throw Fault(
        "damaged_grib", at: picture.location, "a row of the image is filtered in no known way",
        remedy: "fetch the file again")
    }
    return try picture.meanings.finish(picture.location)
  }

  private func handOut(
    _ step: Int, _ window: GridWindow, _ threads: Int?, _ body: @Sendable (RainBlock) -> Void
  ) throws(Fault) -> CellTally {
    let cells = try cells(step, window, threads: threads)
    RainBlock.handOut(cells.values, columns: window.columns.count, body)
    return cells.tally
  }
}
