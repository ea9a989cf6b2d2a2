import ForeignReaders
import Formats
import Foundation
import Glibc

/// The target of this process: the first argument names it.
nonisolated(unsafe) private var chosen = ForeignReader.table
/// The command line; kept for good, so that it is no leak.
nonisolated(unsafe) private var words: [String] = []

@_silgen_name("LLVMFuzzerRunDriver")
private func runLibFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Where the program begins: the name is the package manager's for this target.
@_cdecl("Fuzzing_main")
public func begin(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  var count = count
  var arguments = arguments
  return runLibFuzzer(&count, &arguments) { testOneInput($0, $1) }
}

/// What libFuzzer calls first. `scripts/fuzz` builds the program and calls it:
///
///     Fuzzing list                    the names of the targets, and whose code reads
///     Fuzzing sort SEEDS CORPUS       parts seed files into a folder per target
///     Fuzzing TARGET …                libFuzzer with its own options and folders
@_cdecl("LLVMFuzzerInitialize")
public func initialise(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
  words = (0..<Int(count.pointee)).map { index in
    arguments.pointee[index].map { String(cString: $0) } ?? ""
  }
  // A process that libFuzzer starts beside its own has the options of the command line, but not the target.
  if let inherited = getenv("FRESHET_FUZZ_TARGET").map({ String(cString: $0) }) {
    guard let target = ForeignReader.all.first(where: { $0.name == inherited }) else {
      exit(usage("FRESHET_FUZZ_TARGET names no target: “\(inherited)”"))
    }
    return begin(target)
  }
  switch words.dropFirst().first {
  case "list":
    for target in ForeignReader.all {
      print(target.name, target.usesLibrary ? "library" : "own")
    }
    exit(0)
  case "sort" where words.count == 4:
    SeedSorter(corpus: words[3]).sort(folder: words[2])
    exit(0)
  case let name?:
    guard let target = ForeignReader.all.first(where: { $0.name == name }) else {
      exit(usage("there is no target “\(name)”"))
    }
    // libFuzzer shall not take the target for a corpus.
    for index in 1..<Int(count.pointee) {
      arguments.pointee[index] = arguments.pointee[index + 1]
    }
    count.pointee -= 1
    setenv("FRESHET_FUZZ_TARGET", name, 1)
    return begin(target)
  case nil: exit(usage("name a target"))
  }
}

/// LeakSanitizer looks at the whole memory: asked after each execution, it takes nearly all of the time.
/// libFuzzer's own way, to ask where allocations and releases differ, gives up after a thousand times,
/// which libraries that keep things use up at once. So it is asked after so many executions, and at the end.
private let executionsPerLeakCheck = 16_384
nonisolated(unsafe) private var executions = 0

@_silgen_name("__lsan_do_recoverable_leak_check")
private func findLeaks() -> Int32

private func begin(_ target: ForeignReader) -> Int32 {
  chosen = target
  ReadingThreads.limit(to: 1)
  atexit {
    ScratchFile.tidy()
    if findLeaks() != 0 { _exit(1) }
  }
  return 0
}

/// One input. Minus one keeps it out of the corpus; what should hold of it and does not ends the process,
/// so that libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ length: Int) -> Int32 {
  let answer = chosen.answer(to: Array(UnsafeBufferPointer(start: bytes, count: length)))
  for sentence in answer.broken {
    FileHandle.standardError.write(Data("\(chosen.name): it does not hold that \(sentence)\n".utf8))
  }
  if !answer.broken.isEmpty { abort() }
  executions += 1
  if executions % executionsPerLeakCheck == 0, findLeaks() != 0 {
    FileHandle.standardError.write(
      Data("\(chosen.name): one of the last \(executionsPerLeakCheck) executions leaked\n".utf8))
    abort()
  }
  return answer.isOfFormat ? 0 : -1
}

private func usage(_ problem: String) -> Int32 {
  FileHandle.standardError.write(Data("Fuzzing: \(problem); `list` names them\n".utf8))
  return 2
}
