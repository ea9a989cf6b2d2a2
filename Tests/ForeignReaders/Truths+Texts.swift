import Formats
import Hydromet
import Ingest
import Publish

extension Truths {
  private static let expandedLimit = 1 << 18

  /// - Returns: whether the bytes are of a compression.
  mutating func checkCompression(_ bytes: [UInt8]) -> Bool {
    guard let compression = Compression(head: bytes) else { return false }
    let limit = Truths.lot(bytes) % 2 == 0 ? Truths.expandedLimit : 100
    do throws(Fault) {
      let content = try compression.expanded(bytes, limit: limit, place: Fault.Location("fuzz"))
      expect(content.count <= limit, "no more comes out than is allowed")
    } catch {
      check(error)
    }
    return true
  }

  /// Reads a table; what it holds can be written and read again.
  mutating func checkTable(_ bytes: [UInt8]) {
    let table: CSVTable
    do throws(Fault) {
      table = try CSVTable(bytes: bytes, file: "fuzz", raggedRows: .report)
    } catch {
      return check(error)
    }
    for fault in table.raggedRows { check(fault) }
    var text = CSVWriter.row(table.header)
    var isEveryRowThere = table.header.contains { !$0.isEmpty }
    for row in table.rows {
      let cells = table.header.indices.map { table.text(row: row, column: $0) }
      for column in table.header.indices {
        let range = table.range(row: row, column: column)
        expect(
          range.lowerBound >= 0 && range.upperBound <= table.bytes.count, "a cell lies in the file")
      }
      let location = table.location(row: row, column: 0)
      expect((location.line ?? 0) >= 1 && (location.column ?? 0) >= 1, "a cell has a place")
      // A row without content is no row.
      isEveryRowThere = isEveryRowThere && cells.contains { !$0.isEmpty }
      text += CSVWriter.row(cells)
    }
    guard isEveryRowThere else { return }
    do throws(Fault) {
      let again = try CSVTable(bytes: Array(text.utf8), file: "again")
      expect(again.header == table.header, "columns keep their names: \(again.header)")
      expect(again.rows == table.rows, "\(table.rows.count) rows stay \(again.rows.count)")
      for row in again.rows.clamped(to: table.rows) {
        for column in again.header.indices.clamped(to: table.header.indices) {
          expect(
            again.text(row: row, column: column) == table.text(row: row, column: column),
            "a cell stays what it is: “\(table.text(row: row, column: column))”")
        }
      }
    } catch {
      expect(false, "a table that was written can be read: \(error)")
    }
  }

  mutating func checkNotice(_ bytes: [UInt8]) {
    do throws(Fault) {
      let notice = try WIS2Notice(bytes, topic: "cache/a/wis2/cn-cma/data/core/weather")
      expect(!notice.id.isEmpty && !notice.dataID.isEmpty, "a notice names itself and its data")
      let scheme = notice.link.address.prefix { $0 != ":" }.lowercased()
      expect(
        notice.kind == .deletion || scheme == "http" || scheme == "https",
        "a notice links to where data can be fetched")
      expect((notice.link.length ?? 0) >= 0, "a length is a number of bytes")
      if let integrity = notice.integrity {
        expect(
          integrity.hash.count == integrity.method.length, "a hash has the length of its method")
      }
      if let content = notice.content {
        expect(content.bytes.count <= Truths.expandedLimit, "a content is small")
      }
      if let start = notice.start, let end = notice.end {
        expect(start <= end, "data begin before they end")
      }
    } catch {
      check(error)
    }
  }

  mutating func checkAlert(_ bytes: [UInt8]) {
    do throws(Fault) {
      let content = try CAPReader.read(bytes, name: "fuzz")
      expect(!content.version.isEmpty, "an alert has a version of CAP")
      expect(
        content.schemaFindings.allSatisfy { !$0.rule.isEmpty && !$0.words.isEmpty },
        "a broken rule has a name and words")
    } catch {
      check(error)
    }
  }
}
