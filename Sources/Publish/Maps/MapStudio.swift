import Dispatch
import Glibc
import Hydromet
import Synchronization

/// Draws all maps of a cycle, several at a time: one drawer for each processor.
///
/// A drawer has fonts, patterns and paths of its own and is used by one thread at a time, so the bytes
/// do not depend on how many there are.
final class MapStudio {
  /// A map that is wanted.
  enum Subject: Sendable, Hashable {
    case risk
    /// Areal rain over the window with this number.
    case rain(Int)
    /// The soil of cells.
    case soil(SoilScale.Quantity)
  }

  private let drawers: [MapDrawer]

  init(
    district: DistrictDescription, language: ProductLanguage, fontFamily: String
  ) throws(Fault) {
    let count = max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    var drawers: [MapDrawer] = []
    for _ in 0..<count {
      drawers.append(
        try MapDrawer(district: district, language: language, fontFamily: fontFamily))
    }
    self.drawers = drawers
  }

  /// The pictures in the order of their subjects.
  func pictures(
    of subjects: [Subject], _ index: ReportIndex
  ) throws(Fault) -> [MapImage] {
    let results = Mutex([Result<MapImage, Fault>?](repeating: nil, count: subjects.count))
    let shared = Shared(drawers: drawers, index: index)
    DispatchQueue.concurrentPerform(iterations: drawers.count) { part in
      for number in stride(from: part, to: subjects.count, by: shared.drawers.count) {
        let picture = MapStudio.picture(of: subjects[number], shared.index, shared.drawers[part])
        results.withLock { $0[number] = picture }
      }
    }
    var pictures: [MapImage] = []
    for result in results.withLock({ $0 }) {
      if let result { pictures.append(try result.get()) }
    }
    return pictures
  }

  private static func picture(
    of subject: Subject, _ index: ReportIndex, _ drawer: MapDrawer
  ) -> Result<MapImage, Fault> {
    Result { () throws(Fault) in
      switch subject {
      case .risk: try drawer.riskMap(index)
      case .rain(let window): try drawer.rainMap(index, window: window)
      case .soil(let quantity): try drawer.soilMap(index, quantity)
      }
    }
  }

  /// Each part of the work touches its own drawer only, and the index is only read.
  private struct Shared: @unchecked Sendable {
    let drawers: [MapDrawer]
    let index: ReportIndex
  }
}
