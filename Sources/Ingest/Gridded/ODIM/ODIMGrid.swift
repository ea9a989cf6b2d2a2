import Formats
import Hydromet

/// A composite in the form of OPERA: ODIM_H5.
///
/// `/what` says what the file is (`object` COMP) and its nominal time; `/where` the projection, the
/// size and the outer corners; `/datasetN` a product with its period, `/datasetN/dataM` one quantity of
/// it. `what` may stand at the data, at the data set or at the root, and the nearest one holds:
///
///     value = stored · gain + offset;   nodata: no radar sees the cell;   undetect: nothing there.
///
/// A file may leave out gain (1), offset (0), nodata or undetect (no number has that meaning); what
/// was assumed is noted. Where nodata and undetect are the same number nothing says which is meant,
/// and such a cell is missing, never dry.
///
/// Rain is RATE (mm/h) or ACRR (mm); DBZH, DBZV, TH, TV are reflectivity. Several data sets of one
/// quantity with different periods are steps. The period of an ACRR is from its start to its end. A
/// rate is for the nominal time where its acquisition does not end on the stated step.
///
/// - Source: EUMETNET OPERA, "OPERA Data Information Model for HDF5", versions 2.0 to 2.4.
final class ODIMGrid: GridSource {
  let facts: GridFacts
  private let cells: [HierarchicalCells]
  private let place: Fault.Location

  init(
    _ file: HDF5File, form: String, _ content: GridContent, _ statement: GridStatement
  ) throws(Fault) {
    let place = content.place
    try ODIMGrid.requireComposite(file, place)
    let products = try ODIMProduct.chosen(in: file, statement, place)
    let first = products[0]
    var notes = first.notes
    let whole = try ODIMPlace(file, size: first.dataset.shape, statement, place)
    notes += whole.notes
    if let quantity = statement.quantity, quantity != first.quantity {
      throw Fault(
        "contradiction", at: place,
        "the grid is stated to be a \(quantity.rawValue), the file's \(first.name) is a "
          + first.quantity.rawValue, remedy: "correct `quantity:`, or choose with `variable:`")
    }
    var entries: [(step: GriddedRain.Step, cells: HierarchicalCells)] = []
    for product in products {
      try product.requireShape(first.dataset.shape, place)
      let step = try product.step(file, statement, place, &notes)
      entries.append(
        (
          step,
          HierarchicalCells(
            file: file, dataset: product.dataset, packing: product.packing,
            quantity: product.quantity, factor: 1)
        ))
    }
    try ODIMGrid.order(&entries, place)
    cells = entries.map(\.cells)
    self.place = place
    var seen: Set<String> = []
    facts = GridFacts(
      format: form, item: products.map(\.dataset.path).joined(separator: ", "),
      geometry: whole.geometry, quantity: first.quantity, steps: entries.map(\.step),
      notes: notes.filter { seen.insert($0).inserted },
      storage: GridStorage(
        unit: first.unit, coordinateUnit: "m", order: "y x; x rising, y falling",
        type: first.dataset.type, scale: first.packing.gain, offset: first.packing.offset,
        missing: first.packing.uncovered + first.packing.missing),
      tellsCoverage: !first.packing.uncovered.isEmpty)
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    try cells[step].cells(window, Fault.Location(place.file, item: cells[step].dataset.path))
  }

  private static func requireComposite(
    _ file: HDF5File, _ place: Fault.Location
  ) throws(Fault) {
    guard let object = try file.text("object", of: "what") else { return }
    guard ["COMP", "IMAGE"].contains(object) else {
      throw Fault(
        "not_a_grid", at: place,
        "this is an ODIM_H5 file of the object \(object), expected a composite (COMP) or an image",
        remedy: "give a composite; volumes and scans of one radar must be put on a grid first")
    }
  }

  private static func order(
    _ entries: inout [(step: GriddedRain.Step, cells: HierarchicalCells)], _ place: Fault.Location
  ) throws(Fault) {
    guard entries.count > 1 else { return }
    guard entries.allSatisfy({ $0.step.label != nil }) else {
      throw FieldPeriod.bad("several data sets hold the rain and have no times", place)
    }
    entries.sort { a, b in
      guard let first = a.step.label, let second = b.step.label else { return false }
      return first < second
    }
    for (a, b) in zip(entries, entries.dropFirst()) where a.step.label == b.step.label {
      throw FieldPeriod.bad(
        "the data sets \(a.cells.dataset.path) and \(b.cells.dataset.path) are for the same time; "
          + "choose one with `variable:`", place)
    }
  }
}

