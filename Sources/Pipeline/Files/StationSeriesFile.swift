import Formats
import Hydromet
import Ingest

/// Rain of stations in a netCDF file: a variable over time and station, with `lon` and `lat` of each
/// station, as CF's time series of stations and the files of OpenSense have it.
///
/// Times label the ends of the periods; a period is the stated step, else the commonest distance
/// between times. Numbers are rounded to tenths of a millimetre, negative ones are missing.
struct StationSeriesFile {
  let readings: [GaugeReading]
  let stations: [Station]
  let assumptions: [String]

  /// The parts of a file that make it one of stations.
  private struct Layout {
    let rain: NetCDFVariable
    let time: NetCDFVariable
    let longitude: NetCDFVariable
    let latitude: NetCDFVariable
    let identifier: NetCDFVariable?
    let isTimeFirst: Bool
  }

  private static let rainNames = [
    "rainfall_amount", "precipitation_amount", "lwe_thickness_of_precipitation_amount", "rainfall",
    "rain", "precipitation",
  ]
  private static let largest = 20_000_000

  /// Whether a file is netCDF and holds rain of stations.
  static func recognises(_ path: String) -> Bool {
    guard let file = try? NetCDFFile(path: path) else { return false }
    return layout(file) != nil
  }

  /// - Throws: what reading netCDF throws; `not_stations`, `unknown_unit`, `bad_time`, `too_large`.
  init(path: String, statement: StationStatement = StationStatement()) throws(Fault) {
    let file = try NetCDFFile(path: path)
    guard let layout = StationSeriesFile.layout(file) else {
      throw Fault(
        "not_stations", at: .init(path), "no variable of rain over time and station is in the file",
        remedy: "give a file with rainfall over time and station, and lon and lat of the stations")
    }
    let place = Fault.Location(path, item: layout.rain.path)
    guard layout.rain.shape.allSatisfy({ $0 > 0 && $0 <= StationSeriesFile.largest }),
      layout.rain.shape[0] <= StationSeriesFile.largest / layout.rain.shape[1]
    else {
      throw Fault(
        "too_large", at: place, "the file has \(layout.rain.shape) values",
        remedy: "split the file, at most \(StationSeriesFile.largest) values in each")
    }
    var assumptions: [String] = []
    let stations = try StationSeriesFile.stations(file, layout)
    let times = try StationSeriesFile.times(file, layout.time)
    let factor = try StationSeriesFile.factor(layout.rain, statement, place, &assumptions)
    guard
      let step = statement.stepSeconds ?? StationSeriesFile.commonestStep(times), step > 0,
      step <= 366 * 86_400
    else {
      throw Fault(
        "bad_time", at: .init(path, item: layout.time.path), "the times name no period",
        remedy: "state the length of a reading's period with --gauge-step")
    }
    if statement.stepSeconds == nil {
      assumptions.append("readings stand for \(step) s that end at their time")
    }
    let numbers = try file.doubles(layout.rain)
    let scale = layout.rain.number("scale_factor") ?? 1
    let offset = layout.rain.number("add_offset") ?? 0
    let missing = ["_FillValue", "missing_value"].compactMap { layout.rain.number($0) }
    var readings: [GaugeReading] = []
    readings.reserveCapacity(numbers.count)
    for (index, time) in times.enumerated() {
      guard let time else { continue }
      let period = Period(end: time, seconds: step)
      for (number, station) in stations.enumerated() {
        let cell =
          layout.isTimeFirst ? index * stations.count + number : number * times.count + index
        let value = numbers[cell]
        let tenths = ((value * scale + offset) * factor * 10).rounded()
        let isKnown = !missing.contains(value) && tenths >= 0 && tenths < 1e9
        readings.append(
          GaugeReading(
            station: station.id, element: .rain, period: period,
            tenths: isKnown ? Int32(tenths) : nil, quality: isKnown ? .unchecked : .missing))
      }
    }
    self.readings = readings
    self.stations = stations
    self.assumptions = assumptions
  }

