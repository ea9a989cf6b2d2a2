import Synchronization

/// What PROJ made before, kept for the next who asks for the same. Every context opens PROJ's data base
/// anew, which takes longer than reading a small grid.
///
/// Coordinate systems are values, kept by their text. A transformation belongs to one thread at a time:
/// it is taken out for as long as somebody uses it.
enum ProjectionStore {
  /// The ends of a transformation as they were written.
  struct Route: Hashable, Sendable {
    let source: String
    let target: String
  }

  /// A transformation that nobody uses, with its context. Only its owner touches it.
  struct Idle: @unchecked Sendable {
    let source: CoordinateSystem
    let target: CoordinateSystem
    let operation: ProjectionObject
  }

  private static let systemLimit = 64
  private static let idleLimit = 16
  /// Longer texts, which only WKT has, are not kept, bytes.
  private static let textLimit = 8192

  private static let systems = Mutex<[String: CoordinateSystem]>([:])
  private static let idle = Mutex<[(route: Route, transformation: Idle)]>([])

  static func system(_ text: String) -> CoordinateSystem? {
    systems.withLock { $0[text] }
  }

  static func keep(_ system: CoordinateSystem, for text: String) {
    guard text.utf8.count <= textLimit else { return }
    systems.withLock { known in
      if known.count >= systemLimit { known.removeAll() }
      known[text] = system
    }
  }

  /// Takes a transformation out, which is then the caller's alone.
  static func take(_ route: Route) -> Idle? {
    idle.withLock { kept in
      guard let index = kept.lastIndex(where: { $0.route == route }) else { return nil }
      return kept.remove(at: index).transformation
    }
  }

  /// Gives a transformation back; the one that nobody asked for longest goes where there are too many.
  static func keep(_ transformation: Idle, for route: Route) {
    guard route.source.utf8.count + route.target.utf8.count <= textLimit else { return }
    // What goes is destroyed outside the lock.
    let gone = idle.withLock { kept in
      kept.append((route, transformation))
      return kept.count > idleLimit ? kept.removeFirst().transformation : nil
    }
    _ = gone
  }
}
