import Hydromet

/// A made-up district on a net of crooked cells that share their borders, and reports of cycles over it.
struct SampleDistrict {
  let description: DistrictDescription
  /// Whether the townships' levels are only held.
  var isHeld = false
  static let time = CivilTime(year: 2026, month: 7, day: 1, hour: 20)
    .timestamp(offsetSeconds: BeijingTime.offsetSeconds)!
  static let windows: [TimeSpan] = [
    .minutes(10), .minutes(30), .hours(1), .hours(2), .hours(3), .hours(6), .hours(12), .hours(24),
    .hours(48),
  ]

  init(description: DistrictDescription) {
    self.description = description
  }

  /// - Parameters:
  ///   - rows, columns: townships; basins are twice as many in each direction.
  ///   - detail: vertices of each side of a township.
  init(rows: Int = 2, columns: Int = 2, detail: Int = 6, points: Int = 8, gauges: Int = 4) {
    let net = CrookedNet(rows: rows, columns: columns, detail: detail)
    let fine = CrookedNet(rows: 2 * rows, columns: 2 * columns, detail: 3)
    var random = Scatter(seed: 7)
    func place() -> Place {
      Place(longitude: 106.4 + 0.6 * random.next(), latitude: 28.5 + 0.65 * random.next())
    }
    let names = [
      "石角", "东溪", "赶水", "打通", "石壕", "永新", "三角", "隆盛", "郭扶", "篆塘", "丁山", "安稳", "扶欢", "永城", "中峰",
      "横山", "古南", "文龙", "三江", "新盛", "通惠",
    ]
    let count = rows * columns
    let townships = (0..<count).map { i in
      Township(
        code: "500199\(padded(100 + i, 3))000",
        name: (names.indices.contains(i) ? names[i] : "第\(i + 1)") + "镇",
        englishName: "Town \(i + 1)", geometry: net.cell(row: i / columns, column: i % columns))
    }
    description = DistrictDescription(
      id: "500199", name: "云溪区", englishName: "Yunxi District", office: "云溪区气象台",
      englishOffice: "Yunxi District Weather Office", townships: townships,
      basins: (0..<(4 * count)).map { i in
        SmallBasin(
          id: "B\(padded(i, 3))", name: "\(i + 1)号沟", downstream: nil, areaSquareKilometres: 21.5,
          geometry: fine.cell(row: i / (2 * columns), column: i % (2 * columns)))
      },
      hazardPoints: (0..<points).map { i in
        HazardPoint(
          id: "P\(padded(i, 3))", name: "老街\(i + 1)号",
          hazard: [.flashFlood, .landslide, .waterlogging][i % 3], place: place(),
          township: townships[i % count].code, basin: nil, people: i % 4 == 0 ? nil : 10 * i)
      },
      stations: (0..<gauges).map { i in
        Station(
          id: "A\(8000 + i)", name: "站\(i + 1)", place: place(), altitudeMetres: 300,
          kind: "regional")
      },
      rivers: [
        (0..<30).map { i in
          Point(x: 106.42 + 0.019 * Double(i), y: 28.55 + 0.02 * Double(i) + 0.01 * random.next())
        }
      ])
  }

  /// The answer that township `i` has in `report()`: all levels, then none, unknown, blind, at least.
  static func answer(_ i: Int) -> RiskAnswer {
    switch i % 8 {
    case 0: .complete(.red)
    case 1: .complete(.orange)
    case 2: .incomplete(reached: .none)
    case 3: .blind
    case 4: .incomplete(reached: .yellow)
    case 5: .complete(.blue)
    default: .complete(.none)
    }
  }

  /// A cycle in which townships take turns through all answers.
  ///
  /// - Parameter shift: makes rain of another cycle.
  func report(
    time: Timestamp = SampleDistrict.time, windows: [TimeSpan] = SampleDistrict.windows,
    cells: Int = 12, drafts: [WarningDraft]? = nil, shift: Int32 = 0,
    hydrology: Hydrology = .none
  ) -> CycleReport {
    let assessments = self.assessments
    let townships = description.townships.enumerated().map { i, township in
      let part = assessments[i]
      return TownshipAssessment(
        township: township.code, name: township.name, answer: part.answer,
        hazard: part.answer.level == .none ? nil : part.hazard, decisive: part, parts: [part])
    }
    return CycleReport(
      district: description, districtHash: String(repeating: "ab", count: 32),
      programVersion: "0.1.0", time: time, windows: windows,
      fields: fields(time: time, windows: windows, cells: cells),
      unitRainfall: unitRainfall(time: time, windows: windows, shift: shift),
      gaugeRainfall: description.stations.enumerated().map { i, station in
        GaugeRainfall(
          station: station.id,
          sums: windows.map { window in
            Accumulation(
              period: Period(end: time, seconds: window.seconds),
              depth: i % 4 == 3 ? nil : Depth(micrometres: Int32(window.seconds * (i + 1))),
              coverage: Coverage(received: i % 4 == 3 ? 0 : 6, expected: 6))
          })
      },
      assessments: assessments, townships: townships, drafts: drafts ?? [draft(time: time)],
      feeds: [
        FeedState(
          feed: "radar", newest: time, coverage: Coverage(received: 287, expected: 288),
          isLate: false),
        FeedState(
          feed: "gauges", newest: time - 1200, coverage: Coverage(received: 58, expected: 60),
          isLate: true),
      ],
      inputs: [
        CycleInput(
          feed: "radar", name: "radar_20260701_1200.nc", hash: String(repeating: "0f", count: 32),
          dataTime: time)
      ], hydrology: hydrology)
  }

