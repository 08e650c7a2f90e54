/// The candidate that a mistyped or shortened word most likely stands for, if any comes close.
func nearest(to word: String, among candidates: [String]) -> String? {
  let typed = Array(word.lowercased().unicodeScalars)
  guard !typed.isEmpty, typed.count <= longestWord else { return nil }
  let known = candidates.map { (word: $0, scalars: Array($0.lowercased().unicodeScalars)) }

  if let same = known.first(where: { $0.scalars == typed }) { return same.word }
  if let longer = known.filter({ $0.scalars.starts(with: typed) }).min(by: { $0.scalars.count < $1.scalars.count }) {
    return longer.word
  }
  let close = known.map { (word: $0.word, distance: distance(typed, $0.scalars), scalars: $0.scalars) }
    .filter { $0.distance <= max(typed.count, $0.scalars.count) / 3 }
    // People seldom mistype the first letter: `fsh` is `fish` rather than `zsh`.
    .min {
      ($0.distance, $0.scalars.first == typed.first ? 0 : 1) < ($1.distance, $1.scalars.first == typed.first ? 0 : 1)
    }
  if let close { return close.word }
  return known.first { isAbbreviation(typed, of: $0.scalars) }?.word
}

/// No name is longer. The limit keeps the quadratic distance away from an argument of a megabyte.
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

/// How many letters have to be added, removed, replaced or swapped with their neighbour.
private func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for row in 0..<a.count {
    var current = [row + 1]
    for column in 0..<b.count {
      var best = min(last[column + 1], current[column]) + 1
      best = min(best, last[column] + (a[row] == b[column] ? 0 : 1))
      if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
        best = min(best, beforeLast[column - 1] + 1)
      }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[b.count]
}
