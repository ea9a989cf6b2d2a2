import Hydromet
import Kernels

/// One run of all checks over some readings.
struct QualityRun {
  let readings: [GaugeReading]
  let network: StationNetwork
  let rules: QualityRules
  let workers: Workers
  let context: QualityControl.Context
  let table: ReadingTable
  var findings: Findings
  var blocks: RainBlocks
  var judgements: [BlockJudgement] = []
  var histories: [StationHistory]
  var long: [LongFindings] = []

  init(
    _ readings: [GaugeReading], network: StationNetwork, rules: QualityRules, workers: Workers,
    _ context: QualityControl.Context
  ) {
    self.readings = readings
    self.network = network
    self.rules = rules
    self.workers = workers
    self.context = context
    table = ReadingTable(readings, network: network)
    findings = Findings(count: readings.count)
    blocks = RainBlocks(table, readings) { _ in false }
    histories = network.stations.map { context.histories[$0.id] ?? StationHistory() }
  }

  /// Limits, and what the sender says.
  mutating func checkValues() {
    for (index, reading) in readings.enumerated() where reading.tenths != nil {
      if let (reason, severity) = ValueChecks.limits(reading, rules.limits) {
        findings.add(reason, severity, to: index)
      }
      switch reading.quality {
      case .suspect: findings.add(.sender, .suspect, to: index)
      case .wrong: findings.add(.sender, .wrong, to: index)
      default: break
      }
    }
  }

  /// Minutes against hours, and the habits of each element along time.
  mutating func checkTimes() {
    for series in table.series {
      let first = table.keys[series.lowerBound]
      let element = readings[Int(first.reading)].element
      let sorted = table.keys[series].filter { counts(Int($0.reading)) }.sorted {
        ($0.end, $0.seconds, $0.reading) < ($1.end, $1.seconds, $1.reading)
      }
      guard !sorted.isEmpty else { continue }
      if element == .rain { checkTotals(sorted) }
      var byLength: [Int32: [TimeChecks.Value]] = [:]
      for key in sorted {
        byLength[key.seconds, default: []].append(
          TimeChecks.Value(
            end: key.end, seconds: Int(key.seconds),
            tenths: readings[Int(key.reading)].tenths ?? 0, place: Int(key.reading)))
      }
      for (_, values) in byLength.sorted(by: { $0.key < $1.key }) where values.count > 1 {
        let found =
          element == .rain
          ? TimeChecks.stuckBucket(values) : TimeChecks.series(values, of: element)
        for finding in found {
          for place in finding.places { findings.add(finding.reason, finding.severity, to: place) }
        }
      }
    }
  }

  private mutating func checkTotals(_ sorted: [ReadingTable.Key]) {
    guard let shortest = sorted.map(\.seconds).min(),
      sorted.contains(where: { $0.seconds != shortest })
    else { return }
    let own = sorted.map { readings[Int($0.reading)] }
    for place in ValueChecks.contradictions(in: own) {
      findings.add(.totals, .suspect, to: Int(sorted[place].reading))
    }
  }

  /// Whether a reading has a value that is not known to be wrong.
  func counts(_ reading: Int) -> Bool {
    guard let tenths = readings[reading].tenths, findings.severity[reading] < .wrong else {
      return false
    }
    return readings[reading].element != .rain || tenths >= 0
  }

  /// Hours side by side: neighbours, radar, twins; and the blame down to single readings.
  mutating func checkSpace() {
    let severity = findings.severity
    let values = readings
    blocks = RainBlocks(table, readings) { index in
      severity[index] < .wrong && (values[index].tenths ?? -1) >= 0
    }
    let check = SpatialCheck(
      network: network, rules: rules, radar: RadarRecord(context.radar), workers: workers)
    judgements = []
    judgements.reserveCapacity(blocks.blocks.count)
    let keys = table.keys
    let distrusted = context.distrusted
    for slice in blocks.slices {
      var found = check.judge(blocks.blocks[slice]) { block in
        // A block with a stuck or contradicted reading is judged and is no witness.
        !distrusted.contains(Int(block.station))
          && block.parts.allSatisfy { severity[Int(keys[$0].reading)] == .none }
      }
      compareTwins(slice, &found)
      judgements += found
    }
    for (block, judgement) in zip(blocks.blocks, judgements) { blame(block, judgement) }
  }

