/// How a connection is secured. Certificate and name of the other side are always checked.
public struct TransportSecurity: Sendable, Hashable {
  /// File of the certificates that are trusted, PEM; nil trusts what the system trusts.
  public var authorities: String?
  /// File of this side's own certificate, PEM, where the other side asks for one.
  public var certificate: String?
  /// File of the key to it, PEM.
  public var key: String?

  public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
  }
}

/// How long a transfer may take.
public struct TransferLimits: Sendable, Hashable {
  /// Until the other side has been reached, names and certificates included.
  public var connectSeconds: Double
  /// From the beginning to the end.
  public var totalSeconds: Double
  /// Without a single byte.
  public var stallSeconds: Double

  public init(connectSeconds: Double = 10, totalSeconds: Double = 60, stallSeconds: Double = 20) {
    self.connectSeconds = connectSeconds
    self.totalSeconds = totalSeconds
    self.stallSeconds = stallSeconds
  }
}
