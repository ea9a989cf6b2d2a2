/// Invented names in the manner of the hills of the south-west. Townships have fixed ones, with
/// their spelling in Latin letters; everything smaller is put together by chance.
struct PlaceNames {
  struct Name: Sendable {
    let chinese: String
    let english: String
  }

  static let district = Name(chinese: "云溪区", english: "Yunxi District")
  static let mainRiver = "云溪河"

  private static let streets = [
    Name(chinese: "云台", english: "Yuntai"), Name(chinese: "清河", english: "Qinghe"),
    Name(chinese: "望山", english: "Wangshan"), Name(chinese: "南屏", english: "Nanping"),
    Name(chinese: "双桂", english: "Shuanggui"),
  ]

  private static let towns = [
    Name(chinese: "石桥", english: "Shiqiao"), Name(chinese: "龙洞", english: "Longdong"),
    Name(chinese: "白果", english: "Baiguo"), Name(chinese: "茶坪", english: "Chaping"),
    Name(chinese: "松岭", english: "Songling"), Name(chinese: "铜鼓", english: "Tonggu"),
    Name(chinese: "青杠", english: "Qinggang"), Name(chinese: "柏树", english: "Baishu"),
    Name(chinese: "竹溪", english: "Zhuxi"), Name(chinese: "天池", english: "Tianchi"),
    Name(chinese: "凤鸣", english: "Fengming"), Name(chinese: "大堰", english: "Dayan"),
    Name(chinese: "回龙", english: "Huilong"), Name(chinese: "高洞", english: "Gaodong"),
    Name(chinese: "梨园", english: "Liyuan"), Name(chinese: "沙坝", english: "Shaba"),
    Name(chinese: "磨盘", english: "Mopan"), Name(chinese: "马鞍", english: "Ma'an"),
    Name(chinese: "水口", english: "Shuikou"), Name(chinese: "枫香", english: "Fengxiang"),
  ]

  private static let beginnings = [
    "李家", "王家", "张家", "陈家", "杨家", "罗家", "周家", "何家", "邓家", "田家", "吴家", "赵家", "冉家", "谭家",
    "向家", "石门", "青龙", "白岩", "黄桷", "楠木", "桂花", "大石", "小石", "新房", "老房", "梨子", "核桃", "枇杷",
    "芭蕉", "白鹤", "麻柳", "杉木", "油房", "碾子", "瓦窑", "铁厂", "蜂子", "斑竹", "水竹", "落水", "响水", "冷水",
    "干田", "秧田", "大堡", "长岭", "鹰嘴", "猫儿", "狮子", "牛角", "羊角", "马桑", "火石", "红岩", "黑岩", "甘草",
    "柑子", "花椒", "皂角", "茅草",
  ]

  private static let endings = ["湾", "坝", "沟", "坪", "岩", "溪", "坡", "沱", "塘", "嘴", "梁", "槽"]

  let streetNames: [Name]
  let townNames: [Name]
  private var villages: [String]
  private var streams: [String]
  private var hills: [String]

  init(seed: UInt64) {
    var chance = SplitMix64(seed: seed, subject: "names")
    streetNames = PlaceNames.streets
    townNames = chance.shuffled(PlaceNames.towns)
    villages = chance.shuffled(
      PlaceNames.beginnings.flatMap { beginning in
        PlaceNames.endings.map { beginning + $0 }
      })
    streams = chance.shuffled(PlaceNames.beginnings)
    hills = chance.shuffled(PlaceNames.beginnings)
  }

  /// A village that no other place is named after; numbered names where all are taken.
  mutating func village() -> String {
    PlaceNames.take(&villages)
  }

  /// A stream by the area that it drains, km².
  mutating func stream(catchment: Double) -> String {
    let ending = catchment > 250 ? "河" : catchment > 60 ? "溪" : "沟"
    return PlaceNames.take(&streams) + ending
  }

  mutating func hill() -> String {
    PlaceNames.take(&hills) + "山"
  }

  /// The last name of the list, which goes back to its front so that the list never runs dry.
  private static func take(_ names: inout [String]) -> String {
    guard let name = names.popLast() else { return "无名" }
    names.insert(name, at: 0)
    return name
  }
}
