import Formats
public import Hydromet
public import Quality

/// People's decisions about readings: `station,element,from,to,quality,author,reason,expires`.
///
/// An edit counts for readings whose period ends after `from` and not after `to`; `element` may be
/// empty for all; `quality` is a CMA code; after `expires` the edit is over. Author, reason and expiry
/// are required.
public enum ManualEditTable {
  /// Where a district keeps them.
  public static let districtFile = "stations/quality-edits.csv"

  /// What is wrong with the edits of a district; nothing where it has none.
  ///
  /// - Parameter stations: the district's own; nil where they are not known.
  public static func faults(inDistrict folder: String, stations: [Station]?) -> [Fault] {
    let path = "\(folder)/\(districtFile)"
    do throws(Fault) {
      let edits = try read(path: path)
      guard let stations else { return [] }
      let known = Set(stations.map(\.id))
      return Set(edits.map(\.station)).subtracting(known).sorted().map { station in
        Fault(
          "unknown_station", at: .init(path),
          "an edit names \(station), no station of the district",
          remedy: "correct its id, or remove the row")
      }
    } catch {
      return error.code == "no_such_file" ? [] : [error]
    }
  }

  public static let header = "station,element,from,to,quality,author,reason,expires"

  /// - Throws: `bad_edit` for the first row that is not whole, what reading a table throws.
  public static func read(path: String) throws(Fault) -> [ManualEdit] {
    let table = try CSVTable(
      bytes: try FileBytes.read(path: path, limit: 16_777_216), file: path, raggedRows: .report,
      limits: CSVTable.Limits(fileBytes: 16_777_216, columns: 64))
    if let ragged = table.raggedRows.first { throw ragged }
    var columns: [String: Int] = [:]
    for name in header.split(separator: ",").map(String.init) {
      guard let column = table.column(named: name) else {
        throw Fault(
          "missing_column", at: table.headerLocation(column: 0), "there is no column \(name)",
          remedy: "write the header \(header)")
      }
      columns[name] = column
    }
    var edits: [ManualEdit] = []
    for row in table.rows {
      let cell = { (name: String) in table.text(row: row, column: columns[name] ?? 0) }
      let fault = { (name: String, expected: String) in
        Fault(
          "bad_edit", at: table.location(row: row, column: columns[name] ?? 0),
          "\(name) is “\(cell(name))”, expected \(expected)", remedy: "correct the row or remove it"
        )
      }
      let element = Element(rawValue: cell("element"))
      guard element != nil || cell("element").isEmpty else {
        throw fault("element", Element.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard let code = Int(cell("quality")).flatMap(QualityCode.init(rawValue:)) else {
        throw fault("quality", "a CMA code: 0, 1, 2, 3, 4, 7, 8 or 9")
      }
      guard let from = Timestamp(iso8601: cell("from")) else { throw fault("from", "a time") }
      guard let to = Timestamp(iso8601: cell("to")), to > from else {
        throw fault("to", "a time after from")
      }
      guard let expires = Timestamp(iso8601: cell("expires")) else {
        throw fault("expires", "a time")
      }
      for name in ["station", "author", "reason"] where cell(name).isEmpty {
        throw fault(name, "not to be empty")
      }
      edits.append(
        ManualEdit(
          station: cell("station"), element: element, from: from, to: to, code: code,
          author: cell("author"), reason: cell("reason"), expires: expires))
    }
    return edits
  }
}
