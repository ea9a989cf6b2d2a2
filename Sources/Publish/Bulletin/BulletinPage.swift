import Hydromet

/// `bulletin.html`, `bulletin_en.html`: one page without scripts or foreign files, for phones first.
struct BulletinPage {
  let bulletin: Bulletin
  /// Names of map files beside the page, with what they show.
  let maps: [(file: String, title: String)]
  /// Names of other files beside the page.
  let files: [String]

  var bytes: [UInt8] {
    var page = HTMLText()
    page.raw("<!DOCTYPE html>\n<html lang=\"\(bulletin.language.rawValue)\">\n<head>\n")
    page.raw("<meta charset=\"utf-8\">\n")
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    page.element("title", "\(bulletin.title) \(bulletin.words.shortTime(bulletin.report.time))")
    page.raw("<style>\(BulletinPage.style)</style>\n</head>\n<body>\n<main>\n")
    head(&page)
    townships(&page)
    drafts(&page)
    notes(&page)
    pictures(&page)
    foot(&page)
    page.raw("</main>\n</body>\n</html>\n")
    return page.bytes
  }

  private func head(_ page: inout HTMLText) {
    page.element("h1", bulletin.title)
    page.element("p", bulletin.words.dataTime, class: "time")
    page.element("p", bulletin.status, class: "stamp")
    page.element("p", bulletin.summary)
    for line in bulletin.expected { page.element("p", line) }
  }

  private func townships(_ page: inout HTMLText) {
    let b = bulletin
    page.element("h2", b.choose("镇街风险", "Risk by township"))
    page.raw("<table>\n<thead><tr>")
    let rainHeads = b.windows.map {
      b.words.window(b.report.windows[$0]) + b.choose("面雨量／最大站点", " areal / largest gauge") + " mm"
    }
    let heads =
      [b.choose("镇街", "Township"), b.choose("等级", "Level"), b.choose("灾种", "Hazard")]
      + rainHeads + [b.choose("依据", "Basis")]
    for head in heads { page.cell("th", head, attributes: " scope=\"col\"") }
    page.raw("</tr></thead>\n<tbody>\n")
    for row in b.rows {
      page.raw("<tr>")
      page.cell("th", row.name, attributes: " scope=\"row\"")
      page.cell("td", row.level, attributes: " class=\"level \(row.answer.name)\"")
      page.cell("td", row.answer.level == .none ? "—" : row.hazard, attributes: " class=\"wide\"")
      for (head, rain) in zip(rainHeads, zip(row.rain, row.gauges).map({ "\($0) / \($1)" })) {
        // On a phone every row is a card, and its cells carry the heads of the columns.
        page.raw("<td class=\"number\" data-head=\"")
        page.escaped(head)
        page.raw("\">")
        page.escaped(rain)
        page.raw("</td>")
      }
      page.cell("td", row.basis, attributes: " class=\"wide\"")
      page.raw("</tr>\n")
    }
    page.raw("</tbody>\n</table>\n")
    page.element("p", b.legend, class: "small")
  }

  private func drafts(_ page: inout HTMLText) {
    let b = bulletin
    page.element("h2", b.choose("预警草稿（待签发）", "Drafts of warnings (not signed)"))
    guard !b.report.drafts.isEmpty else {
      return page.element("p", b.choose("无。", "None."))
    }
    for draft in b.report.drafts {
      let isEnglish = b.language == .english
      page.raw("<section class=\"draft \(draft.level.name)-edge\">\n")
      page.element("h3", isEnglish ? draft.englishHeadline : draft.headline)
      page.element("p", isEnglish ? draft.englishDescription : draft.description)
      page.element("p", isEnglish ? draft.englishInstruction : draft.instruction)
      page.link(CAPMessage.fileName(of: draft), "CAP \(draft.identifier)")
      page.raw("</section>\n")
    }
  }

  private func notes(_ page: inout HTMLText) {
    let b = bulletin
    page.element("h2", b.choose("资料", "Data"))
    page.list(b.feeds)
    page.element("h2", b.choose("资料不足之处", "What is not known"))
    page.list(b.gaps)
  }

