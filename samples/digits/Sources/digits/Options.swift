/// What the command line asks for.
struct Options {
  enum Command: String {
    case train, seeds, predict, help
  }

  var command = Command.help
  var data = "digits.csv"
  var checkpoint = "digits.safetensors"
  var epochs = 30
  var seed: UInt64 = 1
  /// As many as there are cores, where nothing is said.
  var threads: Int?
  /// What to predict: numbers of images, or a file.
  var subjects: [String] = []

  static let usage = """
    usage: digits train    [--epochs N] [--seed N] [--threads N] [--data FILE] [--checkpoint FILE]
           digits seeds    [--epochs N] [--threads N] [--data FILE]
           digits predict  [--threads N] [--data FILE] [--checkpoint FILE] [IMAGE... | FILE]

    train    learns from the first 1,437 images of the data, tests itself on the others, and writes a checkpoint
    seeds    does so from five seeds, without a checkpoint, and prints the mean
    predict  classifies images of the data by their number, from 0, or those of another file: 64 pixels a line, from
             0 to 16, with commas between them
    """

  init(_ arguments: [String]) throws {
    guard let name = arguments.first, name != "--help" else { return }
    guard let command = Command(rawValue: name) else { throw Complaint("there is no command '\(name)'\n\(Self.usage)") }
    self.command = command
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      switch (argument, command) {
      case ("--epochs", .train), ("--epochs", .seeds): epochs = try Self.number(argument, &rest, 1...10_000)
      case ("--seed", .train): seed = UInt64(try Self.number(argument, &rest, 0...Int.max))
      case ("--threads", .train), ("--threads", .seeds), ("--threads", .predict):
        threads = try Self.number(argument, &rest, 1...256)
      case ("--data", .train), ("--data", .seeds), ("--data", .predict): data = try Self.value(argument, &rest)
      case ("--checkpoint", .train), ("--checkpoint", .predict): checkpoint = try Self.value(argument, &rest)
      case (_, .predict) where !argument.hasPrefix("-"): subjects.append(argument)
      default: throw Complaint("'\(name)' does not take '\(argument)'\n\(Self.usage)")
      }
    }
  }

  private static func value(_ option: String, _ rest: inout ArraySlice<String>) throws -> String {
    guard let value = rest.popFirst() else { throw Complaint("\(option) needs a value") }
    return value
  }

  private static func number(
    _ option: String, _ rest: inout ArraySlice<String>, _ range: ClosedRange<Int>
  ) throws -> Int {
    let text = try value(option, &rest)
    guard let number = Int(text), range.contains(number) else {
      throw Complaint("\(option) is a number from \(range.lowerBound) to \(range.upperBound), found '\(text)'")
    }
    return number
  }
}
