import Formats
import Hydromet

/// What a field of a GRIB file is, as far as rain is concerned.
enum GRIBParameter: Hashable {
  case rain(GRIBRain)
  /// The chance of something, or a share of an ensemble: never an amount.
  case probability(String)
  case other(String)

  init(_ field: GRIBField, _ statement: GridStatement) {
    let name = GRIBParameter.name(of: field)
    let template =
      field.integer("edition") == 2 ? field.integer("productDefinitionTemplateNumber") : nil
    if let template, let reason = GRIBParameter.probabilities[template] {
      self = .probability("\(reason) \(name)\(GRIBParameter.threshold(of: field))")
    } else if let derived = field.integer("derivedForecast"), derived > 1, template != nil {
      self = .other(
        "\(name): a spread or another statistic of an ensemble (derived forecast \(derived))")
    } else if let rain = GRIBRain(field, name: name, statement) {
      self = .rain(rain)
    } else {
      self = .other(name)
    }
  }

  /// Product definition templates whose values are no amounts (code table 4.0).
  private static let probabilities: [Int: String] = [
    5: "probability of", 9: "probability of", 6: "percentile of", 10: "percentile of",
  ]

  /// ` above 25 …` where the message names a limit.
  private static func threshold(of field: GRIBField) -> String {
    let limits = [("LowerLimit", "from"), ("UpperLimit", "to")].compactMap {
      name, word -> String? in
      guard let value = field.integer("scaledValueOf\(name)"),
        let scale = field.integer("scaleFactorOf\(name)"), abs(scale) < 20
      else { return nil }
      var limit = Double(value)
      for _ in 0..<abs(scale) { limit = scale > 0 ? limit / 10 : limit * 10 }
      return "\(word) \(plain(limit))"
    }
    return limits.isEmpty ? "" : " (\(limits.joined(separator: " ")))"
  }

  /// `tp`, or the numbers of the tables where ecCodes has no name.
  static func name(of field: GRIBField) -> String {
    let code = code(of: field)
    if ["0.1.8", "1.61", "2.61", "3.61"].contains(code) { return "total precipitation" }
    if let rain = GRIBRain.mosaics[code] { return rain.name }
    if let short = field.text("shortName"), short != "unknown" { return short }
    return "parameter \(code)"
  }

  /// `discipline.category.number` of edition 2, `table.parameter` of edition 1.
  static func code(of field: GRIBField) -> String {
    guard field.integer("edition") == 2 else {
      return
        "\(field.integer("table2Version") ?? -1).\(field.integer("indicatorOfParameter") ?? -1)"
    }
    return "\(field.integer("discipline") ?? -1).\(field.integer("parameterCategory") ?? -1)"
      + ".\(field.integer("parameterNumber") ?? -1)"
  }
}

/// A field of rain or reflectivity.
struct GRIBRain: Hashable {
  let name: String
  /// `0.1.8`: two fields of one code are the same parameter.
  let code: String
  let quantity: Quantity
  /// As it is written, for people.
  let unit: String
  /// To mm, mm/h or dBZ.
  let factor: Double
  /// Length of the accumulation that the table of the parameter implies, seconds.
  var impliedSeconds: Int?
  /// Reads the numbers of MRMS: -3 no radar sees the place, -1 no value, 0 dry.
  var isMosaic = false

  /// All of the rain, in the names of ecCodes and the codes of edition 2 (table 4.2-0-1) and 1. What is
  /// only a part of it (convective, large-scale) must be named with `variable:`.
  private static let totals: [String: (quantity: Quantity, unit: String)] = [
    "0.1.8": (.amount, "kg m-2"), "0.1.49": (.amount, "kg m-2"),
    "0.1.7": (.rate, "kg m-2 s-1"), "0.1.52": (.rate, "kg m-2 s-1"),
    "0.1.65": (.rate, "kg m-2 s-1"),
    // Edition 1, the international tables 1 to 3.
    "1.61": (.amount, "kg m-2"), "2.61": (.amount, "kg m-2"), "3.61": (.amount, "kg m-2"),
    "1.59": (.rate, "kg m-2 s-1"), "2.59": (.rate, "kg m-2 s-1"), "3.59": (.rate, "kg m-2 s-1"),
  ]
  private static let shortNames: Set<String> = ["tp", "tprate", "prate", "rprate", "tpg"]

  struct Mosaic {
    let name: String
    let quantity: Quantity
    let seconds: Int?
  }

  /// Products of the Multi-Radar Multi-Sensor system, discipline 209 (its user table, version 12.2).
  static let mosaics: [String: Mosaic] = {
    var table = ["209.6.1": Mosaic(name: "PrecipRate", quantity: .rate, seconds: nil)]
    let hours = [1, 3, 6, 12, 24, 48, 72]
    for (first, name) in [(2, "RadarOnly_QPE"), (30, "MultiSensor_QPE"), (37, "MultiSensor_QPE")] {
      let suffix = first == 30 ? "_Pass1" : first == 37 ? "_Pass2" : ""
      for (index, length) in hours.enumerated() {
        table["209.6.\(first + index)"] = Mosaic(
          name: "\(name)_\(padded(length, 2))H\(suffix)", quantity: .amount,
          seconds: length * 3600)
      }
    }
    table["209.6.45"] = Mosaic(name: "RadarOnly_QPE_15M", quantity: .amount, seconds: 900)
    table["209.10.0"] = Mosaic(
      name: "MergedReflectivityQCComposite", quantity: .reflectivity, seconds: nil)
    table["209.11.0"] = Mosaic(
      name: "MergedBaseReflectivityQC", quantity: .reflectivity, seconds: nil)
    return table
  }()

  /// - Returns: nil where the field is no rain by its tables, nor by a statement that names it.
  init?(_ field: GRIBField, name: String, _ statement: GridStatement) {
    self.name = name
    code = GRIBParameter.code(of: field)
    if let mosaic = GRIBRain.mosaics[code] {
      quantity = mosaic.quantity
      unit = RainUnit.name(of: mosaic.quantity)
      factor = 1
      impliedSeconds = mosaic.seconds
      isMosaic = true
      return
    }
    let short = field.text("shortName") ?? "unknown"
    let isNamed = [code, short, name].contains(statement.variable)
    let written =
      GRIBRain.shortNames.contains(short) || isNamed ? field.text("units") : nil
    if let written, let parsed = RainUnit(written) {
      quantity = parsed.quantity
      unit = written
      factor = parsed.factor
    } else if let known = GRIBRain.totals[code], let parsed = RainUnit(known.unit) {
      quantity = known.quantity
      unit = known.unit
      factor = parsed.factor
    } else if isNamed, let stated = statement.unit, let parsed = RainUnit(stated) {
      quantity = parsed.quantity
      unit = stated
      factor = parsed.factor
    } else {
      return nil
    }
  }
}
