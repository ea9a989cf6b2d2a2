import Formats
import Hydromet

/// The member of an ensemble that is read, where a dimension of the variable counts members.
///
/// Members are known by the numbers of their coordinate variable; without one they are counted from 1 in
/// the order of the file.
struct GridMember {
  /// The place of the dimension among those of the variable.
  let position: Int
  /// The member's place along it, from 0.
  let index: Int
  let note: String

  private static let names: Set<String> = [
    "member", "members", "ens", "ensemble", "ensembles", "ensemble_member", "ens_number",
    "realization", "realisation", "number",
  ]
  private static let mostMembers = 10_000

  /// Whether the layers along a dimension are members of an ensemble: by the standard name or the axis
  /// of its coordinates, or by its own name.
  static func counts(_ dimension: NetCDFDimension, _ coordinates: NetCDFVariable?) -> Bool {
    coordinates?.text("standard_name")?.lowercased() == "realization"
      || coordinates?.text("axis")?.uppercased() == "E"
      || names.contains(dimension.name.lowercased())
  }

  /// - Parameter wanted: the member that is stated.
  /// - Throws: `several_members` where none is stated and there are several, `unknown_member`.
  init(
    _ wanted: Int?, position: Int, of dimension: NetCDFDimension, _ coordinates: NetCDFVariable?,
    in file: NetCDFFile, _ place: Fault.Location
  ) throws(Fault) {
    let count = dimension.length
    guard (1...GridMember.mostMembers).contains(count) else {
      throw Fault(
        "no_grid", at: place, "the ensemble along “\(dimension.name)” has \(count) members",
        remedy: "give a file with 1 to \(GridMember.mostMembers) members")
    }
    let numbers = try coordinates.map { found throws(Fault) in
      try GridCoordinates(file: file).values(of: found)
    }
    let list =
      numbers.map { $0.prefix(50).map(plain).joined(separator: ", ") }
      ?? "1 to \(count), in the order of the file"
    guard let wanted else {
      guard count == 1 else {
        throw Fault(
          "several_members", at: place,
          "the file holds \(count) members of an ensemble along “\(dimension.name)”: \(list)",
          remedy: "choose one of them with `member:` or --member")
      }
      self.init(position: position, index: 0, note: "the only member of an ensemble")
      return
    }
    let counted: Int? = (1...count).contains(wanted) ? wanted - 1 : nil
    let found = numbers.map { $0.firstIndex { $0 == Double(wanted) } } ?? counted
    guard let found, (0..<count).contains(found) else {
      throw Fault(
        "unknown_member", at: place,
        "the file has no member \(wanted) along “\(dimension.name)”; it has: \(list)",
        remedy: "choose one of them with `member:` or --member")
    }
    self.init(
      position: position, index: found,
      note: "member \(wanted) of \(count)"
        + (numbers == nil ? ", counted from 1 in the order of the file" : ""))
  }

  private init(position: Int, index: Int, note: String) {
    self.position = position
    self.index = index
    self.note = note
  }
}
