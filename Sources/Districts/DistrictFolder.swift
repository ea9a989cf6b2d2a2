import Formats
import Glibc
import Hydromet

/// The files of a district's folder.
enum DistrictFolder {
  static func join(_ folder: String, _ file: String) -> String {
    if folder.isEmpty || folder == "." { return file }
    return folder.hasSuffix("/") ? folder + file : "\(folder)/\(file)"
  }

  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  static func hasFile(_ folder: String, _ file: String) -> Bool {
    exists(join(folder, file))
  }

  /// The files that define a district, sorted, with the files that belong to a shapefile.
  static func definitionFiles(
    _ folder: String, _ configuration: DistrictConfiguration
  ) -> [String] {
    var files: Set<String> = [
      District.settingsName, configuration.stationsFile, configuration.hazardPointsFile,
      configuration.thresholdsFile, configuration.contactsFile, configuration.townships.file,
    ]
    for file in [configuration.rulesFile, configuration.factorsFile] {
      if let file { files.insert(file) }
    }
    for shapes in [configuration.basins, configuration.rivers, configuration.reference] {
      if let shapes { files.insert(shapes.file) }
    }
    for file in [BasinParameterTable.path, EarlierRainTable.path] where hasFile(folder, file) {
      files.insert(file)
    }
    for file in files where file.lowercased().hasSuffix(".shp") {
      for part in ["dbf", "shx", "prj", "cpg", "DBF", "SHX", "PRJ", "CPG"] {
        let sibling = file.dropLast(3) + part
        if hasFile(folder, String(sibling)) { files.insert(String(sibling)) }
      }
    }
    return files.sorted()
  }

  /// Makes a folder and those above it.
  static func make(_ path: String) throws(Fault) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
      if mkdir(made, 0o755) != 0, errno != EEXIST {
        let reason = strerror(errno).map { String(cString: $0).lowercased() } ?? "error"
        throw Fault(
          "file_error", at: .init(made), "the folder cannot be made: \(reason)",
          remedy: "check the path and its rights")
      }
    }
  }

  /// Writes a new district's files, unless one of them is there already.
  static func fill(
    _ folder: String, with files: [(path: String, text: String)], emptyFolders: [String]
  ) throws(Fault) {
    for file in files where hasFile(folder, file.path) {
      throw Fault(
        "already_there", at: .init(join(folder, file.path)),
        file.path == District.settingsName
          ? "the folder is a district already" : "the file exists already",
        remedy: "choose an empty folder; nothing was changed")
    }
    for subfolder in emptyFolders { try make(join(folder, subfolder)) }
    for file in files {
      try FileBytes.write(Array(file.text.utf8), path: join(folder, file.path))
    }
  }

  /// Takes files away again that were written a moment ago, and the folders that are empty then.
  static func empty(_ folder: String, of files: [String], folders: [String]) {
    for file in files { unlink(join(folder, file)) }
    let around = files.compactMap { file in
      file.lastIndex(of: "/").map { String(file.prefix(upTo: $0)) }
    }
    for part in folders + around.sorted().reversed() { rmdir(join(folder, part)) }
    rmdir(folder)
  }
}
