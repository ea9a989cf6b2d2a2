public import Hydromet

/// Drops a file for the emergency broadcast (应急广播, loudspeakers of villages): its system reads the folder.
/// A file appears whole, under the message's key: written again, it is the same file.
public struct BroadcastChannel: CallChannel {
  public typealias R = Live
  public let name: String
  private let folder: String

  public init(name: String, folder: String) throws(Fault) {
    self.name = name
    self.folder = folder
    try FileDrop.makeFolder(folder)
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    let path = "\(folder)/\(FileDrop.name(message.key)).json"
    try FileDrop.write(Array((CallDocument.json(message) + "\n").utf8), to: path)
    return CallReceipt(detail: "file dropped")
  }
}

/// Where drills go: files in a folder of the district's state, with every number hidden.
public struct RehearsalChannel: CallChannel {
  public typealias R = Rehearsal
  public let name = "rehearsal"
  private let folder: String

  public init(folder: String) throws(Fault) {
    self.folder = folder
    try FileDrop.makeFolder(folder)
  }

  public func deliver(_ message: CallMessage<Rehearsal>) throws(Fault) -> CallReceipt {
    let path = "\(folder)/\(FileDrop.name(message.key)).json"
    try FileDrop.write(Array((CallDocument.maskedJSON(message) + "\n").utf8), to: path)
    return CallReceipt(detail: "rehearsed")
  }
}
