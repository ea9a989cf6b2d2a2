import CNetCDF
import Glibc
import Hydromet

/// Opens a file and lists what is in it. Runs inside `NetCDFLibrary.alone`.
struct NetCDFInquiry {
  struct Content: Sendable {
    let handle: Int32
    let format: String
    let dimensions: [NetCDFDimension]
    let variables: [NetCDFVariable]
    let attributes: [NetCDFAttribute]
  }

  private let path: String
  private let handle: Int32
  private static let largestVariableCount = 10_000
  private static let largestAttributeLength = 1 << 20

  init(path: String) throws(Fault) {
    self.path = path
    var handle: Int32 = 0
    // A leading "./" keeps the library from taking a name for an address.
    let file = path.hasPrefix("/") ? path : "./\(path)"
    try NetCDFLibrary.check(nc_open(file, NC_NOWRITE, &handle), Fault.Location(path), "opening")
    self.handle = handle
  }

  /// Lists the content; closes the file where that fails.
  func content() throws(Fault) -> Content {
    do {
      var variables: [NetCDFVariable] = []
      try list(group: handle, prefix: "", depth: 0, into: &variables)
      return Content(
        handle: handle, format: try format(), dimensions: try dimensions(of: handle),
        variables: variables,
        attributes: try attributes(group: handle, variable: NC_GLOBAL, item: "global"))
    } catch {
      nc_close(handle)
      throw error
    }
  }

  private func check(_ status: Int32, _ item: String, _ action: String) throws(Fault) {
    try NetCDFLibrary.check(status, Fault.Location(path, item: item), action)
  }

  private func format() throws(Fault) -> String {
    var code: Int32 = 0
    try check(nc_inq_format(handle, &code), "header", "asking for the format")
    switch code {
    case NC_FORMAT_CLASSIC: return "netCDF classic"
    case 2: return "netCDF 64-bit offset"
    case NC_FORMAT_64BIT_DATA: return "netCDF 64-bit data"
    case NC_FORMAT_NETCDF4: return "netCDF-4"
    case NC_FORMAT_NETCDF4_CLASSIC: return "netCDF-4 classic model"
    default: return "netCDF \(code)"
    }
  }

  private func list(
    group: Int32, prefix: String, depth: Int, into variables: inout [NetCDFVariable]
  ) throws(Fault) {
    var count: Int32 = 0
    try check(nc_inq_nvars(group, &count), prefix, "counting the variables")
    for identifier in 0..<max(0, count) {
      guard variables.count < NetCDFInquiry.largestVariableCount else { return }
      variables.append(try variable(group: group, identifier, prefix: prefix))
    }
    var groupCount: Int32 = 0
    try check(nc_inq_grps(group, &groupCount, nil), prefix, "counting the groups")
    guard groupCount > 0, groupCount < 1000, depth < 8 else { return }
    var groups = [Int32](repeating: 0, count: Int(groupCount))
    try check(nc_inq_grps(group, &groupCount, &groups), prefix, "listing the groups")
    for inner in groups {
      let name = try text(prefix) { nc_inq_grpname(inner, $0) }
      try list(group: inner, prefix: "\(prefix)\(name)/", depth: depth + 1, into: &variables)
    }
  }

  private func variable(
    group: Int32, _ identifier: Int32, prefix: String
  ) throws(Fault) -> NetCDFVariable {
    let name = try text(prefix) { nc_inq_varname(group, identifier, $0) }
    let item = prefix + name
    var code: nc_type = 0
    var rank: Int32 = 0
    try check(nc_inq_vartype(group, identifier, &code), item, "asking for the type")
    try check(nc_inq_varndims(group, identifier, &rank), item, "counting the dimensions")
    guard (0...Int32(NC_MAX_VAR_DIMS)).contains(rank) else {
      throw Fault(
        "damaged_netcdf", at: Fault.Location(path, item: item),
        "the variable has \(rank) dimensions", remedy: "check that the file is complete")
    }
    var dimensions: [NetCDFDimension] = []
    if rank > 0 {
      var identifiers = [Int32](repeating: 0, count: Int(rank))
      try check(nc_inq_vardimid(group, identifier, &identifiers), item, "listing the dimensions")
      let unlimited = try unlimitedDimensions(of: group)
      for dimension in identifiers {
        dimensions.append(
          try describe(dimension, group: group, isUnlimited: unlimited.contains(dimension)))
      }
    }
    return NetCDFVariable(
      path: item, type: NetCDFType(code: code), dimensions: dimensions,
      attributes: try attributes(group: group, variable: identifier, item: item), group: group,
      identifier: identifier)
  }

