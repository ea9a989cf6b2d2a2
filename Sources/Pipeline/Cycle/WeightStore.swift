import Areal
import Crypto
import Dispatch
import Formats
import Foundation
import Glibc
import Hydromet

/// Region weights on disk, keyed by what they were built from: built once, used for ever.
///
/// A file that is damaged, cut or for other inputs is built anew; it is never trusted.
public struct WeightStore: Sendable {
  public let folder: String

  public init(folder: String) {
    self.folder = folder
  }

  /// The weights of regions on a grid.
  ///
  /// - Parameters:
  ///   - regions: geometry in the coordinate reference system `crs`.
  ///   - kind: true areas, or plain shares of cells.
  func weights(
    of regions: [Region], crs: String, on geometry: GridGeometry, kind: WeightKind
  ) throws(Fault) -> RegionWeights {
    let key = try WeightStore.key(regions, crs: crs, geometry, kind)
    let path = "\(folder)/\(WeightStore.name(key)).weights"
    if let bytes = WeightStore.mapped(path) {
      do throws(Fault) {
        return try RegionWeights.decode(bytes, key: key, geometry: geometry, file: path)
      } catch {
        try? FileManager.default.removeItem(atPath: path)
      }
    }
    let weights = try WeightStore.build(regions, crs: crs, on: geometry, kind: kind)
    let bytes = Data(weights.encoded(key: key))
    do {
      try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Fault(
        "cannot_write", at: .init(path), "cannot write the weights: \(error.localizedDescription)",
        remedy: "check the folder, its rights and the free space")
    }
    return weights
  }

  /// The bytes of a file as memory: read by the processor when they are used, shared by all programs
  /// that use the same file. Nil where there is no file to read.
  ///
  /// A weights file is replaced as a whole and never written to, so that the bytes stay as they are.
  private static func mapped(_ path: String) -> WeightBytes? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_size > 0 else { return nil }
    let length = Int(status.st_size)
    guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0),
      start != MAP_FAILED
    else { return nil }
    return WeightBytes(UnsafeRawBufferPointer(start: start, count: length)) {
      munmap(start, length)
    }
  }

  /// Builds weights without keeping them, on all processors.
  static func build(
    _ regions: [Region], crs: String, on geometry: GridGeometry, kind: WeightKind
  ) throws(Fault) -> RegionWeights {
    let transform = try CoordinateTransform(from: crs, to: geometry.projection)
    var inGrid: [Region] = []
    inGrid.reserveCapacity(regions.count)
    for region in regions {
      inGrid.append(Region(id: region.id, geometry: try transform.transform(region.geometry)))
    }
    let surface = try surface(of: geometry.projection)
    let scale: RegionWeights.ArealScale? =
      geometry.isGeographic
      ? nil
      : { points throws(Fault) in
        try arealScale(of: geometry.projection, at: points, surface: surface)
      }
    let ellipsoid = Ellipsoid(
      semiMajorAxisMetres: surface.semiMajorAxis,
      flattening: 1 - surface.semiMinorAxis / surface.semiMajorAxis)
    let parts = Parallel.ranges(of: inGrid.count, minimumLength: 64)
    let built = Parallel.map(parts) { range throws(Fault) in
      try RegionWeights.build(
        regions: inGrid[range], geometry: geometry, kind: kind, ellipsoid: ellipsoid,
        arealScale: scale)
    }
    var lists: [RegionWeights] = []
    for result in built { lists.append(try result.get()) }
    guard let joined = RegionWeights(joining: lists) else {
      return try RegionWeights.build(
        regions: inGrid, geometry: geometry, kind: kind, ellipsoid: ellipsoid, arealScale: scale)
    }
    return joined
  }

  /// Where areas are true: on the grid's own ellipsoid, or on WGS 84 where the grid is defined on a
  /// sphere, which only stands for the earth.
  private static func surface(of projection: String) throws(Fault) -> SurfaceEllipsoid {
    let system = try CoordinateSystem(projection)
    guard system.semiMajorAxis != system.semiMinorAxis else { return .wgs84 }
    return SurfaceEllipsoid(
      semiMajorAxis: system.semiMajorAxis, semiMinorAxis: system.semiMinorAxis)
  }

  private static func key(
    _ regions: [Region], crs: String, _ geometry: GridGeometry, _ kind: WeightKind
  ) throws(Fault) -> WeightsKey {
    var grid = SHA256()
    grid.update(
      data: Data(
        "\(geometry.rows) \(geometry.columns) \(geometry.west.bitPattern) \(geometry.north.bitPattern) \(geometry.cellWidth.bitPattern) \(geometry.cellHeight.bitPattern) \(geometry.isGeographic) \(kind.rawValue)\n\(geometry.projection)"
          .utf8))
    var shapes = SHA256()
    shapes.update(data: Data("\(crs)\n".utf8))
    for region in regions {
      shapes.update(data: Data("\(region.id)\n".utf8))
      for ring in region.geometry.rings {
        let numbers = [UInt64(ring.count)] + ring.flatMap { [$0.x.bitPattern, $0.y.bitPattern] }
        numbers.withUnsafeBytes { shapes.update(bufferPointer: $0) }
      }
    }
    guard
      let key = WeightsKey(grid: Array(grid.finalize()), regions: Array(shapes.finalize()))
    else {
      throw Fault(
        "bad_key", "the key of the weights is not 32 bytes long", remedy: "report this as a defect")
    }
    return key
  }

  private static func name(_ key: WeightsKey) -> String {
    (key.grid.prefix(8) + key.regions.prefix(8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
  }
}
