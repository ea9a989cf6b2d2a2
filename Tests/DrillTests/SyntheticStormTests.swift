import Drill
import Hydromet
import Testing

@Suite("A storm over a district")
struct SyntheticStormTests {
  /// Frames of the sample storm in their order; nil where one is missing.
  private func frames() throws -> (storm: SyntheticStorm, frames: [RainField?]) {
    let storm = try Sample.storm.get()
    return (storm, storm.plan.periodEnds.map { storm.radarFrame(end: $0) })
  }

  @Test("a day's largest cell and an hour's largest cell are those of a real rainstorm")
  func extremes() throws {
    let (storm, frames) = try frames()
    var day = Array(repeating: 0.0 as Float, count: storm.geometry.cellCount)
    var largestHour: Float = 0
    for (i, frame) in frames.enumerated() {
      for (cell, value) in (frame?.values ?? []).enumerated() where value == value {
        day[cell] += value
      }
      guard i >= 5 else { continue }
      for cell in day.indices {
        let hour = frames[(i - 5)...i].reduce(0 as Float) { sum, frame in
          let value = frame?.values[cell] ?? 0
          return sum + (value == value ? value : 0)
        }
        largestHour = max(largestHour, hour)
      }
    }
    #expect((190...300).contains(day.max() ?? 0))
    #expect((55...110).contains(largestHour))
    #expect(day.count { $0 < 20 } > day.count / 4)
    #expect(day.count { $0 >= 100 } > 300)
  }

  @Test("it rains most in the night and hardly in the first hours")
  func night() throws {
    let (storm, frames) = try frames()
    var hours = Array(repeating: 0.0 as Float, count: 24)
    for (i, frame) in frames.enumerated() {
      hours[i / 6] += (frame?.values ?? []).reduce(0) { $1 == $1 ? $0 + $1 : $0 }
    }
    let peak = try #require(hours.indices.max { hours[$0] < hours[$1] })
    let hour = BeijingTime.civil(storm.plan.start + peak * 3600).hour
    #expect(hour >= 22 || hour <= 5)
    #expect(hours[..<3].reduce(0, +) < hours[peak] / 3)
  }

  @Test("the storm's frames are all there; a corner is missing in four of the first three hours")
  func gaps() throws {
    let (storm, frames) = try frames()
    #expect(frames.count == 144)
    #expect(frames.allSatisfy { $0 != nil })
    let holed = frames.compactMap { $0 }.filter { $0.values.contains { $0 != $0 } }
    #expect(holed.count == 4)
    for frame in holed {
      #expect((frame.period?.end.seconds(since: storm.plan.start) ?? .max) <= 3 * 3600)
      let share = Double(frame.values.count { $0 != $0 }) / Double(storm.geometry.cellCount)
      #expect((0.05...0.2).contains(share))
    }
    for frame in frames.compactMap({ $0 }) {
      #expect(frame.values.allSatisfy { $0 != $0 || ($0 >= 0 && $0 < 40) })
      #expect(frame.period?.seconds == 600)
    }
  }

  @Test("the day before is nearly dry, whole, and lacks two frames that no day of the night holds")
  func dayBefore() throws {
    let storm = try Sample.storm.get()
    let start = storm.plan.start
    let ends = (0..<144).map { start - $0 * 600 }
    let missing = ends.filter { storm.radarFrame(end: $0) == nil }
    #expect(missing == [start - 21 * 3600, start - 22 * 3600])
    var day = Array(repeating: 0.0 as Float, count: storm.geometry.cellCount)
    for end in ends {
      guard let frame = storm.radarFrame(end: end) else { continue }
      #expect(frame.values.allSatisfy { (0..<2).contains($0) })
      for cell in day.indices { day[cell] += frame.values[cell] }
    }
    #expect((0.5..<15).contains(day.max() ?? 0))
    let totals = (0..<24).map { hour in
      storm.gaugeReadings(end: start - hour * 3600).reduce(0) { $0 + ($1.tenths ?? 0) }
    }
    #expect((1..<60 * 50).contains(totals.reduce(0, +)))
    #expect(storm.gaugeReadings(end: start - 600).isEmpty)
  }

