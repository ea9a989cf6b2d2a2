import Formats
import Foundation
public import Hydromet

extension WIS2Notice {
  /// Reads a message as it came from the broker.
  ///
  /// - Parameter topic: where it came from, for faults.
  /// - Throws: `notice_too_large`, `notice_not_json`, `notice_incomplete`, `notice_contradictory`.
  public init(_ message: [UInt8], topic: String) throws(Fault) {
    let place = Fault.Location(String(topic.prefix(300)))
    guard message.count <= WIS2Notice.largestMessage else {
      throw Fault(
        "notice_too_large", at: place,
        "the message has \(message.count) bytes, WIS 2.0 allows \(WIS2Notice.largestMessage)",
        remedy: "tell the centre that sent it")
    }
    guard let parsed = try? JSONSerialization.jsonObject(with: Data(message)),
      let feature = parsed as? [String: Any]
    else {
      throw Fault(
        "notice_not_json", at: place, "the message is no JSON object",
        remedy: "subscribe to topics of notifications only; tell the centre that sent it")
    }
    try self.init(NoticeReader(feature, place))
  }

  private init(_ reader: NoticeReader) throws(Fault) {
    var reader = reader
    try reader.checkVersion()
    let feature = reader.feature
    id = try reader.text("id", in: feature, limit: 128)
    guard let properties = feature["properties"] as? [String: Any] else {
      throw reader.missing("properties")
    }
    dataID = try reader.text("data_id", in: properties, limit: 1024)
    published = try reader.time("pubtime", in: properties)
    (start, end) = try reader.dataTimes(properties)
    (kind, link) = try reader.link()
    integrity = try reader.integrity(properties)
    content = kind == .deletion ? nil : reader.content(properties)
    metadataID = properties["metadata_id"] as? String
    remarks = reader.remarks
  }
}

/// Takes a notification apart, one member after another.
private struct NoticeReader {
  let feature: [String: Any]
  let place: Fault.Location
  var remarks: [String] = []

  init(_ feature: [String: Any], _ place: Fault.Location) {
    self.feature = feature
    self.place = place
  }

  func missing(_ member: String) -> Fault {
    Fault(
      "notice_incomplete", at: .init(place.file, item: member),
      "the member \(member) is missing or is not what it should be",
      remedy: "tell the centre that sent the notification")
  }

  private func contradiction(_ problem: String) -> Fault {
    Fault(
      "notice_contradictory", at: place, problem,
      remedy: "tell the centre that sent the notification")
  }

  /// `conformsTo` of version 1, or the older `version`.
  func checkVersion() throws(Fault) {
    guard feature["type"] as? String == "Feature" else { throw missing("type") }
    if let classes = feature["conformsTo"] as? [Any] {
      let names = classes.compactMap { $0 as? String }
      guard names.contains("http://wis.wmo.int/spec/wnm/1/conf/core") else {
        throw missing("conformsTo")
      }
      return
    }
    guard feature["version"] as? String == "v04" else { throw missing("conformsTo") }
  }

  func text(_ key: String, in object: [String: Any], limit: Int) throws(Fault) -> String {
    guard let text = object[key] as? String, !text.isEmpty, text.utf8.count <= limit,
      !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
    else { throw missing(key) }
    return text
  }

  func time(_ key: String, in object: [String: Any]) throws(Fault) -> Timestamp {
    guard let text = object[key] as? String, text.utf8.count <= 40, text.utf8.contains(0x54),
      let time = Timestamp(iso8601: text, defaultOffsetSeconds: nil)
    else { throw missing(key) }
    return time
  }

  /// One time, which may be null, or a first and a last one.
  func dataTimes(_ properties: [String: Any]) throws(Fault) -> (Timestamp?, Timestamp?) {
    if properties["start_datetime"] != nil || properties["end_datetime"] != nil {
      let start = try time("start_datetime", in: properties)
      let end = try time("end_datetime", in: properties)
      guard start <= end else { throw contradiction("the data end before they begin") }
      return (start, end)
    }
    guard let value = properties["datetime"] else { throw missing("datetime") }
    if value is NSNull { return (nil, nil) }
    return (try time("datetime", in: properties), nil)
  }

