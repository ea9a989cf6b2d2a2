import Glibc

/// Processors of this machine that may be used.
public enum ProcessorCount {
  public static var online: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
