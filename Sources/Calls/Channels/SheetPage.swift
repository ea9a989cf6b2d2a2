import CPango
import Hydromet

/// The pages of a call sheet: A4, upright, with a column to write answers into.
enum SheetPage {
  private static let width = 595.0
  private static let height = 842.0
  private static let margin = 40.0
  private static let columns: [(title: String, x: Double, width: Double)] = [
    ("时间", 40, 42), ("等级", 84, 34), ("姓名", 120, 62), ("号码", 184, 90), ("内容", 276, 199),
    ("应答", 478, 77),
  ]

  static func draw(
    _ lines: [SheetChannel.Line], day: String, _ office: String, to path: String
  ) throws(Fault) {
    let beside = "\(path).part"
    guard let surface = cairo_pdf_surface_create(beside, width, height),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let pen = cairo_create(surface)
    else {
      throw Fault(
        "cannot_write", at: .init(path), "the call sheet cannot be drawn",
        remedy: "check the free space and who may write there")
    }
    var y = head(pen, day, office, count: lines.count)
    for line in lines {
      let texts = cells(line)
      let tall = zip(columns, texts).map { size(pen, $1, width: $0.width) }.max() ?? 12
      if y + tall + 8 > height - margin {
        cairo_show_page(pen)
        y = margin
      }
      for (column, text) in zip(columns, texts) {
        set(pen, text, x: column.x, y: y, width: column.width, size: 8.5)
      }
      y += tall + 6
      rule(pen, y - 3)
    }
    if lines.isEmpty { set(pen, "（空）", x: margin, y: y, width: 200, size: 10) }
    cairo_show_page(pen)
    cairo_destroy(pen)
    cairo_surface_finish(surface)
    let isDrawn = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS
    cairo_surface_destroy(surface)
    guard isDrawn, let bytes = FileDrop.read(beside) else {
      throw Fault(
        "cannot_write", at: .init(path), "the call sheet cannot be written",
        remedy: "check the free space")
    }
    FileDrop.remove(beside)
    try FileDrop.write(bytes, to: path, mode: 0o600)
  }

  private static func cells(_ line: SheetChannel.Line) -> [String] {
    let c = BeijingTime.civil(Timestamp(secondsSince1970: line.time))
    return [
      "\(padded(c.hour, 2)):\(padded(c.minute, 2))", line.level, line.name, line.number, line.text,
      line.needsAnswer ? "□ 已应答\n时间：" : "□ 已告知",
    ]
  }

  private static func head(_ pen: OpaquePointer, _ day: String, _ office: String, count: Int)
    -> Double
  {
    set(pen, "\(office) 预警叫应单", x: margin, y: margin, width: 400, size: 16)
    let note = "\(day.suffix(8))  共\(count)条  由值班员逐一拨打并记录；含个人号码，用后按规定保管。"
    set(pen, note, x: margin, y: margin + 26, width: 515, size: 8)
    for column in columns {
      set(pen, column.title, x: column.x, y: margin + 42, width: column.width, size: 9)
    }
    rule(pen, margin + 56)
    return margin + 60
  }

  private static func rule(_ pen: OpaquePointer, _ y: Double) {
    cairo_set_source_rgb(pen, 0.7, 0.7, 0.7)
    cairo_set_line_width(pen, 0.5)
    cairo_move_to(pen, margin, y)
    cairo_line_to(pen, width - margin, y)
    cairo_stroke(pen)
  }

  private static func size(_ pen: OpaquePointer, _ text: String, width: Double) -> Double {
    var w: Int32 = 0
    var h: Int32 = 0
    withLayout(pen, text, width: width, size: 8.5) { pango_layout_get_pixel_size($0, &w, &h) }
    return Double(h)
  }

  private static func set(
    _ pen: OpaquePointer, _ text: String, x: Double, y: Double, width: Double, size: Double
  ) {
    cairo_set_source_rgb(pen, 0, 0, 0)
    withLayout(pen, text, width: width, size: size) { layout in
      cairo_move_to(pen, x, y)
      pango_cairo_show_layout(pen, layout)
    }
  }

  private static func withLayout(
    _ pen: OpaquePointer, _ text: String, width: Double, size: Double,
    _ body: (OpaquePointer) -> Void
  ) {
    guard let layout = pango_cairo_create_layout(pen) else { return }
    let font = pango_font_description_new()
    pango_font_description_set_family(font, "Noto Sans CJK SC")
    pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
    pango_layout_set_font_description(layout, font)
    pango_font_description_free(font)
    pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_text(layout, text, -1)
    body(layout)
    fr_release(UnsafeMutableRawPointer(layout))
  }
}
