import Hydromet
import Ingest

extension Truths {
  private static let day = 86_400

  /// Reads a station file; what it gives is kept, and told again where it is written as a table.
  mutating func checkStations(_ bytes: [UInt8], _ format: StationFormat) {
    let lot = Truths.lot(bytes)
    let statement = Truths.stationStatement(bytes.count)
    let result: StationFile.Result
    do throws(Fault) {
      result = try StationFile.read(bytes: bytes, file: "fuzz", statement: statement, as: format)
    } catch {
      return check(error)
    }
    expect(!result.readings.isEmpty, "a file without readings is refused")
    check(result.readings)
    for fault in result.refusals { check(fault) }
    for fault in result.notes { check(fault) }
    expect(result.refusals.count <= StationFile.refusalLimit, "refusals in words are bounded")
    expect(result.refusalCount >= result.refusals.count, "every refusal in words is counted")
    let stations = Set(result.readings.map(\.station))
    for place in result.places {
      expect(
        place.place.longitude.magnitude <= 180 && place.place.latitude.magnitude <= 90,
        "\(place.station) stands on the Earth")
    }
    expect(Set(result.places.map(\.station)).count == result.places.count, "a station stands once")
    if lot % 8 == 0 {
      let again = try? StationFile.read(
        bytes: bytes, file: "fuzz", statement: statement, as: format)
      expect(again == result, "the same bytes give the same readings")
    }
    if lot % 4 == 0, stations.count <= 100, result.readings.count <= 1000 {
      checkTable(of: result.readings)
    }
  }

  private mutating func check(_ readings: [GaugeReading]) {
    var seen: Set<Key> = []
    for reading in readings {
      expect(
        (1...64).contains(reading.station.utf8.count)
          && !reading.station.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F },
        "a station has a plain id of 1 to 64 bytes")
      expect(
        (0...366 * Truths.day).contains(reading.period.seconds), "a period is 0 s to 366 d long")
      expect(
        reading.element != .rain || reading.period.seconds > 0 || reading.tenths == nil,
        "rain falls over a time")
      expect(
        (-62_135_596_800...253_402_300_800).contains(reading.period.end.secondsSince1970),
        "a period ends in the years 1 to 9999")
      switch reading.tenths {
      case nil:
        expect(
          [.missing, .notInstalled, .wrong].contains(reading.quality),
          "a reading without a value says why: \(reading.quality)")
        expect(!reading.isTrace, "a trace has a value")
      case let tenths?:
        expect(
          reading.quality != .missing && reading.quality != .notInstalled,
          "a value is neither missing nor of no sensor")
        expect(reading.element != .rain || tenths >= 0, "rain is never negative")
        expect(
          !reading.isTrace || reading.element == .rain && tenths == 0, "a trace is rain of 0 tenths"
        )
      }
      expect(reading.correction >= 0, "corrections are counted from 0")
      expect(
        seen.insert(Key(reading.station, reading.element, reading.period)).inserted,
        "no two readings are of one station, element and period")
    }
  }

  private struct Key: Hashable {
    let station: String
    let element: Element
    let period: Period

    init(_ station: String, _ element: Element, _ period: Period) {
      (self.station, self.element, self.period) = (station, element, period)
    }
  }

  /// What `freshet convert` writes can be read again and says the same, but for corrections.
  ///
  /// A number of 9,999 and more is what files write for a missing value, and a table that says it is read
  /// so: such numbers, which no instrument gives, are left out here.
  private mutating func checkTable(of all: [GaugeReading]) {
    let readings = all.filter { ($0.tenths ?? 0).magnitude < 99_990 }
    guard !readings.isEmpty else { return }
    let table = ReadingsTable.csv(readings)
    do throws(Fault) {
      let again = try StationFile.read(bytes: table, file: "table", as: .csv)
      let plain = readings.map {
        GaugeReading(
          station: $0.station, element: $0.element, period: $0.period, tenths: $0.tenths,
          isTrace: $0.isTrace, quality: $0.quality)
      }
      expect(
        again.readings == plain,
        zip(again.readings, plain).first { $0 != $1 }.map { "a table says \($0), not \($1)" }
          ?? "a table says \(again.readings.count) readings, not \(plain.count); \(again.refusals.first?.description ?? "none refused")"
      )
    } catch {
      expect(false, "a table that was written can be read: \(error)")
    }
  }

  /// One of some statements of a feed; the length of the input decides, so that seeds stay files.
  private static func stationStatement(_ length: Int) -> StationStatement {
    var statement =
      length % 3 == 0
      ? StationStatement()
      : StationStatement(
        zoneOffsetSeconds: length % 3 == 1 ? 28_800 : 0, stepSeconds: 3600,
        units: Dictionary(
          uniqueKeysWithValues: [(Element.rain.rawValue, "mm"), (Element.pressure.rawValue, "Pa")]),
        station: "57612", missingValues: ["-", "999.9"])
    statement.arrival = Timestamp(secondsSince1970: 1_720_569_600)
    return statement
  }
}
