/// What quality control says about one reading.
///
/// | code | said of | may raise a level | may clear one |
/// |---|---|---|---|
/// | 0, 3, 4 | tested and believed, or corrected by a person | yes | yes |
/// | 9 | untestable, or not tested | yes, labelled | yes, labelled |
/// | 1 | suspect | yes, labelled | no: it is a gap |
/// | 2, 7, 8 | wrong, not installed, missing | no | no: it is a gap |
public struct ReadingVerdict: Sendable, Hashable {
  public let code: QualityCode
  /// 0 (certainly wrong, or no value) to 100 (everything that could be asked agrees).
  public let indexHundredths: UInt8
  public let reasons: QualityReasons

  /// - Parameter indexHundredths: held within 0…100.
  public init(code: QualityCode, indexHundredths: Int, reasons: QualityReasons = []) {
    self.code = code
    self.indexHundredths = UInt8(min(100, max(0, indexHundredths)))
    self.reasons = reasons
  }

  /// A reading that no quality control has seen, by the code that it came with.
  public init(unseen code: QualityCode) {
    let index =
      switch code {
      case .correct, .corrected, .modified: 100
      case .unchecked: 50
      case .suspect: 30
      case .wrong, .notInstalled, .missing: 0
      }
    self.init(code: code, indexHundredths: index)
  }

  /// 0…1.
  public var index: Double { Double(indexHundredths) / 100 }

  /// `0.85`: the form of tables.
  public var indexText: String {
    indexHundredths == 100 ? "1.00" : "0.\(padded(Int(indexHundredths), 2))"
  }

  /// Nothing outside the station could be held against the value: neither good nor bad.
  public var isUntestable: Bool { code == .unchecked && reasons.contains(.untestable) }

  /// Whether the value may be merged with others into a field. What is doubted may not; what could
  /// not be tested may, with the weight of its index.
  public var isFitForMerging: Bool { use == .trusted || use == .provisional }

  /// How far the value may be used.
  public var use: Use {
    switch code {
    case .correct, .corrected, .modified: .trusted
    case .unchecked: .provisional
    case .suspect: .doubted
    case .wrong, .notInstalled, .missing: .refused
    }
  }

  public enum Use: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// No value, or a wrong one: a gap.
    case refused
    /// A lower bound at the most: may raise an alarm, never clear one.
    case doubted
    /// Not tested: counts, and is labelled.
    case provisional
    case trusted

    public static func < (a: Use, b: Use) -> Bool { a.rawValue < b.rawValue }
  }
}

/// A reading with its verdict. The reading is as it came: nothing is deleted or overwritten.
public struct JudgedReading: Sendable, Hashable {
  public let reading: GaugeReading
  public let verdict: ReadingVerdict

  public init(reading: GaugeReading, verdict: ReadingVerdict) {
    self.reading = reading
    self.verdict = verdict
  }

  /// The value for sums and fields: the reading with the verdict's code for its own.
  public var graded: GaugeReading {
    GaugeReading(
      station: reading.station, element: reading.element, period: reading.period,
      tenths: reading.tenths, isTrace: reading.isTrace, quality: verdict.code,
      correction: reading.correction)
  }
}

extension QualityCode {
  public var chineseName: String {
    switch self {
    case .correct: "正确"
    case .suspect: "可疑"
    case .wrong: "错误"
    case .corrected: "订正"
    case .modified: "修改"
    case .notInstalled: "无观测任务"
    case .missing: "缺测"
    case .unchecked: "未检验"
    }
  }

  public var englishName: String {
    switch self {
    case .correct: "correct"
    case .suspect: "suspect"
    case .wrong: "wrong"
    case .corrected: "corrected"
    case .modified: "modified"
    case .notInstalled: "not installed"
    case .missing: "missing"
    case .unchecked: "unchecked"
    }
  }
}
