import Hydromet

/// Refuses a step that is not a positive number of seconds.
func checkStep(_ stepSeconds: Int) throws(Fault) {
  guard stepSeconds > 0 else {
    throw Fault(
      "wrong_step", "the step is \(stepSeconds) s, at least 1 s is expected",
      remedy: "state the step of the data")
  }
}

/// How many steps a window has. The step is positive.
///
/// - Throws: `wrong_window` where that is not a positive whole number.
func stepCount(of window: TimeSpan, stepSeconds: Int) throws(Fault) -> Int {
  guard window.seconds > 0, window.seconds % stepSeconds == 0 else {
    throw Fault(
      "wrong_window",
      "the window \(window.text) is not a positive multiple of the step of \(stepSeconds) s",
      remedy: "choose windows that the step divides")
  }
  return window.seconds / stepSeconds
}
