import ArgumentParser
import Districts
import Formats
import Hydromet
import Pipeline
import Warn

/// The lists of people.
struct ContactsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contacts", abstract: "The lists of people who are called.",
    subcommands: [Check.self, Export.self, Import.self], defaultSubcommand: Check.self)

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Name every gap: a point without a person, an entry that is over.",
      discussion: "Exit code 1 where there are gaps. The service names them every day in its log.")

    @OptionGroup var folder: DistrictFolderOption

    @Option(help: "As of this moment; now where not given.")
    var at: TimeArgument?

    @Option(help: "csv or json.")
    var format: TableFormat = .csv

    @OptionGroup var output: OutputOption

    func run() throws {
      let district = try loadDistrict(folder.district)
      let gaps = CallOffice.gaps(district, at: at?.time ?? SystemClock().now)
      let rows = gaps.map { [$0.kind.rawValue, $0.subject, $0.name, $0.words] }
      try Terminal.deliver(
        CallTable.text(["gap", "subject", "name", "problem"], rows, format), to: output.path)
      if !gaps.isEmpty { throw ExitCode(1) }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write the table of contacts, with masked numbers.",
      discussion: "With --numbers the numbers stand in full, as the table itself has them.")

    @OptionGroup var folder: DistrictFolderOption

    @Flag(help: "Write numbers and addresses in full.")
    var numbers = false

    @OptionGroup var output: OutputOption

    func run() throws {
      let district = try loadDistrict(folder.district)
      let contacts = numbers ? district.contacts : district.contacts.map(masked)
      try Terminal.deliver(DistrictFiles.contactsCSV(contacts), to: output.path)
    }

    private func masked(_ contact: Contact) -> Contact {
      var copy = Contact(
        id: contact.id, name: contact.name, role: contact.role,
        ways: contact.ways.map { .init(channel: $0.channel, address: Address($0.address.masked)) },
        place: contact.place, hazard: contact.hazard, minimumLevel: contact.minimumLevel,
        order: contact.order, deputy: contact.deputy)
      copy.list = contact.list
      copy.shift = contact.shift
      copy.helps = contact.helps
      copy.validFrom = contact.validFrom
      copy.validTo = contact.validTo
      copy.reviewed = contact.reviewed
      return copy
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Put another table of contacts in the place of the district's.",
      discussion: """
        The table is checked as `freshet district check` does it; with a single
        fault nothing is changed. The table before it is kept beside it.
        """)

    @Argument(help: "The table.", completion: .file())
    var table: String

    @OptionGroup var folder: DistrictOption

    func run() throws {
      let count = try ContactImport.run(table: table, district: folder.district)
      Terminal.say("\(count) contacts")
    }
  }
}

/// Reads a district, telling all its faults at once.
func loadDistrict(_ folder: String) throws -> District {
  do {
    return try District.load(folder: folder)
  } catch {
    throw FaultList(faults: error.faults)
  }
}
