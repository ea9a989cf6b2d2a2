import CHDF5
public import Hydromet

/// An open HDF5 file, read only: groups, attributes and two-dimensional data sets by path.
///
/// netCDF-4 files are read by `NetCDFFile`; this is for HDF5 files of other forms, such as ODIM_H5.
/// Every call holds the lock of the netCDF library, which calls HDF5 too.
public final class HDF5File {
  /// What an attribute holds.
  public enum Value: Sendable, Hashable {
    case text(String)
    case numbers([Double])
  }

  /// What the file says about a data set.
  public struct Dataset: Sendable, Hashable {
    public let path: String
    /// Outermost (slowest) first.
    public let shape: [Int]
    /// `uint16`, `float64`, ….
    public let type: String
    /// Whether the numbers are 32-bit floats: what their fill numbers must be rounded to.
    public let isSingle: Bool
  }

  public let path: String
  private let handle: hid_t
  private static let largestText = 1 << 16

  /// - Throws: `cannot_open`, `not_netcdf`, `truncated`, `damaged_hdf5`.
  public init(path: String) throws(Fault) {
    _ = try NetCDFSignature(path: path)
    self.path = path
    handle = try NetCDFLibrary.alone { () throws(Fault) in
      fr_h5_silence()
      let handle = fr_h5_open(path)
      guard handle >= 0 else { throw HDF5File.damaged(path, nil, "it cannot be opened") }
      return handle
    }
  }

  deinit {
    let handle = handle
    _ = try? NetCDFLibrary.alone { () throws(Fault) in H5Fclose(handle) }
  }

  /// Whether a group or data set of this path is there.
  public func exists(_ item: String) -> Bool {
    let parts = item.split(separator: "/").map(String.init)
    let found = try? NetCDFLibrary.alone { () throws(Fault) in
      var walked = ""
      for part in parts {
        walked += "/" + part
        guard H5Lexists(handle, walked, 0) > 0 else { return false }
      }
      return true
    }
    return found ?? false
  }

  /// An attribute of a group or data set; nil where it is absent, or neither text nor numbers.
  ///
  /// - Throws: `damaged_hdf5`.
  public func attribute(_ name: String, of item: String) throws(Fault) -> Value? {
    guard exists(item) else { return nil }
    return try NetCDFLibrary.alone { () throws(Fault) in
      guard H5Aexists_by_name(handle, "/" + item, name, 0) > 0 else { return nil }
      let attribute = H5Aopen_by_name(handle, "/" + item, name, 0, 0)
      guard attribute >= 0 else { throw HDF5File.damaged(path, "\(item):\(name)", "unreadable") }
      defer { H5Aclose(attribute) }
      return try value(of: attribute, item: "\(item):\(name)")
    }
  }

  /// A text attribute without blanks around it; nil where it is absent or blank.
  public func text(_ name: String, of item: String) throws(Fault) -> String? {
    guard case .text(let text)? = try attribute(name, of: item) else { return nil }
    let bare = trimmed(text)
    return bare.isEmpty ? nil : bare
  }

  /// The numbers of an attribute; a text that is one number counts.
  public func numbers(_ name: String, of item: String) throws(Fault) -> [Double]? {
    switch try attribute(name, of: item) {
    case .numbers(let numbers)?: return numbers
    case .text(let text)?: return Double(trimmed(text)).map { [$0] }
    case nil: return nil
    }
  }

  private func value(of attribute: hid_t, item: String) throws(Fault) -> Value? {
    let type = H5Aget_type(attribute)
    let space = H5Aget_space(attribute)
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    let count = H5Sget_simple_extent_npoints(space)
    guard type >= 0, space >= 0, (1...4096).contains(count) else { return nil }
    switch H5Tget_class(type) {
    case H5T_STRING: return count == 1 ? try text(of: attribute, type, item) : nil
    case H5T_INTEGER, H5T_FLOAT:
      var numbers = [Double](repeating: 0, count: Int(count))
      guard H5Aread(attribute, fr_h5_double(), &numbers) >= 0 else {
        throw HDF5File.damaged(path, item, "the attribute cannot be read")
      }
      return .numbers(numbers)
    default: return nil
    }
  }

