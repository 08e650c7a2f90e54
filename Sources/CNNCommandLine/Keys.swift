/// An option together with the type that its value is read as: `parsed[Options.format]`.
///
///     static let format = OptionKey<ReportFormat>.word("format", default: .text, help: "what to write")
public struct OptionKey<Value>: Sendable {
  public let spec: OptionSpec
  /// Reads the texts of one command line; the parser has checked each of them against `spec.value`.
  public let read: @Sendable ([String]) -> Value

  @inlinable
  public init(spec: OptionSpec, read: @escaping @Sendable ([String]) -> Value) {
    self.spec = spec
    self.read = read
  }
}

/// An argument together with the type that it is read as.
public struct ArgumentKey<Value>: Sendable {
  public let spec: ArgumentSpec
  public let read: @Sendable ([String]) -> Value

  @inlinable
  public init(spec: ArgumentSpec, read: @escaping @Sendable ([String]) -> Value) {
    self.spec = spec
    self.read = read
  }
}

/// `NAME=VALUE` of the command line.
public struct Definition: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Splits at the first `=`; both sides must have something.
  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    let name = text[..<equals]
    let value = text[equals...].dropFirst()
    guard !name.isEmpty, !value.isEmpty else { return nil }
    self.init(name: String(name), value: String(value))
  }
}

extension OptionKey<Bool> {
  @inlinable
  public static func flag(
    _ name: String, short: Character? = nil, standsAlone: Bool = false, help: String
  ) -> Self {
    Self(spec: OptionSpec(name, short: short, standsAlone: standsAlone, help: help)) { !$0.isEmpty }
  }
}

extension OptionKey<String?> {
  @inlinable
  public static func text(
    _ name: String, short: Character? = nil, placeholder: String, help: String
  ) -> Self {
    Self(spec: OptionSpec(name, short: short, .text(placeholder: placeholder), help: help)) { $0.first }
  }

  @inlinable
  public static func file(
    _ name: String, short: Character? = nil, placeholder: String, suffix: String = "", help: String
  ) -> Self {
    let value = ValueSpec.file(placeholder: placeholder, suffix: suffix)
    return Self(spec: OptionSpec(name, short: short, value, help: help)) { $0.first }
  }

  /// One of many words, shown by a placeholder.
  @inlinable
  public static func word(
    _ name: String, among words: [String], placeholder: String, standsAlone: Bool = false, help: String
  ) -> Self {
    let value = ValueSpec.words(words, placeholder: placeholder)
    return Self(spec: OptionSpec(name, value, standsAlone: standsAlone, help: help)) { $0.first }
  }
}

extension OptionKey<[String]> {
  /// Files, one each time that the option is given.
  @inlinable
  public static func files(
    _ name: String, short: Character? = nil, placeholder: String, suffix: String = "", help: String
  ) -> Self {
    let value = ValueSpec.file(placeholder: placeholder, suffix: suffix)
    return Self(spec: OptionSpec(name, short: short, value, isRepeatable: true, help: help)) { $0 }
  }
}

extension OptionKey where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of the cases of an enum.
  @inlinable
  public static func word(_ name: String, default fallback: Value, help: String) -> Self {
    let value = ValueSpec.words(Value.allCases.map { $0.rawValue })
    return Self(spec: OptionSpec(name, value, default: fallback.rawValue, help: help)) {
      $0.first.flatMap(Value.init(rawValue:)) ?? fallback
    }
  }
}

extension OptionKey<Int?> {
  @inlinable
  public static func number(_ name: String, in range: ClosedRange<Int>, help: String) -> Self {
    Self(spec: OptionSpec(name, .number(range), help: help)) { $0.first.flatMap { Int($0) } }
  }
}

extension OptionKey<Int> {
  /// A number with a default. A word may stand for a further number, as in `--depth all`.
  @inlinable
  public static func number(
    _ name: String, in range: ClosedRange<Int>, default fallback: Int, or word: (text: String, number: Int)? = nil,
    help: String
  ) -> Self {
    let value = ValueSpec.number(range, words: word.map { [$0.text] } ?? [])
    return Self(spec: OptionSpec(name, value, default: String(fallback), help: help)) { texts in
      guard let text = texts.first else { return fallback }
      return if let word, word.text == text { word.number } else { Int(text) ?? fallback }
    }
  }
}

extension OptionKey<[Definition]> {
  @inlinable
  public static func definitions(_ name: String, short: Character? = nil, help: String) -> Self {
    Self(spec: OptionSpec(name, short: short, .definition, isRepeatable: true, help: help)) {
      $0.compactMap { Definition($0) }
    }
  }
}

extension ArgumentKey<String> {
  /// A file that has to be named; empty only where an option that stands alone excused it.
  @inlinable
  public static func file(_ name: String, suffix: String = "", help: String) -> Self {
    Self(spec: ArgumentSpec(name, .one, .file(placeholder: name, suffix: suffix), help: help)) { $0.first ?? "" }
  }
}

extension ArgumentKey<String?> {
  @inlinable
  public static func text(_ name: String, help: String) -> Self {
    Self(spec: ArgumentSpec(name, .optional, .text(placeholder: name), help: help)) { $0.first }
  }
}

extension ArgumentKey<[String]> {
  /// One file or more; none only where an option that stands alone excused them.
  @inlinable
  public static func files(_ name: String, suffix: String = "", help: String) -> Self {
    Self(spec: ArgumentSpec(name, .repeated, .file(placeholder: name, suffix: suffix), help: help)) { $0 }
  }
}

extension ArgumentKey {
  /// One of the cases of an enum; `nil` only where an option that stands alone excused it.
  @inlinable
  public static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, help: String
  ) -> Self where Value == Word? {
    Self(spec: ArgumentSpec(name, .one, .words(Word.allCases.map { $0.rawValue }), help: help)) {
      $0.first.flatMap(Word.init(rawValue:))
    }
  }
}
