import ArgumentParser
import Hydromet
import Pipeline

/// Soil of every cell of grids.
struct RunoffCellsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cells", abstract: "Antecedent rainfall and soil water index of every cell.",
    discussion: """
      Passes grids of rain in the order of their times and writes soil_water_index,
      antecedent_rainfall, saturation and gap_share as CF-netCDF. A step without a
      grid is not known: it counts as no rain and enters gap_share. With --restart
      the next run goes on from the state in the file, with the same bits.

      freshet runoff cells radar-*.nc --restart soil.state -o soil.nc
      """)

  @Argument(help: "Grids of rain of one step.", completion: .file())
  var grids: [String]

  @Option(name: .shortAndLong, help: "The netCDF file to write.", completion: .file())
  var output: String

  @Option(help: "K: what a day leaves of the antecedent rainfall.")
  var recession: Double = AntecedentParameters.usual.dailyRecession

  @Option(help: "Wm: the most that the antecedent rainfall reaches, mm.")
  var capacity: Double = AntecedentParameters.usual.capacity

  @Option(help: "Leave out grids that end after this time.")
  var end: TimeArgument?

  @OptionGroup var state: RestartOption

  @OptionGroup var statement: GridStatementOptions

  func run() throws {
    let bar = ProgressBar("grids ")
    let result = try CellSoilFiles.run(
      grids, statement.statement,
      parameters: AntecedentParameters(dailyRecession: recession, capacity: capacity),
      restart: state.restart, end: end?.time
    ) { bar.show($0, of: grids.count) }
    bar.finish()
    try result.write(to: output)
    if let restart = state.restart { try result.save(to: restart) }
    Terminal.complain(
      "\(result.steps) steps to \(result.soil.time.iso8601), \(result.missingSteps) of them without a "
        + "grid; largest soil water index "
        + "\(((result.soil.soilWaterIndex.max() ?? 0) * 10).rounded() / 10) mm")
  }
}
