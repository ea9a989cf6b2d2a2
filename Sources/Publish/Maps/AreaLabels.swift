import Hydromet

/// A township's name with something under it: a badge or a number.
struct AreaLabel {
  let area: PreparedMap.Area
  /// Size of what stands under the name; nil for the name alone.
  let mark: (width: Double, height: Double)?
  /// Draws what stands under the name, its middle at the point.
  let drawMark: (Point) -> Void
}

extension MapPage {
  /// Draws the labels, the first of the list with the first choice of room. A label that finds no room
  /// gets smaller, then steps aside on a thin line, then keeps only its mark. On a crowded map a name
  /// that reaches beyond its area is dropped.
  func draw(_ labels: [AreaLabel]) {
    var placement = LabelPlacement(frame: MapLayout.frame, taken: prepared.furniture)
    let large = prepared.nameStyle
    let small = TextSetter.Style(size: MapLayout.smallest, isBold: true, halo: 4)
    // On an islet of a township its name would hide the neighbours.
    let isTiny = { (label: AreaLabel) in label.area.room < 45 * 45 && !prepared.isCrowded }
    for label in labels.filter(isTiny) + labels.filter({ !isTiny($0) }) {
      guard let anchor = label.area.anchor else { continue }
      if isTiny(label), placeAside(label, small, anchor: anchor, in: &placement) { continue }
      if place(label, large, anchor: anchor, in: &placement) { continue }
      if large != small, place(label, small, anchor: anchor, in: &placement) { continue }
      if !prepared.isCrowded, placeAside(label, small, anchor: anchor, in: &placement) { continue }
      guard let mark = label.mark,
        let centre = placement.place(
          width: mark.width, height: mark.height, near: anchor, inside: label.area.shape)
      else { continue }
      label.drawMark(centre)
    }
  }

  private func place(
    _ label: AreaLabel, _ style: TextSetter.Style, anchor: Point,
    in placement: inout LabelPlacement
  ) -> Bool {
    let size = size(of: label, style)
    guard
      let centre = placement.place(
        width: size.width, height: size.height, near: anchor, inside: label.area.shape,
        isWhole: prepared.isCrowded)
    else { return false }
    draw(label, style, centre: centre)
    return true
  }

  private func placeAside(
    _ label: AreaLabel, _ style: TextSetter.Style, anchor: Point,
    in placement: inout LabelPlacement
  ) -> Bool {
    let size = size(of: label, style)
    let outside = placement.placeAside(width: size.width, height: size.height, anchor: anchor) {
      prepared.isInside($0)
    }
    guard
      let centre = outside
        ?? placement.placeAside(
          width: size.width, height: size.height, anchor: anchor, isForbidden: { _ in false })
    else { return false }
    canvas.stroke(line: [anchor, centre], .white, width: 4)
    canvas.stroke(line: [anchor, centre], .ink, width: 1.6)
    let dot = Box(minX: anchor.x - 4, minY: anchor.y - 4, maxX: anchor.x + 4, maxY: anchor.y + 4)
    canvas.fill(dot, .ink, radius: 4)
    draw(label, style, centre: centre)
    return true
  }

  private func size(of label: AreaLabel, _ style: TextSetter.Style) -> (
    width: Double, height: Double
  ) {
    let name = text.size(of: label.area.name, style)
    return (
      max(name.width, label.mark?.width ?? 0) + 4, name.height - 6 + (label.mark?.height ?? 0)
    )
  }

  private func draw(_ label: AreaLabel, _ style: TextSetter.Style, centre: Point) {
    let markHeight = label.mark?.height ?? 0
    let nameHeight = text.size(of: label.area.name, style).height - 6
    text.draw(
      label.area.name, style, centreX: centre.x, centreY: centre.y - markHeight / 2, on: canvas)
    if label.mark != nil { label.drawMark(Point(x: centre.x, y: centre.y + nameHeight / 2)) }
  }
}
