import Formats
public import Hydromet

/// Rain of stations in a netCDF file: a variable over time and station, with `lon` and `lat` of each
/// station, as CF's time series of stations and the files of OpenSense have it.
///
/// Times label the ends of the periods; a period is the stated step, else the commonest distance
/// between times. A number that its packing, its range or a fill value excludes is missing.
///
/// - Source: CF Conventions 1.11, chapter 9 and appendix H.2; the OpenSense data format 1.0.
public enum NetCDFStations {
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

  /// Whether the first bytes are those of netCDF, classic or on HDF5.
  static func isNetCDF(_ head: some Collection<UInt8>) -> Bool {
    head.starts(with: [0x43, 0x44, 0x46, 1]) || head.starts(with: [0x43, 0x44, 0x46, 2])
      || head.starts(with: [0x43, 0x44, 0x46, 5])
      || head.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
  }

  /// Whether a file is netCDF and holds rain of stations.
  public static func recognises(_ path: String) -> Bool {
    guard let head = try? FileBytes.head(of: path, count: 8).bytes, isNetCDF(head),
      let file = try? NetCDFFile(path: path)
    else { return false }
    return layout(file) != nil
  }

  /// The stations of a file with their places, in its order.
  ///
  /// - Throws: what reading netCDF throws; `not_stations`.
  public static func stations(of path: String) throws(Fault) -> [Station] {
    let file = try NetCDFFile(path: path)
    guard let layout = layout(file) else { throw notStations(path) }
    return try stations(file, layout)
  }

  /// - Parameter name: of the file as it arrived, for messages.
  /// - Throws: what reading netCDF throws; `not_stations`, `unknown_unit`, `bad_time`, `too_large`,
  ///   `no_usable_rows`.
  static func read(
    _ path: String, named name: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let file = try NetCDFFile(path: path)
    guard let layout = layout(file) else { throw notStations(name) }
    let place = Fault.Location(name, item: layout.rain.path)
    guard layout.rain.shape.allSatisfy({ $0 > 0 && $0 <= largest }),
      layout.rain.shape[0] <= largest / layout.rain.shape[1]
    else {
      throw Fault(
        "too_large", at: place, "the file has \(layout.rain.shape) values",
        remedy: "split the file, at most \(largest) values in each")
    }
    let stations = try stations(file, layout)
    let times = try times(file, layout.time, name)
    var collector = ReadingCollector(file: name, expected: stations.count * times.count)
    let tenths = try tenthsPerUnit(layout.rain, statement, place, &collector)
    let step = try step(times, statement, .init(name, item: layout.time.path), &collector)
    var numbers: [Int?] = []
    for (index, station) in stations.enumerated() {
      let number = collector.station(station.id)
      if let number {
        collector.stand(
          number, longitude: station.place.longitude, latitude: station.place.latitude)
      } else {
        collector.refuse(
          "bad_station", at: index, "the station \(index + 1) has no plain id",
          remedy: "correct its id in the file")
      }
      numbers.append(number)
    }
    let stored = try file.doubles(layout.rain)
    let packing = GridPacking(layout.rain, statedMissing: [])
    for (index, time) in times.enumerated() {
      guard let time else {
        collector.refuse(
          "bad_time", at: index, item: layout.time.path, "the time \(index + 1) is no moment",
          remedy: "correct the time in the file")
        continue
      }
      for (column, number) in numbers.enumerated() {
        guard let number else { continue }
        let cell =
          layout.isTimeFirst ? index * numbers.count + column : column * times.count + index
        let amount = packing.unpacked(stored[cell]).map {
          FieldValue.amount(binary: $0 * tenths, of: .rain)
        }
        collector.add(
          number, .rain, end: time, seconds: step, amount ?? .missing, at: cell)
      }
    }
    return try collector.finish(.netCDF) { _ in place }
  }

  private static func notStations(_ file: String) -> Fault {
    Fault(
      "not_stations", at: .init(file),
      "no variable of rain over time and station is in the file",
      remedy: "give a file with rainfall over time and station, and lon and lat of the stations")
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
            $0.dimensions == [along] && $0.text("units").map(TimeUnit.isTime) == true
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
      let name = index < names.count ? trimmed(names[index]) : ""
      return Station(
        id: name.isEmpty ? "S\(index + 1)" : name, name: name,
        place: Place(
          longitude: longitudes[index], latitude: index < latitudes.count ? latitudes[index] : .nan),
        altitudeMetres: nil, kind: "rain")
    }
  }

  /// A name without the blanks that fill its characters up, on either side.
  private static func trimmed(_ name: String) -> String {
    let scalars = name.unicodeScalars.drop { $0.properties.isWhitespace }
    let last = scalars.lastIndex { !$0.properties.isWhitespace }
    return last.map { String(scalars[...$0]) } ?? ""
  }

  private static func times(
    _ file: NetCDFFile, _ variable: NetCDFVariable, _ name: String
  ) throws(Fault) -> [Timestamp?] {
    guard
      let unit = TimeUnit(variable.text("units") ?? "", calendar: variable.text("calendar"))
    else {
      throw Fault(
        "bad_time", at: .init(name, item: variable.path),
        "the unit of time is “\(variable.text("units") ?? "")”",
        remedy: "write seconds, minutes, hours or days since a date of the usual calendar")
    }
    return try file.doubles(variable).map { unit.moment($0) }
  }

  private static func step(
    _ times: [Timestamp?], _ statement: StationStatement, _ place: Fault.Location,
    _ collector: inout ReadingCollector
  ) throws(Fault) -> Int {
    let spacing = commonestStep(times)
    if let stated = statement.stepSeconds, let spacing, spacing > 0, spacing < stated {
      collector.assume(
        "readings come every \(spacing) s and stand for that long, not for the \(stated) s stated")
      return spacing
    }
    guard let step = statement.stepSeconds ?? spacing, step > 0, step <= 366 * 86_400
    else {
      throw Fault(
        "bad_time", at: place, "the times name no period",
        remedy: "state the length of a reading's period with `step:` or --step")
    }
    if statement.stepSeconds == nil {
      collector.assume("readings stand for \(step) s that end at their time")
    }
    return step
  }

  private static func commonestStep(_ times: [Timestamp?]) -> Int? {
    let known = times.compactMap { $0 }.sorted()
    var counts: [Int: Int] = [:]
    for (earlier, later) in zip(known, known.dropFirst()) {
      counts[later.seconds(since: earlier), default: 0] += 1
    }
    return counts.filter { $0.key > 0 }.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// Tenths of a millimetre in one of the file's units.
  private static func tenthsPerUnit(
    _ rain: NetCDFVariable, _ statement: StationStatement, _ place: Fault.Location,
    _ collector: inout ReadingCollector
  ) throws(Fault) -> Double {
    let stated = statement.units["rain"]
    guard let unit = rain.text("units") ?? stated else {
      collector.assume("rain without a unit is in mm")
      return 10
    }
    guard let factor = tenths(of: unit) else {
      throw Fault(
        "unknown_unit", at: place, "rain is in “\(unit)”, which is no depth",
        remedy: "give amounts in mm")
    }
    if let stated, tenths(of: stated) != factor {
      throw Fault(
        "unit_conflict", at: place, "the file gives rain in “\(unit)”, the feed states “\(stated)”",
        remedy: "correct state: units of the feed, or ask why the files changed")
    }
    return factor
  }

  private static func tenths(of unit: String) -> Double? {
    if let known = RainUnit(unit), known.quantity == .amount { return known.factor * 10 }
    return ElementUnit(unit, of: .rain)?.symbol == "0.1mm" ? 1 : nil
  }
}
