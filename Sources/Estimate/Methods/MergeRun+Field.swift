import Hydromet
import Kernels

extension MergeRun {
  /// How large the error of bias-corrected radar is: of this cycle where it has pairs enough, else of
  /// the last that had.
  mutating func radarError() -> ErrorModel? {
    if pairs.count >= 8 {
      let factors = bias.leftOutFactors(gauges: pairs.gauge, radar: pairs.radar)
      let estimates = zip(factors, pairs.radar).map { $0 * $1 }
      state.radarError =
        ErrorModel.fit(
          estimates: estimates, errors: zip(estimates, pairs.gauge).map { $0 - $1 },
          variances: estimates.map { _ in 1 }) ?? state.radarError
    }
    return state.radarError
  }

  private mutating func judge(_ model: LocalModel, _ error: ErrorModel?) -> CellJudge {
    CellJudge(
      model: model, cap: cap, error: error, bias: bias.factor, biasError: radarError(),
      reach: settings.reach)
  }

  /// Fills all cells by a method; those without radar by gauges alone.
  ///
  /// - Returns: cells whose correction was cut by a limit.
  mutating func fill(_ planes: CellPlanes, _ model: LocalModel, _ table: PairTable) -> Int {
    let own = judge(model, errorModel(of: model.method))
    let drift = model.isSmoothed ? smoothedRadar()?.values : nil
    var capped = BlockField(input.geometry, table, own, drift: drift, workers: workers).fill(
      planes, radar: cells, onlyWithoutRadar: false)
    guard model.method.usesRadar, let cells, cells.contains(where: { $0 < 0 }), all.count > 0
    else { return capped }
    let gaugesOnly = gaugeModel()
    let other = judge(gaugesOnly.model, gaugesOnly.error)
    capped += BlockField(input.geometry, all, other, workers: workers).fill(
      planes, radar: cells, onlyWithoutRadar: true)
    return capped
  }

  /// Gauges alone, for the holes of the radar.
  private func gaugeModel() -> (model: LocalModel, error: ErrorModel?) {
    let method: MergeMethod =
      all.count >= settings.minimumGauges && all.isSpread ? .kriging : .inverseDistance
    if let model = models[method] { return (model, errorModel(of: method)) }
    let covariance = Covariance(range: max(6 * all.spacing, 5), nugget: 0.2)
    let model = LocalModel(
      method, all, covariance: covariance, bias: bias.factor, settings)
    let said = LeaveOneOut(table: all, cap: cap, workers: workers).estimates(of: model)
    let known = all.gauge.indices.filter { !said.estimates[$0].isNaN }
    let error = ErrorModel.fit(
      estimates: known.map { said.estimates[$0] },
      errors: known.map { said.estimates[$0] - all.gauge[$0] },
      variances: known.map { said.variances[$0] })
    return (model, error)
  }

  /// Radar times its bias in every cell; cells without radar by gauges alone.
  mutating func fillRadar(_ planes: CellPlanes) {
    guard let cells else { return }
    let gaugesOnly = gaugeModel()
    let judge = judge(gaugesOnly.model, gaugesOnly.error)
    if all.count > 0 {
      let hasHoles = cells.contains { $0 < 0 }
      if hasHoles {
        _ = BlockField(input.geometry, all, judge, workers: workers).fill(
          planes, radar: cells, onlyWithoutRadar: true)
      }
      fillDistances(planes)
    }
    let knowsBias = bias.filtered != nil && bias.wetPairs >= settings.minimumWetPairs
    workers.forEachRange(of: cells.count, step: 4096, partsPerThread: 8) { range in
      for cell in range where cells[cell] >= 0 {
        let said = judge.withoutGauges(cells[cell])
        planes.estimate[cell] = said.estimate
        planes.standardError[cell] = said.standardError
        planes.source[cell] =
          knowsBias && planes.distance[cell] <= Float(settings.reach)
          ? RainSource.both.rawValue : RainSource.radar.rawValue
      }
    }
  }

