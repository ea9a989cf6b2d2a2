import CNetCDF
public import Hydromet

extension NetCDFFile {
  /// The texts of a variable of strings, row-major, or of characters, one per row of its last dimension.
  ///
  /// - Throws: `not_text`, `too_large` for more than a million texts, `damaged_netcdf`.
  public func strings(_ variable: NetCDFVariable) throws(Fault) -> [String] {
    guard variable.type == .string else { return try texts(variable) }
    let place = Fault.Location(path, item: variable.path)
    var total = 1
    for length in variable.shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: length)
      guard !overflow, product <= 1_000_000 else {
        throw Fault(
          "too_large", at: place, "the variable has \(variable.shape) texts",
          remedy: "split the file")
      }
      total = product
    }
    guard total > 0 else { return [] }
    return try NetCDFLibrary.alone { () throws(Fault) in
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: total)
      let status = nc_get_var_string(variable.group, variable.identifier, &pointers)
      try NetCDFLibrary.check(status, place, "reading the variable")
      let texts = pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
      _ = nc_free_string(total, &pointers)
      return texts
    }
  }
}