  private var assessments: [UnitAssessment] {
    let townships = description.townships.enumerated().map { i, township in
      let part = assessment(
        .township, township.code, township.name, SampleDistrict.answer(i), .flashFlood)
      guard isHeld, part.answer.level != .none else { return part }
      let held = HeldLevel(
        present: .complete(.none), since: SampleDistrict.time - 1800, until: nil)
      return part.showing(part.answer, held: held)
    }
    let points = description.hazardPoints.enumerated().map { i, point in
      assessment(.hazardPoint, point.id, point.name, SampleDistrict.answer(i), point.hazard)
    }
    return townships + points
  }

  private func assessment(
    _ kind: UnitKind, _ unit: String, _ name: String, _ answer: RiskAnswer, _ hazard: Hazard
  ) -> UnitAssessment {
    let isOpen = answer.state == .unknown || answer.state == .blind
    let threshold = CriticalRainfall(
      unitKind: kind, unit: "*", hazard: hazard, duration: .hours(3), wetness: .any,
      level: max(answer.level, .blue), depth: Depth(tenthsOfMillimetre: 500), statistic: .mean,
      source: "survey, \"2024\"", author: "bureau", effectiveFrom: nil, effectiveTo: nil, line: 7)
    let evidence = Evidence(
      threshold: threshold,
      depth: Depth(micrometres: answer.level == .none ? 12_345 : 63_296),
      verdict: answer.level == .none ? .notReached : .reached,
      isLowerBound: answer.state == .atLeast)
    return UnitAssessment(
      unitKind: kind, unit: unit, name: name, hazard: hazard, answer: answer,
      decisive: isOpen ? nil : evidence,
      uncovered: isOpen ? ["3h mean is not covered"] : [])
  }

  private func unitRainfall(time: Timestamp, windows: [TimeSpan], shift: Int32) -> [UnitRainfall] {
    func rain(_ i: Int, _ answer: RiskAnswer) -> [ArealRainfall] {
      windows.map { window in
        let base = Int32(window.seconds / 900) * Int32(1 + i * 7 % 11) * 131 + shift
        let isKnown = answer.state == .complete || answer.state == .atLeast
        return ArealRainfall(
          period: Period(end: time, seconds: window.seconds),
          mean: isKnown ? Depth(micrometres: base) : nil,
          maximumCell: isKnown ? Depth(micrometres: base * 2) : nil,
          maximumGauge: i % 2 == 0 && isKnown ? Depth(micrometres: base * 3) : nil,
          maximumGaugeStation: i % 2 == 0 && isKnown ? "A8000" : nil,
          validShare: answer.state == .complete ? 1 : answer.state == .atLeast ? 0.8125 : 0,
          gridShare: answer.state == .blind ? 0 : 1, gaugesAreComplete: i % 2 == 0)
      }
    }
    return description.townships.enumerated().map {
      UnitRainfall(
        unitKind: .township, unit: $1.code, windows: rain($0, SampleDistrict.answer($0)))
    }
      + description.basins.enumerated().map {
        UnitRainfall(unitKind: .basin, unit: $1.id, windows: rain($0, .complete(.none)))
      }
      + description.hazardPoints.enumerated().map {
        UnitRainfall(
          unitKind: .hazardPoint, unit: $1.id, windows: rain($0, SampleDistrict.answer($0)))
      }
  }

  private func fields(time: Timestamp, windows: [TimeSpan], cells: Int) -> [AccumulationField] {
    guard cells > 0 else { return [] }
    let geometry = GridGeometry(
      rows: cells, columns: cells + 3, projection: "+proj=longlat +datum=WGS84 +no_defs",
      isGeographic: true, west: 106.3, north: 29.3, cellWidth: 0.9 / Double(cells + 3),
      cellHeight: 0.9 / Double(cells))
    return windows.map { window in
      let frames = max(1, window.seconds / 300)
      return AccumulationField(
        geometry: geometry, period: Period(end: time, seconds: window.seconds),
        expectedFrames: frames,
        micrometres: (0..<geometry.cellCount).map { $0 == 0 ? 0 : Int32($0 * 37 % 9000 * frames) },
        receivedFrames: (0..<geometry.cellCount).map {
          UInt16($0 == 0 ? 0 : $0 == 1 ? frames - 1 : frames)
        })
    }
  }

