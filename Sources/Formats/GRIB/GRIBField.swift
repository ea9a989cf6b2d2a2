import CECCodes
public import Hydromet

/// One field of a GRIB message, opened with ecCodes: its keys and its numbers.
///
/// Every call holds the lock of the library. An object belongs to one thread at a time.
public final class GRIBField {
  /// Where the field stands: `message 3`, `message 3, field 2`.
  public let name: String
  private let path: String
  private let handle: OpaquePointer
  private let bytes: [UInt8]

  /// What ecCodes writes for a point that the bitmap leaves out.
  static let masked = 1e36

  /// The fields of one message of a file, in its order.
  ///
  /// - Parameter number: of the message, from 1; for names.
  public static func fields(
    of message: GRIBIndex.Message, in index: GRIBIndex, number: Int
  ) throws(Fault) -> [GRIBField] {
    let parts = try GRIBSections.singleFields(
      try index.bytes(of: message), path: index.path, offset: message.offset)
    var fields: [GRIBField] = []
    for (position, bytes) in parts.enumerated() {
      let name = "message \(number)" + (parts.count > 1 ? ", field \(position + 1)" : "")
      fields.append(try GRIBField(bytes, name: name, path: index.path))
    }
    return fields
  }

  private init(_ bytes: [UInt8], name: String, path: String) throws(Fault) {
    let place = Fault.Location(path, item: name)
    // The lock hands out plain values only: the pointer goes through as a number.
    let opened = try ECCodesLibrary.alone { () throws(Fault) in
      bytes.withUnsafeBytes {
        UInt(bitPattern: codes_handle_new_from_message_copy(nil, $0.baseAddress, $0.count))
      }
    }
    guard let handle = OpaquePointer(bitPattern: opened) else {
      throw Fault(
        "damaged_grib", at: place, "ecCodes cannot open the message",
        remedy: "fetch the file again")
    }
    self.handle = handle
    self.bytes = bytes
    self.name = name
    self.path = path
  }

  deinit {
    let handle = handle
    _ = try? ECCodesLibrary.alone { () throws(Fault) in codes_handle_delete(handle) }
  }

  /// An integer key; nil where the message does not have it or holds it as missing.
  public func integer(_ key: String) -> Int? {
    let value = try? ECCodesLibrary.alone { () throws(Fault) -> Int? in
      var value = 0
      var status: Int32 = 0
      guard codes_is_missing(handle, key, &status) == 0, status == 0,
        codes_get_long(handle, key, &value) == 0
      else { return nil }
      return value
    }
    return value ?? nil
  }

  /// A key as a number; nil where the message does not have it or holds it as missing.
  public func number(_ key: String) -> Double? {
    let value = try? ECCodesLibrary.alone { () throws(Fault) -> Double? in
      var value = 0.0
      var status: Int32 = 0
      guard codes_is_missing(handle, key, &status) == 0, status == 0,
        codes_get_double(handle, key, &value) == 0, value.isFinite
      else { return nil }
      return value
    }
    return value ?? nil
  }

  /// The numbers of a key that has several; nil where the message does not have it, or more of them.
  public func numbers(_ key: String, limit: Int) -> [Double]? {
    let values = try? ECCodesLibrary.alone { () throws(Fault) -> [Double]? in
      var size = 0
      guard codes_get_size(handle, key, &size) == 0, size > 0, size <= limit else { return nil }
      var values = [Double](repeating: 0, count: size)
      guard codes_get_double_array(handle, key, &values, &size) == 0, size <= values.count else {
        return nil
      }
      return Array(values.prefix(size))
    }
    return values ?? nil
  }

  /// A key as text; nil where the message does not have it.
  public func text(_ key: String) -> String? {
    let value = try? ECCodesLibrary.alone { () throws(Fault) -> String? in
      var bytes = [CChar](repeating: 0, count: 1024)
      var length = bytes.count
      guard codes_get_string(handle, key, &bytes, &length) == 0 else { return nil }
      return String(
        decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return value ?? nil
  }

  /// The numbers as the image that they are packed as; nil where they are packed otherwise.
  ///
  /// - Parameter count: how many there must be.
  public func image(count: Int) -> GRIBImage? { GRIBImage(bytes, count: count) }

  /// The numbers in the order of the message; points that its bitmap leaves out are NaN.
  ///
  /// - Parameter count: how many there must be.
  /// - Throws: `damaged_grib`.
  public func values(count: Int) throws(Fault) -> [Double] {
    let place = Fault.Location(path, item: name)
    guard !GRIBImageCheck.contradicts(bytes) else {
      throw Fault(
        "damaged_grib", at: place,
        "the field’s image is cut, or has other bits or another size than the message says",
        remedy: "fetch the file again")
    }
    return try ECCodesLibrary.alone { () throws(Fault) in
      func check(_ status: Int32) throws(Fault) {
        guard status != 0 else { return }
        let reason = codes_get_error_message(status).map { String(cString: $0) } ?? "\(status)"
        throw Fault(
          "damaged_grib", at: place, "the values cannot be decoded: \(reason)",
          remedy: "fetch the file again")
      }
      try check(codes_set_double(handle, "missingValue", GRIBField.masked))
      var size = 0
      try check(codes_get_size(handle, "values", &size))
      guard size == count else {
        throw Fault(
          "damaged_grib", at: place, "the message holds \(size) values for \(count) points",
          remedy: "fetch the file again")
      }
      var values = [Double](repeating: .nan, count: count)
      try check(codes_get_double_array(handle, "values", &values, &size))
      var hasBitmap = 0
      if codes_get_long(handle, "bitmapPresent", &hasBitmap) == 0, hasBitmap != 0 {
        for index in values.indices where values[index] == GRIBField.masked {
          values[index] = .nan
        }
      }
      return values
    }
  }
}
