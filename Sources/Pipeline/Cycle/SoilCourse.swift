import Hydromet
import Runoff

/// How the states of a time come about: what they are carried on from, and by which steps.
struct SoilCourse {
  let target: Timestamp
  /// Frames from before it are not looked at again.
  let horizon: Timestamp
  let base: StateChain<HydrologyState>.Link
  /// Nil where cells have no soil.
  let baseOfCells: CellSoilKeeper.Link?
  /// The steps that have frames, by their end.
  let frames: [Timestamp: BasinRains.Step]
  let rain: StepRains
  /// From the base to the target.
  let steps: [BasinRains.Step]
  /// The days for which enough was measured, by their start.
  let days: [Timestamp: EvaporationKeeper.Day]
  /// The chain behind each step.
  let chains: [String]

  init(
    to target: Timestamp, horizon: Timestamp, base: StateChain<HydrologyState>.Link,
    baseOfCells: CellSoilKeeper.Link?, frames: [Timestamp: BasinRains.Step], rain: StepRains,
    steps: [BasinRains.Step], days: [Timestamp: EvaporationKeeper.Day]
  ) {
    self.target = target
    self.horizon = horizon
    self.base = base
    self.baseOfCells = baseOfCells
    self.frames = frames
    self.rain = rain
    self.steps = steps
    self.days = days
    chains = StateChain<HydrologyState>.chains(
      of: steps.lazy.map { own in
        own.identity
          + (SoilCourse.evaporation(of: own, days).map { " evaporation \($0.bitPattern)" } ?? "")
      }, from: base)
  }

  /// Evaporation capacity of a step's day, mm; nil where the months of the parameters stand.
  func evaporation(of own: BasinRains.Step) -> Double? { SoilCourse.evaporation(of: own, days) }

  private static func evaporation(
    of own: BasinRains.Step, _ days: [Timestamp: EvaporationKeeper.Day]
  ) -> Double? {
    days[EvaporationKeeper.day(ofStepThatEnds: own.end)]?.millimetres
  }
}
