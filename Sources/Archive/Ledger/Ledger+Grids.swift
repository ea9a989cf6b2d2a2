import Foundation
import GRDB
public import Hydromet

extension Ledger {
  /// Ties a feed to the grid of its first file.
  ///
  /// - Throws: `grid_changed` where the feed is tied to another grid: sums over two grids are none.
  public func pinGrid(
    feed: String, geometry: GridGeometry, known: Timestamp
  ) throws(Fault) {
    let hash = geometry.hash
    try write { db in
      if let pinned = try Ledger.pinned(db, feed: feed) {
        guard pinned.hash != hash else { return }
        throw Fault(
          "grid_changed",
          "the feed \(feed) had \(pinned.summary), now it has \(geometry.summary)",
          remedy:
            "ask its sender; if the change is meant: freshet district release-grid --feed \(feed)")
      }
      try Ledger.keep(db, geometry, hash: hash)
      let moment = try Ledger.advance(db, to: known)
      try db.execute(
        sql: "INSERT INTO feed_grid (feed, geometry_hash, pinned_at) VALUES (?, ?, ?)",
        arguments: [feed, hash, moment])
    }
  }

  /// Lets the next file of the feed choose the grid anew.
  public func releaseGrid(feed: String) throws(Fault) {
    try write { db in
      try db.execute(sql: "DELETE FROM feed_grid WHERE feed = ?", arguments: [feed])
    }
  }

  /// The grid that the feed is tied to; nil where it is to none yet.
  public func grid(feed: String) throws(Fault) -> GridGeometry? {
    try read { db in try Ledger.pinned(db, feed: feed) }
  }

  /// The geometry of a stored frame; nil for a hash that no frame and no feed has.
  public func geometry(hash: String) throws(Fault) -> GridGeometry? {
    try read { db in
      try Ledger.geometry(
        String.fetchOne(
          db, sql: "SELECT description FROM geometry WHERE hash = ?", arguments: [hash]))
    }
  }

  static func keep(_ db: Database, _ geometry: GridGeometry, hash: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(geometry), as: UTF8.self)
    try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO geometry (hash, description) VALUES (?, ?)"
    ).execute(arguments: [hash, text])
  }

  private static func pinned(_ db: Database, feed: String) throws -> GridGeometry? {
    try geometry(
      String.fetchOne(
        db,
        sql: """
          SELECT description FROM feed_grid JOIN geometry ON hash = geometry_hash WHERE feed = ?
          """, arguments: [feed]))
  }

  private static func geometry(_ text: String?) throws -> GridGeometry? {
    guard let text else { return nil }
    guard let grid = try? Document.value(text, of: GridGeometry.self), isGrid(grid) else {
      throw damaged("a grid cannot be read: \(text.prefix(200))")
    }
    return grid
  }

  /// Whether cells can be counted and places found in it.
  private static func isGrid(_ grid: GridGeometry) -> Bool {
    let sides = 1...65_535
    return sides.contains(grid.rows) && sides.contains(grid.columns) && grid.west.isFinite
      && grid.north.isFinite && grid.cellWidth.isFinite && grid.cellHeight.isFinite
      && grid.cellWidth > 0 && grid.cellHeight > 0
  }
}
