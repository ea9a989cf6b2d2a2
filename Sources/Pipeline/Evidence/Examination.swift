import Archive
import Districts
import Formats
import Foundation
public import Hydromet
import Publish

/// One thing that was examined.
public struct Finding: Sendable, Hashable {
  public let subject: String
  public let isGood: Bool
  public let words: String

  /// `ok    fonts: …` or `FAULT fonts: …`.
  public var line: String { "\(isGood ? "ok   " : "FAULT") \(subject): \(words)" }

  init(_ subject: String, good words: String) {
    self.subject = subject
    isGood = true
    self.words = words
  }

  init(_ subject: String, bad words: String) {
    self.subject = subject
    isGood = false
    self.words = words
  }
}

/// Whether a machine and a district are fit for service: `freshet doctor`.
public enum Examination {
  /// Examines the machine, then the district as far as it can be opened.
  public static func of(_ folder: String) -> [Finding] {
    var findings = [projections(), processors(), fonts(folder)]
    let result = District.check(folder: folder)
    findings.append(district(result))
    guard let district = result.district else { return findings }
    findings += feeds(of: district)
    findings.append(space(district.folder))
    findings += state(of: district)
    return findings
  }

  /// Reads the manifest of a published cycle and every hash in it.
  public static func ofProducts(_ folder: String) throws(Fault) -> [Finding] {
    let problems = try Manifest.verify(folder: folder)
    if problems.isEmpty {
      return [Finding("products", good: "\(folder) is whole: every hash of its manifest agrees")]
    }
    return problems.map { Finding("products", bad: $0) }
  }

  private static func projections() -> Finding {
    do throws(Fault) {
      let transform = try CoordinateTransform(from: "OGC:CRS84", to: "EPSG:4547")
      guard let p = transform.transform(Point(x: 114, y: 30)), (p.x - 500_000).magnitude < 1 else {
        return Finding("projections", bad: "PROJ transforms wrongly; reinstall proj-data")
      }
      return Finding("projections", good: "PROJ and its database work")
    } catch {
      return Finding("projections", bad: "\(error)")
    }
  }

  private static func processors() -> Finding {
    Finding("processors", good: "\(ProcessorCount.online) for workers and sums")
  }

  private static func fonts(_ folder: String) -> Finding {
    let empty = DistrictDescription(
      id: "000000", name: "", englishName: "", office: "", englishOffice: "", townships: [],
      basins: [], hazardPoints: [], stations: [], rivers: [])
    do throws(Fault) {
      _ = try ProductWriter(description: empty, productsFolder: "\(folder)/products")
      return Finding("fonts", good: "Noto Sans CJK is installed")
    } catch {
      return Finding("fonts", bad: "\(error)")
    }
  }

  private static func district(_ result: District.CheckResult) -> Finding {
    guard let first = result.faults.first else {
      return Finding("district", good: "no faults, \(result.warnings.count) warnings")
    }
    return Finding(
      "district", bad: "\(result.faults.count) faults, the first: \(first) (freshet district check)"
    )
  }

  private static func feeds(of district: District) -> [Finding] {
    district.configuration.feeds.map { feed in
      let path = "\(district.folder)/\(feed.folder)"
      let isThere = FileManager.default.isReadableFile(atPath: path)
      return isThere
        ? Finding("feed \(feed.name)", good: "\(path) can be read")
        : Finding(
          "feed \(feed.name)", bad: "\(path) cannot be read; make the folder or give rights")
    }
  }

  private static func space(_ folder: String) -> Finding {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
      return Finding("disk", bad: "the free space of \(folder) cannot be told")
    }
    let gibibytes = free >> 30
    return gibibytes >= 2
      ? Finding("disk", good: "\(gibibytes) GiB free")
      : Finding("disk", bad: "\(free >> 20) MiB free; make room for at least 2 GiB")
  }

  /// The ledger and the newest cycle; nothing to say before the first start.
  private static func state(of district: District) -> [Finding] {
    let path = "\(district.folder)/\(district.configuration.stateFolder)/ledger.sqlite"
    guard FileManager.default.fileExists(atPath: path) else {
      return [Finding("ledger", good: "not made yet: the first start makes it")]
    }
    do throws(Fault) {
      let ledger = try Ledger(path: path)
      var findings: [Finding] = []
      let damages = try ledger.damages()
      findings.append(
        damages.isEmpty
          ? Finding("ledger", good: "every page can be read")
          : Finding("ledger", bad: damages.prefix(3).joined(separator: "; ")))
      let counts = try ledger.fateCounts()
      let fates = Fate.allCases.compactMap { fate in counts[fate].map { "\($0) \(fate.rawValue)" } }
      let hint = counts[.quarantined] == nil ? "" : "; `freshet arrivals` says why"
      findings.append(Finding("files", good: fates.joined(separator: ", ") + hint))
      if let cycle = try ledger.newestCycle() {
        findings += try ofProducts(cycle.folder)
      }
      return findings
    } catch {
      return [Finding("ledger", bad: "\(error)")]
    }
  }
}
