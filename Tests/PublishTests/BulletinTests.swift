import Foundation
import FoundationXML
import Hydromet
import Publish
import Testing

@Suite("Bulletins", .enabled(if: Fonts.areInstalled, "\(Fonts.note)"))
struct BulletinTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let sample = SampleDistrict(rows: 2, columns: 4)
    let description = sample.description
    var townships = description.townships
    townships[0] = Township(
      code: townships[0].code, name: "<b>石&角\"镇", englishName: "A<script>",
      geometry: townships[0].geometry)
    let hostile = SampleDistrict(
      description: DistrictDescription(
        id: description.id, name: description.name, englishName: description.englishName,
        office: description.office, englishOffice: description.englishOffice,
        townships: townships, basins: description.basins,
        hazardPoints: description.hazardPoints, stations: description.stations,
        rivers: description.rivers))
    let writer = try ProductWriter(
      description: hostile.description, productsFolder: folder.products, isDurable: false)
    _ = try writer.publish(hostile.report())
  }

  @Test("townships stand in the order of their level, then what nobody knows, then the rest")
  func order() throws {
    let lines = try folder.text("products/latest/bulletin.txt").split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("一、镇街") })
    let levels = lines[(start + 1)...(start + 8)].map { line in
      ["红色", "橙色", "黄色", "蓝色", "资料不足", "无资料覆盖", "未达等级"].first { line.contains("  \($0)") }
    }
    #expect(levels == ["红色", "橙色", "黄色", "蓝色", "资料不足", "无资料覆盖", "未达等级", "未达等级"])
  }

  @Test("gaps, late feeds and missing signature are said openly, in both languages")
  func honesty() throws {
    let chinese = try folder.text("products/latest/bulletin.txt")
    #expect(chinese.contains("资料不足，不能判断：赶水镇。"))
    #expect(chinese.contains("无资料覆盖，不能判断：打通镇。"))
    #expect(chinese.contains("资料不全，等级可能更高：石壕镇。"))
    #expect(chinese.contains("3小时面雨量至少63.2毫米"))
    #expect(chinese.contains("20分钟前，晚到"))
    #expect(chinese.contains("未经签发"))
    let english = try folder.text("products/latest/bulletin_en.txt")
    #expect(english.contains("Not enough data to judge: Town 3."))
    #expect(english.contains("not signed"))
  }

  @Test("a level that is only held is marked in the line of its township")
  func heldLevel() throws {
    #expect(try !folder.text("products/latest/bulletin.txt").contains("维持"))
    var sample = SampleDistrict(rows: 2, columns: 4)
    sample.isHeld = true
    let other = try TemporaryFolder()
    let writer = try ProductWriter(
      description: sample.description, productsFolder: other.products, isDurable: false)
    _ = try writer.publish(sample.report())
    let chinese = try other.text("products/latest/bulletin.txt")
    #expect(chinese.contains("，红色阈值50.0毫米，等级暂予维持"))
    #expect(!chinese.contains("，阈值50.0毫米，等级"))
    #expect(
      try other.text("products/latest/bulletin_en.txt")
        .contains(", red threshold 50.0 mm, the level is held"))
  }

  @Test("every township shows its largest gauge beside the areal rain, and the marks are explained")
  func gauges() throws {
    let lines = try folder.text("products/latest/bulletin.txt").split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("一、镇街") })
    #expect(lines[(start + 1)...(start + 8)].allSatisfy { $0.contains("最大站点(毫米) 1小时 ") })
    #expect(lines[start + 9].contains("“+”") && lines[start + 9].contains("“?”"))
  }

  @Test(
    "names with marks are escaped on the page", arguments: ["bulletin.html", "bulletin_en.html"])
  func escaping(name: String) throws {
    let page = try folder.text("products/latest/\(name)")
    #expect(!page.contains("<b>石") && !page.contains("<script>"))
    #expect(page.contains("<meta charset=\"utf-8\">"))
    #expect(page.contains("name=\"viewport\""))
    #expect(page.contains(name == "bulletin.html" ? "lang=\"zh-CN\"" : "lang=\"en\""))
    #expect(page.contains("&lt;"))
  }

  @Test(
    "every file that the page names is there", arguments: ["bulletin.html", "bulletin_en.html"])
  func links(name: String) throws {
    let page = try folder.text("products/latest/\(name)")
    let targets = page.components(separatedBy: "href=\"").dropFirst().compactMap {
      $0.components(separatedBy: "\"").first
    }
    #expect(targets.count > 20)
    for target in targets where target != "manifest.json" {
      #expect(
        FileManager.default.fileExists(atPath: folder.products + "/latest/" + target), "\(target)")
    }
  }

  @Test("the page is well formed once its void elements are closed")
  func wellFormed() throws {
    var page = try folder.text("products/latest/bulletin.html")
    page = page.replacingOccurrences(of: "<!DOCTYPE html>\n", with: "")
    for element in ["meta", "img"] {
      page = page.components(separatedBy: "<\(element) ").enumerated().map { i, part in
        guard i > 0, let end = part.firstIndex(of: ">") else { return part }
        return "<\(element) " + part[..<end] + "/" + part[end...]
      }.joined()
    }
    let entries = try XMLRecord.read(
      Data(page.replacingOccurrences(of: "loading=\"lazy\"", with: "").utf8))
    #expect(entries.contains { $0.path == "html/body/main/h1" })
  }
}
