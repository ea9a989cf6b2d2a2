import CNetCDF
public import Hydromet

extension NetCDFWriter {
  /// A part of a variable: where it begins and its lengths, one number per dimension.
  public struct Slab: Sendable, Hashable {
    public let start: [Int]
    public let count: [Int]

    public init(start: [Int], count: [Int]) {
      self.start = start
      self.count = count
    }
  }

  /// A type that numbers of a file are stored in.
  public protocol Number: Sendable, BitwiseCopyable {
    static var netCDFType: NetCDFType { get }
  }

  /// Writes a part of a variable, row-major. Parts that are never written read as fill values.
  ///
  /// - Throws: `cannot_write` where the numbers are not as many as the part has, or not of the type of
  ///   the variable.
  public func write<Value: Number>(
    _ values: [Value], to variable: Variable, at slab: Slab
  ) throws(Fault) {
    guard slab.start.count == variable.shape.count, slab.count.count == variable.shape.count,
      values.count == slab.count.reduce(1, *)
    else {
      throw misuse(variable.name, "\(values.count) values for \(slab.count) of \(variable.shape)")
    }
    guard Value.netCDFType == variable.type else {
      throw misuse(
        variable.name, "numbers of the type \(Value.netCDFType.name) for \(variable.type.name)")
    }
    try endDefinitions()
    try call(variable.name, "writing the values") {
      values.withUnsafeBytes {
        nc_put_vara(handle, variable.identifier, slab.start, slab.count, $0.baseAddress)
      }
    }
  }

  private func endDefinitions() throws(Fault) {
    guard isDefining else { return }
    isDefining = false
    try call("file", "ending the definitions") { nc_enddef(handle) }
  }

  public func write(_ values: [Int8], to variable: Variable) throws(Fault) {
    try put(values, variable, nc_put_vara_schar)
  }

  public func write(_ values: [Int16], to variable: Variable) throws(Fault) {
    try put(values, variable, nc_put_vara_short)
  }

  public func write(_ values: [Int32], to variable: Variable) throws(Fault) {
    try put(values, variable, nc_put_vara_int)
  }

  public func write(_ values: [Int64], to variable: Variable) throws(Fault) {
    try put(values.map(Int.init), variable, nc_put_vara_long)
  }

  public func write(_ values: [Float], to variable: Variable) throws(Fault) {
    try put(values, variable, nc_put_vara_float)
  }

  public func write(_ values: [Double], to variable: Variable) throws(Fault) {
    try put(values, variable, nc_put_vara_double)
  }

  /// Writes the texts of a character variable, shape [texts, width], each padded with blanks of zero.
  ///
  /// - Throws: `cannot_write` where a text has more bytes than the last dimension.
  public func write(_ texts: [String], to variable: Variable) throws(Fault) {
    guard let width = variable.shape.last else {
      throw misuse(variable.name, "texts need a dimension for their bytes")
    }
    var bytes: [CChar] = []
    for text in texts {
      let content = text.utf8.map { CChar(bitPattern: $0) }
      guard content.count <= width else {
        throw misuse(variable.name, "\(quoted(text)) has more than \(width) bytes")
      }
      bytes += content + [CChar](repeating: 0, count: width - content.count)
    }
    try put(bytes, variable, nc_put_vara_text)
  }

  /// Writes a whole variable, row-major.
  private func put<Number>(
    _ values: [Number], _ variable: Variable,
    _ put: (Int32, Int32, UnsafePointer<Int>?, UnsafePointer<Int>?, UnsafePointer<Number>?) -> Int32
  ) throws(Fault) {
    guard values.count == variable.shape.reduce(1, *) else {
      throw misuse(variable.name, "\(values.count) values for a variable of \(variable.shape)")
    }
    try endDefinitions()
    let start = variable.shape.map { _ in 0 }
    try call(variable.name, "writing the values") {
      put(handle, variable.identifier, start, variable.shape, values)
    }
  }
}

extension Int8: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .byte }
}
extension UInt8: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .ubyte }
}
extension Int16: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .short }
}
extension UInt16: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .ushort }
}
extension Int32: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .int }
}
extension UInt32: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .uint }
}
extension Int64: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .int64 }
}
extension UInt64: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .uint64 }
}
extension Float: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .float }
}
extension Double: NetCDFWriter.Number {
  public static var netCDFType: NetCDFType { .double }
}
