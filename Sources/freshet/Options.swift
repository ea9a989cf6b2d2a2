import ArgumentParser
import Districts
import Hydromet
import Ingest
import Pipeline

/// The district folder that most commands take.
struct DistrictFolderOption: ParsableArguments {
  @Argument(
    help: "The district's folder; the current one where none is named.", completion: .directory)
  var district: String = "."
}

/// The district of a command whose first argument is something else.
struct DistrictOption: ParsableArguments {
  @Option(help: "The district's folder.", completion: .directory)
  var district: String = "."
}

/// Where output goes.
struct OutputOption: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "Write to this file, whole or not at all, instead of standard output.",
    completion: .file())
  var path: String?
}

/// The file that carries a state from one run to the next.
struct RestartOption: ParsableArguments {
  @Option(
    help: "Begin with the state in this file, where it is there, and leave the last one in it.",
    completion: .file())
  var restart: String?
}

/// The polygons that rain is taken over.
struct RegionOptions: ParsableArguments {
  @Option(help: "Polygons, in any vector format that GDAL reads.", completion: .file())
  var regions: String

  @Option(help: "Coordinate reference system of the polygons, where the file does not say.")
  var regionsCrs: String?

  @Option(help: "The attribute that names a region.")
  var id: String?

  var source: ArealFiles.RegionSource {
    ArealFiles.RegionSource(path: regions, crs: regionsCrs, idField: id)
  }
}

/// What a grid file does not say of itself.
struct GridStatementOptions: ParsableArguments {
  @Option(help: "The variable that holds the rain, where the file has several.")
  var variable: String?

  @Option(help: "amount, rate or reflectivity, where the file does not say.")
  var quantity: WordArgument<Quantity>?

  @Option(help: "The unit of the values (mm, mm/h, kg m-2 s-1, …), where the file does not say.")
  var unit: String?

  @Option(help: "Time from one frame to the next (5min), where the file does not say.")
  var step: TimeSpanArgument?

  @Option(help: "PROJ text, EPSG:n or WKT of the grid, where the file does not say.")
  var projection: String?

  @Option(help: "Zone of times that name none: +08:00, UTC.")
  var zone: ZoneArgument?

  @Option(help: "Member of an ensemble.")
  var member: Int?

  @Option(
    help: """
      How reflectivity becomes rain: marshall_palmer, wsr88d, tropical, or a and b \
      of Z = a R^b ("300 1.4").
      """)
  var zr: RelationArgument?

  @Option(help: "Where names hold the time that files lack: \"rain_yyyyMMddHHmm*.tif\".")
  var timeFromName: NameTimeArgument?

  @Option(name: .customLong("missing"), help: "A number that means \"no data\" (repeatable).")
  var missingValues: [Double] = []

  @Option(help: "Which moment of its period a time names, where the file does not say.")
  var label: WordArgument<GridStatement.Label>?

  @Option(help: "Unit of the coordinates x and y (m, km, degrees), where the file does not say.")
  var coordinateUnit: String?

  @Option(help: "What the position in a header is of its cell: SWAN, CMA mosaics, MICAPS, MUSIC.")
  var registration: WordArgument<GridStatement.Registration>?

  @Option(help: "The row that a MUSIC grid begins with.")
  var firstRow: WordArgument<GridStatement.FirstRow>?

  var statement: GridStatement {
    GridStatement(
      variable: variable, quantity: quantity?.word, unit: unit,
      stepSeconds: step?.span.seconds, projection: projection, label: label?.word,
      coordinateUnit: coordinateUnit, missingValues: missingValues, reflectivity: zr?.relation,
      zoneOffsetSeconds: zone?.seconds, member: member, nameTime: timeFromName?.pattern,
      registration: registration?.word, firstRow: firstRow?.word)
  }
}

/// A word of a type on the command line.
struct WordArgument<Word: RawRepresentable & CaseIterable>: ExpressibleByArgument
where Word.RawValue == String {
  let word: Word

  init(_ word: Word) { self.word = word }

  init?(argument: String) {
    guard let word = Word(rawValue: argument) else { return nil }
    self.word = word
  }

  static var allValueStrings: [String] { Word.allCases.map(\.rawValue) }
  var defaultValueDescription: String { word.rawValue }
}

/// A zone: `+08:00`, `UTC`.
struct ZoneArgument: ExpressibleByArgument {
  let seconds: Int

  init?(argument: String) {
    guard let seconds = StationStatement.zoneOffset(argument) else { return nil }
    self.seconds = seconds
  }
}

struct RelationArgument: ExpressibleByArgument {
  let relation: ReflectivityRelation

  init?(argument: String) {
    guard let relation = ReflectivityRelation(argument) else { return nil }
    self.relation = relation
  }
}

struct NameTimeArgument: ExpressibleByArgument {
  let pattern: String

  init?(argument: String) {
    guard NameTime(argument) != nil else { return nil }
    pattern = argument
  }
}

/// A level that a warning or a call can have: blue, yellow, orange, red.
struct RiskLevelArgument: ExpressibleByArgument {
  let level: RiskLevel

  init?(argument: String) {
    guard let level = RiskLevel(name: argument), level != .none else { return nil }
    self.level = level
  }
}

enum TableFormat: String, ExpressibleByArgument, CaseIterable {
  case csv
  case json
}

enum TextFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
}

enum LanguageArgument: String, ExpressibleByArgument, CaseIterable {
  case chinese = "zh-Hans"
  case english = "en"

  var language: DistrictConfiguration.Language {
    self == .chinese ? .chinese : .english
  }
}

/// An ISO 8601 time on the command line; without a zone it is UTC.
struct TimeArgument: ExpressibleByArgument {
  let time: Timestamp

  init?(argument: String) {
    guard let time = Timestamp(iso8601: argument) else { return nil }
    self.time = time
  }
}

/// A length of time on the command line: `10min`, `3h`, `1d`.
struct TimeSpanArgument: ExpressibleByArgument {
  let span: TimeSpan

  init?(argument: String) {
    guard let span = TimeSpan(argument) else { return nil }
    self.span = span
  }
}
