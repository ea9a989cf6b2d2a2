import Formats
import Hydromet
import Testing

@Suite("netCDF files")
struct NetCDFTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
  }

  /// A small file with every number type, text in Chinese, and a grid that no flip leaves unchanged.
  @discardableResult
  private func writeSample(_ name: String, _ format: NetCDFWriter.Format) throws -> String {
    let path = folder.file(name)
    let writer = try NetCDFWriter(path: path, format: format)
    let y = try writer.dimension("y", length: 3)
    let x = try writer.dimension("x", length: 4)
    let width = try writer.dimension("width", length: 9)
    try writer.attribute("title", .text("雨量"))
    let rain = try writer.variable(
      "rain", .short, dimensions: [y, x],
      storage: .init(chunks: [2, 2], deflate: 4, shuffles: true),
      attributes: [
        ("units", .text("mm")), ("scale_factor", .doubles([0.1])), ("_FillValue", .shorts([-1])),
        ("limits", .floats([1.5, 2.5])), ("levels", .ints([1, 2, 3])), ("flag", .bytes([-3])),
      ])
    let depth = try writer.variable("depth", .float, dimensions: [x])
    let exact = try writer.variable("exact", .double, dimensions: [])
    let count = try writer.variable("count", .int, dimensions: [y])
    let small = try writer.variable("small", .byte, dimensions: [y])
    let names = try writer.variable("names", .char, dimensions: [y, width])
    try writer.write((0..<12).map { Int16($0 * $0 - 1) }, to: rain)
    try writer.write([0.5, -1.5, .nan, .infinity] as [Float], to: depth)
    try writer.write([1e300] as [Double], to: exact)
    try writer.write([-7, 0, 2_000_000_000] as [Int32], to: count)
    try writer.write([-128, 0, 127] as [Int8], to: small)
    try writer.write(["綦江", "a", ""], to: names)
    try writer.close()
    return path
  }

  @Test("what was written is read back, in both forms", arguments: [true, false])
  func roundTrip(isClassic: Bool) throws {
    let file = try NetCDFFile(
      path: writeSample("sample.nc", isClassic ? .classic : .netCDF4))
    #expect(file.format == (isClassic ? "netCDF 64-bit offset" : "netCDF-4"))
    #expect(file.text("title") == "雨量")
    #expect(file.dimensions.map(\.name) == ["y", "x", "width"])
    #expect(file.dimensions.map(\.length) == [3, 4, 9])
    let rain = try #require(file.variable("rain"))
    #expect(rain.type == .short)
    #expect(rain.shape == [3, 4])
    #expect(rain.text("units") == "mm")
    #expect(rain.number("scale_factor") == 0.1)
    #expect(rain["limits"] == .floats([1.5, 2.5]))
    #expect(rain["levels"]?.numbers == [1, 2, 3])
    #expect(rain["flag"] == .bytes([-3]))
    #expect(try file.doubles(rain) == (0..<12).map { Double($0 * $0 - 1) })
    #expect(try file.doubles(rain, start: [1, 2], count: [2, 1]) == [35, 99])
    #expect(try file.floats(rain, start: [2, 0], count: [1, 4]) == [63, 80, 99, 120])
    #expect(try file.integers(rain, start: [0, 0], count: [1, 2]) == [-1, 0])
    let depth = try file.doubles(try #require(file.variable("depth")))
    #expect(depth[0] == 0.5 && depth[1] == -1.5 && depth[2].isNaN && depth[3] == .infinity)
    let exact = try #require(file.variable("exact"))
    #expect(try file.doubles(exact) == [1e300])
    #expect(try file.floats(exact, start: [], count: []) == [.infinity])
    #expect(try file.doubles(try #require(file.variable("count"))) == [-7, 0, 2e9])
    #expect(try file.doubles(try #require(file.variable("small"))) == [-128, 0, 127])
    #expect(try file.texts(try #require(file.variable("names"))) == ["綦江", "a", ""])
  }

  @Test("64-bit integers and texts of any length are kept by netCDF-4")
  func wideTypes() throws {
    let writer = try NetCDFWriter(path: folder.file("wide.nc"))
    let time = try writer.dimension("time", length: 1)
    let variable = try writer.variable(
      "time", .int64, dimensions: [time], attributes: [("list", .texts(["一", "two"]))])
    try writer.write([9_007_199_254_740_993] as [Int64], to: variable)
    try writer.close()
    let file = try NetCDFFile(path: folder.file("wide.nc"))
    let read = try #require(file.variable("time"))
    #expect(try file.integers(read, start: [0], count: [1]) == [9_007_199_254_740_993])
    #expect(read["list"] == .texts(["一", "two"]))
  }

  @Test("the same content gives the same bytes", arguments: [true, false])
  func sameBytes(isClassic: Bool) throws {
    try writeSample("a.nc", isClassic ? .classic : .netCDF4)
    try writeSample("b.nc", isClassic ? .classic : .netCDF4)
    #expect(try folder.read("a.nc") == folder.read("b.nc"))
  }

  @Test("a file cut at any byte is a fault, or still gives every number", arguments: [true, false])
  func truncated(isClassic: Bool) throws {
    let path = try writeSample("whole.nc", isClassic ? .classic : .netCDF4)
    let bytes = try folder.read("whole.nc")
    let expected = try everything(path)
    var lengths = Array(stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)))
    lengths += (max(0, bytes.count - 24)..<bytes.count)
    for length in lengths {
      try folder.write(Array(bytes[..<length]), "cut.nc")
      do {
        #expect(try everything(folder.file("cut.nc")) == expected, "cut to \(length) bytes")
      } catch let fault as Fault {
        #expect(fault.location?.file == folder.file("cut.nc"))
      }
    }
  }

  /// All numbers of all variables as text, so that NaN equals NaN.
  private func everything(_ path: String) throws -> String {
    let file = try NetCDFFile(path: path)
    var text = ""
    for variable in file.variables {
      text += "\(variable.path) \(variable.shape) "
      text +=
        variable.type == .char
        ? "\(try file.texts(variable))" : "\(try file.doubles(variable))"
    }
    return text
  }

  @Test(
    "a file of another kind is recognised by its content, whatever its name",
    arguments: [
      ([], "not_netcdf", "0 bytes"),
      (Array("station,time,mm\n".utf8), "not_netcdf", "16 bytes that begin with 73 74 61 74"),
      (Array("CDF".utf8), "truncated", "3 bytes"),
      ([0x89, 0x48, 0x44, 0x46, 0x0D], "truncated", "5 bytes"),
      (Array("GRIB2 and more".utf8), "not_netcdf", "47 52 49 42"),
    ] as [([UInt8], String, String)])
  func otherKinds(bytes: [UInt8], code: String, words: String) throws {
    let path = try folder.write(bytes, "rain.nc")
    let fault = #expect(throws: Fault.self) { try NetCDFFile(path: path) }
    #expect(fault?.code == code)
    #expect(fault?.problem.contains(words) == true)
  }

  @Test("a missing file, a folder and an address are not opened", arguments: ["none.nc", ""])
  func notThere(name: String) throws {
    let fault = #expect(throws: Fault.self) { try NetCDFFile(path: folder.file(name)) }
    #expect(fault?.code == "cannot_open")
    #expect(throws: Fault.self) { try NetCDFFile(path: "http://127.0.0.1:9/a.nc") }
  }

  @Test("a slab outside the variable is refused")
  func outside() throws {
    let file = try NetCDFFile(path: writeSample("sample.nc", .netCDF4))
    let rain = try #require(file.variable("rain"))
    for (start, count) in [([0, 0], [4, 4]), ([3, 0], [1, 1]), ([-1, 0], [1, 1]), ([0], [1])] {
      let fault = #expect(throws: Fault.self) { try file.doubles(rain, start: start, count: count) }
      #expect(fault?.code == "outside_variable")
    }
    #expect(throws: Fault.self) { try file.doubles(try #require(file.variable("names"))) }
  }

  @Test("damage inside a netCDF-4 file is a fault or other numbers, never a crash of the reader")
  func damaged() throws {
    let path = try writeSample("whole.nc", .netCDF4)
    let bytes = try folder.read("whole.nc")
    #expect(try everything(path).isEmpty == false)
    for position in stride(from: 96, to: bytes.count, by: max(1, bytes.count / 60)) {
      var changed = bytes
      changed[position] ^= 0xFF
      try folder.write(changed, "changed.nc")
      _ = try? everything(folder.file("changed.nc"))
    }
  }

  @Test("several threads may read files at once")
  func threads() async throws {
    let path = try writeSample("shared.nc", .netCDF4)
    let sums = await withTaskGroup(of: Double.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var sum = 0.0
          for _ in 0..<20 {
            guard let file = try? NetCDFFile(path: path), let rain = file.variable("rain"),
              let values = try? file.doubles(rain)
            else { return -1 }
            sum += values.reduce(0, +)
          }
          return sum
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [Double](repeating: 20 * 494, count: 8))
  }
}
