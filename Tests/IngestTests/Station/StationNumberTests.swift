import Hydromet
import Ingest
import Testing

@Suite("Numbers and ids in the bytes of station files")
struct StationNumberTests {
  @Test("every thousandth of a degree is the same place from bytes as from text, to the last bit")
  func places() throws {
    var rows = "station,time,longitude,latitude,rain_1h [mm]\n"
    var expected: [(Double?, Double?)] = []
    for number in stride(from: -180_000, through: 180_000, by: 97) {
      let x =
        "\(number < 0 ? "-" : "")\(number.magnitude / 1000).\(padded(Int(number.magnitude % 1000), 3))"
      let y = "\(number % 90).\(number.magnitude % 7 * 1_428_571)"
      rows += "A\(padded(number + 180_000, 6)),2024-07-09T12:00Z,\(x),\(y),1.0\n"
      expected.append((Double(x), Double(y)))
    }
    let places = try stations(rows).places
    #expect(places.count == expected.count)
    for (place, (x, y)) in zip(places, expected) {
      #expect(place.place.longitude == x && place.place.latitude == y)
    }
  }

  @Test(
    "a place is read where the library reads both of its numbers, and nowhere else",
    arguments: [
      "0", "-0", "29.1", ".5", "5.", "+7", "1e1", "1E-3", "9.007199254740993", "0.1", "0x10", "nan",
      "inf", "", "-", ".", "12a", "1_0", "４", "0.000000000000000001", "1.2.3", "--1",
    ])
  func numbers(text: String) throws {
    let result = try stations(
      "station,time,longitude,latitude,rain_1h [mm]\nA1,2024-07-09T12:00Z,\(text),1,1.0\n")
    #expect(result.readings.count == 1)
    let expected = Double(text).flatMap { $0.magnitude <= 180 ? $0 : nil }
    #expect(result.places.first?.place.longitude == expected)
  }

  @Test("numbers are rounded to tenths as exact fractions are, halves away from zero")
  func tenths() {
    for thousandths in -3000...3000 {
      let magnitude = thousandths.magnitude
      let text =
        "\(thousandths < 0 ? "-" : "")\(magnitude / 1000).\(padded(Int(magnitude % 1000), 3))"
      let tenths = Int64(magnitude / 100) + (magnitude % 100 >= 50 ? 1 : 0)
      #expect(ExactDecimal(text)?.rounded(numerator: 10) == (thousandths < 0 ? -tenths : tenths))
      #expect(ExactDecimal(text)?.equals(2) == (thousandths == 2000))
    }
  }

  @Test("ids by their bytes are the stations of their texts, however many there are")
  func ids() throws {
    let spellings = [
      "57612", "057612", "a8290", "A8290", "0-20000-0-57612", "站１", "站1", "cafe\u{301}1",
      "CAF\u{C9}1",
    ]
    let many = (0..<5000).map { "Z\(padded($0, 5))" }
    var plot = "diamond 3 x\n24 07 09 20 -1 0 0 0 0 1 \(spellings.count + many.count)\n"
    for id in spellings + many { plot += "\(id) 106.6 29.1 474.7 1.0\n" }
    let result = try stations(plot)
    let ids = ["57612", "A8290", "站1", "CAFE\u{301}1"]
    let isInOrder = result.places.map(\.station) == ids + many
    #expect(isInOrder)
    #expect(result.readings.count == ids.count + many.count)
    let hasAll = Set(result.readings.map(\.station)) == Set(ids + many)
    #expect(hasAll)
  }

  @Test("an id in quotes with a quote in it is not the station whose text has two")
  func quotes() throws {
    let result = try stations(
      "station,time,rain_1h [mm]\n\"A\"\"B\",2024-07-09T12:00Z,1.0\n\"A\"\"\"\"B\",2024-07-09T12:00Z,2.0\n"
    )
    #expect(result.readings.map(\.station) == ["A\"B", "A\"\"B"])
  }

  @Test("a station with very many lengths of rain still tells repeats from contradictions")
  func manySeries() throws {
    var rows = "station,time,period,rain [mm]\n"
    for round in 0..<2 {
      for minutes in 1...200 {
        rows += "A1,2024-07-09T12:00Z,\(minutes)min,\(minutes == 150 ? round : 3)\n"
      }
    }
    let result = try stations(rows)
    #expect(result.readings.count == 199)
    #expect(result.refusals.map(\.code) == ["contradicting_rows", "contradicting_rows"])
  }
}
