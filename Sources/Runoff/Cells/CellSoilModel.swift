public import Hydromet
public import Kernels

/// Antecedent rainfall and soil water tanks of every cell that counts, in steps of one length.
///
/// A cell knows nothing of its neighbours: it holds what fell on it. The recursions are those of the
/// basins, so a basin whose cells all have the same rain and parameters has the same state, bit for bit.
public struct CellSoilModel: Sendable {
  /// Of the soil's cells.
  public let geometry: GridGeometry
  /// Row-major indices of the cells that are carried on, rising.
  public let cells: [Int]
  public let step: TimeSpan
  /// Changes with everything that a state depends on.
  public let fingerprint: UInt64
  /// More cells are refused: a state would be as large as a radar archive.
  public static let mostCells = 400_000

  let antecedent: [AntecedentRainfall]

  /// - Parameters:
  ///   - parameters: K and Wm of each of the `cells`.
  ///   - step: at most an hour.
  /// - Throws: `bad_step`, `bad_cells` for cells outside the grid, twice or out of order,
  ///   `too_many_soil_cells`, `bad_antecedent`.
  public init(
    geometry: GridGeometry, cells: [Int], parameters: [AntecedentParameters], step: TimeSpan
  ) throws(Fault) {
    guard step.seconds > 0, step.seconds <= 3600 else {
      throw Fault(
        "bad_step", "soil of cells was asked for in steps of \(step.text)",
        remedy: "give a step of at most an hour")
    }
    guard cells.count <= CellSoilModel.mostCells else {
      throw Fault(
        "too_many_soil_cells",
        "\(cells.count) cells would have a soil, at most \(CellSoilModel.mostCells) may",
        remedy: "let a soil cell be several radar cells wide: soil: {cells: 4}")
    }
    guard cells.count == parameters.count, cells.allSatisfy({ (0..<geometry.cellCount) ~= $0 }),
      zip(cells, cells.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw Fault(
        "bad_cells",
        "\(cells.count) cells with \(parameters.count) sets of parameters do not fit a grid of "
          + "\(geometry.rows) × \(geometry.columns)",
        remedy: "give each cell of the grid at most once, in rising order, with its parameters")
    }
    self.geometry = geometry
    self.cells = cells
    self.step = step
    var antecedent: [AntecedentRainfall] = []
    antecedent.reserveCapacity(cells.count)
    for own in parameters {
      if let last = antecedent.last, last.parameters == own {
        antecedent.append(last)
      } else {
        antecedent.append(try AntecedentRainfall(own, step: step))
      }
    }
    self.antecedent = antecedent
    var sum = Checksum()
    sum.add(Double(CellSoilState.version))
    sum.add(Double(step.seconds))
    sum.add(geometry.projection)
    for number in [
      Double(geometry.rows), Double(geometry.columns), geometry.west, geometry.north,
      geometry.cellWidth, geometry.cellHeight,
    ] {
      sum.add(number)
    }
    for (cell, own) in zip(cells, parameters) {
      sum.add(Double(cell))
      sum.add(own.dailyRecession)
      sum.add(own.capacity)
    }
    fingerprint = sum.value
  }

  /// Where nothing is known of the past: Pa at half of Wm, empty tanks, all of it unknown; the start of
  /// the basins.
  public func start(at time: Timestamp) -> CellSoilState {
    CellSoilState(
      time: time, fingerprint: fingerprint,
      moisture: antecedent.map {
        CellMoisture(antecedent: $0.start, gapShare: 1, tanks: SoilWaterTanks())
      })
  }

  /// - Throws: `state_other_model` where a state belongs to other cells or parameters.
  public func check(_ state: CellSoilState) throws(Fault) {
    guard state.fingerprint == fingerprint, state.moisture.count == cells.count else {
      throw Fault(
        "state_other_model", "the soil state belongs to other cells or other parameters",
        remedy: "work the states out again from the rain")
    }
  }

  /// One step passes.
  ///
  /// - Parameter rain: of the step that ends at `state.time + step`, one number for each of `cells`; what
  ///   is not known counts as none.
  /// - Throws: `state_other_model`, `wrong_cell_count`, `bad_rain` naming the cell.
  public func advance(
    _ state: inout CellSoilState, rain: BasinRain, workers: Workers = .one
  ) throws(Fault) {
    try check(state)
    guard rain.depth.count == cells.count, rain.knownShare.count == cells.count else {
      throw Fault(
        "wrong_cell_count", "rain of \(rain.depth.count) cells for \(cells.count)",
        remedy: "give the rain of each cell, in their order")
    }
    for place in rain.depth.indices
    where
      !(rain.depth[place] >= 0 && rain.depth[place] < 10_000 && rain.knownShare[place] >= 0
      && rain.knownShare[place] <= 1)
    {
      throw Fault(
        "bad_rain",
        "row \(cells[place] / geometry.columns), column \(cells[place] % geometry.columns): "
          + "\(rain.depth[place]) mm in \(step.text), \(rain.knownShare[place]) of it known",
        remedy: "give a depth of 0 to 10,000 mm and a share of 0 to 1")
    }
    state.moisture.withUnsafeMutableBufferPointer { moisture in
      let column = Column(moisture: moisture)
      workers.forEachRange(of: cells.count, step: 1024) { range in
        for place in range {
          let recursion = antecedent[place]
          let depth = rain.depth[place]
          column.moisture[place].antecedent = recursion.after(
            column.moisture[place].antecedent, rain: depth)
          column.moisture[place].gapShare = GapMemory.after(
            column.moisture[place].gapShare, recession: recursion.recession,
            unknown: 1 - rain.knownShare[place])
          column.moisture[place].tanks.pass(step, rain: depth)
        }
      }
    }
    state.time = state.time + step.seconds
  }

  /// A column that several threads write at places of their own.
  private struct Column: @unchecked Sendable {
    let moisture: UnsafeMutableBufferPointer<CellMoisture>
  }

  /// The soil of every cell; nothing of units yet.
  public func soil(_ state: CellSoilState) -> CellSoil {
    CellSoil(
      geometry: geometry, time: state.time, cells: cells,
      antecedentRainfall: state.moisture.map(\.antecedent),
      capacity: antecedent.map { $0.parameters.capacity },
      soilWaterIndex: state.moisture.map { $0.tanks.index },
      gapShare: state.moisture.map(\.gapShare))
  }
}
