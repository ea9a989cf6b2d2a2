import Formats
import Hydromet

/// Reads the vector files of a new district: guesses attributes, joins parts, makes codes uniform.
struct ShapeReader {
  private(set) var notes: [String] = []
  private let districtCode: String

  init(districtCode: String) {
    self.districtCode = districtCode
  }

  mutating func note(_ text: String) {
    notes.append(text)
  }

  mutating func townships(
    _ source: DistrictCreator.Shapes, codesPath: String?
  ) throws(Fault) -> [Township] {
    let file = try open(source)
    let nameField = try field(source.nameField, FieldGuess.name, "name", in: file)
    guard let nameField else {
      throw missingField("name", option: "name field", file)
    }
    let codeField = try field(source.idField, FieldGuess.townshipCode, "code", in: file)
    let englishField = try field(
      source.englishNameField, FieldGuess.englishName, "English name", in: file)
    let table = try codesPath.map { path throws(Fault) in try CodeTable(path: path) }
    var groups = Groups()
    var withoutCode: [String] = []
    for shape in file.shapes {
      guard let name = shape.feature.text(nameField) else {
        throw missingAttribute(nameField, shape, file)
      }
      let stated = codeField.flatMap { shape.feature.text($0) } ?? table?.code(of: name)
      if stated == nil { withoutCode.append(name) }
      let code = stated.map { wholeCode($0) } ?? provisionalCode(withoutCode.count)
      groups.add(code, shape, name: name, english: englishField.flatMap { shape.feature.text($0) })
    }
    if !withoutCode.isEmpty {
      note(
        "\(withoutCode.count) of \(file.shapes.count) townships have no code "
          + "(\(withoutCode.listed(5))) and got provisional ones from \(provisionalCode(1)) on; write "
          + "the official 12-digit codes into grids/townships.geojson before warnings are sent")
    }
    noteJoined(groups, file)
    return groups.members.map {
      Township(code: $0.id, name: $0.name, englishName: $0.english, geometry: $0.geometry)
    }
  }

  mutating func basins(_ source: DistrictCreator.Shapes) throws(Fault) -> [SmallBasin] {
    let file = try open(source)
    let idField = try field(source.idField, FieldGuess.basinId, "id", in: file)
    guard let idField else { throw missingField("id", option: "id field", file) }
    let nameField = try field(source.nameField, FieldGuess.basinName, "name", in: file)
    let nextField = try field(
      source.downstreamField, FieldGuess.downstream, "downstream basin", in: file)
    if nextField == nil {
      notes.append(
        "the basins name no downstream basin: water is not followed from one to the next")
    }
    var groups = Groups()
    for shape in file.shapes {
      guard let id = shape.feature.text(idField) else {
        throw missingAttribute(idField, shape, file)
      }
      groups.add(
        id, shape, name: nameField.flatMap { shape.feature.text($0) } ?? id,
        next: nextField.flatMap { shape.feature.text($0) })
    }
    noteJoined(groups, file)
    return try basins(groups, file)
  }

  private mutating func basins(_ groups: Groups, _ file: ShapeFile) throws(Fault) -> [SmallBasin] {
    let known = Set(groups.members.map(\.id))
    guard let centre = EqualArea.centre(of: groups.members.lazy.map(\.geometry)) else { return [] }
    let area = try EqualArea(centre: centre)
    var strangers: [String] = []
    var basins: [SmallBasin] = []
    for member in groups.members {
      let next = member.next.flatMap { $0 == member.id ? nil : $0 }
      let isKnown = next.map { known.contains($0) } ?? false
      if let next, !isKnown, !["0", "-1"].contains(next) { strangers.append(next) }
      basins.append(
        SmallBasin(
          id: member.id, name: member.name, downstream: isKnown ? next : nil,
          areaSquareKilometres: try area.squareKilometres(member.geometry),
          geometry: member.geometry))
    }
    if !strangers.isEmpty {
      notes.append(
        "\(strangers.count) basins drain into something that is no basin of the file and count as "
          + "outlets: \(strangers.listed(5))")
    }
    let downstream = Dictionary(
      basins.map { ($0.id, $0.downstream) }, uniquingKeysWith: { first, _ in first })
    if let ring = Rings.find(basins.map(\.id), next: { downstream[$0] ?? nil }).first {
      throw Fault(
        "basin_cycle", at: .init(file.path), "the water runs in a ring: \(ring.listed(20))",
        remedy: "correct the downstream basin of one of them, or name another attribute")
    }
    return basins
  }

  private mutating func open(_ source: DistrictCreator.Shapes) throws(Fault) -> ShapeFile {
    let file = try ShapeFile(path: source.path, layer: source.layer, crs: source.crs)
    if let fault = file.faults.first { throw fault }
    guard !file.shapes.isEmpty else {
      throw Fault(
        "no_polygons", at: .init(source.path), "the file holds no polygon",
        remedy: "give a file of polygons")
    }
    notes += file.repairs.map { "\(source.path): \($0)" }
    return file
  }

  /// The stated attribute, which must be there, or the guessed one, which is noted.
  private mutating func field(
    _ stated: String?, _ usual: [String], _ meaning: String, in file: ShapeFile
  ) throws(Fault) -> String? {
    if let stated {
      guard file.attributeNames.contains(stated) else {
        throw Fault(
          "unknown_attribute", at: .init(file.path),
          "there is no attribute \(stated); there are \(file.attributeNames.listed(20))",
          remedy: "name one of them")
      }
      return stated
    }
    let guess = FieldGuess.attribute(usual, in: file.attributeNames)
    if let guess { notes.append("\(file.path): \(meaning) is taken from \(guess)") }
    return guess
  }

  private func missingField(_ name: String, option: String, _ file: ShapeFile) -> Fault {
    Fault(
      "missing_attribute", at: .init(file.path),
      "no attribute looks like the \(name); there are \(file.attributeNames.listed(20))",
      remedy: "name it with the option for the \(option)")
  }

  private func missingAttribute(
    _ field: String, _ shape: ShapeFile.Shape, _ file: ShapeFile
  ) -> Fault {
    Fault(
      "missing_attribute", at: ShapeFile.location(file.path, shape.feature.index),
      "the feature has no \(field)", remedy: "fill the attribute, or remove the feature")
  }

  private mutating func noteJoined(_ groups: Groups, _ file: ShapeFile) {
    let joined = file.shapes.count - groups.members.count
    if joined > 0 {
      notes.append("\(file.path): \(joined) parts were joined to the feature with the same id")
    }
  }

  /// A 9-digit code of a township is written with three zeros for the villages.
  private func wholeCode(_ code: String) -> String {
    let isNine = code.utf8.count == 9 && code.utf8.allSatisfy { (48...57).contains($0) }
    return isNine && code.hasPrefix(districtCode) ? code + "000" : code
  }

  private func provisionalCode(_ number: Int) -> String {
    "\(districtCode)\(padded(min(900 + number, 999_999), 3))000"
  }
}

/// Features by id, parts of one id joined, in the order of their first part.
private struct Groups {
  struct Member {
    let id: String
    let name: String
    let english: String?
    let next: String?
    var geometry: MultiPolygon
  }

  private(set) var members: [Member] = []
  private var index: [String: Int] = [:]

  mutating func add(
    _ id: String, _ shape: ShapeFile.Shape, name: String, english: String? = nil,
    next: String? = nil
  ) {
    if let place = index[id] {
      members[place].geometry.polygons += shape.polygons.polygons
      return
    }
    index[id] = members.count
    members.append(
      Member(id: id, name: name, english: english, next: next, geometry: shape.polygons))
  }
}
