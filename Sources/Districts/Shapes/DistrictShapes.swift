import Formats
import Hydromet

/// The townships, basins and rivers of a district, and the outline that they are checked against.
struct DistrictShapes {
  private(set) var townships: [Township] = []
  /// Areas of the townships, km², in their order.
  private(set) var townshipAreas: [Double] = []
  private(set) var basins: [SmallBasin] = []
  private(set) var rivers: [[Point]] = []
  /// Closed rings and lines of the reference outline.
  private(set) var reference: [[Point]] = []

  /// The box around the townships.
  var extent: Box? {
    townships.compactMap(\.geometry.box).reduce(nil as Box?) { $0?.union($1) ?? $1 }
  }

  private var area: EqualArea?

  init(_ folder: String, _ configuration: DistrictConfiguration, _ findings: inout Findings) {
    readTownships(folder, configuration, &findings)
    if let basins = configuration.basins { readBasins(folder, basins, &findings) }
    if let rivers = configuration.rivers {
      if let file = open(folder, rivers, &findings) { self.rivers = file.lines }
    }
    if let reference = configuration.reference, let file = open(folder, reference, &findings) {
      let rings = file.shapes.flatMap(\.polygons.rings)
      self.reference = file.lines + rings.compactMap { ring in ring.first.map { ring + [$0] } }
    }
  }

  private func open(
    _ folder: String, _ source: DistrictConfiguration.ShapeSource, _ findings: inout Findings
  ) -> ShapeFile? {
    do throws(Fault) {
      let path = DistrictFolder.join(folder, source.file)
      let file = try ShapeFile(
        path: path, layer: source.layer, crs: source.crs, coordinates: source.coordinates)
      findings.add(contentsOf: file.faults)
      for repair in file.repairs {
        findings.warn(
          "repaired_geometry", at: .init(path), repair, remedy: "check the shape in a map")
      }
      return file
    } catch {
      findings.add(error)
      return nil
    }
  }

  private mutating func readTownships(
    _ folder: String, _ configuration: DistrictConfiguration, _ findings: inout Findings
  ) {
    let source = configuration.townships
    guard let file = open(folder, source, &findings) else { return }
    let fields = Fields(file, source)
    guard !file.shapes.isEmpty else {
      findings.fault(
        "no_townships", at: .init(file.path), "the file holds no polygon",
        remedy: "give the townships as polygons with code and name")
      return
    }
    var seen: [String: Int] = [:]
    for shape in file.shapes {
      guard let code = fields.required("code", shape, &findings),
        let name = fields.required("name", shape, &findings),
        fields.unique(code, "code", shape, &seen, &findings)
      else { continue }
      checkCode(
        code, configuration.code, ShapeFile.location(file.path, shape.feature.index), &findings)
      townships.append(
        Township(
          code: code, name: name, englishName: fields.optional("english_name", shape),
          geometry: shape.polygons))
      townshipAreas.append(squareKilometres(shape, file.path, &findings) ?? 0)
    }
  }

  private func checkCode(
    _ code: String, _ district: String, _ location: Fault.Location, _ findings: inout Findings
  ) {
    let isWhole = code.utf8.count == 12 && code.utf8.allSatisfy { (48...57).contains($0) }
    guard !isWhole || !code.hasPrefix(district) else { return }
    findings.warn(
      "unusual_code", at: location,
      isWhole
        ? "the code \(code) does not begin with the district's code \(district)"
        : "the code \(code) has not twelve digits",
      remedy: "write the 12-digit administrative code, so that warnings reach the right place")
  }

  private mutating func readBasins(
    _ folder: String, _ source: DistrictConfiguration.ShapeSource, _ findings: inout Findings
  ) {
    guard let file = open(folder, source, &findings) else { return }
    let fields = Fields(file, source)
    var seen: [String: Int] = [:]
    var downstream: [String: (next: String, location: Fault.Location)] = [:]
    for shape in file.shapes {
      guard let id = fields.required("id", shape, &findings),
        fields.unique(id, "id", shape, &seen, &findings)
      else { continue }
      let next = fields.optional("downstream", shape)
      if let next { downstream[id] = (next, ShapeFile.location(file.path, shape.feature.index)) }
      basins.append(
        SmallBasin(
          id: id, name: fields.optional("name", shape) ?? id, downstream: next,
          areaSquareKilometres: squareKilometres(shape, file.path, &findings) ?? 0,
          geometry: shape.polygons))
    }
    BasinChecks.check(basins.map(\.id), downstream: downstream, &findings)
  }

  /// One projection serves the whole district: it keeps areas wherever it is centred.
  private mutating func squareKilometres(
    _ shape: ShapeFile.Shape, _ path: String, _ findings: inout Findings
  ) -> Double? {
    do throws(Fault) {
      if area == nil, let centre = EqualArea.centre(of: [shape.polygons]) {
        area = try EqualArea(centre: centre)
      }
      return try area?.squareKilometres(shape.polygons)
    } catch {
      let place = ShapeFile.location(path, shape.feature.index)
      findings.fault(error.code, at: place, error.problem, remedy: error.remedy)
      return nil
    }
  }

  /// Attributes of features under the names that the settings give them.
  private struct Fields {
    let file: ShapeFile
    let source: DistrictConfiguration.ShapeSource

    init(_ file: ShapeFile, _ source: DistrictConfiguration.ShapeSource) {
      self.file = file
      self.source = source
    }

    func optional(_ name: String, _ shape: ShapeFile.Shape) -> String? {
      shape.feature.text(source.fields[name] ?? name)
    }

    func required(
      _ name: String, _ shape: ShapeFile.Shape, _ findings: inout Findings
    ) -> String? {
      if let text = optional(name, shape) { return text }
      let field = source.fields[name] ?? name
      findings.fault(
        "missing_attribute", at: ShapeFile.location(file.path, shape.feature.index),
        "the feature has no \(field); it has \(file.attributeNames.listed())",
        remedy: "add the attribute, or name the one that holds it in district.yaml: \(name)")
      return nil
    }

    func unique(
      _ id: String, _ name: String, _ shape: ShapeFile.Shape, _ seen: inout [String: Int],
      _ findings: inout Findings
    ) -> Bool {
      guard let first = seen[id] else {
        seen[id] = shape.feature.index
        return true
      }
      findings.fault(
        "duplicate_id", at: ShapeFile.location(file.path, shape.feature.index),
        "\(name) \(id) is that of feature \(first + 1) already",
        remedy: "join the parts to one multipolygon, or give each an id of its own")
      return false
    }
  }
}
