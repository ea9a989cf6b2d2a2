import CPango
import Hydromet

/// A picture in memory and the pen that draws on it. Lengths are pixels, y grows downwards.
final class Canvas {
  let width: Int
  let height: Int
  let surface: OpaquePointer
  let context: OpaquePointer

  /// - Parameter isTransparent: starts empty and keeps opacity, for layers; else white and opaque.
  init(width: Int, height: Int, isTransparent: Bool = false) throws(Fault) {
    let format = isTransparent ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24
    guard let surface = cairo_image_surface_create(format, Int32(width), Int32(height)),
      let context = cairo_create(surface),
      cairo_status(context) == CAIRO_STATUS_SUCCESS
    else {
      throw Fault(
        "no_canvas", "cannot make a picture of \(width) × \(height) pixels",
        remedy: "give the program more memory")
    }
    self.width = width
    self.height = height
    self.surface = surface
    self.context = context
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    if !isTransparent { paint(.white) }
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  func paint(_ colour: Colour) {
    set(colour)
    cairo_paint(context)
  }

  func paint(_ layer: Canvas, x: Int = 0, y: Int = 0) {
    cairo_set_source_surface(context, layer.surface, Double(x), Double(y))
    cairo_paint(context)
  }

  func fill(_ shape: MapShape, _ colour: Colour) {
    trace(shape)
    set(colour)
    cairo_fill(context)
  }

  func fill(_ shape: MapShape, _ hatch: Hatch) {
    trace(shape)
    hatch.set(on: context)
    cairo_fill(context)
  }

  func stroke(_ shape: MapShape, _ colour: Colour, width: Double, dashes: [Double] = []) {
    trace(shape)
    stroke(colour, width: width, dashes: dashes)
  }

  func stroke(line: [Point], _ colour: Colour, width: Double, dashes: [Double] = []) {
    trace(line, isClosed: false)
    stroke(colour, width: width, dashes: dashes)
  }

  func fill(polygon: [Point], _ colour: Colour) {
    trace(polygon, isClosed: true)
    set(colour)
    cairo_fill(context)
  }

  func stroke(polygon: [Point], _ colour: Colour, width: Double) {
    trace(polygon, isClosed: true)
    stroke(colour, width: width)
  }

  func fill(_ box: Box, _ colour: Colour, radius: Double = 0) {
    trace(box, radius: radius)
    set(colour)
    cairo_fill(context)
  }

  func fill(_ box: Box, _ hatch: Hatch) {
    trace(box, radius: 0)
    hatch.set(on: context)
    cairo_fill(context)
  }

  func stroke(_ box: Box, _ colour: Colour, width: Double, radius: Double = 0) {
    trace(box, radius: radius)
    stroke(colour, width: width)
  }

  /// Draws only inside the box until `body` is done.
  func clipped(to box: Box, _ body: () -> Void) {
    cairo_save(context)
    trace(box, radius: 0)
    cairo_clip(context)
    body()
    cairo_restore(context)
  }

  /// Draws only inside the shapes until `body` is done.
  func clipped(to shapes: [MapShape], _ body: () -> Void) {
    cairo_save(context)
    cairo_new_path(context)
    cairo_set_fill_rule(context, CAIRO_FILL_RULE_WINDING)
    for shape in shapes {
      for ring in shape.rings { add(ring, isClosed: true) }
    }
    cairo_clip(context)
    body()
    cairo_restore(context)
  }

  func set(_ colour: Colour) {
    cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
  }

  func stroke(_ colour: Colour, width: Double, dashes: [Double] = []) {
    set(colour)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dashes, Int32(dashes.count), 0)
    cairo_stroke(context)
  }

  private func trace(_ shape: MapShape) {
    cairo_new_path(context)
    cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD)
    for ring in shape.rings { add(ring, isClosed: true) }
  }

  private func trace(_ line: [Point], isClosed: Bool) {
    cairo_new_path(context)
    add(line, isClosed: isClosed)
  }

  private func add(_ line: [Point], isClosed: Bool) {
    guard let first = line.first else { return }
    cairo_move_to(context, first.x, first.y)
    for point in line.dropFirst() { cairo_line_to(context, point.x, point.y) }
    if isClosed { cairo_close_path(context) }
  }

  private func trace(_ box: Box, radius: Double) {
    cairo_new_path(context)
    guard radius > 0 else {
      cairo_rectangle(context, box.minX, box.minY, box.maxX - box.minX, box.maxY - box.minY)
      return
    }
    let quarter = Double.pi / 2
    cairo_arc(context, box.maxX - radius, box.minY + radius, radius, -quarter, 0)
    cairo_arc(context, box.maxX - radius, box.maxY - radius, radius, 0, quarter)
    cairo_arc(context, box.minX + radius, box.maxY - radius, radius, quarter, 2 * quarter)
    cairo_arc(context, box.minX + radius, box.minY + radius, radius, 2 * quarter, 3 * quarter)
    cairo_close_path(context)
  }
}

/// A pattern of lines or dots that tells areas apart without their colour.
final class Hatch {
  enum Kind {
    case horizontal
    case dots
    case rising
    case falling
    case cross
  }

  private let pattern: OpaquePointer

  /// - Parameter spacing: distance between lines, whole pixels, so that tiles meet exactly.
  init(_ kind: Kind, _ colour: Colour, spacing: Int, width: Double) throws(Fault) {
    let tile = try Canvas(width: spacing, height: spacing, isTransparent: true)
    let size = Double(spacing)
    func line(_ a: Point, _ b: Point) { tile.stroke(line: [a, b], colour, width: width) }
    /// Diagonals of the tile and of its two neighbours, so that corners are whole.
    func diagonals(rising: Bool) {
      for shift in [-size, 0, size] {
        let low = Point(x: shift - size, y: rising ? 2 * size : -size)
        line(low, Point(x: shift + 2 * size, y: rising ? -size : 2 * size))
      }
    }
    switch kind {
    case .horizontal: line(Point(x: -size, y: size / 2), Point(x: 2 * size, y: size / 2))
    case .dots:
      for centre in [0.25, 0.75] {
        let dot = Point(x: size * centre, y: size * centre)
        line(dot, dot)
      }
    case .rising: diagonals(rising: true)
    case .falling: diagonals(rising: false)
    case .cross:
      diagonals(rising: true)
      diagonals(rising: false)
    }
    guard let pattern = cairo_pattern_create_for_surface(tile.surface) else {
      throw Fault("no_canvas", "cannot make a hatch", remedy: "give the program more memory")
    }
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_REPEAT)
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST)
    self.pattern = pattern
  }

  deinit { cairo_pattern_destroy(pattern) }

  func set(on context: OpaquePointer) { cairo_set_source(context, pattern) }
}
