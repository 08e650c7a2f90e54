/// The candidate that the author of `name` most likely meant, if any comes close. Upper and lower case count as one;
/// among equally close names one with the same first letter wins, since people seldom mistype it, then the first of the
/// alphabet, so that the order of the candidates does not matter.
public func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
  let wanted = letters(of: name)
  var limit = min(max(wanted.count / 3, 1), farthest)
  var best: String?
  for candidate in candidates where candidate != name && !candidate.isEmpty {
    guard abs(candidate.utf8.count - wanted.count) <= limit else { continue }
    let letters = letters(of: candidate)
    let isOtherWord = max(wanted.count, letters.count)
    guard let distance = distance(wanted, letters, limit: limit), distance < isOtherWord else { continue }
    if let best, distance == limit, rank(best, wanted) < rank(candidate, wanted) { continue }
    (best, limit) = (candidate, distance)
  }
  return best
}

private func rank(_ candidate: String, _ wanted: [UInt8]) -> (Int, String) {
  (letters(of: candidate).first == wanted.first ? 0 : 1, candidate)
}

/// More mistakes than this make another word, however long it is.
private let farthest = 4

/// Bytes compare as well as characters do, and without decoding.
private func letters(of name: String) -> [UInt8] {
  name.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
}

/// How many bytes have to be added, removed, replaced or swapped with their neighbour, if it takes no more than `limit`.
///
/// Only the cells of the table near its diagonal can stay within the limit. The others are never looked at, apart from
/// those next to the band, which count as too far; so long names take linear time.
private func distance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int? {
  let beyond = limit + 1
  var last = (0...b.count).map { min($0, beyond) }
  var beforeLast = last
  var row = last
  for i in a.indices {
    let start = max(i - limit, 0)
    let end = min(i + limit + 1, b.count)
    row[start] = start == 0 ? min(i + 1, beyond) : beyond
    var nearest = row[start]
    for j in start..<end {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row[j + 1] = min(cost, beyond)
      nearest = min(nearest, cost)
    }
    if end < b.count { row[end + 1] = beyond }
    if nearest > limit { return nil }
    swap(&beforeLast, &last)
    swap(&last, &row)
  }
  return last[b.count] <= limit ? last[b.count] : nil
}
