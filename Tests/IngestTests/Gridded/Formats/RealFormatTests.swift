import Formats
import Hydromet
import Ingest
import Testing

/// Real files of every format that has a public sample. The figures were computed with other
/// software from the same files: h5py 3.16 and NumPy for HDF5, ecCodes 2.50 through its Python
/// interface for GRIB, NumPy over the bytes for RADOLAN.
@Suite(
  "Real grids of many formats", .serialized,
  .enabled(if: RealGrids.isPresent, Comment(rawValue: RealGrids.absence)))
struct RealFormatTests {
  private static let samples = "radar/format-samples/"

  private func sum(_ values: [Float]) -> Double {
    values.reduce(0) { $1.isNaN ? $0 : $0 + Double($1) }
  }

  @Test("the European composite: 500452 wet and 1593822 dry cells, 2085726 that no radar sees")
  func opera() throws {
    let grid = try GriddedRain(
      path: RealGrids.path(Self.samples + "T_PAAH21_C_EUOC_20180824234500.hdf"))
    let field = try grid.field(0)
    #expect(grid.formatName == "ODIM_H5/V2_0" && grid.quantity == .rate)
    #expect(field.values.count { $0 > 0 } == 500_452)
    #expect(field.values.count { $0 == 0 } == 1_593_822)
    #expect(grid.uncoveredCells == 2_085_726)
    #expect(abs(sum(field.values) - 201_218.4) < 0.1)
    #expect(field.values[390 * 1900 + 412] == 614.98)
    #expect(field.values[389 * 1900 + 413] == 51.33)
    #expect(field.values[1000 * 1900 + 1000] == 0)
    // LAEA, 2 km, 1900 x 2200, upper left corner at the origin of its projection.
    #expect(grid.geometry.west == 0 && grid.geometry.north == 0)
    #expect(grid.geometry.south == -4_400_000 && grid.geometry.east == 3_800_000)
    #expect(grid.steps[0].period?.start.iso8601 == "2018-08-24T23:35:00Z")
    #expect(grid.steps[0].period?.end.iso8601 == "2018-08-24T23:50:00Z")
  }

  @Test("the North American mosaic: 980587 wet, 14749920 dry, 8769493 that no radar sees")
  func mosaic() throws {
    let grid = try GriddedRain(
      path: RealGrids.path(Self.samples + "PrecipRate_00.00_20190610-000200.grib2"),
      statement: GridStatement(stepSeconds: 120))
    let field = try grid.field(0)
    #expect(grid.formatName == "GRIB2" && grid.quantity == .rate)
    #expect(field.values.count { $0 > 0 } == 980_587)
    #expect(field.values.count { $0 == 0 } == 14_749_920)
    #expect(grid.uncoveredCells == 8_769_493)
    #expect(abs(sum(field.values) - 2_182_248.6) < 1)
    #expect(field.values[2203 * 7000 + 4416] == 149.8)
    #expect(abs(field.values[12 * 7000 + 1282] - 8.2) < 1e-6)
    #expect(abs(field.values[2730 * 7000 + 5223] - 7.6) < 1e-6)
    #expect(grid.geometry.west == -130 && grid.geometry.north == 55)
    #expect(abs(grid.geometry.east + 60) < 1e-6 && abs(grid.geometry.south - 20) < 1e-6)
    #expect(field.period?.end.iso8601 == "2019-06-10T00:02:00Z" && field.period?.seconds == 120)
    // Cropping changes no cell.
    let part = try grid.field(0, window: GridWindow(rows: 2200..<2206, columns: 4410..<4420))
    #expect(part.values[3 * 10 + 6] == 149.8)
    #expect(abs(part.geometry.west - (-130 + 44.1)) < 1e-9)
  }

  @Test("RADOLAN RW: 209744 wet, 421195 dry, 179061 without data, at most 38.6 mm in the hour")
  func radolan() throws {
    let grid = try GriddedRain(
      path: RealGrids.path(Self.samples + "raa01-rw_10000-1408102050-dwd---bin.gz"))
    let field = try grid.field(0)
    #expect(grid.formatName == "RADOLAN RW" && grid.quantity == .amount)
    #expect(field.values.count { $0 > 0 } == 209_744)
    #expect(field.values.count { $0 == 0 } == 421_195)
    #expect(field.values.count { $0.isNaN } == 179_061)
    #expect(abs(sum(field.values) - 422_251.4) < 0.5)
    // Row 330 of the file counts from the south.
    #expect(field.values[(899 - 330) * 900 + 488] == 38.6)
    #expect(abs(field.values[(899 - 450) * 900 + 450] - 0.3) < 1e-6)
    #expect(field.values[(899 - 700) * 900 + 100].isNaN)
    #expect(field.period?.end.iso8601 == "2014-08-10T20:50:00Z" && field.period?.seconds == 3600)
    #expect(grid.notes.contains("compressed with gzip"))
  }

  @Test("46 accumulations of the KNMI add up to 173999.05 cell-mm, at most 6.06 mm in a cell")
  func netherlands() throws {
    let files = RealGrids.files(in: "radar/knmi-20100826-am", ending: ".h5")
    #expect(files.count == 46)
    var sums = [Double](repeating: 0, count: 765 * 700)
    var missing = 0
    for (index, path) in files.enumerated() {
      let grid = try GriddedRain(path: path)
      let field = try grid.field(0)
      #expect(field.period?.seconds == 300)
      #expect(
        field.period?.end.secondsSince1970 == 1_282_780_800 + Int64(300 * index))
      #expect(grid.geometry.north == -3_650_000 && grid.geometry.west == 0)
      if index == 0 { missing = field.values.count { $0.isNaN } }
      for (cell, value) in field.values.enumerated() where !value.isNaN {
        sums[cell] += Double(value)
      }
    }
    #expect(missing == 398_271)
    #expect(abs(sums.reduce(0, +) - 173_999.05) < 0.1)
    #expect(abs(sums[416 * 700 + 187] - 6.06) < 1e-4)
    #expect(abs((sums.max() ?? 0) - 6.06) < 1e-4)
  }

  @Test("probabilities of the CMA's ensemble are refused by their name")
  func probabilities() throws {
    for path in RealGrids.files(in: "nwp/cma-geps-20231207", ending: ".grib2") {
      let fault = #expect(throws: Fault.self) { try GriddedRain(path: path) }
      #expect(fault?.code == "not_rain")
      #expect(fault?.problem.contains("probability of total precipitation") == true)
    }
  }
}
