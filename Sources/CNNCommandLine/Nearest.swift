import CNNText

/// The candidate that a mistyped or shortened word most likely stands for, if any comes close.
func nearest(to word: String, among candidates: [String]) -> String? {
  let typed = Array(word.lowercased().unicodeScalars)
  guard !typed.isEmpty, typed.count <= longestWord else { return nil }
  let known = candidates.map { (word: $0, scalars: Array($0.lowercased().unicodeScalars)) }

  if let same = known.first(where: { $0.scalars == typed }) { return same.word }
  if let longer = known.filter({ $0.scalars.starts(with: typed) }).min(by: { $0.scalars.count < $1.scalars.count }) {
    return longer.word
  }
  if let close = nearestName(to: word, in: candidates) { return close }
  return known.first { isAbbreviation(typed, of: $0.scalars) }?.word
}

/// No name is longer.
private let longestWord = 64

/// Whether the letters of `short` stand in `word` in this order, the first at its start: `md` of `markdown`.
private func isAbbreviation(_ short: [Unicode.Scalar], of word: [Unicode.Scalar]) -> Bool {
  guard short.count > 1, short.first == word.first else { return false }
  var rest = word[...]
  for scalar in short {
    guard let index = rest.firstIndex(of: scalar) else { return false }
    rest = rest[(index + 1)...]
  }
  return true
}
