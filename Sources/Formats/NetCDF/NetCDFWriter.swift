import CNetCDF
public import Hydromet

/// Writes a netCDF file: define everything, then write, then `close`.
///
/// The same calls give the same bytes: no dates or names of machines go into the file. (netCDF-4
/// files name the versions of the libraries that wrote them.) Write beside the final name and rename.
public final class NetCDFWriter {
  /// The form of the file.
  public enum Format: Sendable {
    /// HDF5 inside; compression, 64-bit integers, text of any script.
    case netCDF4
    /// The oldest form with 64-bit offsets, which every reader knows.
    case classic
  }

  /// A dimension of the file that is being written.
  public struct Dimension: Sendable, Hashable {
    public let name: String
    public let length: Int
    let identifier: Int32
  }

  /// A variable of the file that is being written.
  public struct Variable: Sendable, Hashable {
    public let name: String
    public let type: NetCDFType
    public let shape: [Int]
    let identifier: Int32
  }

  /// How a variable of a netCDF-4 file is stored; ignored for classic files.
  public struct Storage: Sendable, Hashable {
    /// Lengths of a chunk, one per dimension, longer ones cut to it; nil leaves them to the library.
    public var chunks: [Int]?
    /// Deflate level 1…9; nil stores without compression.
    public var deflate: Int?
    /// Regroups bytes before deflating: helps integers, harms floats that were rounded.
    public var shuffles: Bool
    /// Stores a checksum (Fletcher's) with every chunk.
    public var hasChecksums: Bool
    /// Stores the highest byte of a number first; else the machine's own order is taken.
    public var isBigEndian: Bool

    public init(
      chunks: [Int]? = nil, deflate: Int? = nil, shuffles: Bool = false,
      hasChecksums: Bool = false, isBigEndian: Bool = false
    ) {
      self.chunks = chunks
      self.deflate = deflate
      self.shuffles = shuffles
      self.hasChecksums = hasChecksums
      self.isBigEndian = isBigEndian
    }

    /// As it lies in memory.
    public static let plain = Storage()
  }

  public let path: String
  private let format: Format
  let handle: Int32
  var isDefining = true
  private var isClosed = false

  /// Makes the file, replacing one of that name.
  public init(path: String, format: Format = .netCDF4) throws(Fault) {
    let file = path.hasPrefix("/") ? path : "./\(path)"
    let mode = format == .netCDF4 ? NC_CLOBBER | NC_NETCDF4 : NC_CLOBBER | NC_64BIT_OFFSET
    handle = try NetCDFLibrary.alone { () throws(Fault) in
      var handle: Int32 = 0
      let status = nc_create(file, mode, &handle)
      guard status == NC_NOERR else {
        throw Fault(
          "cannot_write", at: Fault.Location(path),
          "the file cannot be made: \(trimmed(String(cString: nc_strerror(status))))",
          remedy: "check the folder, its permissions and the space on the disk")
      }
      return handle
    }
    self.path = path
    self.format = format
  }

  deinit {
    guard !isClosed else { return }
    let handle = handle
    NetCDFLibrary.alone { _ = nc_close(handle) }
  }

  /// Defines a dimension.
  ///
  /// - Parameter isUnlimited: later writers may make it longer. Its length is what is written.
  public func dimension(
    _ name: String, length: Int, isUnlimited: Bool = false
  ) throws(Fault) -> Dimension {
    var identifier: Int32 = 0
    // A length of 0 (NC_UNLIMITED) is how the library is told that there is no limit.
    try call(name, "defining the dimension") {
      nc_def_dim(handle, name, isUnlimited ? 0 : max(0, length), &identifier)
    }
    return Dimension(name: name, length: length, identifier: identifier)
  }