  /// Distances to the nearest gauge, by search.
  private func fillDistances(_ planes: CellPlanes) {
    let plane = KilometrePlane(input.geometry)
    let columns = input.geometry.columns
    let network = all.network
    workers.forEachRange(of: input.geometry.rows, partsPerThread: 8) { rows in
      var found: [GaugeNetwork.Neighbour] = []
      for row in rows {
        let y = -(Double(row) + 0.5) * plane.cellHeight
        for column in 0..<columns {
          network.nearest(1, toX: (Double(column) + 0.5) * plane.cellWidth, y: y, into: &found)
          guard let nearest = found.first else { continue }
          planes.distance[row * columns + column] = Float(nearest.squared.squareRoot())
        }
      }
    }
  }

  func summary(_ method: MergeMethod?, _ planes: CellPlanes, _ capped: Int) -> MergedRain {
    let count = planes.count
    let estimate = Array(UnsafeBufferPointer(start: planes.estimate, count: count))
    let sources = Array(UnsafeBufferPointer(start: planes.source, count: count))
    var cellsBySource = [Int](repeating: 0, count: RainSource.allCases.count)
    for source in sources { cellsBySource[Int(source)] += 1 }
    let report = MergeReport(
      period: input.period, asked: settings.choice.name, method: method,
      status: status(method), reasons: reasons, gaugeCount: all.count, pairCount: pairs.count,
      wetPairs: bias.wetPairs, bias: bias.filtered?.factor,
      biasAgeSeconds: bias.filtered.map { max(0, input.period.end.seconds(since: $0.time)) },
      cappedCells: capped, cellsBySource: cellsBySource,
      covariance: method.flatMap { models[$0]?.trend == nil ? nil : models[$0]?.covariance },
      stations: stations(method, estimate),
      radarScores: MergeScores(gauges: pairs.gauge, estimates: pairs.radar),
      methodScores: method.flatMap(scores), tried: tried())
    return MergedRain(
      field: DepthField(
        geometry: input.geometry, period: input.period, micrometres: estimate),
      standardError: Array(UnsafeBufferPointer(start: planes.standardError, count: count)),
      sources: sources, distance: Array(UnsafeBufferPointer(start: planes.distance, count: count)),
      report: report, state: state)
  }

  private func tried() -> [MethodScores] {
    var tried: [MethodScores] = []
    for method in MergeMethod.allCases {
      guard let scores = scores(of: method) else { continue }
      tried.append(MethodScores(method: method, scores: scores))
    }
    return tried
  }

  private func status(_ method: MergeMethod?) -> MergeStatus {
    if cells == nil { return all.count > 0 ? .gaugesOnly : .blind }
    guard let method else { return bias.filtered == nil ? .unadjusted : .lastBias }
    let isOldBias = method == .meanField && bias.wetPairs < settings.minimumWetPairs
    return isOldBias ? .lastBias : .merged
  }

  private func stations(_ method: MergeMethod?, _ estimate: [Int32]) -> [MergedStation] {
    var leftOutOf: [Int: Double] = [:]
    if let method, let said = leftOut[method] {
      if method.usesRadar {
        var slot = 0
        for index in all.gauge.indices where !all.radar[index].isNaN {
          leftOutOf[index] = said.estimates[slot]
          slot += 1
        }
      } else {
        for index in all.gauge.indices { leftOutOf[index] = said.estimates[index] }
      }
    }
    return all.gauge.indices.map { index in
      let cell = all.cell[index]
      let there = cell >= 0 ? estimate[cell] : .min
      return MergedStation(
        station: all.stations[index], gauge: all.gauge[index],
        radar: all.radar[index].isNaN ? nil : all.radar[index],
        estimate: there >= 0 ? Double(there) / 1000 : nil,
        leftOut: leftOutOf[index].flatMap { $0.isNaN ? nil : $0 })
    }
  }
}
