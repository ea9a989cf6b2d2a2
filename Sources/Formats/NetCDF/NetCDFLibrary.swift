import CHDF5
import CNetCDF
import Hydromet
import Synchronization

/// The netCDF library: one call at a time in the whole process, for it is not safe for threads.
enum NetCDFLibrary {
  private static let lock = Mutex<Void>(())

  /// Runs `body` while no other thread is inside the library, or inside HDF5, which lies under it.
  static func alone<Value: Sendable, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result = lock.withLock { _ in
      // HDF5 prints its errors to standard error unless each thread forbids it; netCDF forbids it
      // only for the thread that opens the first file.
      fr_h5_silence()
      return Result { () throws(Failure) in try body() }
    }
    return try result.get()
  }

  /// Turns the library's status into a fault.
  static func check(_ status: Int32, _ place: Fault.Location, _ action: String) throws(Fault) {
    guard status != NC_NOERR else { return }
    let reason = nc_strerror(status).map { String(cString: $0) } ?? "status \(status)"
    throw Fault(
      "damaged_netcdf", at: place, "\(action) failed: \(trimmed(reason))",
      remedy: "check that the file is complete and of netCDF form")
  }
}

/// The external type of a variable or attribute.
public enum NetCDFType: Int32, Sendable, Hashable, CaseIterable {
  case byte = 1
  case char = 2
  case short = 3
  case int = 4
  case float = 5
  case double = 6
  case ubyte = 7
  case ushort = 8
  case uint = 9
  case int64 = 10
  case uint64 = 11
  case string = 12
  /// A type that the file defines itself: compound, opaque, enumeration, list of variable length.
  case other = 0

  init(code: nc_type) {
    self = NetCDFType(rawValue: code) ?? .other
  }

  /// `short`, `float`, …: the form of CDL.
  public var name: String { "\(self)" }

  public var isNumber: Bool { self != .char && self != .string && self != .other }

  /// Width of an integer type; nil for the others.
  public var integerBits: Int? {
    switch self {
    case .byte, .ubyte: 8
    case .short, .ushort: 16
    case .int, .uint: 32
    case .int64, .uint64: 64
    case .float, .double, .char, .string, .other: nil
    }
  }
}

/// The value of an attribute.
public enum NetCDFValue: Sendable, Hashable {
  /// NC_CHAR, or one NC_STRING.
  case text(String)
  /// Several NC_STRING.
  case texts([String])
  case bytes([Int8])
  case shorts([Int16])
  case ints([Int32])
  case int64s([Int64])
  case floats([Float])
  case doubles([Double])
  /// Unsigned numbers, as doubles: readers meet them, the writer does not write them.
  case unsigned([Double])

  /// The numbers, whatever their type; nil for text.
  public var numbers: [Double]? {
    switch self {
    case .text, .texts: nil
    case .bytes(let values): values.map(Double.init)
    case .shorts(let values): values.map(Double.init)
    case .ints(let values): values.map(Double.init)
    case .int64s(let values): values.map(Double.init)
    case .floats(let values): values.map(Double.init)
    case .doubles(let values), .unsigned(let values): values
    }
  }

  /// The text without blanks around it; nil for numbers.
  public var text: String? {
    switch self {
    case .text(let text): trimmed(text)
    case .texts(let texts): trimmed(texts.joined(separator: " "))
    default: nil
    }
  }
}

/// A dimension: a name and a length.
public struct NetCDFDimension: Sendable, Hashable {
  public let name: String
  public let length: Int
  public let isUnlimited: Bool
}

/// A named value beside a variable or the whole file.
public struct NetCDFAttribute: Sendable, Hashable {
  public let name: String
  public let value: NetCDFValue
}

/// What a file says about one variable.
public struct NetCDFVariable: Sendable, Hashable {
  /// The name, with the groups that it lies in: `precipitation`, `radar/precipitation`.
  public let path: String
  public let type: NetCDFType
  /// Outermost (slowest) first.
  public let dimensions: [NetCDFDimension]
  public let attributes: [NetCDFAttribute]
  let group: Int32
  let identifier: Int32

  /// The name without groups.
  public var name: String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  public var shape: [Int] { dimensions.map(\.length) }

  public subscript(attribute: String) -> NetCDFValue? {
    attributes.first { $0.name == attribute }?.value
  }

  /// A text attribute that is not blank.
  public func text(_ attribute: String) -> String? {
    guard let text = self[attribute]?.text, !text.isEmpty else { return nil }
    return text
  }

  /// The first number of an attribute.
  public func number(_ attribute: String) -> Double? {
    self[attribute]?.numbers?.first
  }
}
