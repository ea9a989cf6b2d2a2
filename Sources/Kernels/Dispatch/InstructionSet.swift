import CLanes

/// The instruction sets that the kernels are compiled for. Results are the same bits on all of them.
public enum InstructionSet: String, Sendable, CaseIterable {
  /// What every processor of the architecture has: SSE2 or NEON.
  case baseline
  /// x86-64-v3.
  case avx2
  /// x86-64-v4.
  case avx512

  /// What this processor can run, the baseline first.
  public static let available: [InstructionSet] = {
    switch fr_processor() {
    case 2: [.baseline, .avx2, .avx512]
    case 1: [.baseline, .avx2]
    default: [.baseline]
    }
  }()

  /// The widest available one, unless the environment variable `FRESHET_ISA` names another that is
  /// available: `baseline`, `avx2` or `avx512`. Any other text is ignored.
  public static let chosen: InstructionSet = {
    if let text = fr_environment("FRESHET_ISA"),
      let wanted = InstructionSet(rawValue: String(cString: text)), available.contains(wanted)
    {
      return wanted
    }
    return available.last ?? .baseline
  }()
}
