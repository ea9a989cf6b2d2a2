import Formats
import Hydromet

/// HDF5 files: netCDF-4, ODIM_H5 and the form of the KNMI begin with the same bytes.
enum HierarchicalGrid {
  private enum Form {
    case netCDF
    case odim(String)
    case knmi
  }

  /// Opens the file with the reader of its form, which the groups at its root tell.
  static func open(
    _ content: GridContent, _ statement: GridStatement
  ) throws(Fault) -> any GridSource {
    let path = try content.libraryPath()
    switch try form(of: path) {
    case .netCDF: return try CFSum.open(path, statement)
    case .odim(let name):
      return try ODIMGrid(try HDF5File(path: path), form: name, content, statement)
    case .knmi: return try KNMIGrid(try HDF5File(path: path), content, statement)
    }
  }

  /// Looks into the file and closes it again: netCDF opens files by a rule of its own.
  private static func form(of path: String) throws(Fault) -> Form {
    let file = try HDF5File(path: path)
    let conventions = try file.text("Conventions", of: "")
    if conventions?.hasPrefix("ODIM_H5") == true
      || (file.exists("dataset1") && file.exists("where"))
    {
      return .odim(conventions ?? "ODIM_H5")
    }
    return file.exists("image1/image_data") && file.exists("geographic") ? .knmi : .netCDF
  }
}

/// A data set with a number for "no data" and one for "nothing detected", linear in between.
struct HierarchicalPacking {
  let gain: Double
  let offset: Double
  /// Stored numbers that mean "not measured here".
  let uncovered: [Double]
  /// Stored numbers that mean "no value".
  let missing: [Double]
  /// The stored number that means "measured, and nothing there".
  let undetected: Double?
  /// What nothing is: 0 for rain, no echo for reflectivity.
  let nothing: Double

  @inline(__always)
  func cell(_ stored: Double) -> StoredCell {
    for code in missing where code == stored { return .missing }
    for code in uncovered where code == stored { return .uncovered }
    if stored == undetected { return .value(nothing) }
    return stored.isFinite ? .value(stored * gain + offset) : .missing
  }
}

/// Reads the window of a data set whose first row is the northernmost and whose first column the
/// westernmost.
struct HierarchicalCells {
  let file: HDF5File
  let dataset: HDF5File.Dataset
  let packing: HierarchicalPacking
  let quantity: Quantity
  let factor: Double

  func cells(_ window: GridWindow, _ place: Fault.Location) throws(Fault) -> GridCells {
    let stored = try file.doubles(dataset, rows: window.rows, columns: window.columns)
    let rows = window.rows.count
    let columns = window.columns.count
    let reader = CellReader(
      order: CellOrder(
        rows: rows, columns: columns, risesNorthwards: false, fallsEastwards: false,
        isTransposed: false, alternates: false, turnedColumns: 0),
      quantity: quantity, factor: factor, resolution: abs(packing.gain), place: place)
    return try reader.cells(GridWindow(rows: 0..<rows, columns: 0..<columns)) {
      packing.cell(stored[$0])
    }
  }
}
