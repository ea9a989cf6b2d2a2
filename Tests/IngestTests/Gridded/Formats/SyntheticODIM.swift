import CHDF5
import Testing

/// An HDF5 file written with the HDF5 library: groups, attributes and data sets of doubles.
final class HDF5Builder {
  private let file: hid_t

  init(_ path: String) throws {
    H5open()
    // 2 is H5F_ACC_TRUNC.
    file = H5Fcreate(path, 2, 0, 0)
    try #require(file >= 0)
  }

  deinit {
    H5Fclose(file)
  }

  func group(_ name: String) {
    H5Gclose(H5Gcreate2(file, name, 0, 0, 0))
  }

  func text(_ name: String, _ value: String, of item: String) {
    let bytes = Array(value.utf8) + [0]
    let type = H5Tcreate(H5T_STRING, bytes.count)
    let space = H5Screate(H5S_SCALAR)
    let attribute = H5Acreate_by_name(file, item, name, type, space, 0, 0, 0)
    H5Awrite(attribute, type, bytes)
    H5Aclose(attribute)
    H5Sclose(space)
    H5Tclose(type)
  }

  func numbers(_ name: String, _ values: [Double], of item: String) {
    var count = [hsize_t(values.count)]
    let space = values.count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nil)
    let attribute = H5Acreate_by_name(file, item, name, fr_h5_double(), space, 0, 0, 0)
    H5Awrite(attribute, fr_h5_double(), values)
    H5Aclose(attribute)
    H5Sclose(space)
  }

  func dataset(_ name: String, rows: Int, columns: Int, _ values: [Double]) {
    let space = H5Screate_simple(2, [hsize_t(rows), hsize_t(columns)], nil)
    let dataset = H5Dcreate2(file, name, fr_h5_double(), space, 0, 0, 0)
    H5Dwrite(dataset, fr_h5_double(), 0, 0, 0, values)
    H5Dclose(dataset)
    H5Sclose(space)
  }
}

/// A small ODIM composite on longitude and latitude.
struct SyntheticODIM {
  var object = "COMP"
  var quantity = "ACRR"
  var projection = "+proj=utm +zone=48 +ellps=WGS84"
  /// Stored numbers, row 0 north.
  var stored: [Double] = (0..<3).flatMap { row in
    (0..<4).map { Double(Pattern.tenths(row: row, column: $0)) }
  }
  var gain: Double? = 0.1
  var offset: Double? = 0
  var nodata: Double? = 255
  var undetect: Double? = 0
  var start: (String, String)? = ("20240709", "055500")
  var end: (String, String)? = ("20240709", "060000")
  var nominal: (String, String)? = ("20240709", "060000")
  /// Outer edges, m.
  var west = 600_000.0
  var north = 3_230_000.0
  var scale = 1000.0
  /// The corners are those of the centres of the cells.
  var hasCentres = false
  /// Metres that the corner LR is moved by.
  var shift = 0.0
  var hasCorners = true
  var data = 1
  /// Further data sets: the end of their five minutes, how much more every number is, their rows.
  var further: [(end: String, more: Double, rows: Int)] = []

  func write(to path: String, corner: (Double, Double) -> (Double, Double)) throws {
    let file = try HDF5Builder(path)
    file.text("Conventions", "ODIM_H5/V2_2", of: "/")
    for group in ["what", "where", "dataset1", "dataset1/what"] { file.group(group) }
    file.text("object", object, of: "what")
    if let nominal {
      file.text("date", nominal.0, of: "what")
      file.text("time", nominal.1, of: "what")
    }
    file.text("projdef", projection, of: "where")
    for (name, value) in [("xsize", 4.0), ("ysize", 3), ("xscale", scale), ("yscale", scale)] {
      file.numbers(name, [value], of: "where")
    }
    if hasCorners { corners(file, corner) }
    let what = "dataset1/what"
    file.text("quantity", quantity, of: what)
    for (name, pair) in [("start", start), ("end", end)] {
      guard let pair else { continue }
      file.text("\(name)date", pair.0, of: what)
      file.text("\(name)time", pair.1, of: what)
    }
    for (name, value) in [
      ("gain", gain), ("offset", offset), ("nodata", nodata), ("undetect", undetect),
    ] {
      if let value { file.numbers(name, [value], of: what) }
    }
    for number in 1...data {
      file.group("dataset1/data\(number)")
      file.dataset("dataset1/data\(number)/data", rows: 3, columns: 4, stored)
    }
    for (index, step) in further.enumerated() {
      let group = "dataset\(index + 2)"
      for name in [group, "\(group)/what", "\(group)/data1"] { file.group(name) }
      file.text("quantity", quantity, of: "\(group)/what")
      let start = String(Int(step.end).map { $0 - 500 } ?? 0)
      for (name, time) in [("start", String(repeating: "0", count: 6 - start.count) + start)]
        + [("end", step.end)]
      {
        file.text("\(name)date", "20240709", of: "\(group)/what")
        file.text("\(name)time", time, of: "\(group)/what")
      }
      for (name, value) in [("gain", gain), ("offset", offset), ("nodata", nodata)] {
        if let value { file.numbers(name, [value], of: "\(group)/what") }
      }
      file.dataset(
        "\(group)/data1/data", rows: step.rows, columns: 4,
        (0..<(4 * step.rows)).map { ($0 < 12 ? stored[$0] : 1) + step.more })
    }
  }

  private func corners(_ file: HDF5Builder, _ corner: (Double, Double) -> (Double, Double)) {
    let inset = hasCentres ? scale / 2 : 0
    let east = west + 4 * scale - inset
    let south = north - 3 * scale + inset
    for (name, x, y) in [
      ("UL", west + inset, north - inset), ("UR", east, north - inset),
      ("LL", west + inset, south), ("LR", east + shift, south),
    ] {
      let (longitude, latitude) = corner(x, y)
      file.numbers("\(name)_lon", [longitude], of: "where")
      file.numbers("\(name)_lat", [latitude], of: "where")
    }
  }
}