  /// Cells of which each is wetter than the one before, and the first knows nothing of the past.
  ///
  /// - Parameter wetter: mm more in every cell.
  func soil(wetter: Double = 0) -> Hydrology {
    let geometry = GridGeometry(
      rows: 20, columns: 20, projection: "+proj=longlat +datum=WGS84 +no_defs", isGeographic: true,
      west: 106.35, north: 29.2, cellWidth: 0.035, cellHeight: 0.0375)
    let places = 0..<geometry.cellCount
    let units = description.townships.enumerated().map { i, township in
      UnitCellSoil(
        kind: .township, unit: township.code, meanIndex: Double(40 * i) + wetter,
        largestIndex: Double(40 * i + 20) + wetter, meanSaturation: Double(i % 5) / 5,
        largestSaturation: 1, gapShare: i == 1 ? 0.9 : i == 2 ? 0.01 : 0, coverage: 1)
    }
    return Hydrology(
      soil: [], flow: [], guidance: [], version: 1,
      cells: CellSoil(
        geometry: geometry, time: SampleDistrict.time, cells: Array(places),
        antecedentRainfall: places.map { min(Double($0) / 4 + wetter, 100) },
        capacity: places.map { _ in 100 },
        soilWaterIndex: places.map { Double($0) / 2 + wetter },
        gapShare: places.map { $0 < 40 ? 1 : 0 }, units: units))
  }

  func draft(time: Timestamp, hazard: Hazard = .flashFlood, level: RiskLevel = .red)
    -> WarningDraft
  {
    let c = BeijingTime.civil(time)
    let date = padded(c.year, 4) + padded(c.month, 2) + padded(c.day, 2)
    let clock = padded(c.hour, 2) + padded(c.minute, 2) + padded(c.second, 2)
    return WarningDraft(
      identifier: "50019941600000_\(date)\(clock)_0", hazard: hazard, level: level,
      townshipCodes: description.townships.prefix(2).map(\.code), dataTime: time,
      expires: time + 6 * 3600, headline: "云溪区气象台发布山洪灾害气象风险红色预警[I级/特别重大]",
      description: "过去3小时面雨量至少达63.2毫米，阈值 < 50.0毫米 & 资料不全。",
      instruction: "请立即转移。", englishHeadline: "Yunxi: red warning of flash flood risk",
      englishDescription: "At least 63.2 mm in 3 h <threshold 50.0 mm> & incomplete.",
      englishInstruction: "Move now.")
  }
}

/// A net of cells over 0.6 × 0.65 degrees whose crooked sides are shared exactly by both neighbours.
struct CrookedNet {
  private let rows: Int
  private let columns: Int
  private let detail: Int

  init(rows: Int, columns: Int, detail: Int) {
    self.rows = rows
    self.columns = columns
    self.detail = detail
  }

  func cell(row: Int, column: Int) -> MultiPolygon {
    let south = side(from: (row, column), to: (row, column + 1))
    let east = side(from: (row, column + 1), to: (row + 1, column + 1))
    let north = side(from: (row + 1, column), to: (row + 1, column + 1))
    let west = side(from: (row, column), to: (row + 1, column))
    let ring =
      south.dropLast() + east.dropLast() + north.reversed().dropLast() + west.reversed().dropLast()
    return MultiPolygon([Polygon(outer: Array(ring))])
  }

  /// Points of one side; always made in the same direction, so that both neighbours get the same.
  private func side(from a: (Int, Int), to b: (Int, Int)) -> [Point] {
    let start = node(a.0, a.1)
    let end = node(b.0, b.1)
    var random = Scatter(seed: UInt64(((a.0 * 97 + a.1) * 97 + b.0) * 97 + b.1))
    let wobble = 0.06 / Double(max(rows, columns))
    return (0...detail).map { i in
      let t = Double(i) / Double(detail)
      let isEnd = i == 0 || i == detail
      return Point(
        x: start.x + t * (end.x - start.x) + (isEnd ? 0 : wobble * (random.next() - 0.5)),
        y: start.y + t * (end.y - start.y) + (isEnd ? 0 : wobble * (random.next() - 0.5)))
    }
  }

  private func node(_ row: Int, _ column: Int) -> Point {
    var random = Scatter(seed: UInt64(row * 1009 + column + 1))
    return Point(
      x: 106.4 + 0.6 * (Double(column) + 0.3 * (random.next() - 0.5)) / Double(columns),
      y: 28.5 + 0.65 * (Double(row) + 0.3 * (random.next() - 0.5)) / Double(rows))
  }
}

/// Numbers in 0 ..< 1 that are the same in every run (SplitMix64).
struct Scatter {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
  }
}
