import Districts
import Glibc
public import Hydromet

/// Lets one process at a time take files in and publish cycles for a district. Two would hand out the
/// same files and publish over one another. The system lets go when the process ends, however it does.
public final class DistrictLock {
  private let descriptor: Int32

  /// - Throws: `district_in_use` where another process holds the lock.
  public init(_ workspace: Workspace) throws(Fault) {
    let path = "\(workspace.stateFolder)/.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Fault(
        "cannot_lock", at: .init(path), "cannot be opened: \(String(cString: strerror(errno)))",
        remedy: "check who may write in the state folder")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Fault(
        "district_in_use", at: .init(workspace.district.folder),
        "another Freshet takes in files or publishes cycles for this district",
        remedy: "stop the service first, or work on a copy of the folder")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
