import Hydromet

extension QualityRun {
  /// Remembers the hours, follows dry runs, and applies what weeks show.
  mutating func checkMemory() {
    var byStation = [[Int]](repeating: [], count: network.count)
    for (index, block) in blocks.blocks.enumerated()
    where Int(block.seconds) == ReadingTable.blockSeconds {
      byStation[Int(block.station)].append(index)
    }
    long = []
    long.reserveCapacity(network.count)
    for station in 0..<network.count {
      followDryRuns(station, byStation[station])
      remember(station, byStation[station])
    }
    let scores = histories.map { NetworkHabit.score($0, rules: rules) }
    let habit = NetworkHabit(scores)
    for station in 0..<network.count {
      let isGross = scores[station].map { habit?.isGross($0, rules: rules) ?? false } ?? false
      let found = LongFindings(
        histories[station], rules: rules, grossMean: isGross ? scores[station]?.mean : nil
      ) { isLow in explains(station, isLow: isLow) }
      long.append(found)
      let reasons = found.reasons.against
      guard !reasons.isEmpty else { continue }
      for index in byStation[station] {
        let block = blocks.blocks[index]
        let judgement = judgements[index]
        // A dry hour under a dry sky is right whatever is wrong with the gauge.
        guard block.tenths > 0 || judgement.expectedTenths > 2 || judgement.radarTenths > 2 else {
          continue
        }
        for reason in reasons { doubt(block, reason) }
      }
    }
  }

  /// Whether the neighbours of a station, one by one, had as little or as much as it had.
  private func explains(_ station: Int, isLow: Bool) -> Bool {
    let near = network.neighbours(of: station).lazy.filter { neighbour in
      !context.distrusted.contains(neighbour.station)
    }
    return NeighbourTotals(
      histories[station], near: near.map { histories[$0.station] }
    ).explain(isLow: isLow)
  }

  /// A gauge that stays dry while the rain passes by is blocked; all hours of the run are. The run that the
  /// memory holds goes on in the hours after it; hours that are in the memory already are not counted twice.
  private mutating func followDryRuns(_ station: Int, _ indices: [Int]) {
    var remembered = histories[station].dryRun
    var seen = StationHistory.DryRun()
    var members: [Int] = []
    for index in indices {
      let block = blocks.blocks[index]
      let isKnown = context.remembersAfter.map { block.end <= $0.secondsSince1970 } ?? false
      let judgement = judgements[index]
      if block.tenths > 2 {
        seen = StationHistory.DryRun()
        if !isKnown { remembered = StationHistory.DryRun() }
        members = []
        continue
      }
      guard judgement.direction == .tooLittle else { continue }
      seen.add(judgement)
      if !isKnown { remembered.add(judgement) }
      members.append(index)
      callBlocked(members, isKnown || seen.hours > remembered.hours ? seen : remembered)
    }
    callBlocked(members, seen.hours > remembered.hours ? seen : remembered)
    histories[station].dryRun = remembered
  }

  /// Calls the hours of a dry run blocked where it is long and wet enough.
  private mutating func callBlocked(_ members: [Int], _ run: StationHistory.DryRun) {
    guard run.hours >= rules.blockedBlocks, Double(run.tenths) >= rules.blockedTenths else {
      return
    }
    let isCertain = run.confirmedHours >= 2 || Double(run.tenths) >= 2.5 * rules.blockedTenths
    for member in members {
      for key in blocks.blocks[member].keys {
        let reading = Int(table.keys[key].reading)
        guard readings[reading].tenths != nil else { continue }
        findings.add(.blocked, isCertain ? .wrong : .suspect, to: reading)
      }
    }
  }

