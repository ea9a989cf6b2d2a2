import Dispatch
import Districts
import Hummingbird
import Hydromet
import Logging
import Pipeline

/// Files that loggers push. 201 says that the bytes are on the disk under their name; 200 that they
/// were there before.
extension ConsoleServices {
  var uploadRoutes: [ConsoleRoute] {
    [HTTPRequest.Method.post, .put].map { method in
      ConsoleRoute(method, "/api/v1/upload/{feed}/{name}", .upload) { call in
        try await upload(call)
      }
    }
  }

  private struct Receipt: Encodable {
    let feed: String
    let name: String
    let bytes: Int
    let sha256: String
    /// `placed`, `replaced` (the earlier version is kept) or `repeated`.
    let outcome: String
  }

  private func upload(_ call: ConsoleRoute.Call) async throws -> Response {
    let feed = try feed(for: call)
    let name = call.name("name")
    try desk.check(name, of: feed)
    if let text = call.request.headers[.contentLength] {
      guard let length = Int(text), length >= 0 else {
        throw ConsoleFault(
          .badRequest, "bad_length", "the length of the body is no number", remedy: "correct it")
      }
      guard length <= largestUpload else { throw tooLarge }
    }
    let incoming = Incoming(try desk.draft(for: feed))
    for try await buffer in call.request.body {
      guard incoming.count + buffer.readableBytes <= largestUpload else { throw tooLarge }
      try incoming.write(buffer)
    }
    guard incoming.count > 0 else {
      throw ConsoleFault(
        .badRequest, "empty_file", "the body is empty", remedy: "send the bytes of the file")
    }
    let receipt = try await place(incoming, name, feed)
    log.info("\(receipt.outcome) by token \(call.holder?.id ?? "")", metadata: ["file": "\(name)"])
    return .json(receipt.outcome == "repeated" ? .ok : .created, receipt)
  }

  private var largestUpload: Int { settings.uploadMegabytes << 20 }

  private var tooLarge: ConsoleFault {
    ConsoleFault(
      .contentTooLarge, "file_too_large",
      "the file is larger than \(settings.uploadMegabytes) MB",
      remedy: "raise `console: {upload_mb}` in district.yaml if such files are meant")
  }

  /// The feed that the path names; a token that may not push to it learns nothing of it.
  private func feed(for call: ConsoleRoute.Call) throws -> Feed {
    let name = call.name("feed")
    if let feeds = call.holder?.feeds, !feeds.isEmpty, !feeds.contains(name) {
      throw ConsoleFault(
        .forbidden, "not_permitted", "the token \(call.holder?.id ?? "") may not push to this feed",
        remedy: "use a token that was made for the feed")
    }
    guard let feed = workspace.district.configuration.feeds.first(where: { $0.name == name }) else {
      throw ConsoleFault(
        .notFound, "unknown_feed", "there is no feed of this name",
        remedy: "take a name below `feeds:` of district.yaml")
    }
    return feed
  }

  /// Waits for the disk on a thread that may wait.
  private func place(
    _ incoming: Incoming, _ name: String, _ feed: Feed
  ) async throws -> Receipt {
    let desk = desk
    let result: Result<Receipt, Fault> = await withCheckedContinuation { continuation in
      ConsoleServices.disk.async {
        continuation.resume(
          returning: Result { () throws(Fault) in
            let placement = try desk.place(incoming.draft, named: name, of: feed)
            return Receipt(
              feed: feed.name, name: name, bytes: incoming.draft.byteCount,
              sha256: incoming.draft.sha256, outcome: placement.rawValue)
          })
      }
    }
    return try result.get()
  }

  private static let disk = DispatchQueue(label: "freshet.console.disk")
}

/// A draft on its way from the request to the disk; only one of them has it at a time.
private final class Incoming: @unchecked Sendable {
  let draft: ArrivalDraft

  init(_ draft: ArrivalDraft) { self.draft = draft }

  var count: Int { draft.byteCount }

  func write(_ buffer: ByteBuffer) throws {
    try buffer.withUnsafeReadableBytes { bytes in try draft.write(bytes) }
  }
}
