import CPango
import Hydromet

/// Writes a picture as an indexed PNG of 256 colours.
///
/// A map has few flat colours and many mixed ones along the edges of letters and lines. The flat ones
/// are kept exactly; a mixed one that is too rare for the palette takes the nearest colour of it.
/// Against true colour this quarters the bytes to compress, and the file.
///
/// - Source: PNG specification (ISO/IEC 15948), colour type 3, filter 0.
enum PNGFile {
  /// Six bits of each channel: the colours that share a bin differ by less than the eye sees.
  private static let binCount = 1 << 18

  static func bytes(of canvas: Canvas) throws(Fault) -> [UInt8] {
    cairo_surface_flush(canvas.surface)
    guard let data = cairo_image_surface_get_data(canvas.surface) else {
      throw Fault("no_canvas", "a picture has no pixels", remedy: "give the program more memory")
    }
    let stride = Int(cairo_image_surface_get_stride(canvas.surface)) / 4
    let raw = UnsafeRawPointer(data).assumingMemoryBound(to: UInt32.self)
    let pixels = UnsafeBufferPointer(start: raw, count: stride * canvas.height)
    let palette = Palette(pixels)
    var rows = [UInt8]()
    rows.reserveCapacity((canvas.width + 1) * canvas.height)
    for row in 0..<canvas.height {
      rows.append(0)
      for pixel in pixels[(row * stride)..<(row * stride + canvas.width)] {
        rows.append(palette.index[bin(pixel)])
      }
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let size = bigEndian(UInt32(canvas.width)) + bigEndian(UInt32(canvas.height))
    add("IHDR", size + [8, 3, 0, 0, 0], to: &file)
    add("PLTE", palette.bytes, to: &file)
    add("IDAT", try deflated(rows), to: &file)
    add("IEND", [], to: &file)
    return file
  }

  private static func bin(_ pixel: UInt32) -> Int {
    let red = pixel >> 18 & 63
    let green = pixel >> 10 & 63
    let blue = pixel >> 2 & 63
    return Int(red << 12 | green << 6 | blue)
  }

  /// The most frequent colours, and for each bin of colours which of them stands for it.
  private struct Palette {
    /// Red, green and blue of each entry.
    let bytes: [UInt8]
    /// Entry for each bin.
    let index: [UInt8]

    init(_ pixels: UnsafeBufferPointer<UInt32>) {
      var count = [Int32](repeating: 0, count: binCount)
      var colour = [UInt32](repeating: 0, count: binCount)
      var votes = [Int32](repeating: 0, count: binCount)
      // The colour of a bin is that of most of its pixels (majority vote in one pass), so that a flat
      // colour is never moved by the mixed ones around it.
      for pixel in pixels {
        let bin = bin(pixel)
        count[bin] += 1
        if colour[bin] == pixel {
          votes[bin] += 1
        } else if votes[bin] == 0 {
          colour[bin] = pixel
          votes[bin] = 1
        } else {
          votes[bin] -= 1
        }
      }
      let used = count.indices.filter { count[$0] > 0 }
        .sorted { count[$0] != count[$1] ? count[$0] > count[$1] : $0 < $1 }
      let chosen = Palette.chosen(used, count, colour)
      let entries = chosen.map { colour[$0] }
      var index = [UInt8](repeating: 0, count: binCount)
      for bin in used { index[bin] = UInt8(Palette.nearest(colour[bin], entries).entry) }
      for (entry, bin) in chosen.enumerated() { index[bin] = UInt8(entry) }
      self.index = index
      bytes = entries.flatMap { [UInt8($0 >> 16 & 255), UInt8($0 >> 8 & 255), UInt8($0 & 255)] }
    }

    /// The most frequent colours, and a few that would be far from all of them: those of small symbols.
    ///
    /// - Parameter used: bins, the most frequent first.
    private static func chosen(_ used: [Int], _ count: [Int32], _ colour: [UInt32]) -> [Int] {
      var chosen = Array(used.prefix(232))
      let entries = chosen.map { colour[$0] }
      var rest = used.dropFirst(chosen.count).filter { count[$0] >= 8 }.map { bin in
        (bin: bin, distance: nearest(colour[bin], entries).distance)
      }
      while chosen.count < 256 {
        func weight(_ place: Int) -> Int64 {
          Int64(count[rest[place].bin]) * Int64(rest[place].distance)
        }
        guard let most = rest.indices.max(by: { (weight($0), $1) < (weight($1), $0) }),
          weight(most) > 0
        else { break }
        let bin = rest[most].bin
        chosen.append(bin)
        for place in rest.indices {
          rest[place].distance = min(
            rest[place].distance, distance(colour[rest[place].bin], colour[bin]))
        }
      }
      return chosen
    }

    private static func nearest(
      _ colour: UInt32, _ entries: [UInt32]
    ) -> (entry: Int, distance: Int32) {
      var best = 0
      var smallest = Int32.max
      for (i, entry) in entries.enumerated() {
        let distance = distance(colour, entry)
        if distance < smallest {
          smallest = distance
          best = i
        }
      }
      return (best, smallest)
    }

    /// The eye sees green best and blue least.
    private static func distance(_ a: UInt32, _ b: UInt32) -> Int32 {
      let red = Int32(a >> 16 & 255) - Int32(b >> 16 & 255)
      let green = Int32(a >> 8 & 255) - Int32(b >> 8 & 255)
      let blue = Int32(a & 255) - Int32(b & 255)
      return 3 * red * red + 6 * green * green + blue * blue
    }
  }

  private static func deflated(_ rows: [UInt8]) throws(Fault) -> [UInt8] {
    var stream = z_stream()
    guard fr_deflate_begin(&stream, 5, Z_DEFAULT_STRATEGY) == Z_OK else {
      throw Fault("no_canvas", "cannot compress a picture", remedy: "give the program more memory")
    }
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(rows.count))))
    var input = rows
    let status = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { sink in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = sink.baseAddress
        stream.avail_out = UInt32(sink.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END else {
      throw Fault("no_canvas", "cannot compress a picture", remedy: "report this")
    }
    return Array(output.prefix(Int(stream.total_out)))
  }

  private static func add(_ kind: String, _ content: [UInt8], to file: inout [UInt8]) {
    let body = Array(kind.utf8) + content
    file += bigEndian(UInt32(content.count))
    file += body
    file += bigEndian(UInt32(crc32(0, body, UInt32(body.count))))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }
}
