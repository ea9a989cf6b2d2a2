import Formats
import Hydromet
import Runoff

/// The times and numbers of a table of rain and flow.
extension RunoffTableReader {
  mutating func times() throws(Fault) -> (firstEnd: Timestamp, step: TimeSpan) {
    let index = try find(
      statement.timeColumn, ["time", "datesr", "date", "datetime", "timestamp", "end"])
    guard let index else {
      guard let step = statement.step else {
        throw Fault(
          "missing_column", at: table.headerLocation(column: 0),
          "the table has no column of times and no step is stated",
          remedy: "name the column with --time, or state --step 15min")
      }
      notes.append("no times: steps of \(step.text) from 1970")
      return (Timestamp(secondsSince1970: Int64(step.seconds)), step)
    }
    var moments: [Timestamp] = []
    for row in table.rows {
      guard let moment = Timestamp(iso8601: table.text(row: row, column: index)) else {
        throw Fault(
          "bad_time", at: table.location(row: row, column: index),
          "\"\(table.text(row: row, column: index))\" is no time",
          remedy: "write ISO 8601: 2004-01-01T00:00:00Z")
      }
      moments.append(moment)
    }
    let seconds = moments[1].seconds(since: moments[0])
    for row in 1..<moments.count
    where moments[row].seconds(since: moments[row - 1]) != seconds || seconds <= 0 {
      throw Fault(
        "uneven_steps", at: table.location(row: row, column: index),
        "the step to \(moments[row].iso8601) is \(moments[row].seconds(since: moments[row - 1])) s, "
          + "the first is \(seconds) s",
        remedy: "give every step a row, with empty cells where nothing is known")
    }
    if let step = statement.step, step.seconds != seconds {
      throw Fault(
        "uneven_steps", at: .init(path), "the times are \(seconds) s apart, not \(step.text)",
        remedy: "leave --step out")
    }
    guard seconds <= 86_400 else {
      throw Fault(
        "wrong_step", at: .init(path), "the times are \(seconds) s apart",
        remedy: "give steps of at most a day")
    }
    return (moments[0], TimeSpan(seconds: seconds))
  }

  /// Millimetres a step; nil where the cell is empty, `NA` or `NaN`.
  func values(
    _ column: Column, _ what: String, _ step: TimeSpan
  ) throws(Fault) -> [Double?] {
    var area = 1.0
    if column.unit.basis == nil {
      guard let stated = statement.area, stated > 0, stated < 1e7 else {
        throw Fault(
          "no_area", at: table.headerLocation(column: column.index),
          "\(what) is in \(column.unit.rawValue) and the area is not stated",
          remedy: "state --area in km²")
      }
      area = stated
    }
    let factor = column.unit.millimetres(step: step, area: area)
    var values: [Double?] = []
    for row in table.rows {
      let number = try number(row, column.index, what)
      if let number, number < 0 {
        throw Fault(
          "bad_number", at: table.location(row: row, column: column.index),
          "\(what) is \(number)", remedy: "leave cells without a measurement empty")
      }
      values.append(number.map { $0 * factor })
    }
    return values
  }

  private func number(_ row: Int, _ column: Int, _ what: String) throws(Fault) -> Double? {
    let text = table.text(row: row, column: column)
    if ["", "na", "nan", "null", "none"].contains(text.lowercased()) { return nil }
    guard let number = Double(text), number.isFinite else {
      throw Fault(
        "bad_number", at: table.location(row: row, column: column),
        "\(what): \"\(text)\" is no number", remedy: "write a number, or leave the cell empty")
    }
    return number
  }

  /// Evaporation capacity from its column, else from temperature by Oudin.
  mutating func losses(
    _ column: Column?, _ firstEnd: Timestamp, _ step: TimeSpan
  ) throws(Fault) -> [Double] {
    if let column {
      let values = try values(column, "evaporation", step)
      var last = 0.0
      return values.map { value in
        last = value ?? last
        return last
      }
    }
    guard let index = try find(statement.temperatureColumn, ["t", "temp", "temperature", "tair"])
    else { throw missing("evaporation or temperature", "--evaporation or --temperature") }
    guard let latitude = statement.latitude, (-90...90).contains(latitude) else {
      throw Fault(
        "no_latitude", at: table.headerLocation(column: index),
        "evaporation is to come from temperature and the latitude is not stated",
        remedy: "state --latitude in degrees")
    }
    notes.append("evaporation: from temperature in column \(table.header[index]) by Oudin (2005)")
    var last = 10.0
    var result: [Double] = []
    let share = Double(step.seconds) / 86_400
    for row in table.rows {
      last = try number(row, index, "temperature") ?? last
      let day = Evaporation.dayOfYear(firstEnd + row * step.seconds)
      result.append(share * Evaporation.oudin(celsius: last, latitude: latitude, dayOfYear: day))
    }
    return result
  }
}
