import Hydromet

/// Where the parts of a map page lie: a page of 1080 × 1350 pixels, as a phone shows it upright.
enum MapLayout {
  static let width = 1080
  static let height = 1350
  static let margin = 32.0
  /// The smallest letters on the page, pixels.
  static let smallest = 20.0
  static let frame = Box(minX: 24, minY: 206, maxX: 1056, maxY: 1066)
  /// The part of the frame in which the district lies.
  static let district = Box(minX: 46, minY: 228, maxX: 1034, maxY: 1044)
  /// The same with room below it for scale and north arrow, for a district that fills every corner.
  static let districtAboveFurniture = Box(minX: 46, minY: 228, maxX: 1034, maxY: 960)
  static let scaleSize = (width: 330.0, height: 66.0)
  static let northSize = (width: 72.0, height: 92.0)
  static let legendTop = 1084.0
  /// From one coloured field of a legend to the next.
  static let legendColumn = 254.0
  static let footerTop = 1252.0
}
