import Foundation
import Glibc
import Hydromet
import Ingest
import Testing

/// Puts lines on this process's standard input and ends it there.
private func feedStandardInput(_ lines: [String]) {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { exit(99) }
  let bytes = Array(lines.joined().utf8)
  _ = bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
  close(ends[1])
  dup2(ends[0], STDIN_FILENO)
  close(ends[0])
}

private func line(_ id: Int64, memory: Int = 500_000_000, seconds: Double = 20) -> String {
  let job = DecodeJob(
    id: id, path: "/feeds/a.nc", feed: "radar", kind: .grid, statement: "{}", outputFolder: "/s",
    crop: nil, limits: .init(memoryBytes: memory, seconds: seconds))
  let text = (try? JSONEncoder().encode(job)).map { String(decoding: $0, as: UTF8.self) }
  return (text ?? "") + "\n"
}

@Suite("A worker process")
struct WorkerMainTests {
  @Test("greets, answers each job on its own line and ends with the service")
  func answers() async throws {
    let result = await #expect(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      feedStandardInput([line(1), line(2)])
      let code = WorkerMain.run { job in
        print("a library talks")
        fflush(nil)
        return .refused(job.id, Fault("no_data", at: .init(job.path), "empty\nfile", remedy: "ask"))
      }
      exit(code)
    }
    let output = try #require(result).standardOutputContent
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    #expect(lines.first == "{\"freshetWorker\":1}")
    let outcomes = try lines.dropFirst().map {
      try JSONDecoder().decode(DecodeOutcome.self, from: Data($0.utf8))
    }
    #expect(outcomes.map(\.id) == [1, 2])
    let fault = Fault("no_data", at: .init("/feeds/a.nc"), "empty\nfile", remedy: "ask")
    #expect(outcomes.allSatisfy { $0.result == .refused(fault) })
    let errors = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(errors.contains("a library talks"))
  }

  @Test("ends with code 3 when it is sent something that is no job")
  func noJob() async {
    await #expect(processExitsWith: .exitCode(3)) {
      feedStandardInput(["{\"job\":1}\n"])
      exit(WorkerMain.run { .refused($0.id, Fault("x", "x", remedy: "x")) })
    }
  }

  @Test("cannot take more memory than the job allows")
  func memory() async {
    await #expect(processExitsWith: .failure) {
      feedStandardInput([line(1, memory: 64_000_000)])
      let code = WorkerMain.run { job in
        let cells = [UInt8](repeating: 1, count: 200_000_000)
        return .refused(job.id, Fault("x", "\(cells.count)", remedy: "x"))
      }
      exit(code)
    }
  }

  @Test("answers with a refusal where its numbers cannot be written")
  func infinite() async throws {
    let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent])
    {
      feedStandardInput([line(1)])
      let code = WorkerMain.run { job in
        let grid = GridGeometry(
          rows: 1, columns: 1, projection: "", isGeographic: true, west: .infinity, north: 0,
          cellWidth: 1, cellHeight: 1)
        let frame = DecodedFrame(
          storeName: "a", contentHash: "b",
          period: Period(end: Timestamp(secondsSince1970: 0), seconds: 600), geometry: grid,
          validCells: 0, maximum: nil)
        return DecodeOutcome(id: job.id, format: nil, result: .accepted(.init(frames: [frame])))
      }
      exit(code)
    }
    let output = try #require(result).standardOutputContent
    #expect(String(decoding: output, as: UTF8.self).contains("\"code\":\"bad_outcome\""))
  }
}

@Suite("What passes between service and worker")
struct WireTests {
  @Test("an outcome with every field comes back equal")
  func outcome() throws {
    let grid = GridGeometry(
      rows: 2, columns: 3, projection: "EPSG:4490", isGeographic: true, west: 106, north: 29,
      cellWidth: 0.01, cellHeight: 0.01)
    let period = Period(end: Timestamp(secondsSince1970: 1_593_907_200), seconds: 600)
    let frame = DecodedFrame(
      storeName: "radar/x.frame", contentHash: "ab", period: period, geometry: grid, validCells: 6,
      maximum: Depth(micrometres: 1200))
    let contents = DecodedContents(
      frames: [frame], readings: .init(path: "/a", count: 3), correction: 2, remarks: ["两行缺测"],
      assumptions: ["times are UTC"])
    let fault = Fault(
      "bad_value", at: .init("a.csv", line: 3, column: 4, item: "rain"), "a", remedy: "b")
    for result in [DecodeOutcome.Result.accepted(contents), .refused(fault)] {
      let outcome = DecodeOutcome(id: 7, format: "netcdf", result: result)
      let data = try JSONEncoder().encode(outcome)
      #expect(try JSONDecoder().decode(DecodeOutcome.self, from: data) == outcome)
    }
  }

  private struct Statement: Codable, Equatable {
    let unit: String
    let scale: Double
  }

  @Test("a statement passes through a job unchanged and its text does not depend on chance")
  func statement() throws {
    let statement = Statement(unit: "mm/h", scale: 0.1)
    let text = try DecodeJob.text(of: statement)
    #expect(text == "{\"scale\":0.1,\"unit\":\"mm/h\"}")
    let job = DecodeJob(
      id: 1, path: "/a", feed: "f", kind: .grid, statement: text, outputFolder: "/b", crop: nil)
    #expect(try job.statement(as: Statement.self) == statement)
    #expect(throws: Fault.self) { try job.statement(as: [Int].self) }
    #expect(throws: Fault.self) { try DecodeJob.text(of: Statement(unit: "", scale: .nan)) }
  }

  private func reading(_ station: String, _ tenths: Int32?, trace: Bool = false) -> GaugeReading {
    GaugeReading(
      station: station, element: .rain,
      period: Period(end: Timestamp(secondsSince1970: 1_593_907_200), seconds: 3600),
      tenths: tenths, isTrace: trace, quality: tenths == nil ? .missing : .correct)
  }

  @Test("a file of readings comes back reading by reading; a cut one is refused at every byte")
  func readings() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "freshet-readings-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: path) }
    let readings = [
      reading("57612", 123), reading("A7001", nil), reading("綦江 1", 0, trace: true),
      reading("57612", -15),
    ]
    let written = try ReadingsFile.write(readings, to: path.path)
    #expect(written.count == 4)
    #expect(try ReadingsFile.read(path.path) == readings)
    let bytes = try Data(contentsOf: path)
    for length in 0..<(bytes.count - 1) {
      try bytes.prefix(length).write(to: path)
      #expect(throws: Fault.self, "\(length) bytes") { try ReadingsFile.read(path.path) }
    }
    #expect(throws: Fault.self) { try ReadingsFile.write([reading("a\tb", 1)], to: path.path) }
  }
}
