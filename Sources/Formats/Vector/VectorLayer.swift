public import Hydromet

/// The features of one layer of a vector file, in the file's order.
public struct VectorLayer: Sendable {
  /// The coordinate reference system of the geometries: `EPSG:n` where the file's system has such a
  /// code, else WKT; what the caller stated where it did.
  public let crs: String
  public let name: String
  public let features: [VectorFeature]
  /// What was repaired: one line per feature, with the reason and the change of its area.
  public let repairs: [String]

  public init(crs: String, name: String, features: [VectorFeature], repairs: [String]) {
    self.crs = crs
    self.name = name
    self.features = features
    self.repairs = repairs
  }
}

/// One feature: a shape with attributes.
public struct VectorFeature: Sendable {
  /// The shape of a feature, x east and y north.
  public enum Geometry: Sendable, Hashable {
    /// Valid polygons: no ring crosses itself or another, outer rings counter-clockwise, holes
    /// clockwise, no repeated points.
    case polygon(MultiPolygon)
    case point(Point)
    case lines([[Point]])
    /// The feature has attributes only.
    case none
  }

  public enum AttributeValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case real(Double)
    case null
  }

  /// 0 for the first feature of the layer.
  public let index: Int
  public let geometry: Geometry
  /// In the order of the file.
  public let attributes: [(name: String, value: AttributeValue)]

  public init(
    index: Int, geometry: Geometry, attributes: [(name: String, value: AttributeValue)]
  ) {
    self.index = index
    self.geometry = geometry
    self.attributes = attributes
  }

  /// The value of an attribute; nil where the feature has none of this name.
  public func value(_ name: String) -> AttributeValue? {
    attributes.first { $0.name == name }?.value
  }

  /// An attribute as text, without blanks around it: whole numbers without a decimal point. Nil where
  /// it is absent, null or blank.
  public func text(_ name: String) -> String? {
    switch value(name) {
    case .text(let text):
      let bare = trimmed(text)
      return bare.isEmpty ? nil : bare
    case .integer(let number): return String(number)
    case .real(let number):
      guard let whole = Int64(exactly: number) else { return String(number) }
      return String(whole)
    case .null, nil: return nil
    }
  }

  /// An attribute as a finite number, also where it is written as text; nil where it is none.
  public func number(_ name: String) -> Double? {
    switch value(name) {
    case .text(let text):
      guard let number = Double(trimmed(text)), number.isFinite else { return nil }
      return number
    case .integer(let number): return Double(number)
    case .real(let number): return number.isFinite ? number : nil
    case .null, nil: return nil
    }
  }
}
