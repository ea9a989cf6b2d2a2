import Hydromet
import Ingest
import Testing

/// Statements about station files.
@Suite("Statements that a station format does not use")
struct StationStatementUseTests {
  /// States one thing that stations may need; false where it is one of grids.
  private func state(_ key: StatementKey, in statement: inout StationStatement) -> Bool {
    switch key {
    case .zone: statement.zoneOffsetSeconds = -10_800
    case .step: statement.stepSeconds = 7200
    case .units: statement.units = ["rain": "m", "temperature": "K"]
    case .columns: statement.columns = ["rain": "PRE_3h", "station": "RECORD"]
    case .station: statement.station = "50001"
    case .stationsInColumns: statement.stationsInColumns = .temperature
    case .missingValues: statement.missingValues = ["0", "0000", "60005"]
    case .formatZone: statement.layout.zoneOffsetSeconds = -10_800
    case .minutes: statement.layout.minuteOrder = .rolling
    case .zeroRain: statement.layout.zeroRain = .trace
    case .rainDay: statement.layout.rainDay = .eight
    case .element: statement.layout.element = .temperature
    case .variable, .quantity, .unit, .projection, .label, .coordinateUnit, .reflectivity, .member,
      .nameTime, .registration, .firstRow:
      return false
    }
    return true
  }

  /// What the file with a dry gauge needs to be read at all.
  private func needed(by format: StationFormat) -> StationStatement {
    var statement = StationStatement()
    statement.arrival = Timestamp(iso8601: "2024-07-10T00:00:00Z")
    if format == .toa5 {
      statement.zoneOffsetSeconds = 0
      statement.stepSeconds = 3600
    }
    return statement
  }

  private func read(
    _ sample: RainSample, _ statement: StationStatement
  ) throws -> StationFile.Result {
    try StationFile.read(
      bytes: sample.file(sample.zero), file: "A_SMCI01BEPK091200_C_BEPK_20240709120500_1.txt",
      statement: statement)
  }

  @Test("change nothing of what is read", arguments: RainSample.all)
  func unused(_ sample: RainSample) throws {
    let plain = try read(sample, needed(by: sample.format))
    #expect(!plain.readings.isEmpty)
    for key in StatementKey.allCases where !sample.format.uses.contains(key) {
      var statement = needed(by: sample.format)
      guard state(key, in: &statement) else { continue }
      #expect(try read(sample, statement) == plain, "\(key.rawValue)")
    }
  }

  @Test(
    "The zone of a fixed format moves its readings where the format uses it",
    arguments: RainSample.all.filter { $0.format.uses.contains(.formatZone) })
  func zone(_ sample: RainSample) throws {
    var statement = needed(by: sample.format)
    #expect(state(.formatZone, in: &statement))
    let moved = try read(sample, statement).readings
    #expect(try moved != read(sample, needed(by: sample.format)).readings)
  }

  @Test("A zone that is stated for a format that states its own is told")
  func told() {
    let statement = StationStatement(zoneOffsetSeconds: 28_800)
    #expect(
      StationFormat.bufr.unusedKeys(of: statement) == [
        "`zone` says nothing here: BUFR states it itself or has none"
      ])
    #expect(
      StationFormat.synop.unusedOptions(of: statement, grids: GridStatement()) == [
        "`--zone` says nothing here: SYNOP text states it itself or has none"
      ])
    #expect(StationFormat.csv.unusedKeys(of: statement).isEmpty)
  }

  @Test("The zone of tables and that of fixed formats are told apart, with the one that is meant")
  func twins() {
    let table = StationStatement(zoneOffsetSeconds: 28_800)
    #expect(
      StationFormat.cmaRegional.unusedOptions(of: table, grids: GridStatement()) == [
        "`--zone` says nothing here: for CMA regional Z state `--format-zone`"
      ])
    let fixed = StationStatement(layout: StationLayout(zoneOffsetSeconds: 28_800))
    #expect(
      StationFormat.csv.unusedKeys(of: fixed) == [
        "`layout: {zone}` says nothing here: for station CSV state `zone`"
      ])
  }

  @Test("A relation of reflectivity and rain says nothing of stations; a unit may be of both")
  func ofGrids() {
    let grids = GridStatement(unit: "mm", stepSeconds: 600, reflectivity: .marshallPalmer)
    let stations = StationStatement(stepSeconds: 600, units: ["rain": "mm"])
    #expect(
      StationFormat.csv.unusedOptions(of: stations, grids: grids) == [
        "`--zr` says nothing here: it is for grids, and station CSV is a format of stations"
      ])
    #expect(
      StationFormat.diamond1.unusedOptions(of: stations, grids: GridStatement()) == [
        "`--unit` says nothing here: MICAPS diamond 1 states it itself or has none",
        "`--step` says nothing here: MICAPS diamond 1 states it itself or has none",
      ])
  }

  @Test("Nothing is told of what nobody stated, nor of the step that every feed has")
  func silent() {
    for format in StationFormat.allCases {
      #expect(format.unusedKeys(of: StationStatement(stepSeconds: 600)).isEmpty)
      #expect(format.unusedOptions(of: StationStatement(), grids: GridStatement()).isEmpty)
    }
  }
}

