/// The description of the warning API (OpenAPI 3.0): the file `openapi.json` beside this one, served at
/// `/api/v1/openapi.json`.
enum OpenAPIDocument {
  static let bytes: [UInt8] = PackageResources.openapi_json
}