/// One quantity of an ODIM file.
struct ODIMProduct {
  /// `RATE`, `ACRR`, `DBZH`, ….
  let name: String
  let quantity: Quantity
  let dataset: HDF5File.Dataset
  let packing: HierarchicalPacking
  let notes: [String]
  /// The groups whose `what` may speak of it, nearest first.
  private let groups: [String]

  var unit: String { RainUnit.name(of: quantity) }

  /// The data sets that are read: those that are stated, else those of rain, else of reflectivity.
  ///
  /// - Throws: `unknown_variable` with what the file has.
  static func chosen(
    in file: HDF5File, _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> [ODIMProduct] {
    let all = try listed(in: file, statement, place)
    let list = all.map { "\($0.dataset) [\($0.name)]" }.joined(separator: ", ")
    func products(_ isWanted: (String, String) -> Bool) throws(Fault) -> [ODIMProduct] {
      var found: [ODIMProduct] = []
      for entry in all where isWanted(entry.name, entry.dataset) {
        if let product = try ODIMProduct(
          entry.name, file, entry.dataset, entry.groups, statement, place)
        {
          found.append(product)
        }
      }
      return found
    }
    if let wanted = statement.variable {
      let bare = wanted.split(separator: "/").joined(separator: "/")
      let found = try products { name, path in
        name == wanted || path == bare || path.hasPrefix(bare + "/")
      }
      guard !found.isEmpty, Set(found.map(\.name)).count == 1 else {
        throw unknown("“\(wanted)” is not one quantity of rain or reflectivity", list, place)
      }
      return found
    }
    for way in [["RATE", "ACRR"], ["DBZH", "DBZV", "TH", "TV", "DBZ"]] {
      let found = try products { name, _ in way.contains(name) }
      if found.isEmpty { continue }
      guard Set(found.map(\.name)).count == 1 else {
        throw unknown("several quantities may be the rain", list, place)
      }
      return found
    }
    throw unknown("no quantity is rain or reflectivity", list, place)
  }

  private static func listed(
    in file: HDF5File, _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> [(name: String, dataset: String, groups: [String])] {
    var all: [(name: String, dataset: String, groups: [String])] = []
    for set in 1...500 where file.exists("dataset\(set)") {
      for data in 1...100 {
        let group = "dataset\(set)/data\(data)"
        guard file.exists("\(group)/data") else { break }
        let groups = ["\(group)/what", "dataset\(set)/what", "what"]
        var name: String?
        for what in groups where name == nil { name = try file.text("quantity", of: what) }
        all.append((name ?? "?", "\(group)/data", groups))
      }
    }
    return all
  }

  /// - Returns: nil for a quantity that is neither rain nor reflectivity.
  private init?(
    _ name: String, _ file: HDF5File, _ path: String, _ groups: [String],
    _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) {
    switch name {
    case "RATE": quantity = .rate
    case "ACRR": quantity = .amount
    case "DBZH", "DBZV", "TH", "TV", "DBZ": quantity = .reflectivity
    default: return nil
    }
    guard let dataset = try file.dataset(path), dataset.shape.count == 2 else {
      throw Fault(
        "damaged_hdf5", at: Fault.Location(place.file, item: path),
        "the data are no two-dimensional numbers", remedy: "check that the file is complete")
    }
    self.name = name
    self.dataset = dataset
    self.groups = groups
    let reader = ODIMNumbers(file: file, groups: groups, isSingle: dataset.isSingle)
    var notes: [String] = []
    let gain = try reader.number("gain", assumed: 1, &notes)
    let offset = try reader.number("offset", assumed: 0, &notes)
    let nodata = try reader.code("nodata", &notes)
    let undetect = try reader.code("undetect", &notes)
    guard let gain, gain != 0, gain.isFinite, let offset, offset.isFinite else {
      throw Fault(
        "bad_packing", at: Fault.Location(place.file, item: path),
        "gain and offset are no numbers of a scale", remedy: "correct the file")
    }
    let isOne = nodata != nil && nodata == undetect
    if isOne { notes.append("nodata and undetect are one number: such cells are missing, not dry") }
    packing = HierarchicalPacking(
      gain: gain, offset: offset, uncovered: isOne ? [] : nodata.map { [$0] } ?? [],
      missing: statement.missingValues + (isOne ? nodata.map { [$0] } ?? [] : []),
      undetected: isOne ? nil : undetect,
      nothing: quantity == .reflectivity ? Double(ReflectivityRelation.noEcho) : 0)
    self.notes = notes
  }

  /// - Throws: `contradiction` where the data lie on another grid than those that `/where` places.
  func requireShape(_ shape: [Int], _ place: Fault.Location) throws(Fault) {
    guard dataset.shape == shape else {
      throw Fault(
        "contradiction", at: Fault.Location(place.file, item: dataset.path),
        "the data have \(dataset.shape) cells, those of the file's first data set \(shape)",
        remedy: "all data sets of one file lie on one grid; ask the sender for a whole file")
    }
  }

  private static func unknown(
    _ problem: String, _ list: String, _ place: Fault.Location
  ) -> Fault {
    Fault(
      "unknown_variable", at: place, "\(problem): the file has \(list.isEmpty ? "no data" : list)",
      remedy: "name the quantity or the data set with `variable:` or --variable")
  }

  /// The period, by the rules that the description of the format above gives.
  func step(
    _ file: HDF5File, _ statement: GridStatement, _ place: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> GriddedRain.Step {
    let start = try moment(file, "startdate", "starttime", place)
    let end = try moment(file, "enddate", "endtime", place)
    let nominal = try moment(file, "date", "time", place)
    guard let start, let end, start < end else {
      if quantity == .amount, start != nil || end != nil {
        notes.append("the accumulation does not name both its start and its end")
      }
      return try FieldPeriod(end: quantity == .amount ? end ?? nominal : nominal ?? end)
        .step(statement, place, &notes)
    }
    if quantity == .amount {
      return try FieldPeriod(start: start, end: end).step(statement, place, &notes)
    }
    let length = end.seconds(since: start)
    if let stated = statement.stepSeconds, let nominal, stated > 0,
      stated != length || end.secondsSince1970 % Int64(stated) != 0
    {
      notes.append(
        "acquired from \(start.iso8601) to \(end.iso8601); taken for the stated \(stated) s that "
          + "end at the nominal time")
      return try FieldPeriod(end: nominal).step(statement, place, &notes)
    }
    notes.append("period of the rate: its acquisition")
    return try FieldPeriod(start: start, end: end).step(statement, place, &notes)
  }

  /// A date `YYYYMMDD` and a time `HHmmss` of the nearest `what`.
  private func moment(
    _ file: HDF5File, _ date: String, _ time: String, _ place: Fault.Location
  ) throws(Fault) -> Timestamp? {
    for group in groups {
      guard let day = try file.text(date, of: group), let clock = try file.text(time, of: group)
      else { continue }
      let digits = clock.count == 4 ? clock + "00" : clock
      guard day.count == 8, let moment = Timestamp(iso8601: "\(day)T\(digits.prefix(6))Z") else {
        throw FieldPeriod.bad("\(group) names the time \(day) \(clock)", place)
      }
      return moment
    }
    return nil
  }
}

/// Numbers of the nearest `what`.
private struct ODIMNumbers {
  let file: HDF5File
  let groups: [String]
  let isSingle: Bool

  func number(
    _ name: String, assumed: Double, _ notes: inout [String]
  ) throws(Fault) -> Double? {
    for group in groups {
      if let numbers = try file.numbers(name, of: group) { return numbers.first }
    }
    notes.append("no \(name): \(plain(assumed)) assumed")
    return assumed
  }

  /// A stored number with a meaning, as the data hold it.
  func code(_ name: String, _ notes: inout [String]) throws(Fault) -> Double? {
    for group in groups {
      guard let number = try file.numbers(name, of: group)?.first, !number.isNaN else { continue }
      return isSingle ? Double(Float(number)) : number
    }
    notes.append(
      name == "nodata"
        ? "no nodata: every stored number is a measurement"
        : "no undetect: no stored number means dry")
    return nil
  }
}
