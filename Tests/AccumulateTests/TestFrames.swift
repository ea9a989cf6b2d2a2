import Accumulate
import Hydromet

/// 14:20 Beijing time on 5 July 2020, a multiple of ten minutes.
let afternoon = Timestamp(secondsSince1970: 1_593_930_000)
let tenMinutes = 600

func grid(_ rows: Int, _ columns: Int) -> GridGeometry {
  GridGeometry(
    rows: rows, columns: columns, projection: "EPSG:4490", isGeographic: true, west: 113,
    north: 24, cellWidth: 0.01, cellHeight: 0.01)
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A frame of random depths up to 30 mm in which one cell in eight is missing.
func frame(
  _ geometry: GridGeometry, end: Timestamp, seconds: Int = tenMinutes,
  from numbers: inout SeededNumbers
) -> DepthField {
  DepthField(
    geometry: geometry, period: Period(end: end, seconds: seconds),
    micrometres: (0..<geometry.cellCount).map { _ in
      Int.random(in: 0..<8, using: &numbers) == 0
        ? DepthField.missing : Int32.random(in: 0...30_000, using: &numbers)
    })
}

func uniformFrame(
  _ geometry: GridGeometry, end: Timestamp, seconds: Int = tenMinutes, micrometres: Int32
) -> DepthField {
  DepthField(
    geometry: geometry, period: Period(end: end, seconds: seconds),
    micrometres: Array(repeating: micrometres, count: geometry.cellCount))
}

/// The sum as a forecaster would do it by hand: cell by cell, frame by frame.
func sumByHand(
  _ frames: [Timestamp: DepthField], _ geometry: GridGeometry, window: TimeSpan, end: Timestamp
) -> AccumulationField {
  var sums = [Int64](repeating: 0, count: geometry.cellCount)
  var counts = [UInt16](repeating: 0, count: geometry.cellCount)
  for field in frames.values
  where field.period.end > end - window.seconds && field.period.end <= end {
    for (cell, depth) in field.micrometres.enumerated() where depth != DepthField.missing {
      sums[cell] += Int64(depth)
      counts[cell] += 1
    }
  }
  return AccumulationField(
    geometry: geometry, period: Period(end: end, seconds: window.seconds),
    expectedFrames: window.seconds / tenMinutes, micrometres: sums.map { Int32(clamping: $0) },
    receivedFrames: counts)
}

/// The code of the fault that a call throws, nil where it throws none.
func faultCode(_ body: () throws(Fault) -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return error.code
  }
}
