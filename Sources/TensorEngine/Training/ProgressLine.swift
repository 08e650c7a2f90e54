#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A line that changes in place on a terminal. Where the output is no terminal, only whole lines are written.
public struct ProgressLine: Sendable {
  /// Whether the line can be written over.
  public let isTerminal: Bool
  /// In columns.
  public let width: Int
  private let write: @Sendable (String) -> Void
  /// The line that stands on the terminal, without an end.
  private var shown = ""

  /// A line on standard output.
  public init() {
    var size = winsize()
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let answers = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    self.init(isTerminal: isTerminal, width: answers && size.ws_col > 0 ? Int(size.ws_col) : 80) { text in
      print(text, terminator: "")
      // A line without an end would stay in the buffer.
      fflush(nil)
    }
  }

  /// A line that another function writes.
  public init(isTerminal: Bool, width: Int, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.width = width
    self.write = write
  }

  /// Shows a text instead of the one before, on a terminal alone, cut to its width.
  public mutating func show(_ text: String) {
    let text = Self.fitting(text, width - 1)
    guard isTerminal, text != shown else { return }
    write("\r" + text + erasure(by: text))
    shown = text
  }

  /// Writes a text as a whole line that stays, instead of the one shown.
  public mutating func finish(_ text: String) {
    let text = Self.fitting(text, .max)
    write((shown.isEmpty ? "" : "\r") + text + erasure(by: text) + "\n")
    shown = ""
  }

  /// What writes over the rest of a longer line.
  private func erasure(by text: String) -> String {
    String(repeating: " ", count: max(Self.columns(shown) - Self.columns(text), 0))
  }

  /// The beginning of a text that fits: a line that wraps cannot be written over.
  private static func fitting(_ text: String, _ width: Int) -> String {
    var used = 0
    var result = ""
    for character in text {
      let character = character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? " " : character
      used += columns(character)
      if used > width { break }
      result.append(character)
    }
    return result
  }

  private static func columns(_ text: String) -> Int { text.reduce(0) { $0 + columns($1) } }

  /// At most so many columns: what is not ASCII may take two.
  private static func columns(_ character: Character) -> Int { character.isASCII ? 1 : 2 }
}

/// How far an epoch of training has come, for a `ProgressLine`.
public struct EpochProgress: Sendable {
  public let epoch: Int
  public let epochs: Int
  public let batches: Int
  private var batch = 0
  private var examples = 0
  private var losses = 0.0
  private var hits = 0

  /// - Parameters:
  ///   - epoch: From 0.
  ///   - batches: How many the epoch has.
  public init(epoch: Int, of epochs: Int, batches: Int) {
    self.epoch = epoch
    self.epochs = epochs
    self.batches = batches
  }

  /// Counts a batch.
  ///
  /// - Parameters:
  ///   - loss: The mean over the batch.
  ///   - hits: How many of its examples were recognised.
  public mutating func add(loss: Double, hits: Int, of examples: Int) {
    batch += 1
    self.examples += examples
    self.hits += hits
    losses += loss * Double(examples)
  }

  /// The mean over all examples so far; nil before the first.
  public var loss: Double? { examples == 0 ? nil : losses / Double(examples) }

  /// The share of examples so far that were recognised; nil before the first.
  public var accuracy: Double? { examples == 0 ? nil : Double(hits) / Double(examples) }

  /// `epoch  3 of 30  loss 0.0812  accuracy 97.5 %`
  public var summary: String {
    let number = rightAligned(String(epoch &+ 1), String(epochs).count)
    let loss = loss.map { decimal($0, places: 4) } ?? "-"
    return "epoch \(number) of \(epochs)  loss \(loss)  accuracy \(percent(accuracy))"
  }

  /// The summary behind a bar of the batches done.
  public var bar: String {
    let cells = 20
    let filled = batches > 0 ? min(cells, Int(Double(cells) * Double(batch) / Double(batches))) : cells
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled) + "] " + summary
  }
}
