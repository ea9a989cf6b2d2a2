import CNetCDF
public import Hydromet

/// An open netCDF file: classic, 64-bit or netCDF-4, read only.
///
/// Numbers are handed out as they are stored, converted to the asked type but neither unpacked nor
/// masked. Every call into the library holds its lock; an object belongs to one thread at a time.
public final class NetCDFFile {
  public let path: String
  /// `netCDF classic`, `netCDF 64-bit offset`, `netCDF 64-bit data`, `netCDF-4`,
  /// `netCDF-4 classic model`.
  public let format: String
  /// Of the root group.
  public let dimensions: [NetCDFDimension]
  /// Of the root group, then of its groups, in the order of the file.
  public let variables: [NetCDFVariable]
  /// Of the whole file (the root group).
  public let attributes: [NetCDFAttribute]
  private let handle: Int32
  /// What the path led to when the file was opened; nil where chunks are not read below the library.
  private let identity: FileIdentity?
  private var hierarchicalFile: HierarchicalFile?
  /// By path of the variable; nil for those that only the library reads.
  private var datasets: [String: ChunkedDataset?] = [:]

  /// - Parameter readsChunks: false has the netCDF library read everything: what the reading of chunks
  ///   is compared with.
  /// - Throws: `cannot_open`, `not_netcdf`, `truncated`, `damaged_netcdf`.
  public init(path: String, readsChunks: Bool = true) throws(Fault) {
    let before = FileIdentity(path: path)
    let signature = try NetCDFSignature(path: path)
    if case .classic = signature {
      try ClassicHeader.requireComplete(path: path)
    }
    let content = try NetCDFLibrary.alone { () throws(Fault) in
      try NetCDFInquiry(path: path).content()
    }
    self.path = path
    format = content.format
    dimensions = content.dimensions
    variables = content.variables
    attributes = content.attributes
    handle = content.handle
    if case .hierarchical = signature, readsChunks, FileIdentity(path: path) == before {
      identity = before
    } else {
      identity = nil
    }
  }

  deinit {
    datasets = [:]
    hierarchicalFile = nil
    let handle = handle
    NetCDFLibrary.alone { _ = nc_close(handle) }
  }

  /// The variable with this path, else the only one with this name in any group.
  public func variable(_ name: String) -> NetCDFVariable? {
    if let exact = variables.first(where: { $0.path == name }) { return exact }
    let named = variables.filter { $0.name == name }
    return named.count == 1 ? named[0] : nil
  }

  /// A text attribute of the whole file that is not blank.
  public func text(_ attribute: String) -> String? {
    guard let text = attributes.first(where: { $0.name == attribute })?.value.text, !text.isEmpty
    else { return nil }
    return text
  }

  /// All numbers of a variable, row-major.
  public func doubles(_ variable: NetCDFVariable) throws(Fault) -> [Double] {
    try doubles(variable, start: variable.shape.map { _ in 0 }, count: variable.shape)
  }

  /// A slab of a variable, row-major, as `Double`. Integers beyond 2^53 are rounded.
  public func doubles(
    _ variable: NetCDFVariable, start: [Int], count: [Int]
  ) throws(Fault) -> [Double] {
    if let numbers = try doublesByChunks(variable, start, count) { return numbers }
    return try slab(variable, start, count, zero: 0, nc_get_vara_double)
  }

  /// A slab of a variable, row-major, as `Float`; doubles are rounded, and infinite beyond its range.
  public func floats(
    _ variable: NetCDFVariable, start: [Int], count: [Int]
  ) throws(Fault) -> [Float] {
    if let numbers = try floatsByChunks(variable, start, count) { return numbers }
    // The library refuses a whole slab for one double beyond the largest float.
    if variable.type == .double {
      return try doubles(variable, start: start, count: count).map { Float($0) }
    }
    return try slab(variable, start, count, zero: 0, nc_get_vara_float)
  }

  /// A slab of a variable, row-major, as whole numbers; fractions are cut.
  ///
  /// - Throws: `damaged_netcdf` where a number does not fit.
  public func integers(
    _ variable: NetCDFVariable, start: [Int], count: [Int]
  ) throws(Fault) -> [Int64] {
    let wide = try slab(variable, start, count, zero: Int(0)) { group, id, start, count, values in
      nc_get_vara_long(group, id, start, count, values)
    }
    return wide.map(Int64.init)
  }

