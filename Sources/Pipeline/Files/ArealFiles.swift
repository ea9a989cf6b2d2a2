import Accumulate
public import Areal
import Formats
public import Hydromet
public import Ingest

/// Exact areal rainfall of polygons in a file over grids in files: `freshet areal`.
public struct ArealFiles {
  /// One region over one period.
  public struct Row: Sendable {
    public let region: String
    public let period: Period?
    /// mm; nil where no cell of the region has data.
    public let mean: Double?
    public let maximum: Double?
    /// Share of the region's area inside the grid that has data.
    public let validShare: Double
    /// Share of the region's area that the grid covers.
    public let gridShare: Double
    /// True area of the whole region, km².
    public let areaSquareKilometres: Double
  }

  /// Where the polygons come from.
  public struct RegionSource: Sendable {
    public var path: String
    /// Coordinate reference system of the numbers in the file; nil takes the file's own.
    public var crs: String?
    /// The attribute that names a region; nil looks for a usual one.
    public var idField: String?

    public init(path: String, crs: String? = nil, idField: String? = nil) {
      self.path = path
      self.crs = crs
      self.idField = idField
    }
  }

  private let regions: [Region]
  private let crs: String
  private let kind: WeightKind
  /// What had to be repaired or assumed in the polygons, in words.
  public let notes: [String]
  private var weights: [(geometry: GridGeometry, weights: RegionWeights, areas: [Double])] = []

  public init(_ source: RegionSource, kind: WeightKind = .area) throws(Fault) {
    let layer = try VectorFile.read(path: source.path, crs: source.crs)
    let named = try RegionNames.regions(of: layer, source)
    regions = named.regions
    crs = layer.crs
    self.kind = kind
    notes = layer.repairs + named.notes
  }

  /// One row per region for every time of every file.
  public mutating func rows(
    of paths: [String], _ stated: GridStatement, progress: (Int) -> Void = { _ in }
  ) throws(Fault) -> [Row] {
    var rows: [Row] = []
    try GridFiles.forEachField(of: paths, stated, progress: progress) { field, path throws(Fault) in
      let factor = try GridFiles.millimetres(of: field, path)
      let (weights, areas) = try weights(for: field.geometry)
      let statistics = try weights.statistics(of: field)
      for (index, region) in regions.enumerated() {
        let own = statistics[index]
        rows.append(
          Row(
            region: region.id, period: field.period, mean: own.mean.map { $0 * factor },
            maximum: own.maximum.map { ArealFiles.decimal($0) * factor },
            validShare: own.validShare,
            gridShare: own.gridShare, areaSquareKilometres: areas[index]))
      }
    }
    return rows
  }

  /// A number with the shortest decimal that is read as the same 32-bit number: 10.2, not 10.19999981.
  private static func decimal(_ value: Float) -> Double {
    Double(value.description) ?? Double(value)
  }

  /// One row per region for the sum over all times of all files, which must not overlap.
  public mutating func rowsOfSum(
    of paths: [String], _ stated: GridStatement, progress: (Int) -> Void = { _ in }
  ) throws(Fault) -> [Row] {
    var sum: WindowSum?
    try GridFiles.forEachField(of: paths, stated, progress: progress) { field, path throws(Fault) in
      let depth = try GridFiles.depth(of: field, path)
      if sum == nil { sum = WindowSum(geometry: depth.geometry, period: nil) }
      _ = try sum?.add(depth)
    }
    guard let total = sum?.result() else {
      throw Fault(
        "nothing_to_sum", "the files hold no field", remedy: "check them with `freshet inspect`")
    }
    let (weights, areas) = try weights(for: total.geometry)
    let statistics = try weights.statistics(of: total)
    return regions.indices.map { index in
      let own = statistics[index]
      return Row(
        region: regions[index].id, period: total.period,
        mean: own.meanMicrometres.map { $0 / 1000 }, maximum: own.maximum?.millimetres,
        validShare: own.validShare, gridShare: own.gridShare, areaSquareKilometres: areas[index])
    }
  }

  /// Weights for a grid, built once per grid. Areas are true areas also where weights are shares.
  private mutating func weights(
    for geometry: GridGeometry
  ) throws(Fault) -> (weights: RegionWeights, areas: [Double]) {
    if let known = weights.first(where: { $0.geometry == geometry }) {
      return (known.weights, known.areas)
    }
    let built = try WeightStore.build(regions, crs: crs, on: geometry, kind: kind)
    let areas =
      try kind == .area
      ? built.regionAreas
      : WeightStore.build(regions, crs: crs, on: geometry, kind: .area).regionAreas
    weights.append((geometry, built, areas))
    return (built, areas)
  }
}