  private mutating func remember(_ station: Int, _ indices: [Int]) {
    for index in indices {
      let block = blocks.blocks[index]
      if let after = context.remembersAfter, block.end <= after.secondsSince1970 { continue }
      let judgement = judgements[index]
      // A single wild value is no evidence of a habit: it is left out of the ratios.
      let isWild = judgement.direction == .tooMuch && judgement.reasons.contains(.phantom)
      histories[station].add(
        StationHistory.Hour(
          end: Timestamp(secondsSince1970: block.end),
          gauge: block.isComplete && !isWild ? QualityRun.whole(Double(block.tenths)) : -1,
          neighbours: QualityRun.whole(judgement.expectedTenths),
          radar: QualityRun.whole(judgement.radarTenths)))
    }
  }

  /// Stations with a persistent fault that is stronger than that of any neighbour who is still a
  /// witness: the neighbours' may be an echo of theirs.
  func distrusted() -> Set<Int> {
    var strength = [Double](repeating: 0, count: network.count)
    for station in 0..<network.count where station < long.count {
      let run = histories[station].dryRun
      if run.hours >= rules.blockedBlocks, Double(run.tenths) >= rules.blockedTenths {
        strength[station] = 100
      } else if !long[station].reasons.against.isEmpty {
        let ratio = long[station].ratios.map { abs(Numbers.logarithm($0.ratio)) }.max() ?? 0
        strength[station] = long[station].clockOffsetHours == nil ? ratio : 3
      }
    }
    return Set(
      strength.indices.filter { station in
        strength[station] > 0
          && network.neighbours(of: station).allSatisfy {
            context.distrusted.contains($0.station)
              || strength[$0.station] <= strength[station]
          }
      })
  }

  private static func whole(_ tenths: Double) -> Int32 {
    tenths < 0 ? -1 : Int32(min(tenths.rounded(), 1e6))
  }

  /// Stations that stand where they cannot.
  mutating func checkPlaces() {
    var isDoubted = [Bool](repeating: false, count: network.count)
    for station in 0..<network.count {
      isDoubted[station] =
        context.doubtedPlaces.contains(network.stations[station].id)
        || PlaceAudit.looksSwapped(station, in: network)
    }
    guard isDoubted.contains(true) else { return }
    for key in table.keys where key.station >= 0 && isDoubted[Int(key.station)] {
      if readings[Int(key.reading)].tenths != nil {
        findings.add(.place, .suspect, to: Int(key.reading))
      }
    }
  }

  func result() -> QualityControl.Result {
    var judged: [JudgedReading] = []
    judged.reserveCapacity(readings.count)
    var counts = VerdictCounts()
    let edits = context.edits.filter { edit in context.now.map { $0 < edit.expires } ?? true }
    let editsOf = Dictionary(grouping: edits, by: \.station)
    var applied: Set<ManualEdit> = []
    for (index, reading) in readings.enumerated() {
      var verdict = verdict(index)
      if let edit = editsOf[reading.station]?.last(where: { $0.covers(reading) }) {
        applied.insert(edit)
        verdict = QualityRun.verdict(verdict, under: edit)
      }
      counts.count(verdict)
      judged.append(JudgedReading(reading: reading, verdict: verdict))
    }
    let hours = blocks.blocks.lazy.filter { Int($0.seconds) == ReadingTable.blockSeconds }.map {
      QualityControl.GaugeHour(
        station: Int($0.station), end: Timestamp(secondsSince1970: $0.end), tenths: $0.tenths,
        isComplete: $0.isComplete)
    }
    var memory: [String: StationHistory] = [:]
    for (station, history) in zip(network.stations, histories)
    where history.since != nil || context.histories[station.id] != nil {
      memory[station.id] = history
    }
    return QualityControl.Result(
      judged: judged, stations: health(judged), histories: memory, counts: counts,
      edits: edits.filter { applied.contains($0) }, hours: Array(hours))
  }

