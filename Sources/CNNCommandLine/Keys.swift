/// An option together with the type that its value is read as: `parsed[Options.format]`.
///
///     static let format = OptionKey<ReportFormat>.word("format", default: .text, help: "what to write")
public struct OptionKey<Value>: Sendable {
  public let spec: OptionSpec
  /// Reads the texts of one command line; the parser has checked each of them against `spec.value`.
  let read: @Sendable ([String]) -> Value
}

/// An argument together with the type that it is read as.
public struct ArgumentKey<Value>: Sendable {
  public let spec: ArgumentSpec
  let read: @Sendable ([String]) -> Value
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
  init?(_ text: String) {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    let name = text[..<equals]
    let value = text[equals...].dropFirst()
    guard !name.isEmpty, !value.isEmpty else { return nil }
    self.init(name: String(name), value: String(value))
  }
}

extension OptionKey<Bool> {
  public static func flag(
    _ name: String, short: Character? = nil, standsAlone: Bool = false, help: String
  ) -> Self {
    Self(spec: OptionSpec(name, short: short, standsAlone: standsAlone, help: help)) { !$0.isEmpty }
  }
}

extension OptionKey<String?> {
  public static func text(
    _ name: String, short: Character? = nil, placeholder: String, help: String
  ) -> Self {
    Self(spec: OptionSpec(name, short: short, .text(placeholder: placeholder), help: help)) { $0.first }
  }

  public static func file(
    _ name: String, short: Character? = nil, placeholder: String, suffix: String = "", help: String
  ) -> Self {
    let value = ValueSpec.file(placeholder: placeholder, suffix: suffix)
    return Self(spec: OptionSpec(name, short: short, value, help: help)) { $0.first }
  }

  /// One of many words, shown by a placeholder.
  public static func word(
    _ name: String, among words: [String], placeholder: String, standsAlone: Bool = false, help: String
  ) -> Self {
    let value = ValueSpec.words(words, placeholder: placeholder)
    return Self(spec: OptionSpec(name, value, standsAlone: standsAlone, help: help)) { $0.first }
  }
}

extension OptionKey where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of the cases of an enum.
  public static func word(_ name: String, default fallback: Value, help: String) -> Self {
    let value = ValueSpec.words(Value.allCases.map(\.rawValue))
    return Self(spec: OptionSpec(name, value, default: fallback.rawValue, help: help)) {
      $0.first.flatMap(Value.init(rawValue:)) ?? fallback
    }
  }
}

extension OptionKey<Int?> {
  public static func number(_ name: String, in range: ClosedRange<Int>, help: String) -> Self {
    Self(spec: OptionSpec(name, .number(range), help: help)) { $0.first.flatMap { Int($0) } }
  }
}

extension OptionKey<Int> {
  /// A number with a default; `words` names further numbers, as in `--depth all`.
  public static func number(
    _ name: String, in range: ClosedRange<Int>, default fallback: Int, words: [String: Int] = [:], help: String
  ) -> Self {
    let value = ValueSpec.number(range, words: words.keys.sorted())
    return Self(spec: OptionSpec(name, value, default: String(fallback), help: help)) {
      $0.first.flatMap { words[$0] ?? Int($0) } ?? fallback
    }
  }
}

extension OptionKey<[Definition]> {
  public static func definitions(_ name: String, short: Character? = nil, help: String) -> Self {
    Self(spec: OptionSpec(name, short: short, .definition, isRepeatable: true, help: help)) {
      $0.compactMap { Definition($0) }
    }
  }
}

extension ArgumentKey<String> {
  /// A file that has to be named; empty only where an option that stands alone excused it.
  public static func file(_ name: String, suffix: String = "", help: String) -> Self {
    Self(spec: ArgumentSpec(name, .one, .file(placeholder: name, suffix: suffix), help: help)) { $0.first ?? "" }
  }
}

extension ArgumentKey<String?> {
  public static func text(_ name: String, help: String) -> Self {
    Self(spec: ArgumentSpec(name, .optional, .text(placeholder: name), help: help)) { $0.first }
  }
}

extension ArgumentKey<[String]> {
  /// One file or more; none only where an option that stands alone excused them.
  public static func files(_ name: String, suffix: String = "", help: String) -> Self {
    Self(spec: ArgumentSpec(name, .repeated, .file(placeholder: name, suffix: suffix), help: help)) { $0 }
  }
}

extension ArgumentKey {
  /// One of the cases of an enum; `nil` only where an option that stands alone excused it.
  public static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, help: String
  ) -> Self where Value == Word? {
    Self(spec: ArgumentSpec(name, .one, .words(Word.allCases.map(\.rawValue)), help: help)) {
      $0.first.flatMap(Word.init(rawValue:))
    }
  }
}