/// Statements about grids.
@Suite("Statements that a grid format does not use")
struct GridStatementUseTests: PatternGrids {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  /// States one thing that grids may need; false where it is one of stations.
  private func state(_ key: StatementKey, in statement: inout GridStatement) -> Bool {
    switch key {
    case .variable: statement.variable = "other"
    case .quantity: statement.quantity = .rate
    case .unit: statement.unit = "m"
    case .step: statement.stepSeconds = 7200
    case .projection: statement.projection = "EPSG:3857"
    case .label: statement.label = .start
    case .coordinateUnit: statement.coordinateUnit = "km"
    case .missingValues: statement.missingValues = [0, 1, 12]
    case .reflectivity: statement.reflectivity = .marshallPalmer
    case .zone: statement.zoneOffsetSeconds = -10_800
    case .member: statement.member = 3
    case .nameTime: statement.nameTime = "grid_yyyyMMddHHmm"
    case .registration: statement.registration = .corner
    case .firstRow: statement.firstRow = .south
    case .units, .columns, .station, .stationsInColumns, .formatZone, .minutes, .zeroRain, .rainDay,
      .element:
      return false
    }
    return true
  }

  private static let diamond4 =
    "diamond 4 1小时降水\n24 07 09 14 0 0\n0.01 -0.01 106 106.02 29 28.99 3 2\n10 0 100 1 0\n"
    + "1 2 9999\n0 0.5 3\n"

  private static let ascii =
    "ncols 3\nnrows 2\nxllcorner 106\nyllcorner 29\ncellsize 0.01\nNODATA_value -1\n"
    + "0.5 2 -1\n0 1 3\n"

  private func sample(of format: GridFormat) throws -> [UInt8] {
    switch format {
    case .netCDF, .hdf5:
      var grid = SyntheticGrid()
      grid.isClassic = format == .netCDF
      try grid.write(to: folder.file("sample.nc"))
      return try folder.read("sample.nc")
    case .grib: return SyntheticGRIB().bytes
    case .radolan: return SyntheticRADOLAN(number: { ($0 * 31 + $1) % 97 }).bytes
    case .swan: return SyntheticSWAN().bytes
    case .mosaic: return try SyntheticMosaic().bytes()
    case .diamond4: return Array(GridStatementUseTests.diamond4.utf8)
    case .mdfs: return try MicapsGridTests().mdfs()
    case .music: return try MusicGridTests().music()
    case .raster: return Array(GridStatementUseTests.ascii.utf8)
    }
  }

  @Test("change nothing of what is read", arguments: GridFormat.allCases)
  func unused(_ format: GridFormat) throws {
    let bytes = try sample(of: format)
    #expect(try GridFormat.format(of: bytes, name: "grid") == format)
    let needed =
      format == .raster ? GridStatement(unit: "mm", projection: "EPSG:4326") : GridStatement()
    let plain = try open(bytes, needed).summary()
    for key in StatementKey.allCases where !format.uses.contains(key) {
      var statement = needed
      guard state(key, in: &statement) else { continue }
      #expect(try open(bytes, statement).summary() == plain, "\(key.rawValue)")
    }
  }

  @Test("A registration is told for RADOLAN, whose place is fixed, and used for SWAN")
  func told() throws {
    let statement = GridStatement(registration: .corner)
    let radolan = try open(SyntheticRADOLAN().bytes, statement)
    #expect(
      radolan.unusedKeys(of: statement) == [
        "`registration` says nothing here: RADOLAN RW states it itself or has none"
      ])
    #expect(!radolan.notes.contains { $0.contains("says nothing") })
    let swan = try open(SyntheticSWAN().bytes, statement)
    #expect(swan.unusedKeys(of: statement).isEmpty)
  }

  @Test("A station that is stated says nothing of a grid; nothing is told of what nobody stated")
  func ofStations() throws {
    let grid = try open(SyntheticSWAN().bytes)
    #expect(
      grid.unusedOptions(of: GridStatement(), stations: StationStatement(station: "57612")) == [
        "`--station` says nothing here: it is for stations, and SWAN diamond 131 v1 is a format of grids"
      ])
    let shared = StationStatement(zoneOffsetSeconds: 0, stepSeconds: 600, units: ["rain": "mm"])
    #expect(grid.unusedOptions(of: GridStatement(), stations: shared).isEmpty)
    #expect(grid.unusedKeys(of: GridStatement()).isEmpty)
  }
}
