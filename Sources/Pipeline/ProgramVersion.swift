/// The version of this program, as manifests and `--version` state it.
public enum ProgramVersion {
  public static let text = "0.1.0"
}
