/// The language of maps; tables have English column names and bulletins exist in both.
public enum ProductLanguage: String, Sendable, Hashable, CaseIterable {
  case chinese = "zh-CN"
  case english = "en"
}
