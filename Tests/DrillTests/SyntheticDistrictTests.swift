import Districts
import Drill
@_spi(Delivery) import Hydromet
import Testing

@Suite("An invented district")
struct SyntheticDistrictTests {
  let district = Sample.district
  var about: DistrictDescription { district.description }

  @Test("it has the size of a district of Chongqing")
  func counts() {
    #expect(about.townships.count == 21)
    #expect(about.basins.count == 64)
    #expect(about.stations.count == 60)
    #expect(about.stations.count { $0.kind == "national" } == 3)
    #expect(about.hazardPoints.count { $0.hazard == .flashFlood } == 160)
    #expect(about.hazardPoints.count { $0.hazard == .landslide } == 273)
    #expect(about.hazardPoints.count { $0.hazard == .waterlogging } == 5)
    let area = about.basins.reduce(0) { $0 + $1.areaSquareKilometres }
    #expect((2180...2750).contains(area))
    #expect(about.basins.allSatisfy { (10...90).contains($0.areaSquareKilometres) })
    #expect(about.stations.allSatisfy { (185...1905).contains($0.altitudeMetres ?? 0) })
  }

  @Test("it lies in no province: its code begins with 99, and no telephone number can be dialled")
  func nothingIsReal() {
    #expect(about.townships.allSatisfy { $0.code.hasPrefix("990110") && $0.code.count == 12 })
    #expect(Set(about.townships.map(\.code)).count == 21)
    #expect(Set(about.townships.map(\.name)).count == 21)
    let addresses = district.contacts.flatMap(\.ways).map(\.address.clearText)
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { $0.hasPrefix("1000000") && $0.count == 11 })
  }

  @Test(
    "townships and basins tile the same land, without gaps or overlaps", arguments: [7, 12, 40])
  func tilings(seed: UInt64) {
    let about =
      seed == Sample.seed ? self.about : SyntheticDistrict.generate(seed: seed).description
    let townships = about.townships.map(\.geometry)
    let basins = about.basins.map(\.geometry)
    let whole = MultiPolygon(dissolving: townships)
    #expect(whole.polygons.count == 1)
    #expect(whole.polygons[0].holes.isEmpty)
    for shapes in [townships, basins] {
      let area = shapes.reduce(0) { $0 + $1.area }
      #expect(abs(area / whole.area - 1) < 1e-12)
      let edges = Edge.edges(of: shapes)
      let known = Set(edges)
      #expect(known.count == edges.count)
      let rim = Set(edges.filter { !known.contains($0.reversed) })
      #expect(rim == Set(Edge.edges(of: [whole])))
      #expect(shapes.allSatisfy { $0.polygons.count == 1 && $0.area > 0 })
      let crossings = edges.indices.reduce(0) { count, i in
        count + edges[(i + 1)...].count { $0.crosses(edges[i]) }
      }
      #expect(crossings == 0)
    }
  }

  @Test("borders have a sane number of vertices and five decimals")
  func vertices() {
    for shape in about.basins.map(\.geometry) + about.townships.map(\.geometry) {
      let ring = shape.polygons[0].outer
      #expect((25...260).contains(ring.count))
      #expect(
        ring.allSatisfy { p in
          abs((p.x * 1e5).rounded() - p.x * 1e5) < 1e-6
            && abs((p.y * 1e5).rounded() - p.y * 1e5) < 1e-6
        })
    }
  }

  @Test("all water reaches the one basin that it leaves the district by, across township borders")
  func downstream() {
    let next = Dictionary(uniqueKeysWithValues: about.basins.map { ($0.id, $0.downstream) })
    #expect(about.basins.count { $0.downstream == nil } == 1)
    for basin in about.basins {
      var steps = 0
      var place = basin.id
      while let onward = next[place] ?? nil, steps <= 64 {
        place = onward
        steps += 1
      }
      #expect(steps <= 63)
      #expect(place == about.basins[0].id)
    }
    let townships = Dictionary(grouping: about.hazardPoints, by: \.basin).values.map {
      Set($0.map(\.township)).count
    }
    #expect(townships.contains { $0 > 1 })
  }

  @Test("points lie in the township and basin that they name, and stations in the district")
  func placesOfPoints() throws {
    let townships = Dictionary(uniqueKeysWithValues: about.townships.map { ($0.code, $0.geometry) })
    let basins = Dictionary(uniqueKeysWithValues: about.basins.map { ($0.id, $0.geometry) })
    for point in about.hazardPoints {
      let p = Point(x: point.place.longitude, y: point.place.latitude)
      let township = try #require(townships[point.township])
      let basin = try #require(basins[point.basin ?? ""])
      #expect(township.contains(p))
      #expect(basin.contains(p))
      #expect((1...5000).contains(point.people ?? 0))
    }
    let ponding = about.hazardPoints.filter { $0.hazard == .waterlogging }
    #expect(Set(ponding.map(\.township)) == [about.townships[0].code])
    let whole = MultiPolygon(dissolving: about.townships.map(\.geometry))
    let inside = about.stations.count {
      whole.contains(Point(x: $0.place.longitude, y: $0.place.latitude))
    }
    #expect(inside >= 58)
  }

  @Test("a higher level or a longer duration never asks for less rain")
  func monotone() {
    struct Table: Hashable {
      let kind: UnitKind
      let unit: String
      let hazard: Hazard
      let statistic: RainStatistic
      let wetness: Wetness
    }
    let tables = Dictionary(grouping: district.thresholds) {
      Table(
        kind: $0.unitKind, unit: $0.unit, hazard: $0.hazard, statistic: $0.statistic,
        wetness: $0.wetness)
    }
    #expect(tables.count > 64)
    for rows in tables.values {
      for a in rows {
        for b in rows where a.duration == b.duration && a.level < b.level {
          #expect(a.depth <= b.depth)
        }
        for b in rows where a.level == b.level && a.duration < b.duration {
          #expect(a.depth <= b.depth)
        }
      }
    }
  }

  @Test("every contact's place and deputy exist")
  func contacts() {
    let places = Set(about.townships.map(\.code) + about.hazardPoints.map(\.id))
    let ids = Set(district.contacts.map(\.id))
    #expect(ids.count == district.contacts.count)
    #expect(district.contacts.allSatisfy { places.contains($0.place) })
    #expect(district.contacts.compactMap(\.deputy).allSatisfy { ids.contains($0) })
  }

  @Test("the same seed gives the same district, another seed another one")
  func repeatable() {
    func text(_ district: SyntheticDistrict) -> String {
      let about = district.description
      return DistrictFiles.townshipsGeoJSON(about.townships, decimals: 5)
        + DistrictFiles.basinsGeoJSON(about.basins, decimals: 5)
        + DistrictFiles.riversGeoJSON(about.rivers, decimals: 5)
        + DistrictFiles.stationsCSV(about.stations)
        + DistrictFiles.hazardPointsCSV(about.hazardPoints)
        + DistrictFiles.thresholdsCSV(district.thresholds)
        + DistrictFiles.contactsCSV(district.contacts)
    }
    let sample = text(district)
    #expect(sample == text(SyntheticDistrict.generate(seed: 7)))
    #expect(sample != text(SyntheticDistrict.generate(seed: 8)))
    #expect(Sample.digest(sample.utf8) == "96e9bd28af31c903")
  }
}