  private func compareTwins(_ slice: Range<Int>, _ found: inout [BlockJudgement]) {
    var placeOf: [Int: Int]?
    for (offset, index) in slice.enumerated() {
      let block = blocks.blocks[index]
      let near = network.neighbours(of: Int(block.station)).prefix {
        $0.kilometres <= rules.twinKilometres
      }
      guard !near.isEmpty else { continue }
      let places =
        placeOf
        ?? Dictionary(
          uniqueKeysWithValues: slice.enumerated().map { (Int(blocks.blocks[$1].station), $0) })
      placeOf = places
      let twins = near.compactMap { places[$0.station] }
      guard !twins.isEmpty else { continue }
      found[offset].isWitnessed = true
      let other = found[twins[0]]
      let isOdd = NetworkChecks.disagrees(
        Double(block.tenths),
        twins: twins.map { Double(blocks.blocks[slice.lowerBound + $0].tenths) },
        residual: found[offset].residual, twinResidual: other.residual,
        isJudged: found[offset].expectedTenths >= 0)
      if isOdd {
        found[offset].reasons.insert(.twin)
        if found[offset].severity == .none { found[offset].severity = .suspect }
      }
    }
  }

  /// Carries the judgement of a block to its readings. Where the block is too high, the largest
  /// readings are to blame until the rest can be believed; otherwise all are.
  private mutating func blame(_ block: RainBlock, _ judgement: BlockJudgement) {
    let all = block.keys.map { Int(table.keys[$0].reading) }.filter { readings[$0].tenths != nil }
    let remarks = QualityReasons(judgement.reasons.list.filter { $0.weight != .against })
    for reading in all {
      if judgement.isWitnessed { findings.witness(reading, strain: judgement.strain) }
      for reason in remarks.list { findings.add(reason, to: reading) }
      if !context.radar.isEmpty, judgement.radarTenths < 0 { findings.add(.noRadar, to: reading) }
    }
    guard judgement.severity > .none else { return }
    var guilty = all
    if judgement.direction == .tooMuch {
      let parts = block.parts.map { Int(table.keys[$0].reading) }
        .filter { counts($0) }
        .sorted { (readings[$0].tenths ?? 0, $1) > (readings[$1].tenths ?? 0, $0) }
      var rest = Double(block.tenths)
      guilty = []
      for part in parts where rest > judgement.believedTenths {
        guilty.append(part)
        rest -= Double(readings[part].tenths ?? 0)
      }
      // Totals that hold the same rain.
      let chosen = Set(parts)
      guilty += all.filter {
        !chosen.contains($0) && Double(readings[$0].tenths ?? 0) > judgement.believedTenths
      }
    }
    for reading in guilty {
      for reason in judgement.reasons.against {
        findings.add(reason, judgement.severity, to: reading)
      }
    }
  }

  /// Series that repeat another station's.
  mutating func checkCopies() {
    var wet = [[(end: Int64, tenths: Int32)]](repeating: [], count: network.count)
    for block in blocks.blocks where Int(block.seconds) == ReadingTable.blockSeconds {
      if block.tenths > 0 { wet[Int(block.station)].append((block.end, block.tenths)) }
    }
    guard wet.contains(where: { $0.count >= 7 }) else { return }
    let copies = Dictionary(grouping: NetworkChecks.copies(wet), by: \.station)
    guard !copies.isEmpty else { return }
    for block in blocks.blocks {
      for copy in copies[Int(block.station)] ?? []
      where block.end >= copy.from && block.end <= copy.to && block.tenths > 0 {
        doubt(block, .duplicate)
      }
    }
  }

  func doubt(_ block: RainBlock, _ findings: inout Findings, _ reason: QualityReason) {
    for key in block.keys {
      let reading = Int(table.keys[key].reading)
      if readings[reading].tenths != nil { findings.add(reason, .suspect, to: reading) }
    }
  }

  mutating func doubt(_ block: RainBlock, _ reason: QualityReason) {
    doubt(block, &findings, reason)
  }
}
