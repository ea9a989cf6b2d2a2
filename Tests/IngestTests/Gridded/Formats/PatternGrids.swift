import Hydromet
import Ingest
import Testing

/// Tests of formats that lay the asymmetric pattern over 3 x 4 cells of 0.01° from 106 E, 30 N.
protocol PatternGrids {
  var folder: GridTestFolder { get }
}

extension PatternGrids {
  func open(
    _ bytes: [UInt8], _ statement: GridStatement = GridStatement(), name: String = "grid"
  ) throws -> GriddedRain {
    try GriddedRain(path: folder.write(bytes, name), statement: statement)
  }

  func fault(
    _ bytes: [UInt8], _ statement: GridStatement = GridStatement()
  ) throws -> Fault? {
    #expect(throws: Fault.self) { try open(bytes, statement).field(0) }
  }

  func isPattern(_ values: [Float]) -> Bool {
    values.count == 12 && zip(values, Pattern.field).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  func isAtCorner(_ geometry: GridGeometry) -> Bool {
    abs(geometry.west - 106) < 1e-9 && abs(geometry.north - 30) < 1e-9 && geometry.rows == 3
      && geometry.columns == 4 && abs(geometry.cellWidth - 0.01) < 1e-9
      && abs(geometry.cellHeight - 0.01) < 1e-9
  }
}
