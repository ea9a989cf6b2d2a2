import Hydromet
import Quality
import Testing

@Suite struct `Verdicts on a network` {
  private static let stations = lattice(5)
  private static let network = StationNetwork(stations)

  private func readings(
    hours: Int = 24, scale: Double = 1, _ change: (Int, Int, Int32) -> Int32? = { $2 }
  ) -> [GaugeReading] {
    Self.stations.indices.flatMap { station in
      (0..<hours).map { hour in
        hourly("G\(station)", hour, change(station, hour, smoothRain(station, hour, scale: scale)))
      }
    }
  }

  private func judge(
    _ readings: [GaugeReading], _ context: QualityControl.Context = .init()
  ) -> QualityControl.Result {
    QualityControl(Self.network).judge(readings, context)
  }

  private func reasons(_ result: QualityControl.Result, _ station: String) -> QualityReasons {
    result.judged.filter { $0.reading.station == station }.reduce(into: QualityReasons()) {
      $0.formUnion($1.verdict.reasons)
    }
  }

  @Test func `smooth rain without faults is believed everywhere`() {
    let result = judge(readings())
    #expect(result.counts.correct == 25 * 24)
    #expect(result.judged.allSatisfy { $0.verdict.index >= 0.6 })
  }

  @Test func `every reading comes back once, in its order and as it came`() {
    let given = readings { station, hour, tenths in station == 7 && hour == 3 ? 5000 : tenths }
    #expect(judge(given).judged.map(\.reading) == given)
  }

  @Test func `the order of the readings does not matter`() {
    let given = readings { station, hour, tenths in
      station == 12 && hour == 2 ? tenths * 10 : tenths
    }
    let verdicts = { (result: QualityControl.Result) in
      Dictionary(uniqueKeysWithValues: result.judged.map { ($0.reading, $0.verdict) })
    }
    #expect(verdicts(judge(given)) == verdicts(judge(given.reversed())))
  }

  @Test func `a blocked funnel is found, and its dry hours under a dry sky are right`() {
    let result = judge(readings { station, _, tenths in station == 12 ? 0 : tenths })
    #expect(reasons(result, "G12").contains(.blocked))
    for judged in result.judged where judged.reading.station == "G12" {
      let hour = judged.reading.period.end.seconds(since: hour0) / 3600
      #expect(judged.verdict.use <= .doubted || hour % 12 >= 4)
      if hour % 12 >= 4 { #expect(judged.verdict.code == .correct) }
    }
    #expect(
      result.judged.filter { $0.reading.station != "G12" }.allSatisfy {
        $0.verdict.code == .correct
      })
  }

  @Test func `a blocked funnel is blocked whatever part of its hours the memory holds`() {
    let given = readings { station, _, tenths in station == 12 ? 0 : tenths }
    let whole = judge(given)
    for known in [3, 13, 14, 24] {
      let until = hour0 + (known - 1) * 3600
      var context = QualityControl.Context()
      context.histories = judge(given.filter { $0.period.end <= until }).histories
      context.remembersAfter = until
      let result = judge(given, context)
      #expect(result.judged == whole.judged)
      #expect(result.histories["G12"] == whole.histories["G12"])
    }
  }

  @Test func `one spike is blamed on itself alone`() {
    let result = judge(
      readings { station, hour, tenths in station == 6 && hour == 2 ? 2500 : tenths })
    let flagged = result.judged.filter { $0.verdict.use <= .doubted }
    #expect(flagged.map(\.reading) == [hourly("G6", 2, 2500)])
  }

  @Test func `a spike within an hour of minutes is blamed on its step`() {
    var given = readings(hours: 6)
    given.removeAll { $0.station == "G12" }
    for step in 1...36 {
      given.append(
        GaugeReading(
          station: "G12", element: .rain,
          period: Period(end: hour0 - 3600 + step * 600, seconds: 600),
          tenths: step == 15 ? 900 : Int32(step <= 24 ? 9 + step * 5 % 7 : 0)))
    }
    let flagged = judge(given).judged.filter { $0.verdict.use <= .doubted }
    #expect(flagged.map(\.reading.tenths) == [900])
  }

  @Test func `ten times too much is suspect and its scale is named`() {
    let result = judge(readings { station, _, tenths in station == 12 ? tenths * 10 : tenths })
    #expect(reasons(result, "G12").contains(.scale))
    let wet = result.judged.filter { $0.reading.station == "G12" && ($0.reading.tenths ?? 0) > 0 }
    #expect(wet.count { $0.verdict.use <= .doubted } >= wet.count * 9 / 10)
  }

  @Test func `two wild values far apart do not cover for each other`() {
    let result = judge(
      readings(hours: 1) { station, _, _ in
        [11, 13].contains(station) ? 1500 : Int32(station % 3)
      })
    let flagged = result.judged.filter { $0.verdict.use <= .doubted }
    #expect(flagged.map(\.reading) == [hourly("G11", 0, 1500), hourly("G13", 0, 1500)])
  }

