import Foundation
import Hummingbird
import Hydromet
import Pipeline

/// The body of a step: why, and what the step needs.
struct WarningOrder: Sendable {
  enum Step: String, Sendable, CaseIterable {
    case edit, review, sign, release, cancel, withdraw, ratify, feedback

    var permission: Permission {
      switch self {
      case .sign, .cancel: .sign
      case .edit, .review, .release, .withdraw, .ratify, .feedback: .draft
      }
    }

    /// What its body may say.
    var words: Set<String> {
      switch self {
      case .edit:
        [
          "reason", "level", "expires", "description", "instruction", "description_en",
          "instruction_en",
        ]
      case .review, .sign: ["reason", "revision", "confirm_newer_facts"]
      case .release: ["reason", "confirm_newer_facts"]
      case .feedback: ["reason", "seen", "township"]
      case .cancel, .withdraw, .ratify: ["reason"]
      }
    }
  }

  private struct Body: Decodable {
    var reason: String
    var revision: Int?
    var confirmNewerFacts: Bool?
    var level: String?
    var expires: String?
    var description: String?
    var instruction: String?
    var descriptionEn: String?
    var instructionEn: String?
    var seen: String?
    var township: String?
  }

  private let body: Body

  var reason: String { body.reason }
  var confirmsNewerFacts: Bool { body.confirmNewerFacts ?? false }
  var township: String? { body.township }

  static func read(_ request: Request, for step: Step) async throws -> WarningOrder {
    WarningOrder(
      body: try await JSONBody.read(
        request, words: step.words,
        remedy: "send {\"reason\": \"…\", …} as /api/v1/openapi.json says"))
  }

  func revision(for step: Step) throws -> Int {
    guard step == .review || step == .sign else { return 0 }
    guard let revision = body.revision else { throw missing("revision") }
    return revision
  }

  func observation() throws -> GroundFeedback.Observation {
    guard let observation = body.seen.flatMap(GroundFeedback.Observation.init(rawValue:)) else {
      throw missing("seen")
    }
    if let township = body.township, !WarningOrder.isCode(township) { throw missing("township") }
    return observation
  }

  private static func isCode(_ text: String) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy { (48...57).contains($0) }
  }

  func edit(for step: Step) throws -> WarningDesk.Edit {
    var edit = WarningDesk.Edit()
    guard step == .edit else { return edit }
    if let name = body.level {
      guard let level = RiskLevel(name: name), level != .none else { throw missing("level") }
      edit.level = level
    }
    if let text = body.expires {
      guard let time = Timestamp(iso8601: text, defaultOffsetSeconds: nil) else {
        throw missing("expires")
      }
      edit.expires = time
    }
    edit.description = body.description
    edit.instruction = body.instruction
    edit.englishDescription = body.descriptionEn
    edit.englishInstruction = body.instructionEn
    return edit
  }

  private func missing(_ name: String) -> ConsoleFault {
    ConsoleFault(
      .badRequest, "bad_body", "\(name) is missing or has no value that is known",
      remedy: "see /api/v1/openapi.json")
  }

  /// The status of a fault of the desk.
  static func status(of fault: Fault) -> HTTPResponse.Status {
    switch fault.code {
    case "unknown_warning", "unknown_form", "nothing_released": .notFound
    case "illegal_transition", "stale_evidence", "changed_base", "expired_content",
      "audience_left_out", "validity_too_long", "review_missing", "unknown_revision",
      "older_facts", "nothing_to_refresh":
      .conflict
    case "not_allowed", "same_person": .forbidden
    case "bad_reason", "bad_author", "bad_content", "no_township", "cap_rules": .badRequest
    case "ledger_busy": .serviceUnavailable
    default: .internalServerError
    }
  }
}