  private func text(of attribute: hid_t, _ type: hid_t, _ item: String) throws(Fault) -> Value? {
    if H5Tis_variable_str(type) > 0 {
      var pointer: UnsafeMutablePointer<CChar>?
      guard H5Aread(attribute, type, &pointer) >= 0 else {
        throw HDF5File.damaged(path, item, "the attribute cannot be read")
      }
      defer { H5free_memory(pointer) }
      guard let pointer else { return .text("") }
      return .text(String(cString: pointer))
    }
    let width = H5Tget_size(type)
    guard width > 0, width <= HDF5File.largestText else { return nil }
    var bytes = [UInt8](repeating: 0, count: width)
    guard H5Aread(attribute, type, &bytes) >= 0 else {
      throw HDF5File.damaged(path, item, "the attribute cannot be read")
    }
    return .text(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
  }

  private static func damaged(_ path: String, _ item: String?, _ problem: String) -> Fault {
    Fault(
      "damaged_hdf5", at: Fault.Location(path, item: item), problem,
      remedy: "check that the file is complete and of HDF5 form")
  }
}

// MARK: - Data sets

extension HDF5File {
  /// What a data set of numbers is; nil where it is absent or holds anything else.
  public func dataset(_ item: String) throws(Fault) -> Dataset? {
    guard exists(item) else { return nil }
    return try NetCDFLibrary.alone { () throws(Fault) in
      let dataset = H5Dopen2(handle, "/" + item, 0)
      guard dataset >= 0 else { return nil }
      defer { H5Dclose(dataset) }
      let type = H5Dget_type(dataset)
      let space = H5Dget_space(dataset)
      defer {
        H5Tclose(type)
        H5Sclose(space)
      }
      let rank = H5Sget_simple_extent_ndims(space)
      let kind = H5Tget_class(type)
      guard (1...8).contains(rank), kind == H5T_INTEGER || kind == H5T_FLOAT else { return nil }
      var lengths = [hsize_t](repeating: 0, count: Int(rank))
      guard H5Sget_simple_extent_dims(space, &lengths, nil) == rank,
        lengths.allSatisfy({ $0 <= 1 << 40 })
      else { return nil }
      let bits = 8 * Int(H5Tget_size(type))
      let isUnsigned = kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_NONE
      return Dataset(
        path: item, shape: lengths.map { Int($0) },
        type: (kind == H5T_FLOAT ? "float" : isUnsigned ? "uint" : "int") + "\(bits)",
        isSingle: kind == H5T_FLOAT && bits == 32)
    }
  }

  /// A slab of a two-dimensional data set, row-major.
  ///
  /// - Throws: `outside_variable`, `damaged_hdf5`.
  public func doubles(
    _ dataset: Dataset, rows: Range<Int>, columns: Range<Int>
  ) throws(Fault) -> [Double] {
    let isInside =
      dataset.shape.count == 2 && rows.lowerBound >= 0 && columns.lowerBound >= 0
      && rows.upperBound <= dataset.shape[0] && columns.upperBound <= dataset.shape[1]
    let (total, overflow) = rows.count.multipliedReportingOverflow(by: columns.count)
    guard isInside, !overflow, total <= 1 << 28 else {
      throw Fault(
        "outside_variable", at: Fault.Location(path, item: dataset.path),
        "the slab of rows \(rows) and columns \(columns) does not lie inside \(dataset.shape)",
        remedy: "check the size of the data set")
    }
    if total == 0 { return [] }
    return try NetCDFLibrary.alone { () throws(Fault) in
      let object = H5Dopen2(handle, "/" + dataset.path, 0)
      let space = H5Dget_space(object)
      let count = [hsize_t(rows.count), hsize_t(columns.count)]
      let memory = H5Screate_simple(2, count, nil)
      defer {
        H5Sclose(memory)
        H5Sclose(space)
        H5Dclose(object)
      }
      var values = [Double](repeating: .nan, count: total)
      let start = [hsize_t(rows.lowerBound), hsize_t(columns.lowerBound)]
      guard object >= 0, space >= 0, memory >= 0,
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, count, nil) >= 0,
        H5Dread(object, fr_h5_double(), memory, space, 0, &values) >= 0
      else { throw HDF5File.damaged(path, dataset.path, "the data set cannot be read") }
      return values
    }
  }
}
