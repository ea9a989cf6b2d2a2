import Hydromet
import Testing

@Suite("Ids of stations")
struct StationIDTests {
  @Test(
    "every spelling of an id is one station",
    arguments: [
      ("57612", "57612"), ("057612", "57612"), (" 57612 ", "57612"), ("５７６１２", "57612"),
      ("0-20000-0-57612", "57612"), ("0-20000-0-057612", "57612"), ("00-20000-00-57612", "57612"),
      ("576 12", "57612"), ("\u{FEFF}57612", "57612"), ("１５０１５", "15015"), ("1009", "01009"),
      ("01009", "01009"), ("001009", "01009"), ("a8290", "A8290"), ("Ａ８２９０", "A8290"),
      ("A 8290\t", "A8290"), ("0-454-2-AWSBALAKA", "0-454-2-AWSBALAKA"),
      ("0-454-2-awsbalaka", "0-454-2-AWSBALAKA"), ("0-0454-02-AwsBalaka", "0-454-2-AWSBALAKA"),
      ("0–454–2–AWSBALAKA", "0-454-2-AWSBALAKA"), ("0-20000-1-57612", "0-20000-1-57612"),
      ("60105400", "60105400"), ("区站1", "区站1"), ("", ""), ("  ", ""), ("0", "00000"),
      ("gauge-7", "GAUGE-7"),
    ])
  func spellings(text: String, canonical: String) {
    #expect(StationID.canonical(text) == canonical)
    let bytes = Array("<\(text)>".utf8)
    let isPlain = StationID.isPlain(bytes, 1..<bytes.count - 1)
    #expect(!isPlain || text == canonical)
    #expect(StationID.canonical(canonical) == canonical)
  }

  @Test(
    "the numeric ids of CMA's data sets stand for a letter and four digits, as in 22 real rows",
    arguments: [
      (658_290, "A8290"), (674_002, "C4002"), (868_552, "V8552"), (57_612, "57612"),
      (1009, "01009"),
      (999_999, "999999"), (-1, "00000"), (650_001, "A0001"),
    ])
  func numbers(number: Int, id: String) {
    #expect(StationID.decoded(cmaNumber: number) == id)
  }

  @Test("a district's own spelling is found from any other; ids that would be one stay apart")
  func directory() {
    let directory = StationDirectory(["57612", "a8290", "0-454-2-AWSBALAKA", "G1", "g1"])
    #expect(directory.spelling(of: "0-20000-0-57612") == "57612")
    #expect(directory.spelling(of: "A8290") == "a8290")
    #expect(directory.spelling(of: "0-454-2-awsbalaka") == "0-454-2-AWSBALAKA")
    #expect(directory.spelling(of: "G1") == "G1")
    #expect(directory.spelling(of: "g1") == "g1")
    #expect(directory.spelling(of: " g1") == "G1")
    #expect(directory.spelling(of: "０５７９９９") == "57999")
  }
}