  /// The texts of a character variable, one per row of its last dimension.
  public func texts(_ variable: NetCDFVariable) throws(Fault) -> [String] {
    let place = Fault.Location(path, item: variable.path)
    guard variable.type == .char, let width = variable.shape.last else {
      throw Fault(
        "not_text", at: place, "the variable holds \(variable.type.name), expected characters",
        remedy: "choose another variable")
    }
    let start = variable.shape.map { _ in 0 }
    let total = try NetCDFFile.elementCount(variable, start, variable.shape, place)
    guard total > 0, width > 0 else { return [] }
    let bytes = try NetCDFLibrary.alone { () throws(Fault) in
      var bytes = [CChar](repeating: 0, count: total)
      try NetCDFLibrary.check(
        nc_get_vara_text(variable.group, variable.identifier, start, variable.shape, &bytes), place,
        "reading the variable")
      return bytes.map { UInt8(bitPattern: $0) }
    }
    return stride(from: 0, to: total, by: width).map { first in
      String(decoding: bytes[first..<(first + width)].prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private func slab<Number: Sendable>(
    _ variable: NetCDFVariable, _ start: [Int], _ count: [Int], zero: Number,
    _ get: (Int32, Int32, UnsafePointer<Int>?, UnsafePointer<Int>?, UnsafeMutablePointer<Number>?)
      -> Int32
  ) throws(Fault) -> [Number] {
    let place = Fault.Location(path, item: variable.path)
    let total = try numberCount(variable, start, count)
    if total == 0 { return [] }
    return try NetCDFLibrary.alone { () throws(Fault) in
      var values = [Number](repeating: zero, count: total)
      let status = get(variable.group, variable.identifier, start, count, &values)
      try NetCDFLibrary.check(status, place, "reading the variable")
      return values
    }
  }

  /// How many numbers a slab has.
  ///
  /// - Throws: `not_numbers`, and what `elementCount` throws.
  func numberCount(_ variable: NetCDFVariable, _ start: [Int], _ count: [Int]) throws(Fault) -> Int
  {
    let place = Fault.Location(path, item: variable.path)
    guard variable.type.isNumber else {
      throw Fault(
        "not_numbers", at: place, "the variable holds \(variable.type.name), expected numbers",
        remedy: "choose another variable")
    }
    return try NetCDFFile.elementCount(variable, start, count, place)
  }

  /// The chunks of a variable; nil where only the library can read them.
  func dataset(of variable: NetCDFVariable) -> ChunkedDataset? {
    guard let identity else { return nil }
    if let known = datasets[variable.path] { return known }
    if hierarchicalFile == nil {
      hierarchicalFile = HierarchicalFile(path: path, identity: identity)
    }
    let place = Fault.Location(path, item: variable.path)
    let dataset = hierarchicalFile.flatMap { ChunkedDataset(variable, in: $0, place: place) }
    datasets.updateValue(dataset, forKey: variable.path)
    return dataset
  }

  /// The numbers in a slab.
  ///
  /// - Throws: `outside_variable` for a slab that does not lie inside the variable, `too_large` for
  ///   more than 2^28 numbers at once.
  private static func elementCount(
    _ variable: NetCDFVariable, _ start: [Int], _ count: [Int], _ place: Fault.Location
  ) throws(Fault) -> Int {
    let shape = variable.shape
    let isInside =
      start.count == shape.count && count.count == shape.count
      && shape.indices.allSatisfy {
        start[$0] >= 0 && count[$0] >= 0 && start[$0] <= shape[$0]
          && count[$0] <= shape[$0] - start[$0]
      }
    guard isInside else {
      throw Fault(
        "outside_variable", at: place,
        "the slab from \(start) of \(count) does not lie inside \(shape)",
        remedy: "check the dimensions of the variable")
    }
    var total = 1
    for length in count {
      let (product, overflow) = total.multipliedReportingOverflow(by: length)
      guard !overflow, product <= 1 << 28 else {
        throw Fault(
          "too_large", at: place,
          "the variable has \(shape) numbers, more than can be read at once",
          remedy: "split the file")
      }
      total = product
    }
    return total
  }
}
