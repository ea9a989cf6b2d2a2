import ArgumentParser
import Districts
import Hydromet
import Pipeline

/// Make, check and show a district.
struct DistrictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "district", abstract: "Make, check and describe a district's folder.",
    discussion: """
      A district is a folder: district.yaml, tables under stations/, shapes and
      arriving grids under grids/. Freshet writes only to state/ and products/ in
      it.
      """,
    subcommands: [New.self, Check.self, Show.self, ReleaseGrid.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new", abstract: "Make a district's folder from your vector files.",
      discussion: """
        Reads any vector format that GDAL knows. Fields for codes, names and
        downstream basins are guessed by their usual names and reported; name them
        where the guess is wrong. An existing district is never overwritten.

        freshet district new valley --code 500110 --name 某区 --townships towns.shp --basins basins.gpkg
        """)

    @Argument(help: "The folder to make.", completion: .directory)
    var folder: String

    @Option(help: "6-digit administrative code.")
    var code: String

    @Option(help: "Name of the district in Chinese.")
    var name: String

    @Option(help: "Name of the district in English.")
    var englishName: String?

    @Option(help: "Vector file of the townships.", completion: .file())
    var townships: String

    @Option(help: "Coordinate reference system of the townships, where the file does not say.")
    var townshipsCrs: String?

    @Option(help: "Field of the 12-digit township code.")
    var townshipCode: String?

    @Option(help: "Field of the township name.")
    var townshipName: String?

    @Option(help: "Vector file of the small basins.", completion: .file())
    var basins: String?

    @Option(help: "Coordinate reference system of the basins, where the file does not say.")
    var basinsCrs: String?

    @Option(help: "Field of the basin id.")
    var basinId: String?

    @Option(help: "Field of the basin name.")
    var basinName: String?

    @Option(help: "Field of the id of the next basin downstream.")
    var basinDownstream: String?

    @Option(help: "Vector file of rivers, drawn on maps.", completion: .file())
    var rivers: String?

    @Option(help: "Table of stations to take over (CSV).", completion: .file())
    var stations: String?

    @Option(
      help: "Table of codes and names, where the township file has no codes (CSV).",
      completion: .file())
    var codes: String?

    @Option(help: "Language of products: zh-Hans or en.")
    var language: LanguageArgument = .chinese

    func run() throws {
      var options = DistrictCreator.Options()
      options.englishName = englishName
      options.language = language.language
      options.codesPath = codes
      options.stationsPath = stations
      options.rivers = rivers.map { DistrictCreator.Shapes(path: $0) }
      let report: DistrictCreator.Report
      do {
        report = try DistrictCreator.create(
          folder: folder, code: code, name: name,
          townships: .init(
            path: townships, crs: townshipsCrs, idField: townshipCode, nameField: townshipName),
          basins: basins.map {
            .init(
              path: $0, crs: basinsCrs, idField: basinId, nameField: basinName,
              downstreamField: basinDownstream)
          }, options: options)
      } catch {
        throw FaultList(faults: error.faults)
      }
      for note in report.notes { Terminal.complain("note: \(note)") }
      for warning in report.warnings { Terminal.complain("warning: \(warning)") }
      for file in report.files { Terminal.say("\(folder)/\(file)") }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Find every fault of a district, with file, line, column and remedy.",
      discussion: """
        Outlines in GCJ-02, the shifted system of Chinese web maps, are found by the
        places and lines that fit them only when shifted; the notes say what the
        evidence was.

        Exit code 0: fit for service (warnings may be told); 1: faults were found.
        """)

    @OptionGroup var folder: DistrictFolderOption

    @Flag(help: "Warnings count as faults.")
    var strict = false

    func run() throws {
      let result = District.check(folder: folder.district)
      let faults =
        result.faults
        + ManualEditTable.faults(
          inDistrict: folder.district, stations: result.district?.description.stations)
      for fault in faults { Terminal.complain("fault: \(fault)") }
      for warning in result.warnings { Terminal.complain("warning: \(warning)") }
      for note in result.notes { Terminal.complain("note: \(note)") }
      let failed = !faults.isEmpty || (strict && !result.warnings.isEmpty)
      Terminal.say(
        "\(folder.district): \(faults.count) faults, \(result.warnings.count) warnings")
      if failed { throw ExitCode(1) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "What a district holds: units, gauges, thresholds, feeds.")

    @OptionGroup var folder: DistrictFolderOption

    @Option(help: "text or json.")
    var format: TextFormat = .text

    @Option(help: "zh-Hans or en; the district's own where not given.")
    var language: LanguageArgument?

    @OptionGroup var output: OutputOption

    func run() throws {
      let district: District
      do {
        district = try District.load(folder: folder.district)
      } catch {
        throw FaultList(faults: error.faults)
      }
      let summary = DistrictSummary(district)
      let text =
        format == .json
        ? summary.json
        : summary.text(in: language?.language ?? district.configuration.language)
      try Terminal.deliver(text.hasSuffix("\n") ? text : text + "\n", to: output.path)
    }
  }
}