  @Test("the missing corner takes data from two or three townships, and from no others")
  func corner() throws {
    let (storm, frames) = try frames()
    let grid = storm.geometry
    var blind: Set<String> = []
    for frame in frames.compactMap({ $0 }) {
      for township in Sample.district.description.townships {
        let isBlind = township.geometry.polygons.flatMap(\.outer).contains { p in
          let row = Int((grid.north - p.y) / grid.cellHeight)
          let column = Int((p.x - grid.west) / grid.cellWidth)
          return frame.values[row * grid.columns + column].isNaN
        }
        if isBlind { blind.insert(township.code) }
      }
    }
    #expect((2...3).contains(blind.count))
  }

  @Test("water stands in the streets of the town: an hour of 30 mm or more at a ponding point")
  func ponding() throws {
    let storm = try Sample.storm.get()
    let points = Sample.district.description.hazardPoints.filter { $0.hazard == .waterlogging }
    let largest = points.map { point in
      (60...24 * 60).reduce(into: (last: [Double](), most: 0.0)) { state, minute in
        state.last.append(storm.intensity(at: point.place, storm.plan.start + minute * 60) / 60)
        state.most = max(state.most, state.last.suffix(60).reduce(0, +))
      }.most
    }.max()
    #expect((30..<90).contains(largest ?? 0))
  }