  private static func layout(_ file: NetCDFFile) -> Layout? {
    func named(_ names: [String], on dimension: NetCDFDimension) -> NetCDFVariable? {
      file.variables.first { variable in
        variable.dimensions.first == dimension
          && (names.contains(variable.name.lowercased())
            || variable.text("standard_name").map { names.contains($0) } ?? false)
      }
    }
    for variable in file.variables where variable.dimensions.count == 2 && variable.type.isNumber {
      guard
        rainNames.contains(variable.text("standard_name") ?? "")
          || rainNames.contains(variable.name.lowercased())
      else { continue }
      for isTimeFirst in [true, false] {
        let along = variable.dimensions[isTimeFirst ? 0 : 1]
        let across = variable.dimensions[isTimeFirst ? 1 : 0]
        guard
          let time = file.variables.first(where: {
            $0.dimensions == [along] && $0.text("units")?.contains(" since ") == true
          }), let longitude = named(["lon", "longitude"], on: across),
          let latitude = named(["lat", "latitude"], on: across),
          longitude.dimensions.count == 1, latitude.dimensions.count == 1,
          longitude.type.isNumber, latitude.type.isNumber, time.type.isNumber
        else { continue }
        return Layout(
          rain: variable, time: time, longitude: longitude, latitude: latitude,
          identifier: named(
            ["station_id", "station", "id", "station_name", "platform_id"], on: across),
          isTimeFirst: isTimeFirst)
      }
    }
    return nil
  }

  private static func stations(_ file: NetCDFFile, _ layout: Layout) throws(Fault) -> [Station] {
    let longitudes = try file.doubles(layout.longitude)
    let latitudes = try file.doubles(layout.latitude)
    var names: [String] = []
    if let identifier = layout.identifier {
      names =
        identifier.type.isNumber
        ? try file.doubles(identifier).map { Int(exactly: $0).map(String.init) ?? "" }
        : try file.strings(identifier)
    }
    return longitudes.indices.map { index in
      var name = index < names.count ? names[index] : ""
      while name.last?.isWhitespace == true { name.removeLast() }
      return Station(
        id: name.isEmpty ? "S\(index + 1)" : name, name: name,
        place: Place(longitude: longitudes[index], latitude: latitudes[index]),
        altitudeMetres: nil, kind: "rain")
    }
  }

  private static func times(
    _ file: NetCDFFile, _ variable: NetCDFVariable
  ) throws(Fault) -> [Timestamp?] {
    let words = (variable.text("units") ?? "").split(separator: " ", maxSplits: 2)
    let seconds: [String: Double] = [
      "s": 1, "second": 1, "seconds": 1, "min": 60, "minute": 60, "minutes": 60, "h": 3600,
      "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400,
    ]
    let calendars = ["standard", "gregorian", "proleptic_gregorian"]
    guard words.count == 3, words[1] == "since", let unit = seconds[words[0].lowercased()],
      let origin = Timestamp(iso8601: words[2]),
      calendars.contains(variable.text("calendar")?.lowercased() ?? "standard")
    else {
      throw Fault(
        "bad_time", at: .init(file.path, item: variable.path),
        "the unit of time is “\(variable.text("units") ?? "")”",
        remedy: "write seconds, minutes, hours or days since a date of the usual calendar")
    }
    return try file.doubles(variable).map { value in
      let distance = (value * unit).rounded()
      return distance.isFinite && abs(distance) < 1e11 ? origin + Int(distance) : nil
    }
  }

  private static func commonestStep(_ times: [Timestamp?]) -> Int? {
    let known = times.compactMap { $0 }.sorted()
    var counts: [Int: Int] = [:]
    for (earlier, later) in zip(known, known.dropFirst()) {
      counts[later.seconds(since: earlier), default: 0] += 1
    }
    return counts.filter { $0.key > 0 }.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// Millimetres in one of the file's units.
  private static func factor(
    _ rain: NetCDFVariable, _ statement: StationStatement, _ place: Fault.Location,
    _ assumptions: inout [String]
  ) throws(Fault) -> Double {
    guard let unit = rain.text("units") ?? statement.units["rain"] else {
      assumptions.append("rain without a unit is in mm")
      return 1
    }
    let known: [String: Double] = [
      "mm": 1, "kg m-2": 1, "kg/m2": 1, "kg m^-2": 1, "0.1mm": 0.1, "0.1 mm": 0.1, "cm": 10,
      "m": 1000, "in": 25.4, "inch": 25.4,
    ]
    guard let factor = known[unit.lowercased()] else {
      throw Fault(
        "unknown_unit", at: place, "rain is in “\(unit)”, which is no depth",
        remedy: "give amounts in mm")
    }
    return factor
  }
}