  private func pictures(_ page: inout HTMLText) {
    guard !maps.isEmpty else { return }
    page.element("h2", bulletin.choose("图", "Maps"))
    for map in maps {
      page.raw("<figure><a href=\"")
      page.escaped(map.file)
      page.raw("\"><img loading=\"lazy\" width=\"1080\" height=\"1350\" src=\"")
      page.escaped(map.file)
      page.raw("\" alt=\"")
      page.escaped(map.title)
      page.raw("\"></a>")
      page.element("figcaption", map.title)
      page.raw("</figure>\n")
    }
  }

  private func foot(_ page: inout HTMLText) {
    let b = bulletin
    page.element("h2", b.choose("文件", "Files"))
    page.raw("<p class=\"small\">")
    for file in files { page.link(file, file) }
    page.raw("</p>\n")
    page.raw("<footer>")
    page.element("p", "\(b.office)　Freshet \(b.report.programVersion)", class: "small")
    page.raw("</footer>\n")
  }

  private static let style = """
    :root{color-scheme:light}body{margin:0;background:#fff;color:#1b2430;\
    font:17px/1.6 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif}\
    main{max-width:60rem;margin:0 auto;padding:0 1rem 2rem}h1{font-size:1.5rem;line-height:1.3;margin:1rem 0 .3rem}\
    h2{font-size:1.2rem;margin:1.6rem 0 .4rem;border-bottom:2px solid #1b2430}h3{font-size:1.05rem;margin:.2rem 0}\
    .time{font-weight:bold;margin:.2rem 0}.stamp{display:inline-block;border:2px solid #1b2430;border-radius:.4rem;\
    padding:.1rem .6rem;margin:.3rem 0;font-weight:bold}.small{font-size:.9rem;color:#4a5563}\
    .small a{margin-right:.8rem}table{border-collapse:collapse;width:100%}\
    th,td{border:1px solid #9aa5b1;padding:.35rem .5rem;text-align:left;vertical-align:top}\
    thead th{background:#eef1f4}tbody th,.number,.level{white-space:nowrap}.number{text-align:right}\
    .red{background:#c2101a;color:#fff;font-weight:bold}.orange{background:#ff8400;color:#000;font-weight:bold}\
    .yellow{background:#ffd500;color:#000;font-weight:bold}.blue{background:#1557c0;color:#fff;font-weight:bold}\
    .unknown,.blind{color:#000;background:repeating-linear-gradient(45deg,#e4e7ea 0 8px,#fff 8px 16px);\
    font-weight:bold}.draft{border-left:.5rem solid;padding-left:.8rem;margin:1rem 0}.red-edge{border-color:#c2101a}\
    .orange-edge{border-color:#ff8400}.yellow-edge{border-color:#ffd500}.blue-edge{border-color:#1557c0}\
    figure{margin:1rem 0}img{max-width:100%;height:auto;border:1px solid #9aa5b1}\
    @media(max-width:44rem){table,tbody{display:block}thead{display:none}\
    tr{display:flex;flex-wrap:wrap;border:1px solid #9aa5b1;border-radius:.4rem;margin:.6rem 0;overflow:hidden}\
    tbody th,td{display:block;box-sizing:border-box;border:0}tbody th{flex:1 1 50%;font-size:1.1rem}\
    .level{flex:1 1 30%}.wide{flex:1 1 100%;padding-top:0}.number{flex:1 1 25%;text-align:left}\
    .number::before{content:attr(data-head);display:block;font-size:.8rem;color:#4a5563;white-space:normal}}
    """
}

/// Writes HTML with all text escaped; only `raw` writes marks.
struct HTMLText {
  private var buffer = TextBuffer(capacity: 32_768)

  var bytes: [UInt8] { buffer.bytes }

  mutating func raw(_ marks: String) { buffer.add(marks) }

  mutating func escaped(_ text: String) { buffer.addEscaped(text) }

  mutating func element(_ name: String, _ text: String, class: String? = nil) {
    cell(name, text, attributes: `class`.map { " class=\"\($0)\"" } ?? "")
    raw("\n")
  }

  mutating func cell(_ name: String, _ text: String, attributes: String = "") {
    raw("<\(name)\(attributes)>")
    escaped(text)
    raw("</\(name)>")
  }

  mutating func list(_ items: [String]) {
    raw("<ul>\n")
    for item in items { element("li", item) }
    raw("</ul>\n")
  }

  mutating func link(_ target: String, _ text: String) {
    raw("<a href=\"")
    escaped(target)
    raw("\">")
    escaped(text)
    raw("</a>\n")
  }
}
