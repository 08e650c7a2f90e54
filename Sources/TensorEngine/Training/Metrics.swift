extension Tensor {
  /// The class with the largest number in each row of channels: of each example, or of each cell. Of equal ones it is
  /// the first.
  ///
  /// - Throws: `notFinite` where a number is NaN, which is neither large nor small.
  public func predictions() throws(TensorError) -> [Int] {
    let channels = shape.channels
    let rows = shape.count / channels
    return try withUnsafeScalars { scalars throws(TensorError) in
      if let wrong = scalars.firstIndex(where: \.isNaN) {
        throw TensorError(.notFinite(what: "the output", index: wrong))
      }
      return (0..<rows).map { row in
        var best = 0
        for channel in 1..<max(channels, 1)
        where scalars[row * channels + channel] > scalars[row * channels + best] { best = channel }
        return best
      }
    }
  }

  /// How many rows of channels have their largest number where their label says.
  ///
  /// - Throws: `TensorError` where labels do not fit the output, or it holds NaN.
  public func hits(_ labels: [Int]) throws(TensorError) -> Int {
    try requireLabels(labels)
    return zip(try predictions(), labels).count { $0 == $1 }
  }

  /// The share of rows of channels that have their largest number where their label says, from 0 to 1.
  ///
  /// - Throws: `TensorError` where labels do not fit the output, or it holds NaN.
  public func accuracy(_ labels: [Int]) throws(TensorError) -> Double {
    Double(try hits(labels)) / Double(labels.count)
  }
}

/// How often examples of each class were taken for each class.
public struct ConfusionMatrix: Hashable, Sendable {
  /// The names of the classes.
  public let classes: [String]
  /// By the class that is right, then by the class that was predicted.
  private var counts: [[Int]]

  /// - Throws: `TensorError` where there are no classes.
  public init(classes: [String]) throws(TensorError) {
    try requirePositive("the number of classes", classes.count)
    self.classes = classes
    counts = Array(repeating: Array(repeating: 0, count: classes.count), count: classes.count)
  }

  /// Counts the predictions of a batch.
  ///
  /// - Parameter labels: The right class of each row of channels.
  /// - Throws: `TensorError` where the output has another number of classes, labels do not fit it, or it holds NaN;
  ///   nothing is counted then.
  public mutating func add(_ output: Tensor, _ labels: [Int]) throws(TensorError) {
    guard output.shape.channels == classes.count else {
      throw TensorError(.channels(what: "an output", expected: classes.count, found: output.shape.extents))
    }
    try output.requireLabels(labels)
    for (label, prediction) in zip(labels, try output.predictions()) { counts[label][prediction] += 1 }
  }

  /// How often `label` was taken for `prediction`; 0 for what is no class.
  public subscript(label: Int, prediction: Int) -> Int {
    let isClass = counts.indices.contains(label) && counts.indices.contains(prediction)
    return isClass ? counts[label][prediction] : 0
  }

  /// How many predictions were counted.
  public var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// How many of them were right.
  public var right: Int { classes.indices.reduce(0) { $0 + counts[$1][$1] } }

  /// The share of predictions that were right; nil before the first.
  public var accuracy: Double? { share(right, of: total) }

  /// The share of a class that was recognised; nil where there was nothing of it.
  public func recall(_ label: Int) -> Double? { share(self[label, label], of: row(label)) }

  /// The share of predictions of a class that were right; nil where it was never predicted.
  public func precision(_ label: Int) -> Double? { share(self[label, label], of: column(label)) }

  private func row(_ label: Int) -> Int { classes.indices.reduce(0) { $0 + self[label, $1] } }

  private func column(_ label: Int) -> Int { classes.indices.reduce(0) { $0 + self[$1, label] } }

  private func share(_ part: Int, of whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
}

extension ConfusionMatrix: CustomStringConvertible {
  /// A table of the classes:
  ///
  ///     right classes down, predicted ones across
  ///            cat  dog    recall
  ///     cat      9    1    90.0 %
  ///     dog      .   10   100.0 %
  ///
  ///     accuracy 95.0 % (19 of 20)
  public var description: String {
    let names = classes.map { String($0.map { $0.isNewline ? " " : $0 }) }
    let nameWidth = names.map(\.count).max() ?? 0
    let digits = counts.joined().map { String($0).count }.max() ?? 1
    let width = max(nameWidth, digits) + 2
    let header = leftAligned("", nameWidth) + names.map { rightAligned($0, width) }.joined()
    var lines = ["right classes down, predicted ones across", header + rightAligned("recall", 10)]
    for (label, name) in names.enumerated() {
      let cells = counts[label].map { rightAligned($0 == 0 ? "." : String($0), width) }.joined()
      lines.append(leftAligned(name, nameWidth) + cells + rightAligned(percent(recall(label)), 10))
    }
    lines += ["", "accuracy \(percent(accuracy)) (\(right) of \(total))"]
    return lines.joined(separator: "\n")
  }
}

/// A text with spaces before it.
func rightAligned(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(width - text.count, 0)) + text
}

/// A text with spaces behind it.
func leftAligned(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(width - text.count, 0))
}

/// `97.5 %`; a dash for what is not known.
func percent(_ share: Double?) -> String { share.map { decimal($0 * 100, places: 1) + " %" } ?? "-" }

/// A number with so many digits behind the point.
func decimal(_ value: Double, places: Int) -> String {
  let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
  guard value.isFinite, abs(value) * scale < 1e15 else { return "\(value)" }
  let digits = String(Int((abs(value) * scale).rounded()))
  let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
  let sign = value < 0 && padded.contains { $0 != "0" } ? "-" : ""
  return sign + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
}
