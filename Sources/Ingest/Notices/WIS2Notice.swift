public import Hydromet

/// A notification of WIS 2.0: some data exist, here they are or there they can be fetched.
///
/// Source: WMO, *WIS2 Notification Message* (WNM) 1.0 and its draft v04: a GeoJSON feature.
public struct WIS2Notice: Sendable, Hashable {
  /// What happened to the data.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// They are new.
    case canonical
    /// They replace earlier data of the same `dataID`.
    case update
    /// Their producer has taken them back.
    case deletion
  }

  /// How the hash of the data was made.
  public enum IntegrityMethod: String, Sendable, Hashable, CaseIterable {
    case sha256
    case sha384
    case sha512
    case sha3With256 = "sha3-256"
    case sha3With384 = "sha3-384"
    case sha3With512 = "sha3-512"

    /// Bytes of the hash.
    public var length: Int {
      switch self {
      case .sha256, .sha3With256: 32
      case .sha384, .sha3With384: 48
      case .sha512, .sha3With512: 64
      }
    }
  }

  public struct Integrity: Sendable, Hashable {
    public let method: IntegrityMethod
    /// The hash, as many bytes as the method gives.
    public let hash: [UInt8]
  }

  /// Where the data can be fetched.
  public struct Link: Sendable, Hashable {
    /// `http` or `https`.
    public let address: String
    /// Media type.
    public let type: String?
    /// Bytes to be expected; nil where nothing is said.
    public let length: Int?
  }

  /// Data that came with the notification.
  public struct Content: Sendable, Hashable {
    public let bytes: [UInt8]
    /// The number of bytes that the notification states.
    public let statedSize: Int
  }

  public let id: String
  public let dataID: String
  public let kind: Kind
  public let published: Timestamp
  /// The time of the data, or the first of them; nil where the producer gives none.
  public let start: Timestamp?
  /// The last time of the data; nil where there is one time only.
  public let end: Timestamp?
  public let link: Link
  /// Nil where the producer states no hash.
  public let integrity: Integrity?
  /// Nil where nothing came along, or what came cannot be read: the link holds then.
  public let content: Content?
  public let metadataID: String?
  /// What is odd and does no harm, in words.
  public let remarks: [String]

  /// The largest message that the specification allows, bytes.
  public static let largestMessage = 8192
  /// The largest content that may come along, bytes; what gzip makes of it is limited too.
  public static let largestContent = 4096
  static let largestExpandedContent = 1 << 20
}
