public import Hydromet

/// A frame that a worker decoded and stored.
public struct DecodedFrame: Codable, Sendable, Hashable {
  /// Name of the stored frame below the job's output folder.
  public let storeName: String
  /// SHA-256 of the frame's contents, lower-case hexadecimal.
  public let contentHash: String
  public let period: Period
  public let geometry: GridGeometry
  /// Cells that are not missing.
  public let validCells: Int
  /// The largest depth; nil where every cell is missing.
  public let maximum: Depth?

  public init(
    storeName: String, contentHash: String, period: Period, geometry: GridGeometry,
    validCells: Int, maximum: Depth?
  ) {
    self.storeName = storeName
    self.contentHash = contentHash
    self.period = period
    self.geometry = geometry
    self.validCells = validCells
    self.maximum = maximum
  }
}

/// Readings that a worker decoded and put into a file (see `ReadingsFile`).
public struct DecodedReadings: Codable, Sendable, Hashable {
  public let path: String
  public let count: Int

  public init(path: String, count: Int) {
    self.path = path
    self.count = count
  }
}

/// What a decoded file holds.
public struct DecodedContents: Codable, Sendable, Hashable {
  public let frames: [DecodedFrame]
  public let readings: DecodedReadings?
  /// 0 for a first report, 1 for `CCA`, 2 for `CCB` and so on.
  public let correction: Int
  /// Where the stations of a file say they stand; nil where the file does not say it.
  public let places: [StatedPlace]?
  /// When the forecast in a file of grids was issued; nil where the file does not say it.
  public let issued: Timestamp?
  /// What the reader noticed in this file and people should know, in words: rows left out.
  public let remarks: [String]
  /// What the reader took for granted in this file as in all of its format, in words.
  public let assumptions: [String]?

  public init(
    frames: [DecodedFrame] = [], readings: DecodedReadings? = nil, correction: Int = 0,
    places: [StatedPlace]? = nil, issued: Timestamp? = nil, remarks: [String] = [],
    assumptions: [String]? = nil
  ) {
    self.issued = issued
    self.frames = frames
    self.readings = readings
    self.correction = correction
    self.places = places
    self.remarks = remarks
    self.assumptions = assumptions
  }
}

/// The end of a job: what the file holds, or why it is refused.
public struct DecodeOutcome: Codable, Sendable, Hashable {
  public enum Result: Sendable, Hashable {
    case accepted(DecodedContents)
    /// Goes into quarantine with this reason.
    case refused(Fault)
  }

  /// The job's number.
  public let id: Int64
  /// The format that was recognised; of a refused file what it seems to be by its first bytes.
  public let format: String?
  public let result: Result

  public init(id: Int64, format: String?, result: Result) {
    self.id = id
    self.format = format
    self.result = result
  }

  public static func refused(_ id: Int64, _ fault: Fault, format: String? = nil) -> DecodeOutcome {
    DecodeOutcome(id: id, format: format, result: .refused(fault))
  }

  /// With this format where it names none.
  func recognised(as name: String?) -> DecodeOutcome {
    DecodeOutcome(id: id, format: format ?? name, result: result)
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case format
    case accepted
    case refused
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(Int64.self, forKey: .id)
    format = try container.decodeIfPresent(String.self, forKey: .format)
    if let refusal = try container.decodeIfPresent(FaultRecord.self, forKey: .refused) {
      result = .refused(refusal.fault)
    } else {
      result = .accepted(try container.decode(DecodedContents.self, forKey: .accepted))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encodeIfPresent(format, forKey: .format)
    switch result {
    case .accepted(let contents): try container.encode(contents, forKey: .accepted)
    case .refused(let fault): try container.encode(FaultRecord(fault), forKey: .refused)
    }
  }
}

/// A fault between processes.
private struct FaultRecord: Codable {
  let code: String
  let file: String?
  let line: Int?
  let column: Int?
  let item: String?
  let problem: String
  let remedy: String

  init(_ fault: Fault) {
    code = fault.code
    file = fault.location?.file
    line = fault.location?.line
    column = fault.location?.column
    item = fault.location?.item
    problem = fault.problem
    remedy = fault.remedy
  }

  var fault: Fault {
    let location = file.map { Fault.Location($0, line: line, column: column, item: item) }
    return Fault(code, at: location, problem, remedy: remedy)
  }
}
