/// What a threshold can be set for.
public enum UnitKind: String, Sendable, Hashable, Codable, CaseIterable {
  case basin
  case township
  case hazardPoint = "hazard_point"
}

/// A small basin 小流域.
public struct SmallBasin: Sendable, Hashable {
  public let id: String
  public let name: String
  /// The basin that this one drains into; nil where it leaves the district.
  public let downstream: String?
  public let areaSquareKilometres: Double
  /// WGS 84 longitude and latitude.
  public let geometry: MultiPolygon

  public init(
    id: String, name: String, downstream: String?, areaSquareKilometres: Double,
    geometry: MultiPolygon
  ) {
    self.id = id
    self.name = name
    self.downstream = downstream
    self.areaSquareKilometres = areaSquareKilometres
    self.geometry = geometry
  }
}

/// A township 镇街: the unit in which warnings are given.
public struct Township: Sendable, Hashable {
  /// 12-digit administrative code.
  public let code: String
  public let name: String
  public let englishName: String?
  /// WGS 84 longitude and latitude.
  public let geometry: MultiPolygon

  public init(code: String, name: String, englishName: String?, geometry: MultiPolygon) {
    self.code = code
    self.name = name
    self.englishName = englishName
    self.geometry = geometry
  }
}

/// A place where water or earth does harm 隐患点: flash-flood zone, landslide point, ponding point.
public struct HazardPoint: Sendable, Hashable {
  public let id: String
  public let name: String
  public let hazard: Hazard
  public let place: Place
  /// Code of the township it lies in.
  public let township: String
  /// The basin whose rain reaches it; nil where it is judged by the rain at the point.
  public let basin: String?
  /// People who live or work there; nil where unknown.
  public let people: Int?

  public init(
    id: String, name: String, hazard: Hazard, place: Place, township: String, basin: String?,
    people: Int?
  ) {
    self.id = id
    self.name = name
    self.hazard = hazard
    self.place = place
    self.township = township
    self.basin = basin
    self.people = people
  }
}

/// Which number of a unit's rain a threshold is compared with.
public enum RainStatistic: String, Sendable, Hashable, Codable, CaseIterable {
  /// Mean depth over the unit's area 面雨量.
  case mean
  /// The largest cell of the unit's area.
  case maximumCell = "max_cell"
  /// The largest gauge inside the unit.
  case maximumGauge = "max_gauge"
  /// The cell that holds a point.
  case cell
  /// Mean depth over the basin and every basin above it 汇水区面雨量.
  case upstreamMean = "upstream_mean"
}

/// Soil wetness a threshold is for.
public enum Wetness: String, Sendable, Hashable, Codable, CaseIterable {
  /// The threshold does not depend on the soil.
  case any
  case dry
  case normal
  case wet
}

/// One row of the threshold table: rain of `duration` that brings `hazard` to `level` at a unit.
public struct CriticalRainfall: Sendable, Hashable {
  public let unitKind: UnitKind
  /// Id of the unit, or `*` for every unit of the kind that has no row of its own.
  public let unit: String
  public let hazard: Hazard
  public let duration: TimeSpan
  public let wetness: Wetness
  public let level: RiskLevel
  public let depth: Depth
  public let statistic: RainStatistic
  public let source: String
  public let author: String
  /// First and last day (Beijing time, 00:00 to 24:00) on which the row holds; nil where open.
  public let effectiveFrom: Timestamp?
  public let effectiveTo: Timestamp?
  /// Part of every year in which the row holds; nil for the whole year.
  public let season: Season?
  /// A person set this row for some time 强制阈值: while it holds it stands in the place of the
  /// other rows of its unit, hazard, duration, statistic and level. It always ends.
  public let isForced: Bool
  /// Line of the table it stands in, for messages and evidence.
  public let line: Int

  public init(
    unitKind: UnitKind, unit: String, hazard: Hazard, duration: TimeSpan, wetness: Wetness,
    level: RiskLevel, depth: Depth, statistic: RainStatistic, source: String, author: String,
    effectiveFrom: Timestamp?, effectiveTo: Timestamp?, season: Season? = nil,
    isForced: Bool = false, line: Int
  ) {
    self.unitKind = unitKind
    self.unit = unit
    self.hazard = hazard
    self.duration = duration
    self.wetness = wetness
    self.level = level
    self.depth = depth
    self.statistic = statistic
    self.source = source
    self.author = author
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
    self.season = season
    self.isForced = isForced
    self.line = line
  }

  public func holds(at moment: Timestamp) -> Bool {
    if let effectiveFrom, moment < effectiveFrom { return false }
    if let effectiveTo, moment >= effectiveTo { return false }
    return season?.holds(at: moment) ?? true
  }

  /// The same row with another depth: what a table, a factor or the soil makes of it.
  public func with(depth: Depth, wetness: Wetness? = nil, unit: String? = nil) -> CriticalRainfall {
    CriticalRainfall(
      unitKind: unitKind, unit: unit ?? self.unit, hazard: hazard, duration: duration,
      wetness: wetness ?? self.wetness, level: level, depth: depth, statistic: statistic,
      source: source, author: author, effectiveFrom: effectiveFrom, effectiveTo: effectiveTo,
      season: season, isForced: isForced, line: line)
  }
}
