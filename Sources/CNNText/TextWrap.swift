/// Breaks a text at its spaces so that no line takes more than `width` columns, and never inside `code` that fits into
/// a line as a whole. Lines after the first are narrower by `hanging`, the indentation the caller gives them.
package func wrap(_ text: String, width: Int, hanging: Int = 0) -> [String] {
  guard text.displayWidth > width else { return [text] }
  var lines: [String] = []
  var line = ""
  var column = 0
  for word in words(of: text, widest: width - hanging) {
    let room = lines.isEmpty ? width : width - hanging
    if column > 0, column + word.gap + word.width > room {
      lines.append(line)
      (line, column) = (word.text, word.width)
    } else {
      let gap = min(word.gap, room - column - word.width)
      line += String(repeating: " ", count: gap) + word.text
      column += gap + word.width
    }
  }
  return lines + [line]
}

/// Text that stays together, and the spaces before it.
private struct Word {
  var gap: Int
  var text: String
  var width: Int

  init(gap: Int, _ text: String) {
    self.gap = gap
    self.text = text
    self.width = text.displayWidth
  }
}

/// The words of a text, none wider than `widest`: code that is too wide falls into its words, and these into pieces.
private func words(of text: String, widest: Int) -> [Word] {
  split(text, keepingCode: true).flatMap { word in
    word.width <= widest ? [word] : split(word.text, keepingCode: false, gap: word.gap)
  }.flatMap { word in
    word.width <= widest ? [word] : pieces(of: word, widest: widest)
  }
}

/// The words between spaces. With `keepingCode`, a space between two backticks does not end a word.
private func split(_ text: String, keepingCode: Bool, gap: Int = 0) -> [Word] {
  var backticks = keepingCode ? text.utf8.count { $0 == UInt8(ascii: "`") } : 0
  var isCode = false
  var words: [Word] = []
  var word = ""
  var gap = gap
  for scalar in text.unicodeScalars {
    if scalar == "`", backticks > 0 {
      backticks -= 1
      isCode = !isCode && backticks > 0
    }
    if scalar != " " || isCode {
      word.unicodeScalars.append(scalar)
    } else if word.isEmpty {
      gap += 1
    } else {
      words.append(Word(gap: gap, word))
      (word, gap) = ("", 1)
    }
  }
  return word.isEmpty ? words : words + [Word(gap: gap, word)]
}

/// A word cut wherever a line is full.
private func pieces(of word: Word, widest: Int) -> [Word] {
  var pieces: [Word] = []
  var piece = ""
  var width = 0
  for scalar in word.text.unicodeScalars {
    if width > 0, width + scalar.displayWidth > widest {
      pieces.append(Word(gap: pieces.isEmpty ? word.gap : 0, piece))
      (piece, width) = ("", 0)
    }
    piece.unicodeScalars.append(scalar)
    width += scalar.displayWidth
  }
  return pieces + [Word(gap: pieces.isEmpty ? word.gap : 0, piece)]
}
