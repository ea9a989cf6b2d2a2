import CLanes
public import Hydromet
public import Kernels

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
    of field: RainField, thresholds: [Double] = [], regions: Range<Int>? = nil,
    kernel: Kernel = .chosen
  ) throws(Fault) -> [ArealStatistics] {
    let range = try checked(regions)
    try check(field.geometry, values: field.values.count)
    var results: [ArealStatistics] = []
    results.reserveCapacity(range.count)
    field.values.withUnsafeBufferPointer { values in
      _ = withPatchReadable(values, rows: geometry.rows, columns: geometry.columns, fill: .nan) {
        values, stride in
        withWeights { weights in
          RegionBatch.forEach(of: range) { batch in
            let view = FieldView(kernel: kernel, weights: weights, values: values, stride: stride)
            append(view.sums(of: batch), batch, view.areas(of: batch, thresholds), to: &results)
          }
        }
      }
    }
    return results
  }

  /// Statistics of every region over one sum of frames. See the form for `RainField`; here every
  /// number is exact.
  ///
  /// - Parameter thresholds: depths for `sharesAtOrAbove`.
  public func statistics(
    of field: AccumulationField, thresholds: [Depth] = [], regions: Range<Int>? = nil,
    kernel: Kernel = .chosen
  ) throws(Fault) -> [ArealAccumulation] {
    let range = try checked(regions)
    try check(field)
    var results: [ArealAccumulation] = []
    results.reserveCapacity(range.count)
    let (rows, columns) = (geometry.rows, geometry.columns)
    field.micrometres.withUnsafeBufferPointer { depths in
      field.receivedFrames.withUnsafeBufferPointer { frames in
        _ = withPatchReadable(depths, rows: rows, columns: columns, fill: 0) { depths, stride in
          withPatchReadable(frames, rows: rows, columns: columns, fill: 0) { frames, _ in
            withWeights { weights in
              let view = AccumulationView(
                kernel: kernel, weights: weights, depths: depths, counts: frames, stride: stride,
                expectedFrames: field.expectedFrames)
              RegionBatch.forEach(of: range) { batch in
                let sums = view.sums(of: batch)
                let areas = view.areas(of: batch, thresholds)
                for i in batch.numbers.indices {
                  results.append(
                    accumulation(
                      Int(batch.numbers[i]), exact(sums[i], Int(batch.numbers[i]), view),
                      areas.map { $0[i] }, field.period,
                      expected: view.expected))
                }
              }
            }
          }
        }
      }
    }
    return results
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

  private func append(
    _ sums: [FieldSums], _ batch: RegionBatch, _ areas: [[UInt64]],
    to results: inout [ArealStatistics]
  ) {
    for (i, own) in sums.enumerated() {
      let region = Int(batch.numbers[i])
      let weight = Double(own.weight)
      let total = totals[region]
      let hasData = own.weight > 0
      results.append(
        ArealStatistics(
          mean: hasData ? own.sum / weight : nil, maximum: hasData ? own.largest : nil,
          sharesAtOrAbove: hasData ? areas.map { Double($0[i]) / weight } : nil,
          validShare: total > 0 ? weight / Double(total) : 0, gridShare: area(of: region).share))
    }
  }

  func checked(_ regions: Range<Int>?) throws(Fault) -> Range<Int> {
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

  func check(_ other: GridGeometry, values: Int) throws(Fault) {
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
