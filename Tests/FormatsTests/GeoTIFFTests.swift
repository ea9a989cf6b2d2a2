import Formats
import Hydromet
import Testing

@Suite("GeoTIFF")
struct GeoTIFFTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
  }

  private func grid(rows: Int, columns: Int, _ projection: String) -> GridGeometry {
    GridGeometry(
      rows: rows, columns: columns, projection: projection, isGeographic: false, west: -3000,
      north: -4_658_000, cellWidth: 1000, cellHeight: 500)
  }

  @Test(
    "numbers, place, unit and words come back as they were written",
    arguments: ["EPSG:32648", "+proj=stere +lat_ts=60 +lat_0=90 +lon_0=10 +a=6370040 +b=6370040"])
  func roundTrip(projection: String) throws {
    let numbers = (0..<15).map { Float($0 * $0) / 8 - 1 }
    let image = GeoTIFF(
      geometry: grid(rows: 3, columns: 5, projection), values: .float32(numbers), missing: -1,
      unit: "mm", summary: "3h 雨量", metadata: [("WINDOW", "3h"), ("END", "2020-10-31T04:00:00Z")])
    try image.write(to: folder.file("rain.tif"))
    let read = try GeoTIFF(reading: folder.file("rain.tif"))
    #expect(read.values == image.values)
    #expect(read.missing == -1)
    #expect(read.unit == "mm")
    #expect(read.summary == "3h 雨量")
    #expect(read.metadata.contains { $0.name == "END" && $0.value == "2020-10-31T04:00:00Z" })
    #expect(read.geometry.west == -3000)
    #expect(read.geometry.north == -4_658_000)
    #expect(read.geometry.cellHeight == 500)
    // The same projection: a point of the one lies at the same place in the other.
    let transform = try CoordinateTransform(from: projection, to: read.geometry.projection)
    let p = try #require(transform.transform(Point(x: 500_000, y: -4_000_000)))
    #expect(abs(p.x - 500_000) < 1e-3)
    #expect(abs(p.y + 4_000_000) < 1e-3)
  }

  @Test("whole numbers on a large grid keep every cell, and two files have the same bytes")
  func large() throws {
    let geometry = grid(rows: 700, columns: 600, "EPSG:32648")
    let numbers = (0..<geometry.cellCount).map { Int32(truncatingIfNeeded: $0 &* 7919 % 1013) }
    let image = GeoTIFF(geometry: geometry, values: .int32(numbers), missing: Double(Int32.min))
    try image.write(to: folder.file("a.tif"))
    try image.write(to: folder.file("b.tif"))
    #expect(try GeoTIFF(reading: folder.file("a.tif")).values == image.values)
    #expect(try folder.read("a.tif") == folder.read("b.tif"))
  }

  @Test("what cannot be written or read is a fault")
  func faults() throws {
    let image = GeoTIFF(
      geometry: grid(rows: 2, columns: 2, "EPSG:32648"), values: .int32([1, 2, 3]), missing: nil)
    #expect(throws: Fault.self) { try image.write(to: folder.file("short.tif")) }
    var whole = image
    whole.values = .int32([1, 2, 3, 4])
    #expect(throws: Fault.self) { try whole.write(to: folder.file("no/such/folder.tif")) }
    whole.geometry = grid(rows: 2, columns: 2, "+proj=nosuch")
    #expect(throws: Fault.self) { try whole.write(to: folder.file("nowhere.tif")) }
    try folder.write("no image", "text.tif")
    #expect(throws: Fault.self) { try GeoTIFF(reading: folder.file("text.tif")) }
  }
}
