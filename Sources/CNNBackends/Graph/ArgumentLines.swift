import CNNModel
import CNNText

/// The kind of a layer with its arguments, in as few lines as they need.
struct ArgumentLines {
  let kind: String
  let positional: [String]
  /// Those that stand with their names.
  let named: [String]

  struct Lines {
    let title: [Diagram.Run]
    let further: [String]
  }

  private static let space = Helvetica.width(" ", size: 11)
  private static let mostLines = 3

  /// All beside the kind; else the positional ones there and the rest below; else all below.
  func lines(title room: Double, line: Double) -> Lines {
    let kind = Helvetica.elided(kind.printable, to: room, size: 11, bold: true)
    let left = room - Helvetica.width(kind, size: 11, bold: true) - Self.space
    let (first, second) = (positional.map(Self.clean), named.map(Self.clean))
    let title = [Diagram.Run(text: kind, style: .kind)]
    for beside in [first + second, first] {
      let text = beside.joined(separator: ", ")
      guard Helvetica.width(text, size: 11) <= left else { continue }
      let below = beside.count == first.count ? second : []
      let run = Diagram.Run(text: text, style: .arguments)
      return Lines(title: text.isEmpty ? title : title + [run], further: Self.wrapped(below, line))
    }
    return Lines(title: title, further: Self.wrapped(first + second, line))
  }

  private static func clean(_ text: String) -> String { text.printable.withCrosses }

  /// Arguments in lines that end between two of them; what the last line cannot hold is cut in its middle. The first line
  /// may have less room than the others, and is empty where nothing fits into it.
  static func wrapped(_ arguments: [String], _ room: Double, first: Double? = nil, size: Double = 9) -> [String] {
    var lines: [String] = first == nil || arguments.isEmpty ? [] : [""]
    for argument in arguments {
      let longer = lines.last.map { $0.isEmpty ? argument : $0 + ", " + argument } ?? argument
      let left = lines.count == 1 ? first ?? room : room
      if !lines.isEmpty, lines.count == mostLines || Helvetica.width(longer, size: size) <= left {
        lines[lines.count - 1] = longer
      } else {
        lines.append(argument)
      }
    }
    return lines.enumerated().map { index, line in
      Helvetica.elided(line, to: index == 0 ? first ?? room : room, size: size)
    }
  }
}

extension NormalForm.ArgumentText {
  /// Whether it stands with the name of its parameter.
  var isNamed: Bool { parameter.map { text == $0 || text.hasPrefix($0 + " ") } ?? false }
}

extension NormalForm.StageText {
  /// The arguments one by one; commas within brackets belong to their argument.
  var argumentList: [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    var isQuoted = false
    for letter in arguments {
      switch letter {
      case "\"": isQuoted.toggle()
      case "[", "(": depth += isQuoted ? 0 : 1
      case "]", ")": depth -= isQuoted ? 0 : 1
      case "," where depth == 0 && !isQuoted:
        parts.append(part)
        part = ""
        continue
      default: break
      }
      if !(part.isEmpty && letter == " ") { part.append(letter) }
    }
    return part.isEmpty ? parts : parts + [part]
  }
}

extension String {
  /// `5x5` as `5×5`: an `x` between digits of a word that has nothing else.
  var withCrosses: String {
    guard contains("x") else { return self }
    var result = ""
    var word = ""
    func flush() {
      let parts = word.split(separator: "x", omittingEmptySubsequences: false)
      let isShape = parts.count > 1 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }
      result += isShape ? parts.joined(separator: "×") : word
      word = ""
    }
    for letter in self {
      if letter.isLetter || letter.isNumber || letter == "_" || letter == "." {
        word.append(letter)
      } else {
        flush()
        result.append(letter)
      }
    }
    flush()
    return result
  }
}
