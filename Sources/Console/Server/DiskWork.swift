import Dispatch
import Hydromet

extension ConsoleServices {
  /// Does what waits for the disk on a thread that may wait.
  func onDisk<Value: Sendable>(
    _ body: @escaping @Sendable () throws(Fault) -> Value
  ) async throws(Fault) -> Value {
    let result: Result<Value, Fault> = await withCheckedContinuation { continuation in
      ConsoleServices.diskQueue.async {
        continuation.resume(returning: Result { () throws(Fault) in try body() })
      }
    }
    return try result.get()
  }

  private static let diskQueue = DispatchQueue(label: "freshet.console", attributes: .concurrent)
}