  /// Showers, each over a few stations, so that one hour alone tells nothing.
  private func showers(_ change: (Int, Int32) -> Int32) -> [GaugeReading] {
    readings(hours: 60) { station, hour, _ in
      var draw = UInt64(station * 64 + hour + 1) &* 0x9E37_79B9_7F4A_7C15
      draw = (draw ^ (draw >> 29)) &* 0xBF58_476D_1CE4_E5B9
      return change(station, [2, 11, 23, 36, 61][Int((draw >> 33) % 5)])
    }
  }

  @Test func `showers without faults accuse no station of a factor`() {
    let result = judge(showers { $1 })
    #expect(result.stations.allSatisfy { $0.long.reasons.against.isEmpty })
  }

  @Test(arguments: [(Int32(10), QualityReason.overMeasuring), (Int32(0), .underMeasuring)])
  func `a factor is gross where the network's own showers do not know it`(
    factor: Int32, reason: QualityReason
  ) {
    let result = judge(showers { station, tenths in station == 12 ? tenths * factor : tenths })
    let accused = result.stations.filter { !$0.long.reasons.against.isEmpty }
    #expect(accused.map(\.station) == ["G12"])
    #expect(accused.first?.long.reasons.contains(reason) ?? false)
  }

  @Test func `a counter that repeats itself is stuck`() {
    let result = judge(
      readings { station, hour, tenths in station == 12 && hour > 8 ? 37 : tenths })
    #expect(reasons(result, "G12").contains(.stuckBucket))
  }

  @Test(arguments: [-6, -3, 3, 8])
  func `a clock that runs hours wrong is found and its offset told`(offset: Int) throws {
    let pattern: [Int32] = [
      0, 0, 60, 120, 30, 0, 0, 0, 15, 80, 0, 0, 0, 0, 0, 200, 90, 10, 0, 0, 0, 0, 45, 0, 0, 0, 0,
      70, 130, 20, 0, 0, 0, 0, 0, 0, 30, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
    let given = Self.stations.indices.flatMap { station in
      (0..<48).map { hour in
        let shift = station == 12 ? offset : 0
        let source = pattern[((hour - shift) % 48 + 48) % 48]
        return hourly("G\(station)", hour, source + (source > 0 ? Int32(station % 5) * 3 : 0))
      }
    }
    let result = judge(given)
    #expect(reasons(result, "G12").contains(.clockOffset))
    #expect(result.stations[12].long.clockOffsetHours == offset)
    #expect(result.stations.count { $0.long.clockOffsetHours != nil } == 1)
  }

  @Test(arguments: [UInt64(5), 23, 71])
  func `rain without any pattern accuses no clock by chance`(seed: UInt64) {
    var state = seed
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    let given = Self.stations.indices.flatMap { station in
      (0..<72).map { hour in
        let depth = next() < 0.08 ? 2 + 120 * next() * next() : 0
        return hourly("G\(station)", hour, Int32(depth))
      }
    }
    let result = judge(given)
    #expect(result.stations.allSatisfy { $0.long.clockOffsetHours == nil })
  }

  @Test func `a copy of another station is found with its delay`() {
    let given = readings { station, hour, tenths in
      station == 20
        ? (hour >= 2 ? Int32((hour - 2) % 4 < 3 ? 20 + 13 * ((hour - 2) % 7) : 0) : 0)
        : (station == 4 ? Int32(hour % 4 < 3 ? 20 + 13 * (hour % 7) : 0) : tenths)
    }
    let result = judge(given)
    #expect(reasons(result, "G20").contains(.duplicate))
    #expect(!reasons(result, "G4").contains(.duplicate))
  }

  @Test(arguments: [0.5, 0.65])
  func `weeks of too little rain are found, from the memory alone`(share: Double) {
    let given = readings(hours: 170) { station, _, tenths in
      station == 12 ? Int32((Double(tenths) * share).rounded()) : tenths
    }
    let early = judge(given.filter { $0.period.end <= hour0 + 150 * 3600 })
    #expect(reasons(early, "G12").contains(.underMeasuring))
    var context = QualityControl.Context()
    context.histories = early.histories
    context.remembersAfter = hour0 + 150 * 3600
    let late = judge(given.filter { $0.period.end > hour0 + 152 * 3600 }, context)
    #expect(reasons(late, "G12").contains(.underMeasuring))
    #expect(late.stations.count { !$0.long.reasons.against.isEmpty } == 1)
  }

  @Test func `exchanged coordinates are noticed`() {
    var stations = Self.stations
    let place = stations[12].place
    stations[12] = Station(
      id: "G12", name: "", place: Place(longitude: place.latitude, latitude: place.longitude / 2),
      altitudeMetres: nil, kind: "rain")
    stations[11] = Station(
      id: "G11", name: "",
      place: Place(longitude: stations[11].place.latitude, latitude: stations[11].place.longitude),
      altitudeMetres: nil, kind: "rain")
    let result = QualityControl(StationNetwork(stations)).judge(readings())
    // 106° is no latitude at all; the halved one is a place, but not among the others.
    #expect(reasons(result, "G11").contains(.place))
    #expect(!reasons(result, "G12").contains(.place))
    #expect(reasons(result, "G12").contains(.untestable))
  }

  @Test func `a person's edit overrides the checks until it ends`() {
    var context = QualityControl.Context()
    let edit = ManualEdit(
      station: "G6", element: .rain, from: hour0, to: hour0 + 4 * 3600, code: .correct,
      author: "Li", reason: "seen by the observer", expires: hour0 + 86_400)
    context.edits = [edit]
    context.now = hour0 + 6 * 3600
    let given = readings { station, hour, tenths in station == 6 && hour == 2 ? 2500 : tenths }
    let edited = judge(given, context)
    #expect(edited.counts.flagged == 0)
    #expect(edited.edits == [edit])
    #expect(reasons(edited, "G6").contains(.manual))
    context.now = hour0 + 86_400
    #expect(judge(given, context).counts.flagged == 1)
  }
}

@Suite struct `Verdicts on awkward networks` {
  private func judge(
    _ stations: [Station], _ readings: [GaugeReading]
  ) -> QualityControl.Result {
    QualityControl(StationNetwork(stations)).judge(readings)
  }

