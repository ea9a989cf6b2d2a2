import Hydromet
import Pipeline
import Warn

/// The page by which somebody answers, for the small screen of a telephone. It needs nothing but itself.
struct AnswerPage {
  enum Language: String, Sendable {
    case chinese = "zh"
    case english = "en"
  }

  private let page: AnswerDesk.Page
  private let language: Language

  init(_ page: AnswerDesk.Page, _ language: Language) {
    self.page = page
    self.language = language
  }

  private var isChinese: Bool { language == .chinese }

  var text: String {
    var body = "<p class=\"office\">\(MarkupText.escaped(page.office))</p>\n"
    if page.isRehearsal { body += "<p class=\"drill\">\(isChinese ? "演练" : "DRILL")</p>\n" }
    body += "<h1 class=\"\(page.level.name)\">\(MarkupText.escaped(page.subject))</h1>\n"
    body += "<p>\(MarkupText.escaped(page.text))</p>\n"
    let until = BeijingTime.chinese(page.expires)
    body +=
      isChinese
      ? "<p>有效至 \(until)</p>\n" : "<p>Valid until \(page.expires.iso8601)</p>\n"
    body += replies + asked
    return AnswerPage.document(page.subject, body, language)
  }

  private var replies: String {
    guard !page.replies.isEmpty else { return "" }
    let lines = page.replies.map { reply in
      let time = isChinese ? BeijingTime.chinese(reply.at) : reply.at.iso8601
      let words = "\(time) \(reply.person): \(reply.answer.name(isChinese: isChinese))"
      return "<li>\(MarkupText.escaped(words))</li>"
    }
    return "<h2>\(isChinese ? "已应答" : "Answers")</h2>\n<ul>\(lines.joined())</ul>\n"
  }

  private var asked: String {
    switch page.state {
    case .calledOff:
      return "<p class=\"note\">\(isChinese ? "此预警已解除，无需应答。" : "This warning was cancelled.")</p>\n"
    case .over:
      return "<p class=\"note\">\(isChinese ? "此链接已失效。" : "This link holds no longer.")</p>\n"
    case .waiting, .answered: break
    }
    let name = MarkupText.escaped(page.personName)
    let question = isChinese ? "\(name)，请应答：" : "\(name), please answer:"
    var form = "<h2>\(question)</h2>\n<form method=\"post\">\n"
    for answer in CallAnswer.allCases {
      form +=
        "<button name=\"answer\" value=\"\(answer.rawValue)\">\(answer.name(isChinese: isChinese))</button>\n"
    }
    let label = isChinese ? "补充说明（可不填）" : "Anything else (optional)"
    form += "<label>\(label)<input name=\"words\" maxlength=\"100\"></label>\n</form>\n"
    return form
  }

  /// A page that says what went wrong without a word about the link.
  static func trouble(_ status: Int, _ language: Language) -> String {
    let isChinese = language == .chinese
    let words =
      switch status {
      case 404: isChinese ? "链接无效，请核对短信中的完整地址。" : "This link is not valid."
      case 410: isChinese ? "此预警已结束，链接已失效。请电话联系值班室。" : "This is over. Call the duty office."
      case 429: isChinese ? "操作过于频繁，请稍后再试。" : "Too often. Wait a little."
      case 400..<500: isChinese ? "未能识别您的应答，请返回重试。" : "The answer was not understood. Go back."
      default:
        isChinese ? "系统故障，应答未记录。请电话联系值班室。" : "A fault: nothing was noted. Call the duty office."
      }
    return document(isChinese ? "叫应" : "Answer", "<p class=\"note\">\(words)</p>\n", language)
  }

  private static func document(_ title: String, _ body: String, _ language: Language) -> String {
    let tag = language == .chinese ? "zh-Hans" : "en"
    let other =
      language == .chinese ? "<a href=\"?lang=en\">English</a>" : "<a href=\"?lang=zh\">中文</a>"
    return """
      <!DOCTYPE html>
      <html lang="\(tag)"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(MarkupText.escaped(title))</title>
      <style>
      body{font-family:sans-serif;font-size:18px;line-height:1.5;margin:1em auto;max-width:32em;padding:0 1em}
      h1{font-size:1.3em;border-left:.5em solid #888;padding-left:.5em}h2{font-size:1em}
      h1.red{border-color:#c00}h1.orange{border-color:#e70}h1.yellow{border-color:#fc0}h1.blue{border-color:#06c}
      button{display:block;width:100%;font-size:1.1em;padding:.7em;margin:.5em 0}
      input{display:block;width:100%;font-size:1em;padding:.4em;box-sizing:border-box}
      .drill,.note{border:2px solid #888;padding:.5em}.office{color:#555}
      </style></head><body>
      \(body)<p>\(other)</p>
      </body></html>

      """
  }

}
