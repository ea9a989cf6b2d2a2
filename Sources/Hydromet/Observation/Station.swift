/// A gauge or automatic weather station.
public struct Station: Sendable, Hashable, Codable {
  public let id: String
  public let name: String
  public let place: Place
  /// Height above sea level, m; nil where unknown.
  public let altitudeMetres: Double?
  /// `national`, `regional`, `rain` or what the bureau calls its kinds.
  public let kind: String

  public init(id: String, name: String, place: Place, altitudeMetres: Double?, kind: String) {
    self.id = id
    self.name = name
    self.place = place
    self.altitudeMetres = altitudeMetres
    self.kind = kind
  }
}

/// What a station measures. Raw values are the column names of station files and tables.
public enum Element: String, Sendable, Hashable, Codable, CaseIterable {
  /// Depth over the period, mm.
  case rain = "rain"
  /// Air temperature, °C.
  case temperature = "temperature"
  /// Relative humidity, %.
  case humidity = "humidity"
  /// Station pressure, hPa.
  case pressure = "pressure"
  /// Mean wind speed, m/s.
  case windSpeed = "wind_speed"
  /// Wind direction, degrees from north.
  case windDirection = "wind_direction"
}

/// CMA quality code of a value.
///
/// What a station does not have is told apart by the code of a reading without a value: the station
/// has no such sensor (`notInstalled`), the value did not come (`missing`), or what came cannot be a
/// value (`wrong`: the sensor, the line or the file failed).
public enum QualityCode: Int, Sendable, Hashable, Codable, CaseIterable {
  case correct = 0
  case suspect = 1
  case wrong = 2
  case corrected = 3
  case modified = 4
  case notInstalled = 7
  case missing = 8
  case unchecked = 9
}

/// One value of one element at one station over one period.
public struct GaugeReading: Sendable, Hashable, Codable {
  public let station: String
  public let element: Element
  public let period: Period
  /// Rain: tenths of a millimetre. Other elements: tenths of their unit. Nil where the station
  /// reported that it has none (see `quality`).
  public let tenths: Int32?
  /// Rain fell but less than 0.1 mm: `tenths` is 0 and yet it is not dry.
  public let isTrace: Bool
  public let quality: QualityCode
  /// How often the station corrected its report before it wrote this one: 0 for the first report, 1
  /// for `CCA`, 2 for `CCB`.
  public let correction: Int

  /// - Parameter period: of no length for a value of one moment.
  public init(
    station: String, element: Element, period: Period, tenths: Int32?, isTrace: Bool = false,
    quality: QualityCode = .unchecked, correction: Int = 0
  ) {
    self.station = station
    self.element = element
    self.period = period
    self.tenths = tenths
    self.isTrace = isTrace
    self.quality = quality
    self.correction = correction
  }

  /// The same reading under another spelling of its station.
  public func of(_ station: String) -> GaugeReading {
    GaugeReading(
      station: station, element: element, period: period, tenths: tenths, isTrace: isTrace,
      quality: quality, correction: correction)
  }
}