  /// Exactly one link says what happened and where the data are; others are for readers.
  func link() throws(Fault) -> (WIS2Notice.Kind, WIS2Notice.Link) {
    guard let all = feature["links"] as? [Any], !all.isEmpty, all.count <= 100 else {
      throw missing("links")
    }
    var found: [(WIS2Notice.Kind, [String: Any])] = []
    for link in all.compactMap({ $0 as? [String: Any] }) {
      if let kind = (link["rel"] as? String).flatMap(WIS2Notice.Kind.init(rawValue:)) {
        found.append((kind, link))
      }
    }
    guard found.count == 1, let (kind, link) = found.first else {
      throw contradiction(
        "\(found.count) links are canonical, update or deletion; there must be exactly one")
    }
    let address = try text("href", in: link, limit: 4096)
    let scheme = address.prefix { $0 != ":" }.lowercased()
    guard ["http", "https"].contains(scheme) || kind == .deletion else {
      throw contradiction("the link is neither http nor https")
    }
    // What is no number of bytes says nothing; what arrives is counted.
    let length = link["length"].flatMap { NoticeReader.wholeNumber($0) }.flatMap {
      $0 < 0 ? nil : $0
    }
    return (kind, .init(address: address, type: link["type"] as? String, length: length))
  }

  func integrity(_ properties: [String: Any]) throws(Fault) -> WIS2Notice.Integrity? {
    guard let value = properties["integrity"], !(value is NSNull) else { return nil }
    guard let object = value as? [String: Any], let name = object["method"] as? String,
      let text = object["value"] as? String
    else { throw missing("integrity") }
    guard let method = WIS2Notice.IntegrityMethod(rawValue: name.lowercased()) else {
      let known = WIS2Notice.IntegrityMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw contradiction("the hash \(name.prefix(40)) is none of \(known)")
    }
    guard let hash = Data(base64Encoded: text), hash.count == method.length else {
      throw contradiction("the hash is not \(method.length) bytes in base64, as \(name) gives")
    }
    return .init(method: method, hash: [UInt8](hash))
  }

  /// Content that cannot be read is not fatal: the link leads to the same data.
  mutating func content(_ properties: [String: Any]) -> WIS2Notice.Content? {
    guard let value = properties["content"], !(value is NSNull) else { return nil }
    guard let object = value as? [String: Any], let text = object["value"] as? String,
      let encoding = object["encoding"] as? String,
      let size = object["size"].flatMap({ NoticeReader.wholeNumber($0) })
    else {
      remarks.append("the inline content is incomplete, the link is followed")
      return nil
    }
    guard text.utf8.count <= WIS2Notice.largestContent * 2, size >= 0 else {
      remarks.append("the inline content is larger than allowed, the link is followed")
      return nil
    }
    guard let bytes = decoded(text, encoding), !bytes.isEmpty else {
      remarks.append(
        "the inline content (\(encoding.prefix(20))) cannot be decoded, the link is followed")
      return nil
    }
    return .init(bytes: bytes, statedSize: size)
  }

  private func decoded(_ text: String, _ encoding: String) -> [UInt8]? {
    switch encoding {
    case "utf-8": return Array(text.utf8)
    case "base64": return Data(base64Encoded: text).map { [UInt8]($0) }
    case "gzip":
      guard let packed = Data(base64Encoded: text) else { return nil }
      return try? Compression.gzip.expanded(
        [UInt8](packed), limit: WIS2Notice.largestExpandedContent, place: place)
    default: return nil
    }
  }

  /// A number of JSON that is whole and not a truth value.
  private static func wholeNumber(_ value: Any) -> Int? {
    guard !(value is Bool) || value is Int, let number = value as? Double else { return nil }
    return Int(exactly: number)
  }
}
