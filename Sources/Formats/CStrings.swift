import Glibc

/// Lends C an array of C strings that ends with nil.
package func withCStrings<Value>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
  var copies: [UnsafeMutablePointer<CChar>?] = texts.map { (text: String) in strdup(text) }
  copies.append(nil)
  defer {
    for copy in copies { free(copy) }
  }
  return body(&copies)
}

extension UnsafeMutablePointer where Pointee == UnsafeMutablePointer<CChar>? {
  /// The same list as C functions with `const char * const *` take it.
  var readOnly: UnsafePointer<UnsafePointer<CChar>?> {
    UnsafeRawPointer(self).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
  }

  /// The same list as C functions with `const char **` take it.
  var lent: UnsafeMutablePointer<UnsafePointer<CChar>?> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
  }
}