  @Test func `nothing in, nothing out`() {
    let result = judge([], [])
    #expect(result.judged.isEmpty && result.stations.isEmpty)
    #expect(judge(lattice(2), []).stations.map(\.availability.expected) == [0, 0, 0, 0])
  }

  @Test func `one gauge is untestable, its impossible values are wrong`() {
    let result = judge(
      lattice(1), [hourly("G0", 0, 20), hourly("G0", 1, 9000), hourly("G0", 2, nil)])
    #expect(result.judged[0].verdict.isUntestable)
    #expect(result.judged[1].verdict.code == .wrong)
    #expect(result.judged[1].verdict.reasons.contains(.limit))
    #expect(result.judged[2].verdict.code == .missing)
  }

  @Test func `a reading of a station that nobody lists is untestable`() {
    let result = judge(lattice(3), [hourly("unknown", 0, 20)])
    #expect(result.judged[0].verdict.isUntestable)
  }

  @Test func `all dry is believed`() {
    let stations = lattice(4)
    let result = judge(stations, stations.map { hourly($0.id, 0, 0) })
    #expect(result.counts.correct == 16)
  }

  @Test func `400 mm in an hour everywhere is believed, however much it is`() {
    let stations = lattice(4)
    let result = judge(stations, stations.map { hourly($0.id, 0, 4000) })
    #expect(result.counts.correct == 16)
  }

  @Test func `noise everywhere condemns nobody to wrong`() {
    let stations = lattice(6)
    let result = judge(
      stations, stations.enumerated().map { hourly($1.id, 0, Int32($0 * 7919 % 300)) })
    #expect(result.counts.wrong == 0)
    #expect(result.counts.flagged <= 2)
  }

  @Test func `all gauges in one place are twins, and the odd one of many is told`() {
    let place = Place(longitude: 106.5, latitude: 29)
    let stations = (0..<5).map {
      Station(id: "G\($0)", name: "", place: place, altitudeMetres: nil, kind: "rain")
    }
    let result = judge(
      stations, stations.enumerated().map { hourly($1.id, 0, $0 == 2 ? 300 : 100) })
    #expect(
      result.judged.map(\.verdict.code) == [.correct, .correct, .suspect, .correct, .correct])
    #expect(result.judged[2].verdict.reasons.contains(.twin))
  }

  @Test func `two twins that disagree are both doubted where nobody else can tell`() {
    let stations = [lattice(1)[0], lattice(1)[0]].enumerated().map { index, station in
      Station(id: "G\(index)", name: "", place: station.place, altitudeMetres: nil, kind: "rain")
    }
    let result = judge(stations, [hourly("G0", 0, 300), hourly("G1", 0, 40)])
    #expect(result.judged.allSatisfy { $0.verdict.reasons.contains(.twin) })
    #expect(result.counts.suspect == 2)
  }

  @Test func `of two twins the one that the neighbours do not know is doubted`() {
    var stations = lattice(3)
    stations.append(
      Station(id: "twin", name: "", place: stations[4].place, altitudeMetres: nil, kind: "rain"))
    let result = judge(
      stations,
      stations.map { hourly($0.id, 0, $0.id == "twin" ? 190 : 60) })
    #expect(result.judged.filter { $0.verdict.use <= .doubted }.map(\.reading.station) == ["twin"])
  }

  @Test(arguments: [Int64.min, Int64.max, 0])
  func `times at the ends of time are no trap`(seconds: Int64) {
    let reading = { (length: Int) in
      GaugeReading(
        station: "G0", element: .rain,
        period: Period(end: Timestamp(secondsSince1970: seconds), seconds: length), tenths: 5)
    }
    let result = judge(
      lattice(2),
      [reading(3600), reading(60), reading(0), reading(-5), reading(.max), reading(.min)]
        + [hourly("G0", 0, .max), hourly("G0", 1, .min), hourly("G1", 1, 3)])
    #expect(result.judged.count == 9)
  }
}
