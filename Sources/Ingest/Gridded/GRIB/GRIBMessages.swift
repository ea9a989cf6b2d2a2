import Formats
import Hydromet

/// The messages of a GRIB file, opened where they are asked for. The last two stay open: a step of run totals
/// needs its own and the one before, and every other reading of a step would open its message anew.
///
/// One object belongs to one thread at a time.
final class GRIBMessages {
  let index: GRIBIndex
  private var open: [(message: Int, fields: [GRIBField])] = []
  private static let mostOpen = 2

  init(_ index: GRIBIndex) {
    self.index = index
  }

  /// The fields of a message, counted from 0.
  func fields(of message: Int) throws(Fault) -> [GRIBField] {
    if let known = open.first(where: { $0.message == message }) { return known.fields }
    let fields = try GRIBField.fields(
      of: index.messages[message], in: index, number: message + 1)
    open = open.suffix(GRIBMessages.mostOpen - 1) + [(message, fields)]
    return fields
  }

  func field(_ entry: GRIBEntry) throws(Fault) -> GRIBField {
    let fields = try fields(of: entry.message)
    guard fields.indices.contains(entry.part) else {
      throw Fault(
        "damaged_grib", at: Fault.Location(index.path, item: entry.name),
        "the file changed while it was read",
        remedy: "move files into the folder once they are whole")
    }
    return fields[entry.part]
  }
}
