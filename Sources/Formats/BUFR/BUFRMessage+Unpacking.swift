import CECCodes
import Glibc
public import Hydromet

extension BUFRMessage {
  /// Unpacks a message with ecCodes.
  ///
  /// - Parameter bytes: the whole message.
  /// - Parameter wanted: names of the elements that are kept, as ecCodes calls them.
  /// - Parameter place: for messages.
  /// - Throws: `bad_bufr` where the library cannot unpack it, `unknown_bufr_table` where it uses a
  ///   table that is not there, `bufr_too_large`.
  public init(
    _ bytes: ArraySlice<UInt8>, keeping wanted: Set<String>, at place: Fault.Location
  ) throws(Fault) {
    self = try ECCodesLibrary.alone { () throws(Fault) in
      let handle = bytes.withUnsafeBytes {
        codes_handle_new_from_message_copy(nil, $0.baseAddress, $0.count)
      }
      guard let handle else {
        throw Fault(
          "bad_bufr", at: place, "ecCodes does not take this for a BUFR message",
          remedy: "ask the sender for the message again")
      }
      defer { codes_handle_delete(handle) }
      return try BUFRUnpacking(handle: handle, wanted: wanted, place: place).message()
    }
  }
}

/// Reads one unpacked message; only inside the lock of the library.
private struct BUFRUnpacking {
  let handle: OpaquePointer
  let wanted: Set<String>
  let place: Fault.Location

  func message() throws(Fault) -> BUFRMessage {
    let subsets = try whole("numberOfSubsets")
    guard (1...BUFRMessage.subsetLimit).contains(subsets) else {
      throw Fault(
        "bufr_too_large", at: place, "the message has \(subsets) subsets",
        remedy: "split it: at most \(BUFRMessage.subsetLimit) are read")
    }
    let isCompressed = try whole("compressedData") == 1
    let descriptors = wholes("unexpandedDescriptors")
    let status = codes_set_long(handle, "unpack", 1)
    guard status == 0 else {
      let words = ECCodesLibrary.words(status)
      throw Fault(
        "bad_bufr", at: place,
        "ecCodes cannot unpack the message (descriptors "
          + "\(descriptors.prefix(8).map(String.init).joined(separator: " "))): \(words)",
        remedy: "if the sender uses tables of its own, add them to ecCodes' definitions; "
          + "else ask for the message again")
    }
    return BUFRMessage(
      category: try whole("dataCategory"), updateSequence: try whole("updateSequenceNumber"),
      isCompressed: isCompressed, subsetCount: subsets, descriptors: descriptors,
      runs: try runs(subsets, isCompressed))
  }

  /// Walks over the keys of the data section in their order; `subsetNumber` begins a subset.
  private func runs(_ subsets: Int, _ isCompressed: Bool) throws(Fault) -> [BUFRMessage.Run] {
    guard let iterator = codes_bufr_keys_iterator_new(handle, 0) else {
      throw Fault(
        "bad_bufr", at: place, "ecCodes lists no elements of the message",
        remedy: "ask the sender for the message again")
    }
    defer { codes_bufr_keys_iterator_delete(iterator) }
    var runs: [BUFRMessage.Run] = []
    var elements: [BUFRElement] = []
    var subset = 0
    var keys = 0
    func close() {
      guard !elements.isEmpty else { return }
      runs.append(
        .init(
          subsets: isCompressed ? 0..<subsets : subset..<(subset + 1), elements: elements))
      elements = []
    }
    while codes_bufr_keys_iterator_next(iterator) == 1 {
      keys += 1
      guard keys <= BUFRMessage.keyLimit else {
        throw Fault(
          "bufr_too_large", at: place,
          "the message has more than \(BUFRMessage.keyLimit) elements", remedy: "split it")
      }
      guard let name = codes_bufr_keys_iterator_get_name(iterator) else { continue }
      let key = String(cString: name)
      if key == "subsetNumber" || key.hasSuffix("#subsetNumber") {
        close()
        subset = min(runs.count, subsets - 1)
        continue
      }
      guard let plain = BUFRUnpacking.plainName(key), wanted.contains(plain) else { continue }
      if let element = element(key, plain) { elements.append(element) }
    }
    close()
    return runs
  }

