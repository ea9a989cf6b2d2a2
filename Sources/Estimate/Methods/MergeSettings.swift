/// How gauges and radar are merged. The numbers are limits, not things to tune storm by storm.
public struct MergeSettings: Sendable, Hashable {
  public var choice: MergeChoice
  /// Fewest gauges with a radar value for anything beyond a mean-field bias.
  public var minimumGauges = 3
  /// Fewest wet pairs for a new mean-field bias.
  public var minimumWetPairs = 5
  /// Both numbers of a wet pair are at least this, mm.
  public var wetMillimetres = 0.2
  /// A radar value is changed by at most this factor either way.
  public var largestFactor = 10.0
  /// A gauge says nothing of a place farther away, km.
  public var reach = 60.0
  /// Gauges in a neighbourhood of kriging.
  public var krigingNeighbours = 20
  /// Gauges in a neighbourhood of inverse distances.
  public var distanceNeighbours = 12
  /// `auto` leaves the radar out only where it disagrees with the gauges: what falls between gauges is
  /// seen by nobody else.
  public var keepsRadar = false
  /// A radar that lies the wrong way round by the gauges is not used: gauges alone remain.
  public var refusesTurnedRadar = true
  /// A method is replaced only by one that has lately been better by this share.
  public var hysteresis = 0.05
  /// Gauges by which range and nugget are fitted, at most.
  public var fittingGauges = 400

  public init(choice: MergeChoice = .automatic) {
    self.choice = choice
  }
}
