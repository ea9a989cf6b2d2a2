import Archive
import Hydromet
import Pipeline
import Warn

/// A storm over a whole province: every township is warned at once, and everybody on its lists is called
/// or told. The channel takes its time, as channels do; what is measured is Freshet's own work, durably on
/// the disk.
struct CallBenchmark: Benchmark {
  private let townships: Int
  private static let people = 100

  init(_ size: BenchSize) {
    townships = size == .full ? 1000 : 100
  }

  private var contacts: Int { townships * CallBenchmark.people }

  private var first: BenchLine {
    BenchLine(
      key: "call_first",
      title:
        "\(grouped(townships)) townships are warned at once, of \(grouped(contacts)) contacts the first is called",
      asked: townships == 1000 ? "1 s" : nil)
  }
  private var all: BenchLine {
    BenchLine(
      key: "call_queued",
      title:
        "\(grouped(townships)) townships are warned at once, for \(grouped(contacts)) contacts all messages are queued",
      asked: townships == 1000 ? "5 s" : nil)
  }

  var lines: [BenchLine] { [first, all] }

  func measure() throws -> [Measurement] {
    try TemporaryFolder.with { folder in
      var input = Checksum()
      let contacts = people(&input)
      let book = CallBook(directory: ContactDirectory(contacts: contacts, channels: ["sms"]))
      let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
      let clock = SystemClock()
      let engine = CallEngine(
        ledger: ledger, book: book,
        limits: [
          "sms": CallLimit(parallel: 64), ContactDirectory.sheetChannel: CallLimit(parallel: 200),
        ], clock: clock, holder: "bench", boot: "bench", series: "bench")
      _ = try engine.step()
      let orders = orders(at: clock.now)
      let begin = Stopwatch.now
      try ledger.enqueue(orders)
      var firstOut: Double?
      var isBusy = true
      while isBusy {
        let turn = try engine.step()
        if !turn.calls.isEmpty, firstOut == nil { firstOut = Stopwatch.now }
        isBusy = turn.isBusy
      }
      let end = Stopwatch.now
      let tally = try ledger.callTally()
      try ledger.close()
      let queued = tally.deliveries.values.reduce(0, +)
      guard let firstOut, tally.waitingOrders == 0, queued == townships * wanted else {
        throw Fault(
          "bench_failed", at: .init(folder.path),
          "\(queued) messages were queued, not \(townships * wanted)",
          remedy: "this is a fault of the program: report it")
      }
      var result = Checksum()
      result.add(queued)
      result.add(tally.openChains)
      return [
        Measurement(
          line: first, seconds: [firstOut - begin], input: input.text, result: result.text),
        Measurement(line: all, seconds: [end - begin], input: input.text, result: result.text),
      ]
    }
  }

  /// Messages of one township at the start: the first who must act, and every household.
  private var wanted: Int { CallBenchmark.people - 2 }

  private func code(_ township: Int) -> String { "99\(padded(township, 7))000" }

  private func people(_ input: inout Checksum) -> [Contact] {
    var contacts: [Contact] = []
    contacts.reserveCapacity(self.contacts)
    for township in 0..<townships {
      for order in 1...CallBenchmark.people {
        let number = contacts.count
        var contact = Contact(
          id: "C\(padded(number, 6))", name: "P\(number)", role: order == 1 ? "chief" : "duty",
          address: String(10_000_000_000 + number), channel: "sms", place: code(township),
          hazard: nil, minimumLevel: .blue, order: order, deputy: nil)
        if order > 3 { contact.list = .household }
        contacts.append(contact)
        input.add(bytes: contact.id.utf8)
      }
    }
    return contacts
  }

  private func orders(at now: Timestamp) -> [CallOrder] {
    (0..<townships).map { township in
      CallOrder(
        id: "bench-\(township)", warning: "bench-\(township)", kind: .alert, hazard: .flashFlood,
        level: township % 10 == 0 ? .red : .orange, places: [code(township)], headline: "山洪灾害橙色预警",
        text: "请立即转移。", issued: now, expires: now + 21_600, isRehearsal: false)
    }
  }
}
