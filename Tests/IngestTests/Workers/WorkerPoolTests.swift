import Foundation
import Glibc
import Hydromet
import Ingest
import Testing

/// A worker as a shell script that does what the name of the file asks for.
private let playbook = """
  echo started >>"$0.log"
  echo '{"freshetWorker":1}'
  while read -r line; do
    id=$(printf '%s' "$line" | sed 's/.*"id":\\([0-9]*\\).*/\\1/')
    good='{"accepted":{"correction":0,"frames":[],"remarks":[]},"format":"test","id":'$id'}'
    case "$line" in
      *good*) echo "$good" ;;
      *refuse*) echo '{"id":'$id',"refused":{"code":"negative_rain","problem":"p","remedy":"r"}}' ;;
      *told*) echo '{"as":"GRIB","reading":'$id'}'; kill -SEGV $$ ;;
      *twice*) echo '{"as":"GRIB","reading":'$id'}'; echo '{"as":"GRIB","reading":'$id'}'; sleep 600 ;;
      *before*) echo '{"as":"GRIB","reading":'$id'}'
        echo '{"id":'$id',"refused":{"code":"negative_rain","problem":"p","remedy":"r"}}' ;;
      *crash*) printf 'half of an ans'; echo 'wild pointer' >&2; kill -SEGV $$ ;;
      *exit*) echo 'gave up' >&2; exit 7 ;;
      *hang*) sleep 600 ;;
      *garbage*) head -c 300 /dev/urandom; echo; sleep 600 ;;
      *flood*) head -c 300000 /dev/zero; sleep 600 ;;
      *other*) echo '{"accepted":{"correction":0,"frames":[],"remarks":[]},"id":99999}' ;;
      *closed*) exec >&-; sleep 600 ;;
      *gobble*) ulimit -v 40000; head -c 4000000000 /dev/zero | tail -c 3000000000 >&2; exit 1 ;;
      *chatty*) i=0; while [ $i -lt 3000 ]; do echo "line $i of many words" >&2; i=$((i+1)); done
        echo "$good" ;;
      *killed*) kill -KILL $$ ;;
    esac
  done
  """

/// A pool of shell scripts in a folder of its own.
private final class Stage {
  let folder: String
  let pool: WorkerPool

  init(
    _ script: String = playbook, workers: Int = 1,
    adjust: (inout WorkerPool.Configuration) -> Void = { _ in }
  ) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "freshet-workers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
    try Data(script.utf8).write(to: url.appendingPathComponent("worker.sh"))
    var configuration = WorkerPool.Configuration(
      executable: "/bin/sh", arguments: ["\(url.path)/worker.sh"], workerCount: workers)
    adjust(&configuration)
    pool = WorkerPool(configuration)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  var starts: Int {
    let log = (try? String(contentsOfFile: "\(folder)/worker.sh.log", encoding: .utf8)) ?? ""
    return log.split(separator: "\n").count
  }

  func run(_ names: [String], seconds: Double = 20) -> [Int64: String] {
    for (id, name) in names.enumerated() { pool.submit(job(Int64(id), name, seconds: seconds)) }
    return pool.drain().reduce(into: [:]) { $0[$1.id] = $1.word }
  }
}

private func job(_ id: Int64, _ name: String, seconds: Double = 20) -> DecodeJob {
  DecodeJob(
    id: id, path: "/feeds/\(name).nc", feed: "radar", kind: .grid, statement: "{\"unit\":\"mm\"}",
    outputFolder: "/state/frames", crop: nil,
    limits: .init(memoryBytes: 100_000_000, seconds: seconds))
}

extension DecodeOutcome {
  /// `accepted`, or the code of the refusal.
  fileprivate var word: String {
    switch result {
    case .accepted: "accepted"
    case .refused(let fault): fault.code
    }
  }

  fileprivate var fault: Fault? {
    if case .refused(let fault) = result { return fault }
    return nil
  }
}

@Suite("A hostile file costs one worker and one entry, never the service")
struct WorkerPoolTests {
  @Test("the entry of a file names what it seemed to be, whether its worker lived or not")
  func formats() throws {
    let stage = try Stage()
    for (id, name) in ["told", "before", "crash", "twice"].enumerated() {
      stage.pool.submit(job(Int64(id), name))
    }
    let outcomes = stage.pool.drain().sorted { $0.id < $1.id }
    let words = ["worker_crashed", "negative_rain", "worker_crashed", "worker_protocol"]
    #expect(outcomes.map(\.word) == words)
    #expect(outcomes.map(\.format) == ["GRIB", "GRIB", nil, "GRIB"])
  }