  /// Defines a variable with its attributes, in their order.
  public func variable(
    _ name: String, _ type: NetCDFType, dimensions: [Dimension], storage: Storage = .plain,
    attributes: [(name: String, value: NetCDFValue)] = []
  ) throws(Fault) -> Variable {
    var identifier: Int32 = 0
    let axes = dimensions.map(\.identifier)
    try call(name, "defining the variable") {
      nc_def_var(handle, name, type.rawValue, Int32(axes.count), axes, &identifier)
    }
    let variable = Variable(
      name: name, type: type, shape: dimensions.map(\.length), identifier: identifier)
    if format == .netCDF4, !dimensions.isEmpty {
      try store(variable, as: storage)
    }
    for attribute in attributes {
      try put(attribute.value, attribute.name, identifier, item: "\(name):\(attribute.name)")
    }
    return variable
  }

  /// Defines an attribute of the whole file.
  public func attribute(_ name: String, _ value: NetCDFValue) throws(Fault) {
    try put(value, name, NC_GLOBAL, item: name)
  }

  /// Writes all bytes to the file and closes it. Nothing may be written afterwards.
  public func close() throws(Fault) {
    guard !isClosed else { return }
    isClosed = true
    try call("file", "closing") { nc_close(handle) }
  }

  private func store(_ variable: Variable, as storage: Storage) throws(Fault) {
    if let chunks = storage.chunks, variable.shape.allSatisfy({ $0 > 0 }) {
      guard chunks.count == variable.shape.count else {
        throw misuse(variable.name, "\(chunks.count) chunk lengths for \(variable.shape)")
      }
      let lengths = zip(chunks, variable.shape).map { max(1, min($0, $1)) }
      try call(variable.name, "setting the chunks") {
        nc_def_var_chunking(handle, variable.identifier, NC_CHUNKED, lengths)
      }
    }
    if let level = storage.deflate {
      try call(variable.name, "setting the compression") {
        nc_def_var_deflate(
          handle, variable.identifier, storage.shuffles ? 1 : 0, 1, Int32(max(1, min(9, level))))
      }
    }
    if storage.hasChecksums {
      try call(variable.name, "setting the checksums") {
        nc_def_var_fletcher32(handle, variable.identifier, NC_FLETCHER32)
      }
    }
    if storage.isBigEndian {
      try call(variable.name, "setting the byte order") {
        nc_def_var_endian(handle, variable.identifier, NC_ENDIAN_BIG)
      }
    }
  }

  private func put(
    _ value: NetCDFValue, _ name: String, _ variable: Int32, item: String
  ) throws(Fault) {
    try call(item, "writing the attribute") {
      switch value {
      case .text(let text):
        let bytes = text.utf8.map { CChar(bitPattern: $0) }
        return nc_put_att_text(handle, variable, name, bytes.count, bytes)
      case .texts(let texts):
        return withCStrings(texts) { list in
          nc_put_att_string(handle, variable, name, texts.count, list.lent)
        }
      case .bytes(let values):
        return nc_put_att_schar(handle, variable, name, NC_BYTE, values.count, values)
      case .shorts(let values):
        return nc_put_att_short(handle, variable, name, NC_SHORT, values.count, values)
      case .ints(let values):
        return nc_put_att_int(handle, variable, name, NC_INT, values.count, values)
      case .int64s(let values):
        return nc_put_att_long(handle, variable, name, NC_INT64, values.count, values.map(Int.init))
      case .floats(let values):
        return nc_put_att_float(handle, variable, name, NC_FLOAT, values.count, values)
      case .doubles(let values):
        return nc_put_att_double(handle, variable, name, NC_DOUBLE, values.count, values)
      case .unsigned(let values):
        return nc_put_att_double(handle, variable, name, NC_UINT, values.count, values)
      }
    }
  }

  func call(_ item: String, _ action: String, _ body: () -> Int32) throws(Fault) {
    let place = Fault.Location(path, item: item)
    try NetCDFLibrary.alone { () throws(Fault) in
      try NetCDFLibrary.check(body(), place, action)
    }
  }

  func misuse(_ item: String, _ problem: String) -> Fault {
    Fault(
      "cannot_write", at: Fault.Location(path, item: item), problem,
      remedy: "give one number per cell of the variable")
  }
}
