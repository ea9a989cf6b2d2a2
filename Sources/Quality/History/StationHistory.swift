public import Hydromet

/// What one station measured over the last weeks beside what its neighbours and the radar say: the
/// memory of the checks that take long. A value: whoever runs the stage saves and restores it.
///
/// Only hours in which somebody had rain, or the station no value, take room.
public struct StationHistory: Sendable, Hashable, Codable {
  /// One hour. Rain in tenths of a millimetre, −1 where it is not known.
  public struct Hour: Sendable, Hashable, Codable {
    /// End of the hour.
    public let end: Timestamp
    public let gauge: Int32
    /// What the neighbours make likely.
    public let neighbours: Int32
    /// The radar's cell.
    public let radar: Int32

    public init(end: Timestamp, gauge: Int32, neighbours: Int32, radar: Int32) {
      self.end = end
      self.gauge = gauge
      self.neighbours = neighbours
      self.radar = radar
    }

    /// Hours that say nothing: everybody dry or unknown, and the gauge known.
    var isPlain: Bool { gauge == 0 && neighbours <= 0 && radar <= 0 }

    /// Less than 100 m of rain.
    var isPossible: Bool {
      [gauge, neighbours, radar].allSatisfy { (-1...1_000_000).contains($0) }
    }
  }

  /// How far back is remembered.
  public static let reachSeconds = 45 * 86_400

  /// By end, each once.
  public private(set) var hours: [Hour]
  /// Ends of the first and of the last hour that was looked at.
  public private(set) var since: Timestamp?
  public private(set) var until: Timestamp?
  /// The dry run that is going on.
  public internal(set) var dryRun: DryRun

  /// Hours without rain in the gauge while it rained around it.
  public struct DryRun: Sendable, Hashable, Codable {
    public var hours = 0
    /// Rain that passed by, tenths.
    public var tenths = 0
    /// Hours in which neighbours and radar agreed on it.
    public var confirmedHours = 0

    public init() {}

    /// Less than a hundred years, and than a million metres of rain.
    var isPossible: Bool {
      (0...876_600).contains(hours) && (0...10_000_000_000).contains(tenths)
        && (0...876_600).contains(confirmedHours)
    }
  }

  public init() {
    hours = []
    since = nil
    until = nil
    dryRun = DryRun()
  }

  /// A memory as it was saved; nil where its hours are not in order of time between its ends, or hold what
  /// no hour can.
  public init?(hours: [Hour], since: Timestamp?, until: Timestamp?, dryRun: DryRun) {
    guard zip(hours, hours.dropFirst()).allSatisfy({ $0.end < $1.end }),
      hours.allSatisfy(\.isPossible), dryRun.isPossible
    else { return nil }
    switch (since, until) {
    case (nil, nil):
      guard hours.isEmpty else { return nil }
    case (let since?, let until?):
      let ends = [since, until] + [hours.first, hours.last].compactMap { $0?.end }
      guard ends.allSatisfy({ since <= $0 && $0 <= until && Timestamp.writable ~= $0 }) else {
        return nil
      }
    default: return nil
    }
    self.hours = hours
    self.since = since
    self.until = until
    self.dryRun = dryRun
  }

  private enum CodingKeys: String, CodingKey {
    case hours, since, until, dryRun
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let read = StationHistory(
      hours: try values.decode([Hour].self, forKey: .hours),
      since: try values.decodeIfPresent(Timestamp.self, forKey: .since),
      until: try values.decodeIfPresent(Timestamp.self, forKey: .until),
      dryRun: try values.decode(DryRun.self, forKey: .dryRun))
    guard let read else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no memory of a station"))
    }
    self = read
  }

  /// Adds an hour; one that is known already is replaced, one before the reach is left out.
  public mutating func add(_ hour: Hour) {
    since = min(since ?? hour.end, hour.end)
    let newest = max(until ?? hour.end, hour.end)
    until = newest
    let limit = newest - StationHistory.reachSeconds
    guard hour.end > limit else { return }
    var at = hours.count
    while at > 0, hours[at - 1].end > hour.end { at -= 1 }
    if at > 0, hours[at - 1].end == hour.end {
      hours.remove(at: at - 1)
      at -= 1
    }
    if !hour.isPlain { hours.insert(hour, at: at) }
    let first = hours.firstIndex { $0.end > limit } ?? hours.count
    hours.removeFirst(first)
  }
}