  @Test("good files are decoded and refusals arrive with their reasons")
  func good() throws {
    let stage = try Stage()
    #expect(
      stage.run(["good", "refuse", "good"]) == [0: "accepted", 1: "negative_rain", 2: "accepted"])
    #expect(stage.starts == 1)
    #expect(stage.pool.pendingCount == 0)
  }

  @Test(
    "a worker that fails costs its file; the next file gets a new worker",
    arguments: [
      ("crash", "worker_crashed", "SIGSEGV"), ("exit", "worker_crashed", "code 7"),
      ("garbage", "worker_protocol", ""), ("flood", "worker_protocol", ""),
      ("other", "worker_protocol", "99999"), ("closed", "worker_protocol", ""),
      ("hang", "time_limit", "0.5 s"), ("gobble", "memory_limit", "95 MiB"),
      ("killed", "memory_limit", "95 MiB"),
    ])
  func failing(name: String, code: String, words: String) throws {
    let stage = try Stage { $0.longestAnswer = 200_000 }
    let limit = name == "hang" ? 0.5 : 20
    stage.pool.submit(job(1, name, seconds: limit))
    stage.pool.submit(job(2, "good"))
    let outcomes = stage.pool.drain()
    #expect(outcomes.map(\.id) == [1, 2])
    #expect(outcomes.map(\.word) == [code, "accepted"])
    let fault = try #require(outcomes.first?.fault)
    #expect(words.isEmpty || fault.problem.contains(words), "\(fault)")
    #expect(fault.location?.file == "/feeds/\(name).nc")
    #expect(!fault.remedy.isEmpty)
    #expect(stage.starts == 2)
  }

  @Test("the last words of a crashed worker are in the reason")
  func lastWords() throws {
    let stage = try Stage()
    stage.pool.submit(job(1, "crash"))
    let fault = try #require(stage.pool.drain().first?.fault)
    #expect(fault.problem.contains("wild pointer"))
  }

  @Test("a worker that writes much to standard error does not block")
  func chatty() throws {
    #expect(try Stage().run(["chatty", "chatty"]) == [0: "accepted", 1: "accepted"])
  }

  @Test("a mix of forty files over three workers ends with one outcome for each")
  func mixed() throws {
    let stage = try Stage(workers: 3)
    let names = (0..<40).map { $0 % 8 == 3 ? "crash" : $0 % 8 == 5 ? "garbage" : "good" }
    let outcomes = stage.run(names)
    for (id, name) in names.enumerated() {
      let wanted = ["crash": "worker_crashed", "garbage": "worker_protocol"][name] ?? "accepted"
      #expect(outcomes[Int64(id)] == wanted, "\(id) \(name)")
    }
    #expect(stage.starts <= 13)
  }

  @Test("outcomes keep the order of submission where that is asked for")
  func ordered() throws {
    let stage = try Stage(workers: 3) { $0.keepsOrder = true }
    let names = ["hang", "good", "crash", "good", "good", "refuse"]
    for (id, name) in names.enumerated() {
      stage.pool.submit(job(Int64(id), name, seconds: name == "hang" ? 0.5 : 20))
    }
    #expect(stage.pool.drain().map(\.id) == [0, 1, 2, 3, 4, 5])
  }

  @Test("workers that cannot start cost no file: the files wait and the reason is told")
  func cannotStart() throws {
    for script in ["echo 'no such library' >&2; exit 127", "echo 'hello'; sleep 600"] {
      let stage = try Stage(script)
      stage.pool.submit(job(1, "good"))
      #expect(stage.pool.drain().isEmpty)
      let trouble = try #require(stage.pool.trouble)
      #expect(trouble.code == "workers_unavailable")
      #expect(trouble.problem.contains(script.contains("127") ? "no such library" : "hello"))
      #expect(stage.pool.pendingCount == 1)
      let wait = try #require(stage.pool.secondsUntilDeadline)
      #expect(wait > 0.1)
      #expect(stage.pool.stop(graceSeconds: 0).unfinished.map(\.id) == [1])
    }
    let pool = WorkerPool(.init(executable: "/no/such/program", arguments: [], workerCount: 1))
    pool.submit(job(1, "good"))
    #expect(pool.drain().isEmpty)
    #expect(pool.trouble?.code == "workers_unavailable")
  }

  @Test("a worker is replaced after its number of jobs, so that leaks stay small")
  func replaced() throws {
    let stage = try Stage { $0.jobsPerWorker = 2 }
    #expect(stage.run(.init(repeating: "good", count: 6)).values.allSatisfy { $0 == "accepted" })
    #expect(stage.starts == 3)
  }

  @Test("a stop lets running jobs finish and gives back those that did not")
  func stop() throws {
    let stage = try Stage(workers: 2)
    for (id, name) in ["hang", "good", "good"].enumerated() {
      stage.pool.submit(job(Int64(id), name))
    }
    var outcomes: [DecodeOutcome] = []
    while outcomes.count < 2 { outcomes += stage.pool.poll(timeoutSeconds: 5) }
    stage.pool.submit(job(3, "good"))
    let (late, unfinished) = stage.pool.stop(graceSeconds: 0.05)
    #expect(late.isEmpty)
    #expect(unfinished.map(\.id) == [0, 3])
    #expect(stage.pool.pendingCount == 0)
    #expect(stage.pool.workerCount == 0)
  }

  @Test("an outer loop can watch the pool's descriptors and call it when one is ready")
  func outerLoop() throws {
    let stage = try Stage(workers: 2)
    for id in 0..<5 { stage.pool.submit(job(Int64(id), "good")) }
    var outcomes = stage.pool.poll(timeoutSeconds: 0)
    var rounds = 0
    while outcomes.count < 5 && rounds < 500 {
      var entries = stage.pool.descriptors.map {
        pollfd(fd: $0.descriptor, events: Int16($0.isForReading ? POLLIN : POLLOUT), revents: 0)
      }
      let wait = stage.pool.secondsUntilDeadline ?? 1
      _ = poll(&entries, nfds_t(entries.count), Int32(min(wait, 1) * 1000))
      outcomes += stage.pool.poll(timeoutSeconds: 0)
      rounds += 1
    }
    #expect(Set(outcomes.map(\.id)) == [0, 1, 2, 3, 4])
    #expect(rounds < 100)
  }

  @Test("a long job and a long answer pass the pipes whole")
  func long() throws {
    let script = """
      echo '{"freshetWorker":1}'
      while read -r line; do
        printf '{"accepted":{"correction":0,"frames":[],"remarks":["%s"]},"id":5}\\n' ${#line}
        head -c 10 /dev/null
      done
      """
    let stage = try Stage(script)
    let statement = String(repeating: "雨", count: 100_000)
    stage.pool.submit(
      DecodeJob(
        id: 5, path: "/a", feed: "f", kind: .stations, statement: statement, outputFolder: "/b",
        crop: Box(minX: 106, minY: 28, maxX: 108, maxY: 30)))
    guard case .accepted(let contents) = try #require(stage.pool.drain().first).result else {
      Issue.record("the job was refused")
      return
    }
    #expect(try #require(contents.remarks.first.flatMap { Int($0) }) > 100_000)
  }

  @Test("no process and no descriptor of a pool outlives it")
  func nothingLeft() throws {
    let script = """
      echo $$ >"$0.pid"
      sleep 600 & echo $! >>"$0.pid"
      echo '{"freshetWorker":1}'
      while read -r line; do sleep 600; done
      """
    var stage: Stage? = try Stage(script)
    let folder = try #require(stage?.folder)
    stage?.pool.submit(job(1, "good", seconds: 0.5))
    #expect(stage?.pool.drain().map(\.word) == ["time_limit"])
    let text = try String(contentsOfFile: "\(folder)/worker.sh.pid", encoding: .utf8)
    let processes = text.split(separator: "\n").compactMap { pid_t($0) }
    #expect(processes.count == 2)
    stage = nil
    for process in processes { #expect(isGone(process), "\(process)") }
  }

  /// Whether a process has ended: it is no more, or only waits to be buried by the system.
  private func isGone(_ process: pid_t) -> Bool {
    for _ in 0..<200 {
      guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
        return true
      }
      if text.split(separator: ")").last?.hasPrefix(" Z") == true { return true }
      _ = poll(nil, 0, 10)
    }
    return false
  }
}
