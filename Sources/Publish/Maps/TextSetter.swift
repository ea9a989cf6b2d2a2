import CPango
import Hydromet

/// Sets Chinese and Latin text in one font family. It owns its font map, so that it may move from
/// thread to thread as long as one at a time uses it.
final class TextSetter {
  struct Style: Hashable {
    /// Pixels.
    let size: Double
    var isBold = false
    var colour = Colour.ink
    /// Width of the white edge around the letters, pixels; 0 for none.
    var halo = 0.0
  }

  /// Characters set so far that no installed font has: they show as boxes.
  private(set) var unknownGlyphCount = 0
  private let fontMap: UnsafeMutablePointer<PangoFontMap>
  private let context: OpaquePointer
  private let family: String

  /// - Throws: `font_missing` where the system does not have the family.
  init(family: String) throws(Fault) {
    guard let fontMap = pango_cairo_font_map_new(),
      let context = pango_font_map_create_context(fontMap)
    else {
      throw Fault("no_canvas", "cannot open the fonts", remedy: "give the program more memory")
    }
    self.fontMap = fontMap
    self.context = context
    self.family = family
    pango_cairo_context_set_resolution(context, 72)
    pango_context_set_language(context, pango_language_from_string("zh-cn"))
    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
    guard TextSetter.families(of: fontMap).contains(family) else {
      throw Fault(
        "font_missing", "the font family \"\(family)\" is not installed, maps need it for Chinese",
        remedy: "install the Debian package fonts-noto-cjk")
    }
  }

  deinit {
    fr_release(UnsafeMutableRawPointer(context))
    fr_release(UnsafeMutableRawPointer(fontMap))
  }

  /// Width and height of the text in one line or in lines of at most `width`, pixels.
  func size(of text: String, _ style: Style, width: Double? = nil) -> (
    width: Double, height: Double
  ) {
    withLayout(text, style, width: width) { layout in
      var w: Int32 = 0
      var h: Int32 = 0
      pango_layout_get_pixel_size(layout, &w, &h)
      return (Double(w), Double(h))
    }
  }

  /// Draws text with its upper left corner at a point; in lines of at most `width` where one is given.
  ///
  /// - Parameter lines: most lines before the text ends with an ellipsis.
  func draw(
    _ text: String, _ style: Style, x: Double, y: Double, on canvas: Canvas, width: Double? = nil,
    lines: Int = 1
  ) {
    withLayout(text, style, width: width, lines: lines) { layout in
      let pen = canvas.context
      unknownGlyphCount += Int(pango_layout_get_unknown_glyphs_count(layout))
      cairo_new_path(pen)
      cairo_move_to(pen, x, y)
      if style.halo > 0 {
        pango_cairo_layout_path(pen, layout)
        canvas.stroke(Colour.white.with(opacity: 0.88), width: style.halo)
        cairo_move_to(pen, x, y)
      }
      canvas.set(style.colour)
      pango_cairo_show_layout(pen, layout)
    }
  }

  /// Draws text in one line with its middle at a point.
  func draw(_ text: String, _ style: Style, centreX: Double, centreY: Double, on canvas: Canvas) {
    let size = size(of: text, style)
    draw(
      text, style, x: (centreX - size.width / 2).rounded(),
      y: (centreY - size.height / 2).rounded(), on: canvas)
  }

  /// The largest size from `style.size` down to `minimum` at which the text fits into `width`.
  func fitting(_ text: String, _ style: Style, width: Double, minimum: Double) -> Style {
    var style = style
    while style.size > minimum, size(of: text, style).width > width {
      style = Style(
        size: style.size - 2, isBold: style.isBold, colour: style.colour, halo: style.halo)
    }
    return style
  }

  private func withLayout<R>(
    _ text: String, _ style: Style, width: Double?, lines: Int = 1, _ body: (OpaquePointer) -> R
  ) -> R {
    let layout = pango_layout_new(context)!
    defer { fr_release(UnsafeMutableRawPointer(layout)) }
    let font = pango_font_description_new()
    defer { pango_font_description_free(font) }
    pango_font_description_set_family(font, family)
    pango_font_description_set_weight(
      font, style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
    pango_layout_set_font_description(layout, font)
    if let width {
      pango_layout_set_width(layout, Int32(width) * PANGO_SCALE)
      pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
      pango_layout_set_height(layout, Int32(-lines))
      pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    } else {
      pango_layout_set_single_paragraph_mode(layout, 1)
    }
    pango_layout_set_text(layout, text, -1)
    return body(layout)
  }

  private static func families(of fontMap: UnsafeMutablePointer<PangoFontMap>) -> Set<String> {
    var list: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
    var count: Int32 = 0
    pango_font_map_list_families(fontMap, &list, &count)
    defer { g_free(list) }
    var names: Set<String> = []
    for i in 0..<Int(count) {
      if let family = list?[i], let name = pango_font_family_get_name(family) {
        names.insert(String(cString: name))
      }
    }
    return names
  }
}
