import Archive
import Hydromet
import Quality

/// The radar at the district's gauges, kept from cycle to cycle: a frame is looked at once.
final class RadarAtGauges {
  private let places: [Place]
  private var geometry: GridGeometry?
  private var cells: [GridCell?] = []
  private var seen: [String: RadarSamples] = [:]

  init(_ stations: [Station]) {
    places = stations.map(\.place)
  }

  /// - Parameter load: the depths of a stored frame; nil where it cannot be read back.
  func samples(
    of frames: [StoredFrame], on geometry: GridGeometry,
    load: (StoredFrame) throws(Fault) -> DepthField?
  ) throws(Fault) -> [RadarSamples] {
    guard !places.isEmpty else { return [] }
    if self.geometry != geometry {
      self.geometry = geometry
      cells = try RadarLook.cells(places, on: geometry)
      seen = [:]
    }
    var kept: [String: RadarSamples] = [:]
    var samples: [RadarSamples] = []
    for frame in frames {
      if let known = seen[frame.storeName] {
        kept[frame.storeName] = known
      } else if let depth = try load(frame) {
        kept[frame.storeName] = RadarSamples(depth, cells: cells)
      }
      if let sample = kept[frame.storeName] { samples.append(sample) }
    }
    seen = kept
    return samples
  }
}
