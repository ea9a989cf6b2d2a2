import Formats
import Hydromet
import Quality

/// The radar as the stations see it, frame by frame, and its hours for the audit of places.
struct RadarLook {
  private let network: StationNetwork
  private let readings: [GaugeReading]
  private(set) var samples: [RadarSamples] = []
  private(set) var remarks: [String] = []
  private var geometry: GridGeometry?
  private var cells: [GridCell?] = []
  private var swapped: [GridCell?] = []
  private var hours: [Timestamp: (sum: [Int32], seconds: Int)] = [:]
  private var isAudited = true

  /// More cells of hourly sums than this are not kept; the audit is left out then.
  private static let auditedCells = 120_000_000

  init(network: StationNetwork, readings: [GaugeReading]) {
    self.network = network
    self.readings = readings
  }

  mutating func add(_ depth: DepthField) throws(Fault) {
    if geometry != depth.geometry {
      if geometry != nil {
        hours = [:]
        isAudited = false
      }
      geometry = depth.geometry
      cells = try RadarLook.cells(network.stations.map(\.place), on: depth.geometry)
      swapped = try RadarLook.cells(
        network.stations.map { RadarLook.exchanged($0.place) }, on: depth.geometry)
      let outside = cells.count { $0 == nil }
      if outside > 0 {
        remarks.append("\(outside) of \(cells.count) stations stand outside the radar grid")
      }
    }
    samples.append(RadarSamples(depth, cells: cells))
    addHour(depth)
  }

  /// Cells of places on a grid; nil outside it and for places that are none.
  static func cells(_ places: [Place], on geometry: GridGeometry) throws(Fault) -> [GridCell?] {
    let transform = try CoordinateTransform(from: UnitRain.crs, to: geometry.projection)
    return places.map { place in
      guard place.longitude.isFinite, place.latitude.isFinite, abs(place.latitude) <= 90,
        abs(place.longitude) <= 360,
        let point = transform.transform(Point(x: place.longitude, y: place.latitude)),
        point.x.isFinite, point.y.isFinite, let cell = geometry.cell(at: point)
      else { return nil }
      return GridCell(row: cell.row, column: cell.column)
    }
  }

  private mutating func addHour(_ depth: DepthField) {
    guard isAudited else { return }
    let end = QualityControl.hourEnd(of: depth.period.end, among: readings)
    guard depth.period.start >= end - 3600 else { return }
    let values = depth.micrometres
    guard (hours.count + 1) * values.count <= RadarLook.auditedCells else {
      hours = [:]
      isAudited = false
      return
    }
    guard var hour = hours[end] else {
      hours[end] = (values, depth.period.seconds)
      return
    }
    hours[end] = nil
    for index in values.indices {
      if values[index] < 0 || hour.sum[index] < 0 {
        hour.sum[index] = -1
      } else {
        let (sum, overflow) = hour.sum[index].addingReportingOverflow(values[index])
        hour.sum[index] = overflow ? .max : sum
      }
    }
    hour.seconds += depth.period.seconds
    hours[end] = hour
  }

  /// The audit of the places with the hours that were added; nil where there are none.
  ///
  /// - Parameter memory: what was seen before, on the same grid.
  func audit(
    _ gauges: [QualityControl.GaugeHour], after memory: PlaceMemory? = nil
  ) -> PlaceAudit? {
    guard isAudited, let geometry, !hours.isEmpty else { return nil }
    var audit = PlaceAudit(geometry: geometry, cells: cells, swapped: swapped)
    if let memory, memory.geometry == geometry {
      audit = memory.audit(names: network.stations.map(\.id), cells: cells, swapped: swapped)
    }
    let byEnd = Dictionary(grouping: gauges.filter(\.isComplete), by: \.end)
    for (end, hour) in hours.sorted(by: { $0.key < $1.key }) where hour.seconds >= 3000 {
      var values = [Double](repeating: -1, count: network.count)
      for gauge in byEnd[end] ?? [] { values[gauge.station] = Double(gauge.tenths) }
      audit.add(hour.sum, gauges: values)
    }
    return audit
  }

  /// The audit that a memory holds.
  static func audit(of memory: PlaceMemory, _ network: StationNetwork) throws(Fault) -> PlaceAudit {
    memory.audit(
      names: network.stations.map(\.id),
      cells: try cells(network.stations.map(\.place), on: memory.geometry),
      swapped: try cells(network.stations.map { exchanged($0.place) }, on: memory.geometry))
  }

  private static func exchanged(_ place: Place) -> Place {
    Place(longitude: place.latitude, latitude: place.longitude)
  }
}
