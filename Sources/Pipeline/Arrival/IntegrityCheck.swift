import Crypto
import Hydromet
import Ingest

/// The hash of data that arrive in pieces, by the method that their notification names.
struct IntegrityCheck {
  private enum Hasher {
    case sha256(SHA256)
    case sha384(SHA384)
    case sha512(SHA512)
    case sha3With256(SHA3_256)
    case sha3With384(SHA3_384)
    case sha3With512(SHA3_512)
  }

  private var hasher: Hasher
  private let expected: [UInt8]
  private let method: WIS2Notice.IntegrityMethod

  init(_ integrity: WIS2Notice.Integrity) {
    method = integrity.method
    expected = integrity.hash
    switch integrity.method {
    case .sha256: hasher = .sha256(SHA256())
    case .sha384: hasher = .sha384(SHA384())
    case .sha512: hasher = .sha512(SHA512())
    case .sha3With256: hasher = .sha3With256(SHA3_256())
    case .sha3With384: hasher = .sha3With384(SHA3_384())
    case .sha3With512: hasher = .sha3With512(SHA3_512())
    }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    switch hasher {
    case .sha256(var inner):
      inner.update(bufferPointer: bytes)
      hasher = .sha256(inner)
    case .sha384(var inner):
      inner.update(bufferPointer: bytes)
      hasher = .sha384(inner)
    case .sha512(var inner):
      inner.update(bufferPointer: bytes)
      hasher = .sha512(inner)
    case .sha3With256(var inner):
      inner.update(bufferPointer: bytes)
      hasher = .sha3With256(inner)
    case .sha3With384(var inner):
      inner.update(bufferPointer: bytes)
      hasher = .sha3With384(inner)
    case .sha3With512(var inner):
      inner.update(bufferPointer: bytes)
      hasher = .sha3With512(inner)
    }
  }

  /// Whether these are the bytes that their producer published.
  var holds: Bool {
    switch hasher {
    case .sha256(let inner): Array(inner.finalize()) == expected
    case .sha384(let inner): Array(inner.finalize()) == expected
    case .sha512(let inner): Array(inner.finalize()) == expected
    case .sha3With256(let inner): Array(inner.finalize()) == expected
    case .sha3With384(let inner): Array(inner.finalize()) == expected
    case .sha3With512(let inner): Array(inner.finalize()) == expected
    }
  }

  func fault(at place: Fault.Location) -> Fault {
    Fault(
      "wrong_hash", at: place,
      "the bytes are not those whose \(method.rawValue) the notification states",
      remedy: "wait for the producer's correction, or fetch the file again by hand")
  }
}
