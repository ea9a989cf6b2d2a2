import Hydromet

/// The connected pieces of a lattice of labels (cells that share an edge and a label).
struct LabelPieces: Sendable {
  /// Piece number of each cell.
  let piece: [Int]
  /// Cells of each piece.
  let sizes: [Int]
  /// Label of each piece.
  let labels: [Int]

  init(labels cellLabels: [Int], lattice: Lattice) {
    var piece = Array(repeating: -1, count: cellLabels.count)
    var sizes: [Int] = []
    var labels: [Int] = []
    var stack: [Int] = []
    for start in cellLabels.indices where piece[start] < 0 {
      let number = sizes.count
      var size = 0
      piece[start] = number
      stack.append(start)
      while let cell = stack.popLast() {
        size += 1
        lattice.forEachNeighbour(of: cell) { neighbour, distance in
          guard distance == 1, piece[neighbour] < 0, cellLabels[neighbour] == cellLabels[start]
          else { return }
          piece[neighbour] = number
          stack.append(neighbour)
        }
      }
      sizes.append(size)
      labels.append(cellLabels[start])
    }
    self.piece = piece
    self.sizes = sizes
    self.labels = labels
  }

  /// Numbers of the largest piece of each label; of equal ones the first.
  var largest: [Int: Int] {
    var best: [Int: Int] = [:]
    for number in sizes.indices {
      if let known = best[labels[number]], sizes[known] >= sizes[number] { continue }
      best[labels[number]] = number
    }
    return best
  }
}

extension LabelPieces {
  /// The labels, changed as little as needed so that every label is one piece and no label touches
  /// itself at a corner only. Negative labels (outside) stay; they must not touch themselves at
  /// corners only.
  static func tidied(_ labels: [Int], lattice: Lattice) -> [Int] {
    var labels = labels
    for _ in 0..<40 {
      let joined = withoutFragments(labels, lattice: lattice)
      let tidy = withoutCornerContacts(joined, lattice: lattice)
      if tidy == labels { break }
      labels = tidy
    }
    return labels
  }

  private static func withoutFragments(_ labels: [Int], lattice: Lattice) -> [Int] {
    var labels = labels
    let pieces = LabelPieces(labels: labels, lattice: lattice)
    let largest = pieces.largest
    // Several rounds, because a fragment's cells take the label of neighbours that are no fragments.
    var fragments = labels.indices.filter {
      labels[$0] >= 0 && largest[labels[$0]] != pieces.piece[$0]
    }
    var isFragment = Array(repeating: false, count: labels.count)
    for cell in fragments { isFragment[cell] = true }
    while !fragments.isEmpty {
      let rest = fragments.filter { cell in
        var taken: Int?
        lattice.forEachNeighbour(of: cell) { neighbour, distance in
          guard distance == 1, taken == nil, labels[neighbour] >= 0, !isFragment[neighbour]
          else { return }
          taken = labels[neighbour]
        }
        guard let taken else { return true }
        labels[cell] = taken
        isFragment[cell] = false
        return false
      }
      if rest.count == fragments.count { break }
      fragments = rest
    }
    return labels
  }

  private static func withoutCornerContacts(_ labels: [Int], lattice: Lattice) -> [Int] {
    var labels = labels
    for row in 0..<(lattice.rows - 1) {
      for column in 0..<(lattice.columns - 1) {
        let a = row * lattice.columns + column
        let (b, c, d) = (a + 1, a + lattice.columns, a + lattice.columns + 1)
        if labels[a] == labels[d], labels[b] != labels[a], labels[c] != labels[a], labels[a] >= 0 {
          labels[labels[b] >= 0 ? b : c] = labels[a]
        } else if labels[b] == labels[c], labels[a] != labels[b], labels[d] != labels[b],
          labels[b] >= 0
        {
          labels[labels[a] >= 0 ? a : d] = labels[b]
        }
      }
    }
    return labels
  }
}
