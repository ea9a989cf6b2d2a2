import Hydromet
import Pipeline
import Testing

@Suite("One Freshet works on a district at a time")
struct DistrictLockTests {
  @Test("a second one is told so, and may work once the first is gone")
  func exclusive() throws {
    let district = try TestDistrict()
    let workspace = try Workspace(folder: district.folder)
    try work(workspace)
    _ = try DistrictLock(workspace)
  }

  private func work(_ workspace: Workspace) throws {
    let first = try DistrictLock(workspace)
    #expect(throws: Fault.self) { try DistrictLock(workspace) }
    withExtendedLifetime(first) {}
  }
}
