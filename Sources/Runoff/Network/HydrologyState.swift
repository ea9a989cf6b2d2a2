public import Hydromet

/// Everything that the basins of a district remember at one moment.
///
/// A state is a value: it is saved, taken up and carried on bit for bit, and going back to an earlier
/// one and forward again with other rain is how late data are taken in.
public struct HydrologyState: Sendable, Hashable {
  /// Everything up to this moment is in it.
  public internal(set) var time: Timestamp
  /// Of the model that it belongs to.
  public let fingerprint: UInt64
  var moisture: [BasinMoisture]
  /// Surface water on its way to each basin's own outlet, mm, next step first; basin after basin.
  var pending: [Double]
  /// Flows in the parts of the reaches below the basins, m³/s; basin after basin.
  var reachFlows: [Double]
  /// Flow at every outlet in the latest steps, m³/s: shape [step, basin], oldest first.
  var recent: [Double]

  public var basinCount: Int { moisture.count }

  /// Flow at the outlet of a basin in the latest step, m³/s; 0 before the first.
  public func discharge(ofBasin place: Int) -> Double {
    recent.isEmpty ? 0 : recent[recent.count - moisture.count + place]
  }
}

/// What one basin remembers besides water on its way.
struct BasinMoisture: Sendable, Hashable, BitwiseCopyable {
  /// Pa, mm.
  var antecedent: Double
  var gapShare: Double
  var tanks: SoilWaterTanks
  var soil: Xinanjiang.State

  var numbers: [Double] {
    [
      antecedent, gapShare, tanks.upper, tanks.middle, tanks.lower, soil.upper, soil.lower,
      soil.deep, soil.free, soil.interflow, soil.groundwater,
    ]
  }

  static let numberCount = 11

  init(antecedent: Double, gapShare: Double, tanks: SoilWaterTanks, soil: Xinanjiang.State) {
    self.antecedent = antecedent
    self.gapShare = gapShare
    self.tanks = tanks
    self.soil = soil
  }

  init(_ n: ArraySlice<Double>) {
    let n = Array(n)
    self.init(
      antecedent: n[0], gapShare: n[1],
      tanks: SoilWaterTanks(upper: n[2], middle: n[3], lower: n[4]),
      soil: Xinanjiang.State(
        upper: n[5], lower: n[6], deep: n[7], free: n[8], interflow: n[9], groundwater: n[10]))
  }
}

// MARK: - Bytes

extension HydrologyState {
  /// Layout of the bytes and meaning of the numbers; a state of another version is not taken up.
  public static let version = 1

  /// The state as bytes: `FRHY`, version, fingerprint, time, three counts, the numbers as little-endian
  /// IEEE doubles, and a checksum of all before it.
  public var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.append(HydrologyState.mark)
    writer.append(UInt64(HydrologyState.version))
    writer.append(fingerprint)
    writer.append(UInt64(bitPattern: time.secondsSince1970))
    for count in [moisture.count, pending.count, reachFlows.count, recent.count] {
      writer.append(UInt64(count))
    }
    for basin in moisture { for number in basin.numbers { writer.append(number.bitPattern) } }
    for numbers in [pending, reachFlows, recent] {
      for number in numbers { writer.append(number.bitPattern) }
    }
    writer.append(Checksum.of(writer.bytes))
    return writer.bytes
  }

  static let mark: UInt64 = 0x5948_5246

  /// Reads a state back.
  ///
  /// - Throws: `state_damaged`; `state_other_version`.
  public init(bytes: [UInt8]) throws(Fault) {
    var words: [UInt64] = []
    words.reserveCapacity(bytes.count / 8)
    for start in stride(from: 0, to: bytes.count - 7, by: 8) {
      words.append((0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) })
    }
    let header = 8
    guard bytes.count % 8 == 0, words.count > header, words[0] == HydrologyState.mark,
      Checksum.of(bytes.dropLast(8)) == words[words.count - 1]
    else { throw HydrologyState.damaged("its checksum does not fit") }
    guard words[1] == UInt64(HydrologyState.version) else {
      throw Fault(
        "state_other_version",
        "the soil state has version \(words[1]), this program writes \(HydrologyState.version)",
        remedy: "nothing is to be done: the states are worked out again from the rain on record")
    }
    let counts = words[4..<8].map { $0 < 1 << 40 ? Int($0) : -1 }
    let numbers = words[header..<(words.count - 1)].map { Double(bitPattern: $0) }
    guard counts.allSatisfy({ $0 >= 0 }),
      counts[0] * BasinMoisture.numberCount + counts[1] + counts[2] + counts[3] == numbers.count,
      numbers.allSatisfy(\.isFinite)
    else { throw HydrologyState.damaged("its numbers are not those of its header") }
    fingerprint = words[2]
    time = Timestamp(secondsSince1970: Int64(bitPattern: words[3]))
    var position = 0
    func take(_ count: Int) -> ArraySlice<Double> {
      defer { position += count }
      return numbers[position..<(position + count)]
    }
    moisture = (0..<counts[0]).map { _ in BasinMoisture(take(BasinMoisture.numberCount)) }
    pending = Array(take(counts[1]))
    reachFlows = Array(take(counts[2]))
    recent = Array(take(counts[3]))
  }

  private static func damaged(_ why: String) -> Fault {
    Fault(
      "state_damaged", "the saved soil state cannot be read: \(why)",
      remedy: "nothing is to be done: an earlier state is taken up and the rain counted again")
  }
}

struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ word: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }
}

/// FNV-1a over bytes and numbers, 64 bits.
struct Checksum {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

  mutating func add(_ number: Double) {
    for shift in stride(from: 0, to: 64, by: 8) {
      add(UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(shift)))
    }
  }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(UInt8(0))
  }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var sum = Checksum()
    for byte in bytes { sum.add(byte) }
    return sum.value
  }
}
