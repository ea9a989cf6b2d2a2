import Hydromet

/// `bulletin.txt`, `bulletin_en.txt`: plain text, one township a line.
struct BulletinText {
  let bulletin: Bulletin

  var bytes: [UInt8] {
    let b = bulletin
    var lines = [b.title, b.words.dataTime, b.office, b.status, "", b.summary] + b.expected + [""]
    lines.append(b.choose("一、镇街", "1. Townships"))
    lines += b.rows.map(line) + [b.legend]
    lines += ["", b.choose("二、预警草稿", "2. Drafts of warnings")]
    lines += drafts
    lines += ["", b.choose("三、资料", "3. Data")] + b.feeds
    lines += ["", b.choose("四、资料不足之处", "4. What is not known")] + b.gaps
    lines += ["", b.choose("Freshet ", "Freshet ") + b.report.programVersion]
    var buffer = TextBuffer(capacity: 8192)
    for line in lines {
      // A line break inside a name must not make a line that looks like another entry.
      buffer.add(line.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n")
    }
    return buffer.bytes
  }

  private func line(_ row: Bulletin.Row) -> String {
    let b = bulletin
    func list(_ values: [String]) -> String {
      zip(b.windows, values).map { b.words.window(b.report.windows[$0]) + " " + $1 }
        .joined(separator: b.choose("，", ", "))
    }
    let hazard = row.answer.level == .none ? "" : b.choose("（\(row.hazard)）", " (\(row.hazard))")
    return "\(row.name)  \(row.level)\(hazard)  \(row.basis)  "
      + b.choose("面雨量(毫米) ", "areal rain (mm) ") + list(row.rain)
      + b.choose("  最大站点(毫米) ", "  largest gauge (mm) ") + list(row.gauges)
  }

  private var drafts: [String] {
    let b = bulletin
    guard !b.report.drafts.isEmpty else { return [b.choose("无。", "None.")] }
    return b.report.drafts.flatMap { draft in
      b.language == .chinese
        ? [draft.headline, draft.description, draft.instruction]
        : [draft.englishHeadline, draft.englishDescription, draft.englishInstruction]
    }
  }
}
