import Hydromet

/// The amounts of an issue laid side by side in time: which frame tells the rain of which moment.
struct ForecastPieces {
  /// Rain of a stretch of time: that of one frame, or of one less another that began with it.
  struct Piece: Hashable {
    let period: Period
    let frame: Int
    let less: Int?
  }

  /// Without overlap, by time.
  let pieces: [(span: Period, piece: Piece)]

  /// Amounts that begin together are totals since one start: what lies between the ends of two is
  /// their difference. Where several pieces tell the same moment the shortest does.
  init(_ frames: [Period], in wanted: Period) {
    var candidates: [Piece] = []
    for (index, period) in frames.enumerated() {
      let shorter = frames.indices.filter {
        frames[$0].start == period.start && frames[$0].end < period.end
      }.max { frames[$0].end < frames[$1].end }
      guard let shorter else {
        candidates.append(Piece(period: period, frame: index, less: nil))
        continue
      }
      let rest = Period(start: frames[shorter].end, end: period.end)
      if !frames.contains(rest) {
        candidates.append(Piece(period: rest, frame: index, less: shorter))
      }
    }
    var edges = Set([wanted.start, wanted.end])
    for piece in candidates {
      for edge in [piece.period.start, piece.period.end]
      where edge > wanted.start && edge < wanted.end {
        edges.insert(edge)
      }
    }
    let moments = edges.sorted()
    var pieces: [(span: Period, piece: Piece)] = []
    for (start, end) in zip(moments, moments.dropFirst()) {
      let covering = candidates.filter { $0.period.start <= start && $0.period.end >= end }
      guard
        let best = covering.min(by: {
          ($0.period.seconds, $0.frame) < ($1.period.seconds, $1.frame)
        })
      else { continue }
      pieces.append((Period(start: start, end: end), best))
    }
    self.pieces = pieces
  }

  /// Seconds of a period that some piece tells.
  func covered(_ period: Period) -> Int {
    pieces.reduce(0) { $0 + ForecastPieces.overlap($1.span, period) }
  }

  static func overlap(_ a: Period, _ b: Period) -> Int {
    max(min(a.end, b.end).seconds(since: max(a.start, b.start)), 0)
  }
}
