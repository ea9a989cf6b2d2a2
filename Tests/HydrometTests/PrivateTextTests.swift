import Hydromet
import Testing

@Suite struct PrivateTextTests {
  @Test(arguments: [
    ("13812345678", "*********78"), ("电话138 1234 5678。", "电话*** **** **78。"),
    ("+86 138-1234-5678", "+** ***-****-**78"), ("(023) 4865 1234", "(***) **** **34"),
    ("０１３８１２３４", "******３４"), ("48651234", "******34"), ("a.b@c.cn 来信", "***@c.cn 来信"),
    ("1381234567813812345678", "1381234567813812345678"),
  ])
  func `a telephone number shows its last two digits only`(text: String, masked: String) {
    #expect(PrivateText.masked(text) == masked)
  }

  @Test func `a document keeps the ids of stations and masks what could be dialled`() {
    #expect(
      PrivateText.maskedDocument("{\"a\":\"60715400\",\"t\":1593907200,\"b\":\"13812345678\"}")
        == "{\"a\":\"60715400\",\"t\":1593907200,\"b\":\"*********78\"}")
    #expect(
      PrivateText.maskedDocument("+8613812345678 02348651234") == "+***********78 *********34")
  }

  @Test(arguments: [
    "500110101000", "990110001000", "710000000000", "810000000000", "820000000000",
    "50011041600000_20260705142000_0", "2026-07-05 14:20", "过去3小时63.2毫米",
    "三江镇一二三四五六七八", "flash_flood-500110101000-3", "2026-07-05T14:20:00Z", "1500 人",
  ])
  func `codes, identifiers, times and amounts are no telephone numbers`(text: String) {
    #expect(PrivateText.masked(text) == text)
  }
}
