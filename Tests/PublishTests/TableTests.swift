import Foundation
import Hydromet
import Publish
import Testing

@Suite("Tables and feature collections", .enabled(if: Fonts.areInstalled, "\(Fonts.note)"))
struct TableTests {
  let folder: TemporaryFolder
  let rows: [[String: String]]
  let features: [[String: Any]]

  init() throws {
    folder = try TemporaryFolder()
    let sample = SampleDistrict(rows: 2, columns: 4)
    let writer = try ProductWriter(
      description: sample.description, productsFolder: folder.products, isDurable: false)
    _ = try writer.publish(sample.report())
    rows = TableTests.rows(try folder.text("products/latest/townships.csv"))
    let collection =
      try JSONSerialization.jsonObject(with: folder.bytes("products/latest/townships.geojson"))
      as? [String: Any]
    features = collection?["features"] as? [[String: Any]] ?? []
  }

  /// Rows of a table without quoted fields, by column.
  static func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let head = lines.first else { return [] }
    return lines.dropFirst().map {
      Dictionary(zip(head, $0), uniquingKeysWith: { a, _ in a })
    }
  }

  @Test("every answer has its own word: none, a level, unknown, blind")
  func levels() {
    #expect(
      rows.map { $0["level"] } == [
        "red", "orange", "unknown", "blind", "yellow", "blue", "none", "none",
      ])
    #expect(
      rows.map { $0["state"] } == [
        "complete", "complete", "unknown", "blind", "at_least", "complete", "complete", "complete",
      ])
  }

  @Test("the columns stand in the documented order")
  func columns() throws {
    let head = try folder.text("products/latest/townships.csv").prefix { $0 != "\n" }
    #expect(
      head.hasPrefix(
        "code,name,level,hazard,state,decisive_unit_kind,decisive_unit,duration_min,threshold_mm,"
          + "statistic,depth_mm,ratio,lower_bound,valid_share,grid_share,mean_10min_mm,max_10min_mm,"
          + "max_gauge_10min_mm,known_10min,mean_30min_mm"))
    let gauges = try folder.text("products/latest/gauges.csv").prefix { $0 != "\n" }
    #expect(gauges.hasPrefix("id,name,lon,lat,sum_10min_mm,received_10min,expected_10min"))
  }

  @Test("evidence is published to the micrometre, ratios are cut")
  func evidence() {
    #expect(rows[0]["depth_mm"] == "63.296")
    #expect(rows[0]["threshold_mm"] == "50.000")
    #expect(rows[0]["ratio"] == "1.2659")
    #expect(rows[0]["duration_min"] == "180")
    #expect(rows[0]["lower_bound"] == "false")
    #expect(rows[4]["lower_bound"] == "true")
    #expect(rows[4]["valid_share"] == "0.8125")
  }

  @Test("what is unknown is empty in the table and null on the map, never 0")
  func unknown() throws {
    for column in ["depth_mm", "ratio", "mean_3h_mm", "max_24h_mm", "max_gauge_1h_mm"] {
      #expect(rows[2][column] == "")
      let properties = try #require(features[2]["properties"] as? [String: Any])
      #expect(properties[column] is NSNull)
    }
    let gauges = TableTests.rows(try folder.text("products/latest/gauges.csv"))
    #expect(gauges[3]["sum_1h_mm"] == "" && gauges[3]["received_1h"] == "0")
  }

  @Test("every mean stands beside the share of the unit's rain that is known")
  func known() {
    #expect(rows[0]["known_3h"] == "1.0000" && rows[0]["known_24h"] == "1.0000")
    #expect(rows[4]["known_3h"] == "0.8125")
    #expect(rows[3]["known_3h"] == "0.0000")
  }

  @Test("the units that count for a township are listed, each once")
  func membership() throws {
    let units = TableTests.rows(try folder.text("products/latest/membership.csv"))
    let parts = TableTests.rows(try folder.text("products/latest/assessments.csv"))
    #expect(!units.isEmpty)
    #expect(Set(units.map { $0["township"] }).isSubset(of: Set(rows.map { $0["code"] })))
    #expect(Set(units.map { "\($0)" }).count == units.count)
    #expect(
      Set(units.map { $0["unit"] }).isSubset(of: Set(parts.map { $0["unit"] })))
  }

  @Test("a hazard point shows the rain of its cell under its own name")
  func cells() throws {
    let head = try folder.text("products/latest/points.csv").prefix { $0 != "\n" }
    #expect(head.contains(",cell_3h_mm,known_3h,"))
    #expect(!head.contains("mean_"))
  }

  @Test("table and map carry the same numbers")
  func same() throws {
    for (row, feature) in zip(rows, features) {
      let properties = try #require(feature["properties"] as? [String: Any])
      #expect(Set(properties.keys) == Set(row.keys))
      for (key, text) in row where key.hasSuffix("_mm") && !text.isEmpty {
        #expect((properties[key] as? NSNumber)?.doubleValue == Double(text))
      }
    }
  }

  @Test("outer rings are closed and run counter-clockwise")
  func rings() throws {
    for feature in features {
      let geometry = try #require(feature["geometry"] as? [String: Any])
      let polygons = try #require(geometry["coordinates"] as? [[[[Double]]]])
      for polygon in polygons {
        let ring = try #require(polygon.first).map { Point(x: $0[0], y: $0[1]) }
        #expect(ring.first == ring.last)
        #expect(MultiPolygon.signedArea(ring) > 0)
      }
    }
  }

  @Test("a field with a comma and quotation marks survives")
  func quoting() throws {
    let text = try folder.text("products/latest/assessments.csv")
    #expect(text.contains(",\"survey, \"\"2024\"\"\",7,"))
    #expect(text.contains(",3h mean is not covered,"))
  }

  @Test("a name that a spreadsheet would compute has an apostrophe in the table, none on the map")
  func formulas() throws {
    let plain = SampleDistrict().description
    let name = "=HYPERLINK(1)"
    let stations = plain.stations.map { station in
      Station(
        id: station.id, name: name, place: station.place, altitudeMetres: nil, kind: "regional")
    }
    let sample = SampleDistrict(
      description: DistrictDescription(
        id: plain.id, name: plain.name, englishName: plain.englishName, office: plain.office,
        englishOffice: plain.englishOffice, townships: plain.townships, basins: plain.basins,
        hazardPoints: plain.hazardPoints, stations: stations, rivers: plain.rivers))
    let folder = try TemporaryFolder()
    let writer = try ProductWriter(
      description: sample.description, productsFolder: folder.products, isDurable: false)
    _ = try writer.publish(sample.report())
    let gauges = TableTests.rows(try folder.text("products/latest/gauges.csv"))
    #expect(!gauges.isEmpty && gauges.allSatisfy { $0["name"] == "'\(name)" })
    let map = try folder.text("products/latest/gauges.geojson")
    #expect(map.contains("\"\(name)\"") && !map.contains("'="))
  }
}
