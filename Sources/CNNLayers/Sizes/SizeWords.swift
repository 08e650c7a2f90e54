extension SizeSet {
  /// The set as people write it: `every H`, `no H`, `H = 12 (mod 16), H >= 188`, `32 <= H <= 512, H != 100`. A comma
  /// says `and`; where single sizes or remainders are too many to be listed, it says how many they are.
  ///
  /// - Parameter symbol: What a size is called.
  public func words(_ symbol: String) -> String {
    if isEmpty { return "no \(symbol)" }
    let texts = SizeForm.forms(of: self).map { $0.words(symbol) }
    return texts.min { ($0.isVague ? 1 : 0, $0.text.count) < ($1.isVague ? 1 : 0, $1.text.count) }?.text ?? ""
  }
}

/// A phrase, and whether it says the whole truth.
private struct Phrase {
  var text: String
  /// Something is counted where it is too long to be listed.
  var isVague = false
}

extension SizeForm {
  /// Longer lists are only counted.
  private static let mostItems = 8

  fileprivate func words(_ symbol: String) -> Phrase {
    var phrases = extras.isEmpty ? [] : [Self.sizes(extras, symbol)]
    if let rest { phrases.append(rest.words(symbol)) }
    return Phrase(text: phrases.map(\.text).joined(separator: ", or "), isVague: phrases.contains(where: \.isVague))
  }

  /// `H = 4, 6 or 8 to 12`, `H <= 512`, `32 <= H <= 512`.
  private static func sizes(_ runs: [ClosedRange<Int64>], _ symbol: String) -> Phrase {
    if runs.count == 1, runs[0].count > 2 {
      let run = runs[0]
      return Phrase(
        text: run.lowerBound == 1 ? "\(symbol) <= \(run.upperBound)" : between(run.lowerBound, run.upperBound, symbol))
    }
    if let list = list(runs) { return Phrase(text: "\(symbol) = \(list)") }
    return Phrase(text: "\(symbol) = \(counted(runs))", isVague: true)
  }

  fileprivate static func between(_ lower: Int64, _ upper: Int64, _ symbol: String) -> String {
    "\(lower) <= \(symbol) <= \(upper)"
  }

  fileprivate static func counted(_ runs: [ClosedRange<Int64>]) -> String {
    let count = runs.reduce(0) { $0 + $1.count }
    return "one of \(count) sizes from \(runs[0].lowerBound) to \(runs[runs.count - 1].upperBound)"
  }

  /// `4`, `4 or 6`, `4, 6 or 8 to 12`; nil for more than a few items.
  fileprivate static func list(_ runs: [ClosedRange<Int64>]) -> String? {
    guard runs.count <= mostItems else { return nil }
    let items = runs.flatMap { run in
      switch run.count {
      case 1: ["\(run.lowerBound)"]
      case 2: ["\(run.lowerBound)", "\(run.upperBound)"]
      default: ["\(run.lowerBound) to \(run.upperBound)"]
      }
    }
    guard items.count <= mostItems, let last = items.last else { return nil }
    return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " or " + last
  }
}

extension SizeForm.Rest {
  fileprivate func words(_ symbol: String) -> Phrase {
    var phrases = merged { congruence in
      let phrase = congruence.words(symbol)
      // A long list reads worse than two conditions that are as long.
      return phrase.isVague ? nil : phrase.text.count + 4 * phrase.text.count { $0 == "," }
    }.map { $0.words(symbol) }
    switch (lower, upper) {
    case (nil, nil): break
    case (let lower?, nil): phrases.append(Phrase(text: "\(symbol) >= \(lower)"))
    case (nil, let upper?): phrases.append(Phrase(text: "\(symbol) <= \(upper)"))
    case (let lower?, let upper?): phrases.append(Phrase(text: SizeForm.between(lower, upper, symbol)))
    }
    if let list = SizeForm.list(missing) {
      phrases.append(Phrase(text: "\(symbol) != \(list)"))
    } else if !missing.isEmpty {
      phrases.append(Phrase(text: "\(symbol) != \(SizeForm.counted(missing))", isVague: true))
    }
    guard !phrases.isEmpty else { return Phrase(text: "every \(symbol)") }
    return Phrase(text: phrases.map(\.text).joined(separator: ", "), isVague: phrases.contains(where: \.isVague))
  }
}

extension SizeForm.Congruence {
  /// `H = 0 or 3 (mod 8)`, `H != 5 (mod 8)`.
  fileprivate func words(_ symbol: String) -> Phrase {
    func text(_ sign: String, _ numbers: [Int64]) -> String? {
      SizeForm.list(SizeForm.runs(numbers)).map { "\(symbol) \(sign) \($0) (mod \(modulus))" }
    }
    let (inside, others) = (text("=", remainders), others)
    let outside = inside == nil || others.count < remainders.count ? text("!=", others) : nil
    let texts = [inside, outside].compactMap(\.self)
    if let shortest = texts.min(by: { $0.count < $1.count }) { return Phrase(text: shortest) }
    return Phrase(text: "\(symbol) = one of \(remainders.count) remainders (mod \(modulus))", isVague: true)
  }
}
