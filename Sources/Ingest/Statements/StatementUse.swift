extension GridFormat {
  /// What its reader asks a statement for; the others say nothing of a file of the format, which
  /// holds them itself or has none. Of a format with several forms (HDF5), what any of them asks for.
  public var uses: Set<StatementKey> {
    let all: Set<StatementKey> = [.quantity, .step, .reflectivity]
    let numbers = all.union([.unit, .label, .missingValues])
    switch self {
    case .netCDF, .hdf5:
      return numbers.union([.variable, .projection, .coordinateUnit, .member])
    case .grib: return numbers.union([.variable, .zone, .member])
    case .radolan: return all
    case .swan: return all.union([.variable, .label, .missingValues, .zone, .registration])
    case .mosaic: return numbers.union([.registration])
    case .diamond4, .mdfs: return numbers.union([.zone, .registration])
    case .music: return numbers.union([.zone, .registration, .firstRow])
    case .raster: return numbers.union([.variable, .projection, .zone, .nameTime])
    }
  }
}

extension StationFormat {
  /// What its reader asks a statement for; the others say nothing of a file of the format, which
  /// holds them itself or has none.
  public var uses: Set<StatementKey> {
    switch self {
    case .csv:
      [.zone, .step, .units, .columns, .station, .stationsInColumns, .missingValues]
    case .toa5: [.zone, .step, .units, .columns, .station, .missingValues]
    case .awsList: [.missingValues]
    case .bufr, .synop: []
    case .cmaRegional, .cmaNational: [.formatZone, .minutes]
    case .cmaRain: [.formatZone, .minutes, .rainDay]
    case .cmaMonthly: [.formatZone]
    case .musicXML, .musicJSON, .mdfs: [.formatZone, .step]
    case .diamond1: [.formatZone, .zeroRain]
    case .diamond3: [.formatZone, .step, .zeroRain, .element]
    case .netCDF: [.step, .units]
    }
  }
}

extension GriddedRain {
  /// What the feed states and the format of the file does not use, in words.
  public func unusedKeys(of statement: GridStatement) -> [String] {
    UnusedStatement.own(statement.stated, formatName, format.uses) { $0.rawValue }
  }

  /// What the options of a command state and the format of the file does not use, in words.
  ///
  /// - Parameter stations: what the same options state of files of stations.
  public func unusedOptions(
    of statement: GridStatement, stations: StationStatement
  ) -> [String] {
    UnusedStatement.own(statement.stated, formatName, format.uses, UnusedStatement.option)
      + UnusedStatement.foreign(stations.stated, "stations", "\(formatName) is a format of grids")
  }
}

extension StationFormat {
  /// What the feed states and the format does not use, in words. The step is none of it: a feed
  /// always states it, since its files come so often.
  public func unusedKeys(of statement: StationStatement) -> [String] {
    UnusedStatement.own(statement.stated.subtracting([.step]), rawValue, uses) { $0.rawValue }
  }

  /// What the options of a command state and the format does not use, in words.
  ///
  /// - Parameter grids: what the same options state of grids.
  public func unusedOptions(of statement: StationStatement, grids: GridStatement) -> [String] {
    UnusedStatement.own(statement.stated, rawValue, uses, UnusedStatement.option)
      + UnusedStatement.foreign(grids.stated, "grids", "\(rawValue) is a format of stations")
  }
}

/// What is stated and not used, in words, in the order of `StatementKey`.
private enum UnusedStatement {
  static func option(_ key: StatementKey) -> String { key.option ?? key.rawValue }

  /// Statements of the kind of file that the format is of.
  static func own(
    _ stated: Set<StatementKey>, _ format: String, _ uses: Set<StatementKey>,
    _ name: (StatementKey) -> String
  ) -> [String] {
    StatementKey.allCases.filter { stated.contains($0) && !uses.contains($0) }.map { key in
      if let twin = key.twin, uses.contains(twin) {
        return "`\(name(key))` says nothing here: for \(format) state `\(name(twin))`"
      }
      return "`\(name(key))` says nothing here: \(format) states it itself or has none"
    }
  }

  /// Options that are for the other kind of files alone.
  static func foreign(_ stated: Set<StatementKey>, _ kind: String, _ reason: String) -> [String] {
    StatementKey.allCases.filter { stated.contains($0) && !$0.isOfBothKinds }.map {
      "`\(option($0))` says nothing here: it is for \(kind), and \(reason)"
    }
  }
}
