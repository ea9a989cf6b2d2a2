public import Hydromet
import Kernels

/// Areal rain of many regions over the windows of rolling sums, as columns of numbers.
///
/// Every array that is kept has the shape [window, region] with `paddedRegions` numbers a row, a multiple of
/// sixteen, so that thresholds can be held against them sixteen at a time. Depths are whole
/// micrometres; −1 stands for no data at all. Made once and filled in every cycle.
public struct ArealRainTable: Sendable {
  public let regionCount: Int
  public let windowCount: Int
  public let paddedRegions: Int
  /// Mean over the part of the region that has data, rounded half up.
  public internal(set) var mean: [Int32]
  /// What the mean over the whole region is at the least; equal to `mean` where everything is known.
  public internal(set) var leastMean: [Int32]
  /// The largest of the cells that the region touches; no numbers where it is not kept.
  public internal(set) var largest: [Int32]
  /// Whether the largest cell is looked for; without it the means come faster.
  public let keepsLargest: Bool
  /// 1 where every frame of every cell of the region arrived and the grid covers all of it, else 0.
  public internal(set) var known: [UInt8]
  /// Share of the region's area inside the grid that has data; 0…1.
  public internal(set) var validShare: [Double]
  /// The sums that the table was filled from, and their revision; nil before it was filled.
  var filled: (lineage: SumPlanes.Lineage, revision: UInt64)?
  /// The weights it was filled with, while they live.
  var weights: WeightBytes?
  /// For each part of each tile the windows that are to be looked at.
  var changes: [UInt32] = []

  public init(regions: Int, windows: Int, keepsLargest: Bool = true) {
    self.keepsLargest = keepsLargest
    regionCount = regions
    windowCount = windows
    paddedRegions = (regions + RegionBatch.size - 1) / RegionBatch.size * RegionBatch.size
    let size = paddedRegions * windows
    mean = Array(inLargePages: 0, count: size)
    leastMean = Array(inLargePages: 0, count: size)
    largest = keepsLargest ? Array(inLargePages: 0, count: size) : []
    known = Array(inLargePages: 1, count: size)
    validShare = Array(inLargePages: 1, count: size)
  }

  /// Where the numbers of a region and a window stand.
  public func index(window: Int, region: Int) -> Int { window * paddedRegions + region }

  public static func depth(_ micrometres: Int32) -> Depth? {
    micrometres < 0 ? nil : Depth(micrometres: micrometres)
  }
}

/// The columns of a table, for several threads that each write rows of their own.
struct ArealColumns: @unchecked Sendable {
  let mean: UnsafeMutablePointer<Int32>
  let leastMean: UnsafeMutablePointer<Int32>
  /// Nil where it is not kept.
  let largest: UnsafeMutablePointer<Int32>?
  let known: UnsafeMutablePointer<UInt8>
  let validShare: UnsafeMutablePointer<Double>
}

extension ArealRainTable {
  mutating func withColumns(_ body: (ArealColumns) -> Void) {
    let keepsLargest = keepsLargest
    mean.withUnsafeMutableBufferPointer { mean in
      leastMean.withUnsafeMutableBufferPointer { leastMean in
        largest.withUnsafeMutableBufferPointer { largest in
          known.withUnsafeMutableBufferPointer { known in
            validShare.withUnsafeMutableBufferPointer { validShare in
              guard let mean = mean.baseAddress, let leastMean = leastMean.baseAddress,
                let known = known.baseAddress, let validShare = validShare.baseAddress
              else { return }
              body(
                ArealColumns(
                  mean: mean, leastMean: leastMean,
                  largest: keepsLargest ? largest.baseAddress : nil, known: known,
                  validShare: validShare))
            }
          }
        }
      }
    }
  }
}
