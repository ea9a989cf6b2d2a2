public import Hydromet

/// Containers and compressions that are not opened, known by their first bytes so that people are told
/// what to do.
public enum PackedFile: String, Sendable, Hashable, CaseIterable {
  case zip = "zip archive"
  case tar = "tar archive"
  case sevenZip = "7z archive"
  case rar = "rar archive"
  case xz = "xz file"
  case zstandard = "Zstandard file"
  case compress = "compress (.Z) file"

  /// - Parameter head: the first 512 bytes or more; fewer where the file has fewer.
  public init?(head: some Collection<UInt8>) {
    let found = PackedFile.allCases.first { packed in
      head.dropFirst(packed.offset).starts(with: packed.mark)
    }
    guard let found else { return nil }
    self = found
  }

  /// Where the mark stands: that of tar behind the name and numbers of its first member (POSIX ustar).
  private var offset: Int { self == .tar ? 257 : 0 }

  private var mark: [UInt8] {
    switch self {
    case .zip: Array("PK".utf8) + [3, 4]
    case .tar: Array("ustar".utf8)
    case .sevenZip: Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C]
    case .rar: Array("Rar!".utf8) + [0x1A, 7]
    case .xz: [0xFD] + Array("7zXZ".utf8) + [0]
    case .zstandard: [0x28, 0xB5, 0x2F, 0xFD]
    case .compress: [0x1F, 0x9D]
    }
  }

  /// The fault of a file that should hold one grid or table.
  public func fault(at place: Fault.Location) -> Fault {
    Fault(
      "packed_file", at: place,
      "the file is a \(rawValue), expected the file itself, gzip or bzip2",
      remedy: self == .zip
        ? "unpack it before it is handed in; save a workbook (.xlsx) as CSV"
        : "unpack it before it is handed in")
  }
}
