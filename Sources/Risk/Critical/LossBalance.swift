public import Hydromet

/// Critical rain from what has to run off and what is lost on the way: the balance by which Chinese
/// surveys work out the thresholds of a village for dry, normal and wet soil.
///
/// - Source: Li Qing et al. (2017), Journal of Geo-information Science 19(12), table 11.
public struct LossBalance: Sendable, Hashable {
  /// Rain that has to run off for the flow to do harm 净雨.
  public let netRain: Depth
  /// 洼蓄
  public let depressionStorage: Depth
  /// 截留
  public let interception: Depth
  /// 下渗
  public let infiltration: Depth

  public init(
    netRain: Depth, depressionStorage: Depth, interception: Depth, infiltration: Depth
  ) {
    self.netRain = netRain
    self.depressionStorage = depressionStorage
    self.interception = interception
    self.infiltration = infiltration
  }

  /// Net rain and losses together.
  public var critical: Depth { netRain + depressionStorage + interception + infiltration }

  /// The critical rain to the nearest five millimetres, a half upward: the form of published tables.
  public var rounded: Depth {
    let fives = (Int64(critical.micrometres) + 2500) / 5000
    return Depth(micrometres: Int32(clamping: fives * 5000))
  }
}