  private func dimensions(of group: Int32) throws(Fault) -> [NetCDFDimension] {
    var count: Int32 = 0
    try check(nc_inq_dimids(group, &count, nil, 0), "dimensions", "counting the dimensions")
    guard count > 0, count < 100_000 else { return [] }
    var identifiers = [Int32](repeating: 0, count: Int(count))
    try check(
      nc_inq_dimids(group, &count, &identifiers, 0), "dimensions", "listing the dimensions")
    let unlimited = try unlimitedDimensions(of: group)
    var dimensions: [NetCDFDimension] = []
    for dimension in identifiers {
      dimensions.append(
        try describe(dimension, group: group, isUnlimited: unlimited.contains(dimension)))
    }
    return dimensions
  }

  private func describe(
    _ dimension: Int32, group: Int32, isUnlimited: Bool
  ) throws(Fault) -> NetCDFDimension {
    let name = try text("dimension") { nc_inq_dimname(group, dimension, $0) }
    var length = 0
    try check(nc_inq_dimlen(group, dimension, &length), name, "asking for the length")
    guard length >= 0 else {
      throw Fault(
        "damaged_netcdf", at: Fault.Location(path, item: name),
        "the dimension has a length beyond what a machine can count",
        remedy: "check that the file is complete and of netCDF form")
    }
    return NetCDFDimension(name: name, length: length, isUnlimited: isUnlimited)
  }

  private func unlimitedDimensions(of group: Int32) throws(Fault) -> [Int32] {
    var count: Int32 = 0
    try check(nc_inq_unlimdims(group, &count, nil), "dimensions", "counting unlimited dimensions")
    guard count > 0, count < 100_000 else { return [] }
    var identifiers = [Int32](repeating: 0, count: Int(count))
    try check(
      nc_inq_unlimdims(group, &count, &identifiers), "dimensions", "listing unlimited dimensions")
    return identifiers
  }

  private func text(
    _ item: String, _ get: (UnsafeMutablePointer<CChar>) -> Int32
  ) throws(Fault) -> String {
    var buffer = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
    let status = get(&buffer)
    try check(status, item, "asking for a name")
    return String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// MARK: - Attributes

extension NetCDFInquiry {
  private func attributes(
    group: Int32, variable: Int32, item: String
  ) throws(Fault) -> [NetCDFAttribute] {
    var count: Int32 = 0
    try check(nc_inq_varnatts(group, variable, &count), item, "counting the attributes")
    var attributes: [NetCDFAttribute] = []
    for index in 0..<max(0, min(count, 10_000)) {
      let name = try text(item) { nc_inq_attname(group, variable, index, $0) }
      if let value = try value(group, variable, name, item: "\(item):\(name)") {
        attributes.append(NetCDFAttribute(name: name, value: value))
      }
    }
    return attributes
  }

  /// Nil for the types that a file defines itself, and for values of absurd length.
  private func value(
    _ group: Int32, _ variable: Int32, _ name: String, item: String
  ) throws(Fault) -> NetCDFValue? {
    var code: nc_type = 0
    var length = 0
    try check(nc_inq_att(group, variable, name, &code, &length), item, "asking for the attribute")
    guard length >= 0, length <= NetCDFInquiry.largestAttributeLength else { return nil }
    func read<Number>(
      _ zero: Number,
      _ get: (Int32, Int32, UnsafePointer<CChar>?, UnsafeMutablePointer<Number>?) -> Int32
    ) throws(Fault) -> [Number] {
      var values = [Number](repeating: zero, count: max(1, length))
      try check(get(group, variable, name, &values), item, "reading the attribute")
      return Array(values.prefix(length))
    }
    switch NetCDFType(code: code) {
    case .char:
      let bytes = try read(CChar(0), nc_get_att_text).map { UInt8(bitPattern: $0) }
      return .text(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    case .string:
      return try strings(group, variable, name, count: length, item: item)
    case .byte: return .bytes(try read(Int8(0), nc_get_att_schar))
    case .short: return .shorts(try read(Int16(0), nc_get_att_short))
    case .int: return .ints(try read(Int32(0), nc_get_att_int))
    case .int64:
      return .int64s(try read(Int(0), nc_get_att_long).map(Int64.init))
    case .float: return .floats(try read(Float(0), nc_get_att_float))
    case .double: return .doubles(try read(0.0, nc_get_att_double))
    case .ubyte, .ushort, .uint, .uint64: return .unsigned(try read(0.0, nc_get_att_double))
    case .other: return nil
    }
  }

  private func strings(
    _ group: Int32, _ variable: Int32, _ name: String, count: Int, item: String
  ) throws(Fault) -> NetCDFValue {
    guard count > 0 else { return .text("") }
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try check(nc_get_att_string(group, variable, name, &pointers), item, "reading the attribute")
    defer { nc_free_string(count, &pointers) }
    let texts = pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
    return texts.count == 1 ? .text(texts[0]) : .texts(texts)
  }
}
