/// A product of powers of metre, kilogram and second with a factor: what a unit text such as
/// `kg m-2 s-1`, `mm/h` or `0.1 mm` means.
struct PhysicalUnit: Equatable {
  /// One of this unit in SI units.
  private(set) var factor = 1.0
  private(set) var length = 0
  private(set) var mass = 0
  private(set) var time = 0

  private struct Symbol {
    let factor: Double
    var length = 0
    var mass = 0
    var time = 0
  }

  private static let symbols: [String: Symbol] = {
    var table: [String: Symbol] = [:]
    func add(_ symbol: Symbol, _ names: [String]) {
      for name in names { table[name] = symbol }
    }
    add(Symbol(factor: 1, length: 1), ["m", "metre", "metres", "meter", "meters"])
    add(
      Symbol(factor: 1e-3, length: 1),
      ["mm", "millimetre", "millimetres", "millimeter", "millimeters"])
    add(
      Symbol(factor: 1e-2, length: 1),
      ["cm", "centimetre", "centimetres", "centimeter", "centimeters"])
    add(
      Symbol(factor: 1e3, length: 1),
      ["km", "kilometre", "kilometres", "kilometer", "kilometers"])
    add(Symbol(factor: 1e-6, length: 1), ["um", "µm", "μm", "micrometre", "micrometer"])
    add(Symbol(factor: 0.0254, length: 1), ["in", "inch", "inches"])
    add(Symbol(factor: 1e-3, length: 3), ["l", "liter", "liters", "litre", "litres"])
    add(Symbol(factor: 1, mass: 1), ["kg", "kilogram", "kilograms"])
    add(Symbol(factor: 1e-3, mass: 1), ["g", "gram", "grams"])
    add(Symbol(factor: 1, time: 1), ["s", "sec", "secs", "second", "seconds"])
    add(Symbol(factor: 60, time: 1), ["min", "mins", "minute", "minutes"])
    add(Symbol(factor: 3600, time: 1), ["h", "hr", "hrs", "hour", "hours"])
    add(Symbol(factor: 86_400, time: 1), ["d", "day", "days"])
    return table
  }()

  /// - Returns: nil for a text that is empty or names anything unknown.
  init?(_ text: String) {
    var reader = UnitReader(text)
    var signs = [1]
    var sign = 1
    var isEmpty = true
    while let token = reader.next() {
      switch token {
      case .divide: sign = -1
      case .open:
        signs.append((signs.last ?? 1) * sign)
        sign = 1
      case .close:
        guard signs.count > 1 else { return nil }
        signs.removeLast()
        sign = 1
      case .number(let number):
        // `mm/10min` divides by ten minutes: the sign stays for the symbol behind the number.
        guard number > 0 else { return nil }
        factor *= power(number, (signs.last ?? 1) * sign)
      case .symbol(let name, let exponent):
        guard
          let symbol = PhysicalUnit.symbols[name] ?? PhysicalUnit.symbols[name.lowercased()],
          (-9...9).contains(exponent)
        else { return nil }
        multiply(by: symbol, exponent * (signs.last ?? 1) * sign)
        sign = 1
        isEmpty = false
      case .unknown: return nil
      }
    }
    guard !isEmpty, signs.count == 1, factor.isFinite, factor > 0 else { return nil }
  }

  private mutating func multiply(by symbol: Symbol, _ exponent: Int) {
    factor *= power(symbol.factor, exponent)
    length += symbol.length * exponent
    mass += symbol.mass * exponent
    time += symbol.time * exponent
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<exponent.magnitude { result *= base }
    return exponent < 0 ? 1 / result : result
  }

  /// Metres in one unit of length; nil for anything else.
  var metres: Double? { length == 1 && mass == 0 && time == 0 ? factor : nil }

  /// Seconds in one unit of time; nil for anything else.
  var seconds: Double? { length == 0 && mass == 0 && time == 1 ? factor : nil }
}

/// Cuts a unit text into numbers, symbols with exponents, and marks.
private struct UnitReader {
  enum Token {
    case number(Double)
    case symbol(String, exponent: Int)
    case divide
    case open
    case close
    case unknown
  }

  private let characters: [Character]
  private var position = 0

  init(_ text: String) {
    let raised: [Character: Character] = [
      "⁻": "-", "−": "-", "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "·": " ", "⋅": " ",
      "×": " ", "^": "*", "_": " ",
    ]
    let words = text.split { $0.isWhitespace }.filter {
      !["of", "water", "equivalent", "w.e."].contains($0.lowercased())
    }
    let plain = words.map { $0.lowercased() == "per" ? "/" : String($0) }.joined(separator: " ")
    characters = plain.map { raised[$0] ?? $0 }
  }

  mutating func next() -> Token? {
    while position < characters.count, [" ", "*", "."].contains(characters[position]),
      !isNumberAhead
    {
      position += 1
    }
    guard position < characters.count else { return nil }
    let character = characters[position]
    if isNumberAhead { return number() }
    if character.isLetter { return symbol() }
    position += 1
    switch character {
    case "/": return .divide
    case "(": return .open
    case ")": return .close
    default: return .unknown
    }
  }

  private var isNumberAhead: Bool {
    guard position < characters.count else { return false }
    if isDigit(characters[position]) { return true }
    return characters[position] == "." && position + 1 < characters.count
      && isDigit(characters[position + 1])
  }

  private func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }

  private mutating func number() -> Token {
    var text = ""
    while position < characters.count, isDigit(characters[position]) || characters[position] == "."
    {
      text.append(characters[position])
      position += 1
    }
    if position + 1 < characters.count, characters[position] == "e" || characters[position] == "E",
      isDigit(characters[position + 1]) || characters[position + 1] == "-"
    {
      text.append("e")
      position += 1
      while position < characters.count,
        isDigit(characters[position]) || characters[position] == "-"
      {
        text.append(characters[position])
        position += 1
      }
    }
    guard let number = Double(text), number.isFinite else { return .unknown }
    return .number(number)
  }

  private mutating func symbol() -> Token {
    var name = ""
    while position < characters.count, characters[position].isLetter {
      name.append(characters[position])
      position += 1
    }
    let start = position
    while position < characters.count, characters[position] == "*" { position += 1 }
    var digits = ""
    if position < characters.count, characters[position] == "-" || characters[position] == "+" {
      digits.append(characters[position])
      position += 1
    }
    while position < characters.count, isDigit(characters[position]) {
      digits.append(characters[position])
      position += 1
    }
    guard !digits.isEmpty else {
      position = start
      return .symbol(name, exponent: 1)
    }
    guard let exponent = Int(digits) else { return .unknown }
    return .symbol(name, exponent: exponent)
  }
}
