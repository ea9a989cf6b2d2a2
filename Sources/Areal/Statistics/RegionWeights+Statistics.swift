public import Hydromet

extension RegionWeights {
  /// Statistics of every region over one field, whatever its quantity.
  ///
  /// Sums are taken in Double in the stored order of the weights, so a result depends on nothing but
  /// the region's own cells: not on other regions, on `regions` or on the number of threads.
  ///
  /// - Parameters:
  ///   - field: shape [rows, columns] of `geometry`, missing = NaN.
  ///   - thresholds: values for `sharesAtOrAbove`, in the field's unit.
  ///   - regions: the regions wanted; nil for all. Ranges may be computed by different threads.
  /// - Returns: one result per region of the range, in order.
  /// - Throws: `Fault` `other_grid` where the field is not on `geometry`, `bad_region_range`.
  public func statistics(
    of field: RainField, thresholds: [Double] = [], regions: Range<Int>? = nil
  ) throws(Fault) -> [ArealStatistics] {
    let range = try checked(regions)
    try check(field.geometry, values: field.values.count)
    return withCells { cells in
      field.values.withUnsafeBufferPointer { values in
        range.map { region in
          let sums = cells.sums(of: region, FloatValues(values), thresholds: thresholds)
          return ArealStatistics(
            mean: sums.mean, maximum: sums.weight > 0 ? Float(sums.maximum) : nil,
            sharesAtOrAbove: sums.shares, validShare: validShare(sums.complete, region),
            gridShare: gridShares[region])
        }
      }
    }
  }

  /// Statistics of every region over one sum of frames. See the form for `RainField`.
  ///
  /// - Parameter thresholds: depths for `sharesAtOrAbove`.
  public func statistics(
    of field: AccumulationField, thresholds: [Depth] = [], regions: Range<Int>? = nil
  ) throws(Fault) -> [ArealAccumulation] {
    let range = try checked(regions)
    try check(field)
    let micrometres = thresholds.map { Double($0.micrometres) }
    return withCells { cells in
      range.map { accumulation(cells, region: $0, field, micrometres) }
    }
  }

  /// Statistics of every region over several sums, such as the windows of a cycle. One sum after the
  /// other is gone through, because it is the values of the grid that must stay near the processor.
  ///
  /// - Returns: for each region of the range, one result per field, in the order of `fields`.
  public func statistics(
    of fields: [AccumulationField], thresholds: [Depth] = [], regions: Range<Int>? = nil
  ) throws(Fault) -> [[ArealAccumulation]] {
    let range = try checked(regions)
    var columns: [[ArealAccumulation]] = []
    for field in fields {
      columns.append(try statistics(of: field, thresholds: thresholds, regions: range))
    }
    return range.indices.map { i in columns.map { $0[i - range.lowerBound] } }
  }

  /// Statistics of every region over several fields, such as the members of a forecast.
  ///
  /// - Returns: for each region of the range, one result per field, in the order of `fields`.
  public func statistics(
    of fields: [RainField], thresholds: [Double] = [], regions: Range<Int>? = nil
  ) throws(Fault) -> [[ArealStatistics]] {
    let range = try checked(regions)
    var columns: [[ArealStatistics]] = []
    for field in fields {
      columns.append(try statistics(of: field, thresholds: thresholds, regions: range))
    }
    return range.indices.map { i in columns.map { $0[i - range.lowerBound] } }
  }

  private func accumulation(
    _ cells: WeightedCells, region: Int, _ field: AccumulationField, _ thresholds: [Double]
  ) -> ArealAccumulation {
    let sums = field.micrometres.withUnsafeBufferPointer { micrometres in
      field.receivedFrames.withUnsafeBufferPointer { received in
        cells.sums(
          of: region, FrameSums(micrometres, received, field.expectedFrames),
          thresholds: thresholds)
      }
    }
    return ArealAccumulation(
      period: field.period, meanMicrometres: sums.mean,
      meanOfWholeMicrometres: sums.weight > 0 && regionAreas[region] > 0
        ? sums.weighted / max(regionAreas[region], gridAreas[region]) : nil,
      maximum: sums.weight > 0 ? Depth(micrometres: Int32(sums.maximum)) : nil,
      sharesAtOrAbove: sums.shares, validShare: validShare(sums.complete, region),
      gridShare: gridShares[region])
  }

  private func validShare(_ complete: Double, _ region: Int) -> Double {
    gridAreas[region] > 0 ? min(complete / gridAreas[region], 1) : 0
  }

  private func checked(_ regions: Range<Int>?) throws(Fault) -> Range<Int> {
    let range = regions ?? 0..<regionCount
    guard range.lowerBound >= 0, range.upperBound <= regionCount else {
      throw Fault(
        "bad_region_range", "regions \(range) were asked for, there are \(regionCount)",
        remedy: "ask for regions that the weights were built for")
    }
    return range
  }

  private func check(_ field: AccumulationField) throws(Fault) {
    try check(
      field.geometry, values: min(field.micrometres.count, field.receivedFrames.count))
  }

  private func check(_ other: GridGeometry, values: Int) throws(Fault) {
    guard other == geometry, values == geometry.cellCount else {
      throw Fault(
        "other_grid",
        "a field of \(other.rows) rows and \(other.columns) columns (\(values) values) from "
          + "(\(other.west), \(other.north)) was given, the weights are for \(geometry.rows) rows "
          + "and \(geometry.columns) columns from (\(geometry.west), \(geometry.north))",
        remedy: "build the weights for the field's grid")
    }
  }
}
