import ArgumentParser
import Districts
import Hydromet
import Pipeline

extension DistrictCommand {
  /// Accepts that a feed has another grid from now on.
  struct ReleaseGrid: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "release-grid", abstract: "Let a feed choose its grid anew.",
      discussion: """
        A feed is tied to the grid of its first file, because sums over two grids are
        none; files on another grid are quarantined. After this command the next file
        decides. Frames on the former grid no longer count, so sums begin again;
        freshet arrivals read-again --feed radar --reason grid_changed has the files read
        that were quarantined.
        """)

    @OptionGroup var folder: DistrictFolderOption

    @Option(help: "The grid feed, as district.yaml names it.")
    var feed: String

    func run() throws {
      let workspace = try openWorkspace(folder.district)
      let lock = try DistrictLock(workspace)
      defer { withExtendedLifetime(lock) {} }
      let feeds = workspace.district.configuration.feeds.filter { $0.kind == .grid }.map(\.name)
      guard feeds.contains(feed) else {
        throw ValidationError(
          "there is no grid feed \(feed); district.yaml has \(feeds.joined(separator: ", "))")
      }
      try workspace.releaseGrid(of: feed)
      Terminal.say("\(feed): the next file decides the grid")
    }
  }
}
