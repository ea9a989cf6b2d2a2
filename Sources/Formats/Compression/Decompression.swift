import CCompression
public import Hydromet

/// Files that arrive compressed: gzip (RFC 1952) and bzip2, with any number of members.
public enum Compression: String, Sendable, Hashable {
  case gzip
  case bzip2

  /// By the first bytes: 1F 8B 08, or `BZh` with a block size of 1 to 9.
  public init?(head: some Collection<UInt8>) {
    let first = Array(head.prefix(10))
    if first.starts(with: [0x1F, 0x8B, 0x08]) {
      self = .gzip
    } else if first.count >= 4, first.starts(with: Array("BZh".utf8)),
      (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first[3])
    {
      self = .bzip2
    } else {
      return nil
    }
  }

  /// The content.
  ///
  /// - Parameter limit: largest content, bytes; a file that holds more is refused before more memory
  ///   is taken.
  /// - Throws: `too_large`, `truncated`, `damaged_compression`.
  public func expanded(
    _ bytes: [UInt8], limit: Int, place: Fault.Location
  ) throws(Fault) -> [UInt8] {
    var output = ExpandedBytes(limit: limit, place: place)
    switch self {
    case .gzip: try inflate(bytes, into: &output, place)
    case .bzip2: try bunzip(bytes, into: &output, place)
    }
    return output.bytes
  }

  private func inflate(
    _ input: [UInt8], into output: inout ExpandedBytes, _ place: Fault.Location
  ) throws(Fault) {
    var stream = z_stream()
    guard fr_inflate_begin(&stream) == Z_OK else { throw outOfMemory(place) }
    defer { inflateEnd(&stream) }
    var used = 0
    while used < input.count {
      var status = Z_OK
      let step = output.step { target in
        input.withUnsafeBufferPointer { source in
          stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + used })
          stream.avail_in = UInt32(clamping: source.count - used)
          let offered = Int(stream.avail_in)
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(clamping: target.count)
          let room = Int(stream.avail_out)
          status = CCompression.inflate(&stream, Z_NO_FLUSH)
          used += offered - Int(stream.avail_in)
          return room - Int(stream.avail_out)
        }
      }
      _ = try step.get()
      if status == Z_STREAM_END {
        // What stands behind a member is another one, or padding that gzip itself ignores.
        guard used < input.count, Compression(head: input[used...]) == .gzip,
          fr_inflate_again(&stream) == Z_OK
        else { return }
      } else if status != Z_OK {
        throw damaged(status == Z_BUF_ERROR, place)
      }
    }
    throw damaged(true, place)
  }

  private func bunzip(
    _ input: [UInt8], into output: inout ExpandedBytes, _ place: Fault.Location
  ) throws(Fault) {
    var used = 0
    while used < input.count, Compression(head: input[used...]) == .bzip2 {
      var stream = bz_stream()
      guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { throw outOfMemory(place) }
      defer { BZ2_bzDecompressEnd(&stream) }
      var status = BZ_OK
      repeat {
        let step = output.step { target in
          input.withUnsafeBytes { source in
            target.withMemoryRebound(to: CChar.self) { room in
              let start = source.bindMemory(to: CChar.self).baseAddress
              stream.next_in = UnsafeMutablePointer(mutating: start.map { $0 + used })
              stream.avail_in = UInt32(clamping: source.count - used)
              let offered = Int(stream.avail_in)
              stream.next_out = room.baseAddress
              stream.avail_out = UInt32(clamping: room.count)
              let size = Int(stream.avail_out)
              status = BZ2_bzDecompress(&stream)
              used += offered - Int(stream.avail_in)
              return size - Int(stream.avail_out)
            }
          }
        }
        let gained = try step.get()
        guard status == BZ_OK || status == BZ_STREAM_END else { throw damaged(false, place) }
        if status == BZ_OK, gained == 0, used == input.count { throw damaged(true, place) }
      } while status != BZ_STREAM_END
    }
    if used == 0 { throw damaged(false, place) }
  }

  private func damaged(_ isCut: Bool, _ place: Fault.Location) -> Fault {
    isCut
      ? Fault(
        "truncated", at: place, "the \(rawValue) stream ends too early",
        remedy: "fetch the file again")
      : Fault(
        "damaged_compression", at: place, "the \(rawValue) stream is damaged",
        remedy: "fetch the file again")
  }

  private func outOfMemory(_ place: Fault.Location) -> Fault {
    Fault(
      "out_of_memory", at: place, "there is no memory to expand the \(rawValue) stream",
      remedy: "free memory and run again")
  }
}

/// Bytes that grow piece by piece up to a limit.
private struct ExpandedBytes {
  private(set) var bytes: [UInt8] = []
  private let limit: Int
  private let place: Fault.Location
  private var piece = [UInt8](repeating: 0, count: 1 << 18)

  init(limit: Int, place: Fault.Location) {
    self.limit = limit
    self.place = place
  }

  /// Lends room, and keeps as many bytes as the body says it wrote.
  mutating func step(
    _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) -> Result<Int, Fault> {
    let count = piece.withUnsafeMutableBufferPointer { body($0) }
    guard bytes.count + count <= limit else {
      return .failure(
        Fault(
          "too_large", at: place, "the compressed file holds more than \(limit) bytes",
          remedy: "check that the file is what it should be; split a file that really is so large"))
    }
    bytes.append(contentsOf: piece[0..<max(0, count)])
    return .success(count)
  }
}
