/// Finds the attribute that most likely holds a code, a name or the next basin.
enum FieldGuess {
  static let townshipCode = [
    "code", "adcode", "town_code", "towncode", "乡镇代码", "街道代码", "行政区划代码", "行政区代码", "区划代码",
    "代码", "xzqdm", "xzdm", "xzjddm", "pac", "geocode", "ext_id", "id", "lau_id", "lga_code",
  ]

  static let name = [
    "name", "名称", "乡镇名称", "镇街名称", "街道名称", "乡镇", "镇街", "township", "town", "town_name", "townname",
    "xzqmc", "xzmc", "ext_name", "gemeentenaam", "label",
  ]

  static let englishName = ["english_name", "name_en", "name:en", "nameen", "eng_name", "pinyin"]

  static let basinId = [
    "id", "basin_id", "basinid", "小流域代码", "流域代码", "流域编码", "wscd", "hybas_id", "divide_id", "code",
    "代码", "gwkz", "catchment_id", "objectid", "fid",
  ]

  static let basinName = ["name", "名称", "小流域名称", "流域名称", "wsnm", "label"]

  static let downstream = [
    "downstream", "downstream_id", "down_id", "downid", "next_down", "nextdown", "toid", "to_id",
    "tonode", "dsid", "下游", "下游代码", "下游流域", "下游小流域代码",
  ]

  /// The attribute with the first of the names, ignoring case; names that stand first count first.
  static func attribute(_ names: [String], in attributes: [String]) -> String? {
    let lowered = attributes.map { $0.lowercased() }
    for name in names {
      if let place = lowered.firstIndex(of: name) { return attributes[place] }
    }
    return nil
  }
}
