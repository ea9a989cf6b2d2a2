import Archive
import Districts
public import Hydromet
public import Warn

/// Feeds that have fallen silent: the people of the district are called, as they are for rain, until
/// somebody answers. A feed of forecasts is silent when its newest issue is too old to be used. A feed
/// that never brought anything is not silent, it is not there yet.
public struct FeedSilence {
  private let ledger: Ledger
  private let feeds: [Feed]
  private let limit: TimeSpan?
  private let isChinese: Bool
  private let isRehearsal: Bool

  public init(_ workspace: Workspace) {
    let configuration = workspace.district.configuration
    ledger = workspace.ledger
    feeds = configuration.feeds
    limit = configuration.calls.silence
    isChinese = configuration.language == .chinese
    isRehearsal = configuration.calls.isRehearsal
  }

  /// For how long the silence of a feed is called about.
  private static let lastingSeconds = 12 * 3600

  /// What has to be called now, and what is over; each once, however often it is asked.
  public func orders(at now: Timestamp) throws(Fault) -> [CallOrder] {
    guard let limit else { return [] }
    var orders: [CallOrder] = []
    for feed in feeds {
      guard let newest = try newest(of: feed, now) else { continue }
      let age = now.seconds(since: newest)
      let patience =
        feed.kind == .forecast
        ? feed.oldest.seconds : max(limit.seconds, 2 * feed.step.seconds + feed.lateAfter.seconds)
      if age > patience, age < patience + FeedSilence.lastingSeconds {
        orders.append(alert(feed, newest, now))
      } else if age <= patience, let end = try end(feed, newest, now) {
        orders.append(end)
      }
    }
    return orders
  }

  /// How far the clock of a sender may be ahead.
  private static let aheadSeconds = 3600

  /// End of the newest data of a feed, of forecasts when the newest issue was issued; nil where there is
  /// none, or no issue that is called about any more.
  private func newest(of feed: Feed, _ now: Timestamp) throws(Fault) -> Timestamp? {
    let latest = now + FeedSilence.aheadSeconds
    guard feed.kind == .forecast else {
      return try ledger.newestData(feed: feed.name, atOrBefore: latest)
    }
    let past = FeedSilence.aheadSeconds + feed.oldest.seconds + FeedSilence.lastingSeconds
    return try ledger.forecastIssues(
      feed: feed.name, in: Period(end: latest, seconds: past)
    ).first
  }

  private func alert(_ feed: Feed, _ newest: Timestamp, _ now: Timestamp) -> CallOrder {
    let time = BeijingTime.numeric(newest)
    return order(
      feed, "\(newest.compact)", .alert, now,
      isChinese ? "资料中断：\(feed.name) 自 \(time) 起无新资料" : "Feed \(feed.name) is silent since \(time)",
      text(feed))
  }

  private func text(_ feed: Feed) -> String {
    switch feed.kind {
    case .grid, .stations:
      isChinese ? "期间的降雨可能无法监测，请立即核查。" : "Rain may go unseen. Look after it at once."
    case .forecast:
      isChinese
        ? "已无可用的降雨预报，请立即核查。" : "No forecast of rain is new enough. Look after it at once."
    }
  }

  /// Only what still waits for an answer is called off.
  private func end(
    _ feed: Feed, _ newest: Timestamp, _ now: Timestamp
  ) throws(Fault) -> CallOrder? {
    let open = try ledger.callChains(openOnly: true, warning: "feed-\(feed.name)", limit: 1)
    guard !open.isEmpty else { return nil }
    return order(
      feed, "\(newest.compact)-end", .cancel, now,
      isChinese ? "资料恢复：\(feed.name)" : "Feed \(feed.name) has data again", "")
  }

  private func order(
    _ feed: Feed, _ mark: String, _ kind: CallOrder.Kind, _ now: Timestamp, _ headline: String,
    _ text: String
  ) -> CallOrder {
    CallOrder(
      id: "feed-\(feed.name)-\(mark)", warning: "feed-\(feed.name)", kind: kind,
      hazard: .rainstorm, level: .orange, places: kind == .cancel ? [] : ["*"],
      headline: CallWording.line(headline, limit: 200), text: text, issued: now,
      expires: now + FeedSilence.lastingSeconds, isRehearsal: isRehearsal)
  }
}
