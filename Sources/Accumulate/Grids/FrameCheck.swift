import Hydromet

extension GridGeometry {
  /// Rows, columns, corner, cell size and projection, for messages that compare two grids.
  var summary: String {
    let unit = isGeographic ? "°" : " m"
    return "\(rows)×\(columns) cells of \(cellWidth)×\(cellHeight)\(unit)"
      + " from west \(west), north \(north) in \(projection)"
  }

  /// Refuses a grid without cells or with more of them than can be counted.
  func checkedCellCount() throws(Fault) -> Int {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflow else {
      throw Fault(
        "empty_grid", "the grid has \(rows)×\(columns) cells, at least 1×1 is expected",
        remedy: "check the dimensions of the grid")
    }
    return count
  }
}

extension DepthField {
  /// Refuses a frame of another grid, and one whose values do not fill its grid.
  func check(isOn expected: GridGeometry) throws(Fault) {
    guard geometry == expected else {
      throw Fault(
        "other_grid",
        "the frame that ends at \(period.end.iso8601) has \(geometry.summary),"
          + " the sum expects \(expected.summary)",
        remedy: "give only frames of one grid, or sum the grids apart")
    }
    let (cells, overflow) = expected.rows.multipliedReportingOverflow(by: expected.columns)
    guard !overflow, cellCount == cells else {
      throw Fault(
        "wrong_cell_count",
        "the frame that ends at \(period.end.iso8601) has \(cellCount) values,"
          + " its grid has \(expected.rows)×\(expected.columns) cells",
        remedy: "check how the frame was read")
    }
    guard isHeld else {
      throw Fault(
        "out_of_memory",
        "there is no memory for the frame that ends at \(period.end.iso8601), \(cells) cells",
        remedy: "crop the grid to the district")
    }
  }
}
