/// A way to make one rain field of gauges and radar. Raw values are the names in commands, settings
/// and products.
public enum MergeMethod: String, Sendable, Hashable, Codable, CaseIterable {
  /// Radar times one factor: Σ gauges / Σ radar over wet pairs, robust and filtered in time.
  case meanField = "mean_field"
  /// Radar plus the differences gauge − radar, by inverse squared distances.
  case additive
  /// Radar times the ratio of gauges to radar around the cell, by inverse squared distances.
  case multiplicative
  /// Radar × (1 + δ) + ε, where δ and ε share the difference so that δ² + ε² is smallest at every gauge
  /// (Pfaff 2010), by inverse squared distances.
  case mixed
  /// Gauges alone, by inverse squared distances (Shepard 1968).
  case inverseDistance = "idw"
  /// Gauges alone, as departures from their mean (optimal interpolation, Gandin 1963).
  case optimalInterpolation = "oi"
  /// Gauges alone, with an unknown local mean (ordinary kriging).
  case kriging
  /// Gauges with the radar as drift (Hudson and Wackernagel 1994), the local slope held to the
  /// slope of all gauges where there is little to fit it to.
  case externalDrift = "ked"
  /// Radar plus the kriged differences gauge − radar (Sinclair and Pegram 2005).
  case conditional

  public var usesRadar: Bool {
    switch self {
    case .inverseDistance, .optimalInterpolation, .kriging: false
    default: true
    }
  }

  /// Whether nothing around a cell matters but its own radar value.
  var isLocal: Bool { self != .meanField }

  /// Whether weights come from distances alone.
  var weighsByDistance: Bool {
    switch self {
    case .additive, .multiplicative, .mixed, .inverseDistance: true
    default: false
    }
  }
}

/// What a user asks for: a method, or the one that has lately been best.
public enum MergeChoice: Sendable, Hashable {
  case automatic
  case method(MergeMethod)

  public init?(_ name: String) {
    if name == "auto" {
      self = .automatic
    } else if let method = MergeMethod(rawValue: name) {
      self = .method(method)
    } else {
      return nil
    }
  }

  public var name: String {
    switch self {
    case .automatic: "auto"
    case .method(let method): method.rawValue
    }
  }

  public static let names = ["auto"] + MergeMethod.allCases.map(\.rawValue)
}
