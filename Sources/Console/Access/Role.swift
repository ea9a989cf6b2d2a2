/// What somebody with a token is.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
  /// A logger or program that pushes files of stated feeds.
  case uploader
  /// Somebody who looks.
  case viewer
  /// Somebody who drafts and signs.
  case forecaster
  /// Somebody who signs what a forecaster may not.
  case chief
  /// Somebody who runs the program.
  case administrator
}

/// What a request wants to do. This is the only place that says who may.
public enum Permission: String, Sendable, Hashable, CaseIterable {
  case upload
  case read
  case draft
  case sign
  case signRed
  case administer

  public var roles: Set<Role> {
    switch self {
    case .upload: [.uploader, .administrator]
    case .read: [.viewer, .forecaster, .chief, .administrator]
    case .draft, .sign: [.forecaster, .chief]
    case .signRed: [.chief]
    case .administer: [.administrator]
    }
  }
}
