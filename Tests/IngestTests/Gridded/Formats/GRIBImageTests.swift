import Formats
import Hydromet
import Ingest
import Testing

/// Fields packed as images are read without ecCodes: they must be what ecCodes reads, to the last bit.
@Suite("GRIB fields packed as images")
struct GRIBImageTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  /// A field with steep and smooth places, 13 x 11 points.
  private func message(bits: Int, filters: [Int]?) -> SyntheticGRIB {
    var grib = SyntheticGRIB()
    grib.rows = 13
    grib.columns = 11
    grib.bits = bits
    grib.imageFilters = filters
    grib.tenths = { row, column in
      let number = row * row * 7 + column * 31 + (row % 3 == 0 ? column * column * 5 : 0)
      return bits == 8 ? number % 251 : number * 9
    }
    return grib
  }

  /// - Returns: whether the field is read as an image at all.
  @discardableResult
  private func compare(_ path: String) throws -> Bool {
    let index = try GRIBIndex(path: path)
    let field = try GRIBField.fields(of: index.messages[0], in: index, number: 1)[0]
    let count = (field.integer("Ni") ?? 0) * (field.integer("Nj") ?? 0)
    let theirs = try field.values(count: count)
    guard let image = field.image(count: count) else { return false }
    var ours: [Double] = []
    let isWhole = image.forEachRow(below: image.height) { row, numbers in
      #expect(ours.count == row * image.width)
      for column in 0..<image.width { ours.append(image.value(of: numbers[column])) }
    }
    #expect(isWhole && ours.count == count)
    let differing = zip(theirs, ours).count { $0.bitPattern != $1.bitPattern }
    let example = zip(theirs, ours).enumerated().first {
      $0.element.0.bitPattern != $0.element.1.bitPattern
    }
    #expect(differing == 0, "\(example.map { "\($0.offset): \($0.element)" } ?? "")")
    return true
  }

  @Test(
    "every filter of rows, and all of them mixed, of one and of two bytes", arguments: [8, 16])
  func filters(bits: Int) throws {
    for filters in [[0], [1], [2], [3], [4], [4, 3, 2, 1, 0], [1, 3, 4], [2, 4]] {
      let path = try folder.write(message(bits: bits, filters: filters).bytes, "image.grib2")
      #expect(try compare(path))
      let plain = try folder.write(message(bits: bits, filters: nil).bytes, "plain.grib2")
      let whole = try GriddedRain(path: path).field(0)
      #expect(try whole.values == GriddedRain(path: plain).field(0).values)
      let window = GridWindow(rows: 3..<9, columns: 2..<10)
      let part = try GriddedRain(path: path).field(0, window: window)
      #expect(
        part.values
          == window.rows.flatMap { row in
            window.columns.map { whole.values[row * 11 + $0] }
          })
    }
  }

  @Test("scanning modes, bitmaps and other packings are left to ecCodes and give the same rain")
  func others() throws {
    for mode in [0, 64, 128, 32, 16, 224] {
      var image = message(bits: 16, filters: [4, 1])
      image.scanningMode = mode
      var plain = message(bits: 16, filters: nil)
      plain.scanningMode = mode
      let a = try GriddedRain(path: folder.write(image.bytes, "a.grib2")).field(0)
      let b = try GriddedRain(path: folder.write(plain.bytes, "b.grib2")).field(0)
      #expect(a.values == b.values && a.geometry == b.geometry)
    }
  }

  @Test("a changed byte of an image is what ecCodes makes of it, mostly a fault")
  func damage() throws {
    let whole = message(bits: 16, filters: [4, 3, 2, 1, 0]).bytes
    var refused = 0
    for position in (whole.count - 420)..<(whole.count - 4) {
      var damaged = whole
      damaged[position] ^= 0x41
      let path = try folder.write(damaged, "damaged.grib2")
      do {
        _ = try GriddedRain(path: path).field(0)
        try compare(path)
      } catch is Fault {
        refused += 1
      }
    }
    #expect(refused > 350)
  }

  @Test(
    "a message that says other bits, another number of points or another size than its image is refused"
  )
  func contradiction() throws {
    let whole = message(bits: 16, filters: [4, 3]).bytes
    let image = try #require(
      whole.indices.first { whole[$0...].starts(with: [0x89, 0x50, 0x4E, 0x47]) })
    // Section 5 has 21 bytes and section 6 has 6; the image is behind 5 bytes of section 7.
    let five = image - 5 - 6 - 21
    #expect(whole[five + 4] == 5 && whole[five + 19] == 16)
    for (position, value) in [
      (five + 19, UInt8(8)), (five + 19, 24), (five + 19, 255), (five + 8, 142),
      (image + 24, 8), (image + 24, 1), (image + 25, 2), (image + 25, 3), (image + 25, 4),
      (image + 25, 6), (image + 19, 12), (image + 23, 200), (image + 16, 255),
    ] {
      var damaged = whole
      damaged[position] = value
      let path = try folder.write(damaged, "damaged.grib2")
      #expect(throws: Fault.self, "\(position - image): \(value)") {
        _ = try GriddedRain(path: path).field(0)
      }
    }
    // The length of the data runs over the end; the end is missing; a cut message has been refused.
    for (position, value) in [(image + 36, UInt8(1)), (whole.count - 12, 0x4A), (image, 0)] {
      var damaged = whole
      damaged[position] = value
      let path = try folder.write(damaged, "damaged.grib2")
      #expect(throws: Fault.self, "\(position - image): \(value)") {
        _ = try GriddedRain(path: path).field(0)
      }
    }
  }

  @Test(
    "a frame of MRMS is what ecCodes reads, all 24.5 million points",
    .enabled(if: RealGrids.isPresent, "skipped: no real grids"))
  func mosaic() throws {
    let path = RealGrids.path("radar/format-samples/PrecipRate_00.00_20190610-000200.grib2")
    #expect(try compare(path))
  }
}
