import Archive
import Hydromet
import Quality

/// The radar at the district's gauges, kept from cycle to cycle: a frame is looked at once.
final class RadarAtGauges {
  /// A frame as the stations see it, and as they would see it turned round.
  struct Look {
    let samples: RadarSamples
    /// Micrometres by station, in the order of `OrientationAudit.Turn.allCases`; nil outside the grid.
    let turned: [[Int32]?]
  }

  private let places: [Place]
  private var geometry: GridGeometry?
  private var cells: [GridCell?] = []
  private var seen: [String: Look] = [:]

  init(_ stations: [Station]) {
    places = stations.map(\.place)
  }

  /// - Parameter load: the depths of a stored frame; nil where it cannot be read back.
  /// - Returns: in the order of the frames.
  func look(
    at frames: [StoredFrame], on geometry: GridGeometry,
    load: (StoredFrame) throws(Fault) -> DepthField?
  ) throws(Fault) -> [Look] {
    guard !places.isEmpty else { return [] }
    if self.geometry != geometry {
      self.geometry = geometry
      cells = try RadarLook.cells(places, on: geometry)
      seen = [:]
    }
    var kept: [String: Look] = [:]
    var looks: [Look] = []
    for frame in frames {
      if let known = seen[frame.storeName] {
        kept[frame.storeName] = known
      } else if let depth = try load(frame) {
        kept[frame.storeName] = Look(
          samples: RadarSamples(depth, cells: cells), turned: turned(depth))
      }
      if let look = kept[frame.storeName] { looks.append(look) }
    }
    seen = kept
    return looks
  }

  private func turned(_ depth: DepthField) -> [[Int32]?] {
    let geometry = depth.geometry
    let tiles = depth.isHeld ? depth.tiles : nil
    return cells.map { cell in
      guard let cell, let tiles else { return nil }
      return OrientationAudit.cells(cell, in: geometry).map {
        tiles.depth(row: $0.row, column: $0.column)
      }
    }
  }

  /// Which way round the frames lie, by the gauges' hours; nil where they do not tell.
  ///
  /// - Parameters:
  ///   - looks: frames apart from one another.
  ///   - hours: of the stations, by their place in the district's list.
  ///   - hourEnd: the end of the gauges' hour that a moment belongs to.
  static func orientation(
    _ looks: [Look], hours: [QualityControl.GaugeHour], hourEnd: (Timestamp) -> Timestamp
  ) -> OrientationAudit.Orientation? {
    var byEnd: [Timestamp: (seconds: Int, looks: [Look])] = [:]
    for look in looks {
      let period = look.samples.period
      let end = hourEnd(period.end)
      guard period.start >= end - 3600 else { continue }
      byEnd[end, default: (0, [])].seconds += period.seconds
      byEnd[end]?.looks.append(look)
    }
    var audit = OrientationAudit()
    for hour in hours where hour.isComplete {
      guard let radar = byEnd[hour.end], radar.seconds >= 3000 else { continue }
      var sums = [Int32](repeating: 0, count: OrientationAudit.Turn.allCases.count)
      for look in radar.looks {
        guard hour.station < look.turned.count, let cells = look.turned[hour.station] else {
          sums = []
          break
        }
        for (turn, depth) in cells.enumerated() where turn < sums.count && sums[turn] >= 0 {
          let (sum, overflow) = sums[turn].addingReportingOverflow(depth)
          sums[turn] = depth < 0 ? -1 : (overflow ? .max : sum)
        }
      }
      audit.add(tenths: Double(hour.tenths), micrometres: sums)
    }
    return audit.orientation()
  }
}
