/// An opaque or translucent colour, sRGB components 0…1.
struct Colour: Hashable {
  let red: Double
  let green: Double
  let blue: Double
  let opacity: Double

  init(_ rgb: UInt32, opacity: Double = 1) {
    red = Double(rgb >> 16 & 255) / 255
    green = Double(rgb >> 8 & 255) / 255
    blue = Double(rgb & 255) / 255
    self.opacity = opacity
  }

  func with(opacity: Double) -> Colour {
    Colour(red: red, green: green, blue: blue, opacity: opacity)
  }

  private init(red: Double, green: Double, blue: Double, opacity: Double) {
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  static let white = Colour(0xFFFFFF)
  static let ink = Colour(0x1B2430)
  static let quietInk = Colour(0x4A5563)
  static let page = Colour(0xFFFFFF)
  static let surroundings = Colour(0xEEF1F4)
  static let frame = Colour(0x9AA5B1)
  static let river = Colour(0x2B7FB8)
  static let basinBorder = Colour(0x5F6F7F)
  static let townshipBorder = Colour(0x2F3944)
}
