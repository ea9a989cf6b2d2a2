import Formats
import Hydromet
import Ingest
import Testing

@Suite("Ensembles in netCDF")
struct GridMemberTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  /// Three members of two hours on 2 x 3 cells of 0.1°; a cell of member m (from 0), hour t, row r and
  /// column c holds 100 m + 10 t + 3 r + c millimetres.
  private func ensemble(
    _ name: String = "ens_number", numbers: [Double]? = nil, membersFirst: Bool = true
  ) throws -> String {
    let path = folder.file("ensemble.nc")
    let writer = try NetCDFWriter(path: path, format: .netCDF4)
    let member = try writer.dimension(name, length: 3)
    let time = try writer.dimension("time", length: 2)
    let y = try writer.dimension("lat", length: 2)
    let x = try writer.dimension("lon", length: 3)
    let coordinates = try numbers.map { _ in
      try writer.variable(name, .double, dimensions: [member], attributes: [])
    }
    let times = try writer.variable(
      "time", .double, dimensions: [time],
      attributes: [("units", .text("hours since 2024-07-09 00:00:00"))])
    let latitude = try writer.variable(
      "lat", .double, dimensions: [y], attributes: [("units", .text("degrees_north"))])
    let longitude = try writer.variable(
      "lon", .double, dimensions: [x], attributes: [("units", .text("degrees_east"))])
    let rain = try writer.variable(
      "precipitation", .double,
      dimensions: membersFirst ? [member, time, y, x] : [time, member, y, x],
      attributes: [("units", .text("mm"))])
    if let numbers, let coordinates { try writer.write(numbers, to: coordinates) }
    try writer.write([1.0, 2.0], to: times)
    try writer.write([29.1, 29.0], to: latitude)
    try writer.write([106, 106.1, 106.2], to: longitude)
    var values: [Double] = []
    for outer in 0..<(membersFirst ? 3 : 2) {
      for inner in 0..<(membersFirst ? 2 : 3) {
        let (m, t) = membersFirst ? (outer, inner) : (inner, outer)
        for r in 0..<2 { for c in 0..<3 { values.append(Double(100 * m + 10 * t + 3 * r + c)) } }
      }
    }
    try writer.write(values, to: rain)
    try writer.close()
    return path
  }

  private func grid(_ path: String, member: Int?) throws -> GriddedRain {
    try GriddedRain(path: path, statement: GridStatement(member: member))
  }

  @Test(
    "a member without a number of its own is known by its place, counted from 1, wherever its dimension is",
    arguments: [true, false])
  func byPlace(membersFirst: Bool) throws {
    let path = try ensemble(membersFirst: membersFirst)
    for member in 1...3 {
      let opened = try grid(path, member: member)
      #expect(opened.steps.count == 2)
      for hour in 0..<2 {
        let first = Float(100 * (member - 1) + 10 * hour)
        #expect(try opened.field(hour).values == (0..<6).map { first + Float($0) })
      }
      #expect(opened.notes.contains { $0.hasPrefix("member \(member) of 3, counted from 1") })
    }
    for absent in [0, 4, -1, Int.min, Int.max] {
      let fault = #expect(throws: Fault.self) { try grid(path, member: absent) }
      #expect(fault?.code == "unknown_member" && fault?.problem.contains("1 to 3") == true)
    }
  }

  @Test("a member with a number is known by it and not by its place")
  func byNumber() throws {
    let path = try ensemble("realization", numbers: [0, 7, 2])
    #expect(try grid(path, member: 7).field(0).values.first == 100)
    #expect(try grid(path, member: 2).field(1).values.first == 210)
    #expect(try grid(path, member: 0).field(0).values.first == 0)
    let fault = #expect(throws: Fault.self) { try grid(path, member: 1) }
    #expect(fault?.code == "unknown_member" && fault?.problem.contains("0, 7, 2") == true)
  }

  @Test("of several members one must be stated; layers that are no members are refused")
  func unstated() throws {
    let members = try ensemble()
    let several = #expect(throws: Fault.self) { try grid(members, member: nil) }
    #expect(several?.code == "several_members" && several?.remedy.contains("--member") == true)
    let layers = try ensemble("height_above_ground", numbers: [10, 500, 1000])
    let fault = #expect(throws: Fault.self) { try grid(layers, member: 1) }
    #expect(fault?.code == "extra_dimension")
  }
}
