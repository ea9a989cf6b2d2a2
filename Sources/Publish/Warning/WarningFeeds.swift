public import Hydromet

/// Feeds of the messages of a district: Atom, RSS and GeoJSON.
extension WarningMessages {
  /// Every message once, newest first.
  private static func messages(
    of records: [WarningRecord]
  ) -> [(record: WarningRecord, message: IssuedWarning)] {
    records.flatMap { record in record.issued.map { (record, $0) } }.sorted {
      ($1.message.sent, $1.message.identifier) < ($0.message.sent, $0.message.identifier)
    }
  }

  /// An Atom feed (RFC 4287) of all messages, newest first, each with a link to its CAP alert.
  ///
  /// - Parameter base: the address below which the documents lie, without a slash at its end; empty for
  ///   addresses relative to the feed.
  public func atom(_ records: [WarningRecord], base: String, limit: Int = 200) -> [UInt8] {
    let items = WarningMessages.messages(of: records).prefix(limit)
    var xml = XMLText()
    xml.element("feed", namespace: "http://www.w3.org/2005/Atom") { xml in
      xml.element("id", "urn:freshet:\(description.id):warnings")
      xml.element("title", "\(description.office)预警")
      let newest = items.first?.message.sent ?? Timestamp(secondsSince1970: 0)
      xml.element("updated", BeijingTime.iso8601(newest))
      xml.empty("link", [("rel", "self"), ("href", WarningMessages.join(base, "warnings.atom"))])
      xml.element("author") { xml in xml.element("name", description.office) }
      for (record, message) in items {
        xml.element("entry") { xml in
          xml.element("id", "urn:freshet:\(description.id):\(message.identifier)")
          let words = MessageWords(record, message, self)
          xml.element("title", words.headline)
          xml.element("updated", BeijingTime.iso8601(message.sent))
          xml.element("published", BeijingTime.iso8601(message.sent))
          xml.empty(
            "link",
            [
              ("rel", "alternate"), ("type", "application/cap+xml"),
              ("href", WarningMessages.join(base, "cap/\(message.identifier).xml")),
            ])
          xml.empty(
            "category",
            [("term", message.content.level.name), ("label", message.content.level.chineseName)])
          xml.element("summary", words.description)
        }
      }
    }
    return xml.bytes
  }

  /// An RSS 2.0 feed of the same.
  public func rss(_ records: [WarningRecord], base: String, limit: Int = 200) -> [UInt8] {
    let items = WarningMessages.messages(of: records).prefix(limit)
    var xml = XMLText()
    xml.element("rss", attributes: [("version", "2.0")]) { xml in
      xml.element("channel") { xml in
        xml.element("title", "\(description.office)预警")
        xml.element("link", WarningMessages.join(base, "warnings.rss"))
        xml.element("description", "\(description.name)各镇街预警信息")
        xml.element("language", "zh-CN")
        for (record, message) in items {
          xml.element("item") { xml in
            let words = MessageWords(record, message, self)
            xml.element("title", words.headline)
            xml.element("link", WarningMessages.join(base, "cap/\(message.identifier).xml"))
            xml.element("description", words.description)
            xml.element("category", message.content.level.name)
            xml.element("guid", attributes: [("isPermaLink", "false")], message.identifier)
            xml.element("pubDate", WarningMessages.mailDate(message.sent))
          }
        }
      }
    }
    return xml.bytes
  }

  /// What holds at a moment, as GeoJSON: one feature for each record in force, highest level last so
  /// that a map draws it on top.
  public func geoJSON(_ records: [WarningRecord], at moment: Timestamp) -> [UInt8] {
    let standing = records.compactMap { record in
      record.inForce(at: moment).map { (record, $0) }
    }.sorted {
      ($0.1.content.level, $0.0.id) < ($1.1.content.level, $1.0.id)
    }
    var buffer = TextBuffer(capacity: 65_536)
    buffer.add("{\"type\":\"FeatureCollection\",\"features\":[")
    for (index, (record, message)) in standing.enumerated() {
      let area = area(record.chain.township)
      buffer.add(index == 0 ? "\n" : ",\n")
      buffer.add("{\"type\":\"Feature\",\"id\":")
      buffer.addJSON(record.id)
      buffer.add(",\"geometry\":\(shapes[area.code] ?? "null"),\"properties\":{")
      let words = MessageWords(record, message, self)
      let properties = [
        ("township", area.code), ("name", area.name), ("hazard", record.chain.hazard.rawValue),
        ("level", message.content.level.name), ("status", record.status.rawValue),
        ("identifier", message.identifier), ("sent", message.sent.iso8601),
        ("expires", message.content.expires.iso8601), ("headline", words.headline),
        ("headline_en", words.englishHeadline), ("instruction", words.instruction),
        ("instruction_en", words.englishInstruction),
      ]
      for (place, (key, value)) in properties.enumerated() {
        buffer.add(place == 0 ? "\"\(key)\":" : ",\"\(key)\":")
        buffer.addJSON(value)
      }
      buffer.add("}}")
    }
    buffer.add("\n]}\n")
    return buffer.bytes
  }

  private static func join(_ base: String, _ path: String) -> String {
    base.isEmpty ? path : "\(base)/\(path)"
  }

  /// `Sun, 05 Jul 2026 14:20:00 +0800` (RFC 822).
  private static func mailDate(_ moment: Timestamp) -> String {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let local = moment + BeijingTime.offsetSeconds
    let day = Int(local.floored(toSeconds: 86_400).secondsSince1970 / 86_400)
    let c = BeijingTime.civil(moment)
    return "\(days[((day % 7) + 7) % 7]), \(padded(c.day, 2)) \(months[c.month - 1]) \(c.year) "
      + "\(padded(c.hour, 2)):\(padded(c.minute, 2)):\(padded(c.second, 2)) +0800"
  }
}
