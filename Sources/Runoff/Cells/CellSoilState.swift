public import Hydromet

/// What the soil of every cell remembers at one moment: a value, saved and carried on bit for bit.
public struct CellSoilState: Sendable, Hashable {
  /// Everything up to this moment is in it.
  public internal(set) var time: Timestamp
  /// Of the model that it belongs to.
  public let fingerprint: UInt64
  var moisture: [CellMoisture]

  public var cellCount: Int { moisture.count }
}

struct CellMoisture: Sendable, Hashable, BitwiseCopyable {
  /// Pa, mm.
  var antecedent: Double
  var gapShare: Double
  var tanks: SoilWaterTanks

  static let numberCount = 5
}

extension CellSoilState {
  /// Layout of the bytes and meaning of the numbers; a state of another version is not taken up.
  public static let version = 1
  /// `FRCS`
  private static let mark: UInt64 = 0x5343_5246
  private static let headerWords = 5

  /// The state as bytes: `FRCS`, version, fingerprint, time, number of cells, five little-endian IEEE
  /// doubles for each cell, and a checksum of all before it.
  public var bytes: [UInt8] {
    var writer = ByteWriter()
    for word in [
      CellSoilState.mark, UInt64(CellSoilState.version), fingerprint,
      UInt64(bitPattern: time.secondsSince1970), UInt64(moisture.count),
    ] {
      writer.append(word)
    }
    for cell in moisture {
      writer.append(cell.antecedent.bitPattern)
      writer.append(cell.gapShare.bitPattern)
      writer.append(cell.tanks.upper.bitPattern)
      writer.append(cell.tanks.middle.bitPattern)
      writer.append(cell.tanks.lower.bitPattern)
    }
    writer.append(Checksum.of(writer.bytes))
    return writer.bytes
  }

  /// Reads a state back.
  ///
  /// - Throws: `state_damaged`; `state_other_version`.
  public init(bytes: [UInt8]) throws(Fault) {
    var words: [UInt64] = []
    words.reserveCapacity(bytes.count / 8)
    for start in stride(from: 0, to: bytes.count - 7, by: 8) {
      words.append((0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) })
    }
    let header = CellSoilState.headerWords
    guard bytes.count % 8 == 0, words.count > header, words[0] == CellSoilState.mark,
      Checksum.of(bytes.dropLast(8)) == words[words.count - 1]
    else { throw CellSoilState.damaged("its checksum does not fit") }
    guard words[1] == UInt64(CellSoilState.version) else {
      throw Fault(
        "state_other_version",
        "the soil state of cells has version \(words[1]), this program writes "
          + "\(CellSoilState.version)",
        remedy: "nothing is to be done: the states are worked out again from the rain on record")
    }
    let numbers = words[header..<(words.count - 1)].map { Double(bitPattern: $0) }
    guard words[4] == UInt64(numbers.count / CellMoisture.numberCount),
      numbers.count % CellMoisture.numberCount == 0, numbers.allSatisfy(\.isFinite)
    else { throw CellSoilState.damaged("its numbers are not those of its header") }
    fingerprint = words[2]
    time = Timestamp(secondsSince1970: Int64(bitPattern: words[3]))
    moisture = stride(from: 0, to: numbers.count, by: CellMoisture.numberCount).map { start in
      CellMoisture(
        antecedent: numbers[start], gapShare: numbers[start + 1],
        tanks: SoilWaterTanks(
          upper: numbers[start + 2], middle: numbers[start + 3], lower: numbers[start + 4]))
    }
  }

  private static func damaged(_ why: String) -> Fault {
    Fault(
      "state_damaged", "the saved soil state of cells cannot be read: \(why)",
      remedy: "nothing is to be done: an earlier state is taken up and the rain counted again")
  }
}
