import Foundation
import Hydromet
import Publish
import Testing

@Suite("Maps", .enabled(if: Fonts.areInstalled, "\(Fonts.note)"))
struct MapTests {
  @Test("every character of a map has a glyph", arguments: ProductLanguage.allCases)
  func glyphs(language: ProductLanguage) throws {
    let sample = SampleDistrict(rows: 3, columns: 7, points: 40)
    let drawer = try MapDrawer(district: sample.description, language: language)
    let report = sample.report()
    #expect(try drawer.riskMap(report).unknownGlyphCount == 0)
    for window in report.windows {
      #expect(try drawer.rainMap(report, window: window).unknownGlyphCount == 0)
    }
  }

  @Test(
    "one township, a few, and five hundred all make a page for a phone",
    arguments: [(1, 1), (2, 2), (3, 7), (25, 20)])
  func sizes(rows: Int, columns: Int) throws {
    let sample = SampleDistrict(rows: rows, columns: columns, detail: 3)
    let image = try MapDrawer(district: sample.description).riskMap(sample.report())
    #expect(Array(image.png.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
    #expect(Array(image.png[16..<24]) == [0, 0, 0x04, 0x38, 0, 0, 0x05, 0x46])
    #expect(image.png.count < 600_000)
  }

  @Test("a district of a single point and one at the pole are drawn, not refused")
  func degenerate() throws {
    for place in [Point(x: 106.5, y: 29), Point(x: 0, y: 90), Point(x: 180, y: -90)] {
      let district = DistrictDescription(
        id: "500199", name: "点", englishName: "Dot", office: "台", englishOffice: "Office",
        townships: [
          Township(
            code: "500199100000", name: "点镇", englishName: nil,
            geometry: MultiPolygon([Polygon(outer: [place, place, place])]))
        ], basins: [], hazardPoints: [], stations: [], rivers: [])
      let sample = SampleDistrict(description: district)
      #expect(try !MapDrawer(district: district).riskMap(sample.report()).png.isEmpty)
    }
  }

  @Test("maps of the soil have every character, and other soil gives another map")
  func soil() throws {
    let sample = SampleDistrict(rows: 2, columns: 4)
    for language in ProductLanguage.allCases {
      let drawer = try MapDrawer(district: sample.description, language: language)
      for saturation in [false, true] {
        let first = try drawer.soilMap(
          sample.report(hydrology: sample.soil()), saturation: saturation)
        let again = try drawer.soilMap(
          sample.report(hydrology: sample.soil()), saturation: saturation)
        let other = try drawer.soilMap(
          sample.report(hydrology: sample.soil(wetter: 25)), saturation: saturation)
        #expect(first.unknownGlyphCount == 0)
        #expect(first.png == again.png && first.png != other.png)
      }
      #expect(throws: Fault.self) {
        try drawer.soilMap(sample.report(), saturation: false)
      }
    }
  }

  @Test("a map of other rain has other bytes, the same rain the same bytes")
  func content() throws {
    let sample = SampleDistrict(rows: 2, columns: 4)
    let drawer = try MapDrawer(district: sample.description)
    let first = try drawer.rainMap(sample.report(), window: .hours(24))
    let again = try drawer.rainMap(sample.report(), window: .hours(24))
    let other = try drawer.rainMap(sample.report(shift: 20_000), window: .hours(24))
    #expect(first.png == again.png)
    #expect(first.png != other.png)
  }

  @Test("a window that the cycle does not have is a fault that names those it has")
  func window() throws {
    let sample = SampleDistrict()
    let drawer = try MapDrawer(district: sample.description)
    let fault = try #require(throws: Fault.self) {
      try drawer.rainMap(sample.report(), window: .hours(5))
    }
    #expect(fault.code == "no_window" && fault.remedy.contains("24h"))
  }
}

@Suite("Fonts")
struct FontTests {
  @Test("a missing font family is a fault that names the Debian package")
  func missing() throws {
    let fault = try #require(throws: Fault.self) {
      _ = try MapDrawer(district: SampleDistrict().description, fontFamily: "No Such Family")
    }
    #expect(fault.code == "font_missing")
    #expect(fault.remedy.contains("fonts-noto-cjk"))
  }
}