  /// `airTemperature` of `#2#airTemperature`; nil for attributes.
  private static func plainName(_ key: String) -> String? {
    guard !key.contains("->") else { return nil }
    guard key.hasPrefix("#"), let end = key.dropFirst().firstIndex(of: "#") else { return key }
    return String(key[key.index(after: end)...])
  }

  private func element(_ key: String, _ name: String) -> BUFRElement? {
    var type: Int32 = 0
    guard codes_get_native_type(handle, key, &type) == 0 else { return nil }
    let values: BUFRElement.Values
    if type == CODES_TYPE_STRING {
      values = .texts(texts(key))
    } else {
      guard let numbers = numbers(key) else { return nil }
      values = .numbers(numbers)
    }
    let field = numbers(key + "->associatedField") ?? []
    let significance =
      field.isEmpty
      ? nil : numbers(key + "->associatedField->associatedFieldSignificance")?.first.flatMap { $0 }
    return BUFRElement(
      name: name,
      code: numbers(key + "->code")?.first.flatMap { $0 }.flatMap { Int(exactly: $0) } ?? 0,
      values: values, associated: field, significance: significance.flatMap { Int(exactly: $0) })
  }

  private func whole(_ key: String) throws(Fault) -> Int {
    var value = 0
    let status = codes_get_long(handle, key, &value)
    guard status == 0 else {
      throw Fault(
        "bad_bufr", at: place, "the message has no \(key): \(ECCodesLibrary.words(status))",
        remedy: "ask the sender for the message again")
    }
    return value
  }

  private func wholes(_ key: String) -> [Int] {
    var count = 0
    guard codes_get_size(handle, key, &count) == 0, (1...65_536).contains(count) else { return [] }
    var values = [Int](repeating: 0, count: count)
    guard codes_get_long_array(handle, key, &values, &count) == 0 else { return [] }
    return Array(values.prefix(count))
  }

  /// Nil where the key is not there.
  private func numbers(_ key: String) -> [Double?]? {
    var count = 0
    guard codes_get_size(handle, key, &count) == 0, (1...BUFRMessage.subsetLimit).contains(count)
    else { return nil }
    var values = [Double](repeating: 0, count: count)
    guard codes_get_double_array(handle, key, &values, &count) == 0, count <= values.count else {
      return nil
    }
    return values.prefix(count).map { $0 == CODES_MISSING_DOUBLE || !$0.isFinite ? nil : $0 }
  }

  private func texts(_ key: String) -> [String?] {
    var count = 0
    guard codes_get_size(handle, key, &count) == 0, (1...BUFRMessage.subsetLimit).contains(count)
    else { return [] }
    if count == 1 {
      var buffer = [UInt8](repeating: 0, count: 1024)
      var length = buffer.count
      let status = buffer.withUnsafeMutableBytes { space in
        codes_get_string(
          handle, key, space.baseAddress?.assumingMemoryBound(to: CChar.self), &length)
      }
      guard status == 0 else { return [nil] }
      return [BUFRUnpacking.text(buffer.prefix { $0 != 0 })]
    }
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    guard codes_get_string_array(handle, key, &pointers, &count) == 0 else { return [] }
    defer { for pointer in pointers { free(pointer) } }
    return pointers.map { pointer in
      guard let pointer else { return nil }
      let text = UnsafeBufferPointer(start: pointer, count: strnlen(pointer, 1024))
      return BUFRUnpacking.text(text.map { UInt8(bitPattern: $0) }[...])
    }
  }

  /// A text without the blanks behind it; nil where all bits are set, which means missing.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    guard !bytes.allSatisfy({ $0 == 0xFF }) || bytes.isEmpty else { return nil }
    var text = bytes
    while let last = text.last, last == 32 || last == 0 { text.removeLast() }
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }
}