  @Test("the grid covers the district with a margin and lies on whole cells")
  func grid() throws {
    let geometry = try Sample.storm.get().geometry
    let box = try #require(
      Sample.district.description.townships.compactMap(\.geometry.box).reduce(nil as Box?) {
        $0?.union($1) ?? $1
      })
    #expect(geometry.west <= box.minX - 0.08 && geometry.east >= box.maxX + 0.08)
    #expect(geometry.south <= box.minY - 0.08 && geometry.north >= box.maxY + 0.08)
    #expect(abs(geometry.west * 100 - (geometry.west * 100).rounded()) < 1e-6)
  }

  @Test("healthy gauges measure the storm's own rain, and faulty ones do not")
  func gauges() throws {
    let storm = try Sample.storm.get()
    var measured: [String: Int] = [:]
    for end in storm.plan.periodEnds {
      for reading in storm.gaugeReadings(end: end) where reading.element == .rain {
        #expect((reading.tenths ?? 0) >= 0)
        measured[reading.station, default: 0] += Int(reading.tenths ?? 0)
      }
    }
    var good = 0
    var bad: [Double] = []
    for station in Sample.district.description.stations {
      let minutes = stride(from: 30, to: storm.plan.hours * 3600, by: 60)
      let truth = minutes.reduce(0.0) {
        $0 + storm.intensity(at: station.place, storm.plan.start + $1) / 60
      }
      let depth = Double(measured[station.id] ?? 0) / 10
      if abs(depth - truth) <= 0.05 * truth + 0.2 {
        good += 1
      } else {
        bad.append(depth / truth)
      }
    }
    #expect(good >= 55)
    #expect(bad.contains { $0 == 0 })
    #expect(bad.contains { abs($0 - 0.7) < 0.02 })
  }

  @Test("stations without instruments report rain alone")
  func instruments() throws {
    let storm = try Sample.storm.get()
    let readings = storm.gaugeReadings(end: storm.plan.start + 36_000)
    let rainOnly = Set(
      Sample.district.description.stations.filter { $0.kind == "rain" }.map(\.id))
    #expect(!rainOnly.isEmpty)
    for reading in readings where rainOnly.contains(reading.station) {
      #expect(reading.element == .rain)
    }
    let full = readings.filter { !rainOnly.contains($0.station) }
    #expect(full.count == (60 - rainOnly.count) * Element.allCases.count)
    for reading in full {
      let tenths = try #require(reading.tenths)
      switch reading.element {
      case .humidity: #expect((200...1000).contains(tenths))
      case .temperature: #expect((50...400).contains(tenths))
      case .pressure: #expect((7500...10_100).contains(tenths))
      case .windSpeed: #expect((0...200).contains(tenths))
      case .windDirection: #expect((0..<3600).contains(tenths))
      case .rain: #expect(tenths >= 0)
      }
    }
  }

  @Test("the same plan gives the same bits")
  func repeatable() throws {
    let (storm, frames) = try frames()
    let again = try SyntheticStorm(plan: storm.plan, district: Sample.district.description)
    for end in [storm.plan.start + 600, storm.plan.start + 43_200] {
      #expect(again.gaugeReadings(end: end) == storm.gaugeReadings(end: end))
    }
    let tenths = frames.compactMap { $0 }.flatMap(\.values).map { value in
      value == value ? UInt8(truncatingIfNeeded: Int((value * 10).rounded())) : 255
    }
    #expect(Sample.digest(tenths) == "695bb2a00142e512")
  }

  @Test("nothing falls before the start and after the end, and other times have no frame")
  func outside() throws {
    let storm = try Sample.storm.get()
    let place = Sample.district.description.stations[0].place
    #expect(storm.intensity(at: place, storm.plan.leadStart - 1) == 0)
    #expect(storm.intensity(at: place, storm.plan.end + 1) == 0)
    #expect(storm.radarFrame(end: storm.plan.leadStart) == nil)
    #expect(storm.radarFrame(end: storm.plan.start + 601) == nil)
    #expect(storm.gaugeReadings(end: storm.plan.end + 600).isEmpty)
  }

  @Test("any district with a place gets a storm, at any step", arguments: [300, 360, 600, 3600])
  func otherDistricts(stepSeconds: Int) throws {
    let station = Station(
      id: "S1", name: "one", place: Place(longitude: 121.3, latitude: 31.9), altitudeMetres: nil,
      kind: "rain")
    let district = DistrictDescription(
      id: "000000", name: "d", englishName: "d", office: "o", englishOffice: "o", townships: [],
      basins: [], hazardPoints: [], stations: [station], rivers: [])
    let plan = try DrillPlan(
      seed: 3, start: DrillPlan.sampleStart, hours: 6, step: TimeSpan(seconds: stepSeconds),
      resolution: 0.02)
    let storm = try SyntheticStorm(plan: plan, district: district)
    #expect(plan.periodEnds.count == 6 * 3600 / stepSeconds)
    #expect(plan.periodEnds.allSatisfy { storm.gaugeReadings(end: $0).count == 1 })
    let wet = plan.periodEnds.compactMap { storm.radarFrame(end: $0)?.values.max() }.max() ?? 0
    #expect(wet > 1)
  }

  @Test("a storm that cannot be is refused with a reason")
  func refusals() throws {
    let start = DrillPlan.sampleStart
    #expect(throws: Fault.self) { try DrillPlan(seed: 1, start: start, hours: 0) }
    #expect(throws: Fault.self) { try DrillPlan(seed: 1, start: start, hours: 241) }
    #expect(throws: Fault.self) { try DrillPlan(seed: 1, start: start, leadHours: 73) }
    #expect(throws: Fault.self) {
      try DrillPlan(seed: 1, start: start, step: TimeSpan(seconds: 420))
    }
    #expect(throws: Fault.self) { try DrillPlan(seed: 1, start: start + 1) }
    #expect(throws: Fault.self) { try DrillPlan(seed: 1, start: start, resolution: .nan) }
    func district(_ places: [Place]) -> DistrictDescription {
      DistrictDescription(
        id: "000000", name: "d", englishName: "d", office: "o", englishOffice: "o", townships: [],
        basins: [], hazardPoints: [],
        stations: places.map {
          Station(id: "S", name: "s", place: $0, altitudeMetres: nil, kind: "rain")
        }, rivers: [])
    }
    let plan = try DrillPlan(seed: 1, start: start, resolution: 0.001)
    let far = [Place(longitude: 90, latitude: 30), Place(longitude: 125, latitude: 30)]
    let wide = [Place(longitude: 100, latitude: 30), Place(longitude: 110, latitude: 38)]
    #expect(throws: Fault.self) { try SyntheticStorm(plan: plan, district: district([])) }
    #expect(throws: Fault.self) { try SyntheticStorm(plan: plan, district: district(far)) }
    #expect(throws: Fault.self) { try SyntheticStorm(plan: plan, district: district(wide)) }
    #expect(throws: Fault.self) {
      try SyntheticStorm(
        plan: plan, district: district([Place(longitude: .nan, latitude: .infinity)]))
    }
  }
}
