import Formats

extension GriddedRain {
  /// The format that was recognised by content: `netCDF-4`, `netCDF classic`, ….
  public var formatName: String { file.format }
}
