import Archive
import Districts
import Foundation
import Hydromet
import Pipeline
import Testing
import Warn

@Suite("Feeds that fall silent", .serialized)
struct FeedSilenceTests {
  private func district(_ more: String = "") throws -> (TestDistrict, Engine) {
    let district = try TestDistrict { $0 + more }
    var desk = Contact(
      id: "D1", name: "值班员", role: "duty", address: "10000000001", channel: "voice", place: "*",
      hazard: nil, minimumLevel: .blue, order: 1, deputy: nil)
    desk.list = .duty
    try district.write("stations/contacts.csv", DistrictFiles.contactsCSV([desk]))
    try TestStorm.write(1...2, into: district)
    let engine = try engine(district)
    try engine.digest()
    return (district, engine)
  }

  @Test func `a feeder that stops is called about until it is back`() throws {
    let (district, engine) = try district()
    defer { engine.stop() }
    let ledger = engine.workspace.ledger
    let silence = FeedSilence(engine.workspace)
    let last = TestStorm.end(2)
    #expect(try silence.orders(at: last + 1800).isEmpty)
    let orders = try silence.orders(at: last + 3601)
    #expect(orders.map(\.warning).sorted() == ["feed-gauges", "feed-radar"])
    // Asked again, it is the same order: it is called once.
    try ledger.enqueue(orders)
    try ledger.enqueue(try silence.orders(at: last + 3700))
    let clock = TestClock(last + 3700)
    let caller = CallEngine(
      ledger: ledger, book: CallOffice.book(engine.workspace.district),
      limits: [ContactDirectory.sheetChannel: CallLimit(parallel: 10)], clock: clock,
      holder: "t", boot: "b", series: "S")
    var calls = try caller.step().calls
    calls += try caller.step().calls
    #expect(calls.count == 1)
    #expect(calls.first?.person == "D1")
    #expect(calls.first?.body.contains("资料中断") == true)
    #expect(try ledger.callChains(openOnly: true).count == 2)

    try TestStorm.write(9...9, into: district)
    try engine.digest()
    try ledger.enqueue(try silence.orders(at: TestStorm.end(9) + 60))
    _ = try caller.step()
    #expect(try ledger.callChains(openOnly: true).isEmpty)
    #expect(try silence.orders(at: TestStorm.end(9) + 120).isEmpty)
  }

  @Test func `a forecast that is never issued again is called about once it is too old to be used`()
    throws
  {
    let district = try ForecastTests.district()
    let first = TestStorm.end(6)
    try TestForecast(issued: first, hourly: 1, hours: 24).write(into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let silence = FeedSilence(engine.workspace)
    func warnings(_ time: Timestamp) throws -> [String] {
      try silence.orders(at: time).map(\.warning)
    }
    // The feed states `oldest: 6h`; its frames reach 24 hours ahead.
    #expect(try warnings(first + 60).isEmpty)
    #expect(try warnings(first + 6 * 3600).isEmpty)
    #expect(try warnings(first + 6 * 3600 + 1) == ["feed-nwp"])
    let order = try #require(try silence.orders(at: first + 7 * 3600).first)
    #expect(order.kind == .alert)
    #expect(order.headline.contains("nwp") && order.text.contains("预报"))
    try TestForecast(issued: first + 6 * 3600, hourly: 1, hours: 24).write(into: district)
    try engine.digest()
    #expect(try warnings(first + 7 * 3600).isEmpty)
    #expect(try warnings(first + 12 * 3600 + 1) == ["feed-nwp"])
  }

  @Test func `a feed that never brought anything, or is not to be watched, calls nobody`() throws {
    let empty = try TestDistrict()
    let workspace = try Workspace(folder: empty.folder)
    #expect(try FeedSilence(workspace).orders(at: TestStorm.end(200)).isEmpty)
    let (_, engine) = try district("calls: {silence: never}\n")
    defer { engine.stop() }
    #expect(try FeedSilence(engine.workspace).orders(at: TestStorm.end(2) + 7200).isEmpty)
  }
}
