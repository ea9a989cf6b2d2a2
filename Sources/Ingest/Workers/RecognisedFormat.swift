import Formats
import Foundation
import Hydromet

/// What a file seems to be by its first bytes, told before it is read: so that the entry of a file that
/// ends its worker names the format too.
enum RecognisedFormat {
  private static let reach = 4096

  /// - Returns: nil where the file cannot be read, is empty, or no reader knows how it begins. Of a
  ///   compressed file the name of its compression.
  static func name(ofFile path: String, _ kind: DecodeJob.Kind) -> String? {
    guard let head = try? FileBytes.head(of: path, count: reach).bytes, !head.isEmpty else {
      return nil
    }
    if let compression = Compression(head: head) { return compression.rawValue }
    if let packed = PackedFile(head: head) { return packed.rawValue }
    let grid = (try? GridFormat.format(of: head, name: path))?.rawValue
    switch kind {
    case .grid: return grid
    case .stations:
      guard let stations = try? StationFile.format(of: head, file: path), stations != .csv else {
        // A table is what no reader knows; what cannot be text is none.
        let isText = DecodedText.isUTF16(head) || !head.contains(0)
        return grid ?? (isText ? StationFormat.csv.rawValue : nil)
      }
      return stations.rawValue
    }
  }
}

/// What a worker says before it reads a file.
struct ReadingNotice: Codable, Equatable {
  /// The job's number.
  let reading: Int64
  /// The format, as far as the first bytes tell it.
  let format: String

  static let longestFormat = 64

  private enum CodingKeys: String, CodingKey {
    case format = "as"
    case reading
  }

  /// The notice in a line of a worker; nil where the line is something else.
  init?(line: [UInt8], of job: DecodeJob) {
    guard line.starts(with: "{\"as\":".utf8), JSONText.isShallow(line),
      let notice = try? JSONDecoder().decode(ReadingNotice.self, from: Data(line)),
      notice.reading == job.id, notice.format.utf8.count <= ReadingNotice.longestFormat
    else { return nil }
    self = notice
  }

  init(reading: Int64, format: String) {
    self.reading = reading
    self.format = format
  }
}
