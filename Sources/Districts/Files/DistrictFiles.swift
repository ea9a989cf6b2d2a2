import Formats
@_spi(Delivery) public import Hydromet

/// The text of the files of a district folder, written from model values: what `DistrictReader`
/// reads. The same values give the same bytes.
public enum DistrictFiles {
  public static let stationColumns = ["id", "name", "lon", "lat", "altitude_m", "kind"]

  public static let hazardPointColumns = [
    "id", "name", "hazard", "lon", "lat", "township", "basin", "people",
  ]

  public static let thresholdColumns = [
    "unit_kind", "unit", "hazard", "duration_min", "wetness", "level", "mm", "statistic", "source",
    "author", "effective_from", "effective_to",
  ]

  public static let contactColumns = [
    "id", "name", "role", "channel", "address", "place", "hazard", "minimum_level", "order",
    "deputy",
  ]

  public static func stationsCSV(_ stations: [Station]) -> String {
    table(stationColumns, stations) { station in
      [
        station.id, station.name, DecimalText.degrees(station.place.longitude),
        DecimalText.degrees(station.place.latitude),
        station.altitudeMetres.map { DecimalText.text($0, decimals: 1) } ?? "", station.kind,
      ]
    }
  }

  public static func hazardPointsCSV(_ points: [HazardPoint]) -> String {
    table(hazardPointColumns, points) { point in
      [
        point.id, point.name, point.hazard.rawValue, DecimalText.degrees(point.place.longitude),
        DecimalText.degrees(point.place.latitude), point.township, point.basin ?? "",
        point.people.map { String($0) } ?? "",
      ]
    }
  }

  public static func thresholdsCSV(_ thresholds: [CriticalRainfall]) -> String {
    let hasLife = thresholds.contains { $0.season != nil || $0.isForced }
    return table(thresholdColumns + (hasLife ? ["season", "forced"] : []), thresholds) { row in
      let life = hasLife ? [row.season?.text ?? "", row.isForced ? "yes" : ""] : []
      return [
        row.unitKind.rawValue, row.unit, row.hazard.rawValue, minutes(row.duration),
        row.wetness.rawValue, row.level.name, DecimalText.millimetres(row.depth),
        row.statistic.rawValue, row.source, row.author,
        row.effectiveFrom.map { date($0) } ?? "", row.effectiveTo.map { date($0 - 1) } ?? "",
      ] + life
    }
  }

  /// Columns that stand in the table where a contact needs them.
  public static let contactListColumns = [
    "more_ways", "list", "helps", "shift", "valid_from", "valid_to", "reviewed",
  ]

  /// Numbers and addresses stand in it in full: it is the table itself.
  public static func contactsCSV(_ contacts: [Contact]) -> String {
    let rest = contacts.map(contactListCells)
    let isShort = rest.allSatisfy { $0.allSatisfy(\.isEmpty) }
    var text = CSVWriter.row(contactColumns + (isShort ? [] : contactListColumns))
    for (contact, more) in zip(contacts, rest) {
      let cells = [
        contact.id, contact.name, contact.role, contact.channel,
        contact.ways.first?.address.clearText ?? "", contact.place,
        contact.hazard?.rawValue ?? "*", contact.minimumLevel.name, String(contact.order),
        contact.deputy ?? "",
      ]
      text += CSVWriter.row(cells + (isShort ? [] : more))
    }
    return text
  }

  private static func contactListCells(_ contact: Contact) -> [String] {
    [
      contact.ways.dropFirst().map { "\($0.channel)=\($0.address.clearText)" }
        .joined(separator: ";"),
      contact.list == .duty ? "" : contact.list.rawValue, contact.helps ?? "",
      contact.shift == .any ? "" : contact.shift.rawValue, contact.validFrom.map { date($0) } ?? "",
      contact.validTo.map { date($0 - 1) } ?? "", contact.reviewed.map { date($0) } ?? "",
    ]
  }

  private static func table<Value>(
    _ columns: [String], _ values: [Value], _ cells: (Value) -> [String]
  ) -> String {
    CSVWriter.text(columns, values.map(cells))
  }

  /// Minutes of a duration, with a decimal point only where it is no whole number of them.
  private static func minutes(_ duration: TimeSpan) -> String {
    DecimalText.text(Double(duration.seconds) / 60, decimals: 3)
  }

  /// The day of a moment in Beijing time, `2026-07-05`.
  private static func date(_ moment: Timestamp) -> String {
    let civil = BeijingTime.civil(moment)
    return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
  }
}
