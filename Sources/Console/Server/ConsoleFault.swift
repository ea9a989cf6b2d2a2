import Foundation
import Hummingbird
import Hydromet

/// A fault with the status that a request is answered with.
struct ConsoleFault: Error {
  let status: HTTPResponse.Status
  let fault: Fault
  var headers = HTTPFields()

  init(_ status: HTTPResponse.Status, _ fault: Fault) {
    self.status = status
    self.fault = fault
  }

  init(_ status: HTTPResponse.Status, _ code: String, _ problem: String, remedy: String) {
    self.init(status, Fault(code, problem, remedy: remedy))
  }

  /// A fault of a stage, which does not know that it is asked over a network.
  init(_ fault: Fault) {
    switch fault.code {
    case "bad_file_name", "name_not_of_feed": self.init(.badRequest, fault)
    case "disk_full": self.init(.init(code: 507, reasonPhrase: "Insufficient Storage"), fault)
    default: self.init(.internalServerError, fault)
    }
  }

  /// `{"fault": {"code", "place", "problem", "remedy"}}`
  var response: Response {
    var words = [
      "code": fault.code, "problem": fault.problem, "remedy": fault.remedy,
    ]
    // Paths of this machine are nobody's business.
    if status.code < 500, let place = fault.location { words["place"] = place.description }
    var response = Response.json(status, ["fault": words])
    for field in headers { response.headers.append(field) }
    return response
  }
}

extension Response {
  /// An answer in JSON with sorted keys.
  static func json(_ status: HTTPResponse.Status, _ value: some Encodable) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let bytes = (try? encoder.encode(value)).map { [UInt8]($0) } ?? Array("{}".utf8)
    var headers = HTTPFields()
    headers[.contentType] = "application/json; charset=utf-8"
    headers[.cacheControl] = "no-store"
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
