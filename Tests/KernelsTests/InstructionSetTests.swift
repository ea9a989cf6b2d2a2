import Kernels
import Testing

@Suite("Instruction sets")
struct InstructionSetTests {
  @Test("the baseline is always there, and the chosen set is one that is there")
  func available() {
    #expect(InstructionSet.available.first == .baseline)
    #expect(InstructionSet.available.contains(.chosen))
    for set in InstructionSet.allCases {
      #expect((Kernel(set) != nil) == InstructionSet.available.contains(set))
    }
  }
}