  /// The verdict that the findings add up to.
  private func verdict(_ index: Int) -> ReadingVerdict {
    let reading = readings[index]
    guard reading.tenths != nil else {
      let code: QualityCode =
        [.notInstalled, .wrong].contains(reading.quality) ? reading.quality : .missing
      return ReadingVerdict(code: code, indexHundredths: 0)
    }
    var reasons = findings.reasons[index]
    switch findings.severity[index] {
    case .wrong: return ReadingVerdict(code: .wrong, indexHundredths: 5, reasons: reasons)
    case .suspect:
      return ReadingVerdict(
        code: .suspect, indexHundredths: max(10, 45 - 10 * reasons.against.count),
        reasons: reasons)
    case .none: break
    }
    guard findings.isWitnessed[index] || reading.element != .rain else {
      reasons.insert(.untestable)
      return ReadingVerdict(code: .unchecked, indexHundredths: 50, reasons: reasons)
    }
    guard findings.isWitnessed[index] else {
      return ReadingVerdict(code: .correct, indexHundredths: 80, reasons: reasons)
    }
    let strain = Double(min(1, findings.strain[index]))
    return ReadingVerdict(
      code: [.corrected, .modified].contains(reading.quality) ? reading.quality : .correct,
      indexHundredths: Int((100 - 40 * strain).rounded()), reasons: reasons)
  }

  private static func verdict(
    _ verdict: ReadingVerdict, under edit: ManualEdit
  ) -> ReadingVerdict {
    var reasons = verdict.reasons
    reasons.insert(.manual)
    return ReadingVerdict(
      code: edit.code, indexHundredths: Int(ReadingVerdict(unseen: edit.code).indexHundredths),
      reasons: reasons)
  }

  private func health(_ judged: [JudgedReading]) -> [StationHealth] {
    var counts = [VerdictCounts](repeating: VerdictCounts(), count: network.count)
    var reasons = [[QualityReason: Int]](repeating: [:], count: network.count)
    var coverage = [Coverage](
      repeating: Coverage(received: 0, expected: 0), count: network.count)
    let rain = UInt8(ReadingTable.rank(of: .rain))
    for series in table.series where table.keys[series.lowerBound].element == rain {
      let station = Int(table.keys[series.lowerBound].station)
      guard station >= 0 else { continue }
      for key in table.keys[series] {
        let verdict = judged[Int(key.reading)].verdict
        counts[station].count(verdict)
        for reason in verdict.reasons.against { reasons[station][reason, default: 0] += 1 }
      }
      coverage[station] = availability(series)
    }
    return network.stations.enumerated().map { index, station in
      let near = network.neighbours(of: index)
      return StationHealth(
        station: station.id, availability: coverage[index], counts: counts[index],
        reasons: QualityReason.allCases.compactMap { reason in
          reasons[index][reason].map { StationHealth.ReasonCount(reason: reason, count: $0) }
        }, neighbours: near.count, nearestKilometres: near.first?.kilometres, long: long[index],
        dryRun: histories[index].dryRun)
    }
  }

  /// Readings with a value at the station's commonest step, of those from its first to its last.
  private func availability(_ series: Range<Int>) -> Coverage {
    var ends: [Int32: [Int64]] = [:]
    for key in table.keys[series] where key.seconds > 0 {
      ends[key.seconds, default: []].append(key.end)
    }
    guard
      let (seconds, all) = ends.max(by: {
        ($0.value.count, $1.key) < ($1.value.count, $0.key)
      }), let first = all.min(), let last = all.max()
    else { return Coverage(received: 0, expected: 0) }
    let (span, overflow) = last.subtractingReportingOverflow(first)
    let expected = overflow ? all.count : Int(span / Int64(seconds)) + 1
    let received = Set(
      table.keys[series].filter {
        $0.seconds == seconds && readings[Int($0.reading)].tenths != nil
      }.map(\.end)
    ).count
    return Coverage(received: received, expected: max(expected, received))
  }
}

extension StationHistory.DryRun {
  /// One more hour that the rain passed by.
  fileprivate mutating func add(_ judgement: BlockJudgement) {
    hours += 1
    tenths += Int(min(judgement.passedByTenths, 100_000))
    if judgement.isPassedByBoth { confirmedHours += 1 }
  }
}
