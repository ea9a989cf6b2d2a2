import Foundation
public import Hydromet

/// One foreign file to be decoded in a worker process.
public struct DecodeJob: Codable, Sendable, Hashable {
  /// What the file holds.
  public enum Kind: String, Codable, Sendable, Hashable {
    case grid
    case stations
  }

  /// How much of the machine one file may take.
  public struct Limits: Codable, Sendable, Hashable {
    /// Memory beyond the program itself, bytes.
    public let memoryBytes: Int
    /// Time from handing the file out to its answer, seconds.
    public let seconds: Double

    public init(memoryBytes: Int, seconds: Double) {
      self.memoryBytes = memoryBytes
      self.seconds = seconds
    }

    /// 2 GiB and one minute: ten times what the largest national mosaic needs.
    public static let standard = Limits(memoryBytes: 2_147_483_648, seconds: 60)
  }

  /// The caller's number of the file; the answer carries it.
  public let id: Int64
  public let path: String
  public let feed: String
  public let kind: Kind
  /// What the district states about the files of the feed, as JSON. Only the decoding function knows
  /// what is in it.
  public let statement: String
  /// Where decoded frames and readings are put.
  public let outputFolder: String
  /// The part of a grid that is wanted, WGS 84 degrees; all of it where nil.
  public let crop: Box?
  public let limits: Limits

  public init(
    id: Int64, path: String, feed: String, kind: Kind, statement: String, outputFolder: String,
    crop: Box?, limits: Limits = .standard
  ) {
    self.id = id
    self.path = path
    self.feed = feed
    self.kind = kind
    self.statement = statement
    self.outputFolder = outputFolder
    self.crop = crop
    self.limits = limits
  }

  /// A statement as the text that a job carries; equal statements give equal texts.
  public static func text(of statement: some Encodable) throws(Fault) -> String {
    do {
      return String(decoding: try WireFormat.encoder().encode(statement), as: UTF8.self)
    } catch {
      throw Fault(
        "bad_statement", "a feed's statement cannot be written as JSON: \(error)",
        remedy: "check the feed in district.yaml for numbers that are not finite")
    }
  }

  /// The statement, as the decoding function reads it.
  public func statement<Statement: Decodable>(
    as type: Statement.Type
  ) throws(Fault) -> Statement {
    do {
      return try JSONDecoder().decode(type, from: Data(statement.utf8))
    } catch {
      throw Fault(
        "bad_statement", at: .init(path),
        "the statement of the feed \(feed) cannot be read: \(error)",
        remedy: "service and workers must be of one version: restart the service")
    }
  }
}
