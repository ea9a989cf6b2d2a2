import Hydromet
import Ingest

/// Reading the first field of a file that somebody names: for comparison with other readers of it.
struct FileBenchmark: Benchmark {
  let path: String
  private static let iterations = 7

  private var field: BenchLine {
    BenchLine(key: "read_file", title: "A grid file is read and checked: its first field")
  }

  private var depth: BenchLine {
    BenchLine(key: "read_file_depth", title: "A grid file is read as whole depths: its first field")
  }

  var lines: [BenchLine] { [field, depth] }

  func measure() throws -> [Measurement] {
    let fields = try Stopwatch.runs(FileBenchmark.iterations) {
      try GriddedRain(path: path, statement: GridStatement(stepSeconds: 120)).field(0)
    }
    var sum = Checksum()
    for value in fields.value.values { sum.add(Double(value)) }
    let depths = try Stopwatch.runs(FileBenchmark.iterations) {
      try GriddedRain(path: path, statement: GridStatement(stepSeconds: 120)).depth(0)
    }
    var depthSum = Checksum()
    if let largest = depths.value?.largest { depthSum.add(largest.millimetres) }
    return [
      Measurement(line: field, seconds: fields.seconds, input: path, result: sum.text),
      Measurement(line: depth, seconds: depths.seconds, input: path, result: depthSum.text),
    ]
  }
}
