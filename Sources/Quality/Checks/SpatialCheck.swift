import Hydromet
import Kernels

/// Holds the stations of one block against one another and against the radar.
struct SpatialCheck {
  let network: StationNetwork
  let rules: QualityRules
  let radar: RadarRecord
  let workers: Workers

  /// Judgements in the order of the blocks.
  ///
  /// Two rounds: a value that the first doubts is no witness in the second, so that it does not draw
  /// its neighbours into doubt.
  ///
  /// - Parameter blocks: of one length and end, each station once, by station.
  func judge(_ blocks: ArraySlice<RainBlock>, believed: (RainBlock) -> Bool) -> [BlockJudgement] {
    guard let first = blocks.first else { return [] }
    let blocks = Array(blocks)
    var values = [Double](repeating: -1, count: network.count)
    for block in blocks where believed(block) {
      values[Int(block.station)] = Double(block.tenths)
    }
    let period = Period(
      end: Timestamp(secondsSince1970: first.end), seconds: Int(first.seconds))
    let frames = radar.frames(in: period)
    let all = [Bool](repeating: true, count: blocks.count)
    var judgements = round(
      blocks, values, frames, isWanted: all,
      before: [BlockJudgement](repeating: BlockJudgement(), count: blocks.count))
    var isDoubted = false
    var again = [Bool](repeating: false, count: network.count)
    for (block, judgement) in zip(blocks, judgements) where judgement.severity > .none {
      isDoubted = true
      values[Int(block.station)] = -1
      again[Int(block.station)] = true
      for neighbour in network.neighbours(of: Int(block.station)) {
        again[neighbour.station] = true
      }
    }
    guard isDoubted else { return judgements }
    judgements = round(
      blocks, values, frames, isWanted: blocks.map { again[Int($0.station)] }, before: judgements)
    return judgements
  }

  private func round(
    _ blocks: [RainBlock], _ values: [Double], _ frames: (frames: [RadarSamples], seconds: Int),
    isWanted: [Bool], before: [BlockJudgement]
  ) -> [BlockJudgement] {
    var judgements = before
    judgements.withUnsafeMutableBufferPointer { buffer in
      let target = UncheckedJudgements(pointer: buffer.baseAddress)
      let crew = blocks.count >= 1024 ? workers : .one
      crew.forEachRange(of: blocks.count, step: 64, partsPerThread: 8) { range in
        var solver = SpatialSolver(rules)
        for index in range where isWanted[index] {
          let block = blocks[index]
          let station = Int(block.station)
          let estimate = solver.estimate(station, in: network, against: Double(block.tenths)) {
            values[$0]
          }
          target.pointer?[index] = BlockJudgement.of(
            Double(block.tenths), isComplete: block.isComplete, estimate,
            RadarRecord.block(of: station, frames, seconds: Int(block.seconds)), rules)
        }
      }
    }
    return judgements
  }

  /// Each thread writes to the judgements of its own blocks.
  private struct UncheckedJudgements: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<BlockJudgement>?
  }
}
