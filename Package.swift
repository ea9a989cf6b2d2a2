// swift-tools-version:6.2
import PackageDescription

/// Every target is compiled under the same strict settings.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A room of the house: a folder under `Sources` and what it may import. Arrows only point downward.
func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of one room, in a folder that mirrors it.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
    swiftSettings: strict)
}

/// The kernels' one source, compiled for one instruction set; optimised in debug builds too, where they
/// would otherwise be two hundred times slower. Other architectures have one instruction set.
func kernel(_ name: String, _ folder: String, march: String? = nil) -> Target {
  var flags: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]
  #if arch(x86_64)
    if let march { flags.append(.unsafeFlags(["-Xcc", "-march=\(march)"])) }
  #endif
  return .target(
    name: name, dependencies: ["CLanes"], path: "Sources/Kernels/\(folder)",
    swiftSettings: strict + flags)
}

/// A C library of the system, with its Debian package.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "freshet",
  products: [.executable(name: "freshet", targets: ["freshet"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // Ends the server in order: requests in work are answered.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
  ],
  targets: [
    library("CNetCDF", pkgConfig: "netcdf", apt: "libnetcdf-dev"),
    library("CHDF5", pkgConfig: "hdf5", apt: "libhdf5-dev"),
    library("CECCodes", pkgConfig: "eccodes", apt: "libeccodes-dev"),
    .systemLibrary(
      name: "CCompression", path: "Sources/CLibraries/CCompression",
      providers: [.apt(["zlib1g-dev", "libbz2-dev"])]),
    library("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
    library("CGDAL", pkgConfig: "gdal", apt: "libgdal-dev"),
    library("CPROJ", pkgConfig: "proj", apt: "libproj-dev"),
    .systemLibrary(name: "CLinux", path: "Sources/CLibraries/CLinux"),
    library("CPango", pkgConfig: "pangocairo", apt: "libpango1.0-dev"),
    library("CMosquitto", pkgConfig: "libmosquitto", apt: "libmosquitto-dev"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    library("CXMLSecurity", pkgConfig: "xmlsec1-openssl", apt: "libxmlsec1-dev"),
    .systemLibrary(name: "CLanes", path: "Sources/Kernels/CLanes"),

    // Floor 1: the words everybody uses, and the libraries that read and write files.
    room("Hydromet", ["CLanes"]),
    room(
      "Formats",
      [
        "Hydromet", "CNetCDF", "CHDF5", "CDeflate", "CECCodes", "CCompression", "CGDAL", "CPROJ",
      ]),

    room("Transport", ["Hydromet", "CMosquitto", "CCurl"]),

    // Floor 2: the hot loops, compiled for several instruction sets and chosen at run time.
    kernel("KernelGeneric", "Generic"),
    kernel("KernelAVX2", "AVX2", march: "x86-64-v3"),
    kernel("KernelAVX512", "AVX512", march: "x86-64-v4"),
    .target(
      name: "Kernels",
      dependencies: ["Hydromet", "CLanes", "KernelGeneric", "KernelAVX2", "KernelAVX512"],
      path: "Sources/Kernels/Dispatch", swiftSettings: strict),

    // Floor 3: pure stages. Values in, values out; no clock, no file, no logger.
    room("Accumulate", ["Hydromet", "Kernels", "CLanes"]),
    room("Areal", ["Hydromet", "Kernels", "CLanes"]),
    room("Quality", ["Hydromet", "Kernels", "CLanes"]),
    room("Estimate", ["Hydromet", "Kernels", "CLanes"]),
    room("Runoff", ["Hydromet", "Kernels", "CLanes"]),
    room("Risk", ["Hydromet", "Kernels"]),
    room("Warn", ["Hydromet"]),

    // Floor 4: bytes in, bytes out, what was known when.
    room("Ingest", ["Hydromet", "Formats", "Transport", "Kernels", "CLinux"]),
    room("Districts", ["Hydromet", "Formats", "Transport", "Ingest", "Warn", yaml]),
    room("Publish", ["Hydromet", "Formats", "CPango", "CXMLSecurity", "CLinux", crypto]),
    room("Archive", ["Hydromet", "Warn", database, crypto]),
    room("Calls", ["Hydromet", "Warn", "Transport", "Formats", "CPango", "CLinux", crypto]),
    room("Drill", ["Hydromet", "Formats", "Districts"]),

    // Floor 5: the only place that knows the order.
    room(
      "Pipeline",
      [
        "Hydromet", "Formats", "Transport", "Kernels", "Quality", "Estimate", "Accumulate", "Areal",
        "Runoff", "Risk", "Warn", "Ingest", "Districts", "Publish", "Archive", "Calls", logging,
        crypto,
      ]),

    // Floor 6: what a browser or another program asks for.
    room(
      "Console",
      [
        "Hydromet", "Warn", "Districts", "Publish", "Archive", "Calls", "Pipeline", hummingbird,
        hummingbirdCore, lifecycle, logging, crypto,
      ], resources: [.embedInCode("OpenAPI/openapi.json")]),

    // Floor 7: the executable.
    .executableTarget(
      name: "freshet",
      dependencies: [
        "Hydromet", "Formats", "Transport", "Kernels", "Quality", "Estimate", "Accumulate", "Areal",
        "Runoff", "Risk", "Warn", "Ingest", "Districts", "Publish", "Archive", "Calls", "Drill",
        "Pipeline", "Console", arguments, logging,
      ],
      swiftSettings: strict),

    .target(name: "CAllocations", path: "Tests/CAllocations"),
    tests(of: "Hydromet"),
    tests(of: "Formats", ["Hydromet"]),
    tests(of: "Kernels", ["Hydromet", "CLanes"]),
    tests(of: "Accumulate", ["Hydromet", "Kernels"]),
    tests(of: "Areal", ["Hydromet", "Formats", "Kernels", "Accumulate", "CAllocations"]),
    // Servers on the loopback: tests of what goes over a network.
    .target(name: "LocalServers", path: "Tests/LocalServers", swiftSettings: strict),
    // Every reader of foreign bytes with what must hold of whatever it answers.
    .target(
      name: "ForeignReaders", dependencies: ["Hydromet", "Formats", "Ingest", "Publish"],
      path: "Tests/ForeignReaders", swiftSettings: strict),
    tests(of: "Transport", ["Hydromet", "LocalServers"]),
    tests(of: "Quality", ["Hydromet", "Formats", "Ingest"]),
    tests(of: "Estimate", ["Hydromet", "Formats", "Ingest"]),
    tests(of: "Runoff", ["Hydromet", "Formats", "Kernels"]),
    tests(of: "Risk", ["Hydromet", "Kernels"]),
    tests(of: "Warn", ["Hydromet"]),
    tests(of: "Ingest", ["Hydromet", "Formats", "ForeignReaders", "CHDF5", "CCompression"]),
    tests(of: "Districts", ["Hydromet", "Ingest"]),
    tests(of: "Publish", ["Hydromet", "Formats"]),
    tests(of: "Archive", ["Hydromet", "Warn"]),
    tests(of: "Calls", ["Hydromet", "Warn", "Transport", "LocalServers", crypto]),
    tests(of: "Drill", ["Hydromet", "Districts"]),
    tests(
      of: "Pipeline",
      [
        "Hydromet", "Formats", "Quality", "Districts", "Archive", "Ingest", "Publish", "Calls",
        "Warn", "Transport", "LocalServers", crypto, logging,
      ]),
    tests(
      of: "Console",
      [
        "Hydromet", "Pipeline", "Districts", "Archive", "Publish", "Calls", "Warn", "Transport",
        "LocalServers", hummingbird, crypto, logging,
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// `scripts/fuzz` alone sets this: the readers of foreign bytes, driven by libFuzzer.
if Context.environment["FRESHET_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzing",
      dependencies: ["ForeignReaders", "Hydromet", "Formats", "Ingest", "Publish"],
      path: "Fuzzing", swiftSettings: strict))
}
