// Pages about bytes, tokens and grammar.

extension DiagnosticPage {
  static let invalidUTF8 = DiagnosticPage(
    .invalidUTF8, "The file holds bytes that are not UTF-8",
    """
    A `.cnn` file is text in UTF-8. A byte above 7F stands only in the sequences of two to four bytes that the Unicode
    standard allows. The byte E9 by itself is `é` in Latin-1, and nothing in UTF-8.

    The bytes are skipped and the rest of the file is checked. Save the file as UTF-8; editors call this its encoding.
    Letters beyond ASCII may stand in comments and strings, not in names.
    """,
    wrong: Sample(
      bytes: Array("// A caf".utf8) + [0xE9]
        + Array(" classifier.\nmodel Tiny {\n  input 28x28x1\n  conv 8, 3x3\n}\n".utf8)),
    right: """
      // A café classifier.
      model Tiny {
        input 28x28x1
        conv 8, 3x3
      }
      """)

  static let unexpectedCharacter = DiagnosticPage(
    .unexpectedCharacter, "A character has no meaning in the language",
    """
    Outside of comments and strings a file is made of names, numbers, shapes, strings and the signs

        ( ) [ ] { }   , : | -> .   ..<   + - * / % ^   = == != < <= > >=

    Some characters that other languages know have other spellings here: a line ends with a line break, not with `;`;
    `and`, `or` and `not` are words; strings stand between `"`; a comment begins with `//`; a shape is written with the
    letter x, `3x3`. Control characters other than the tab are refused everywhere.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3;
        relu
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
        relu
      }
      """)

  static let unclosedString = DiagnosticPage(
    .unclosedString, "A string does not end on its line",
    """
    A string begins and ends with `"` on one line; so does a hole in it, from `{` to `}`. The string is read up to the
    end of the line, and what follows is checked as if it had been closed there.

    To have a quote or a brace in a string, write a backslash before it: `"\\{"`.
    """,
    wrong: """
      model Tiny {
        input 28x28x8
        skip: conv 8, 3x3, pad 1
        conv 8, 3x3, pad 1
        add "skip
      }
      """,
    right: """
      model Tiny {
        input 28x28x8
        skip: conv 8, 3x3, pad 1
        conv 8, 3x3, pad 1
        add "skip"
      }
      """)

  static let badNumber = DiagnosticPage(
    .badNumber, "A word that begins with a digit is not a number",
    """
    A number is written `12`, `0.5` or `1e-5`, and one of four letters may end it: `K` for thousands, `M` for millions,
    `G` or `B` for billions. `5M` is 5,000,000 and `1.5K` is 1,500, exactly. The letters are capitals, because a
    lower-case m is a thousandth to many readers.

    A name begins with a letter or `_`.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        flatten
        dense 1k
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        flatten
        dense 1K
      }
      """)

  static let badShape = DiagnosticPage(
    .badShape, "A shape in one word holds something else than numbers",
    """
    `28x28x1` is one word: numbers, or `_` for any extent, joined by the letter x. A name cannot stand in it, for
    `28x28xN` would look like a shape and a name at once.

    Where an extent is worked out, write the shape as a list: `[28, 28, N]`, `[h, w, 4 * filters]`. The two forms mean
    the same everywhere.
    """,
    wrong: """
      model Tiny(channels = 3) {
        input 28x28xchannels
        conv 8, 3x3
      }
      """,
    right: """
      model Tiny(channels = 3) {
        input [28, 28, channels]
        conv 8, 3x3
      }
      """)

  static let unexpectedToken = DiagnosticPage(
    .unexpectedToken, "Something else must stand here",
    """
    The message says what the grammar wants at this place and what it found. Most often a line break is missing or one
    too many: a line holds one pipeline, whose stages are separated by `|`; it goes on in the next line behind a comma
    or an operator, or where that line begins with `|`, `->` or `else`.

    At the top of a file stand `import`, `let`, `block` and `model`; layers stand between the braces of the last two.
    After a mistake the rest of its line is skipped, and the file is read on from the next.
    """,
    wrong: """
      model Tiny {
        input 28x28x1 conv 8, 3x3
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
      }
      """)

  static let unclosedDelimiter = DiagnosticPage(
    .unclosedDelimiter, "A parenthesis, bracket or brace is never closed",
    """
    What opens with `(`, `[` or `{` must be closed by its counterpart. The place shown is where it opens. An open
    parenthesis or bracket is taken to end with its line; an open brace, where the next `block` or `model` begins.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, [3, 3
        relu
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, [3, 3]
        relu
      }
      """)

  static let missingComma = DiagnosticPage(
    .missingComma, "A comma is missing between two values",
    """
    Arguments and items of lists are separated by commas. Only a parameter's name and its value stand beside each other
    without one: `conv 8, 3x3, stride 2`.

    The line is read as if the comma stood there, and `cnn lint --fix` puts it in.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8 3x3
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
      }
      """)

  static let positionalAfterNamed = DiagnosticPage(
    .positionalAfterNamed, "A value without a name follows one with a name",
    """
    Values without names belong to the parameters in their order. Behind the first `name value` the order is broken, and
    a value without a name would have to be guessed at. Flags are no such values: `maxpool 3x3, stride 2, ceil` is fine,
    because `ceil` is a name.

    Give the value its parameter's name, or put it in its place before the named ones.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv filters 8, 3x3
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
      }
      """)

  static let ambiguousMinus = DiagnosticPage(
    .ambiguousMinus, "A minus could mean a difference or a negative value",
    """
    In `slope -0.5` the minus has a blank before it and none behind. It could be the parameter `slope` with the value
    -0.5, or the value of `slope` less 0.5. The language does not guess.

    Write `slope (-0.5)` for the negative value and `slope - 0.5` for the difference.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        leakyrelu slope -0.5
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        leakyrelu slope (-0.5)
      }
      """)

  static let misplacedBranch = DiagnosticPage(
    .misplacedBranch, "Branches and plain lines are mixed up",
    """
    The braces of a join hold branches, each begun by a dash at the start of a line, and every branch starts from the
    tensor that enters the join. Plain lines there are refused: they could be one branch or several. `residual` is the
    other way round: its lines are one branch, and the shortcut is what entered. No other layer takes braces, and a dash
    begins nothing anywhere else.

    `- identity` is the branch that passes its input on.

    In a join, dashes may also stand in a `for`, `if` or `repeat`. That one has its line to itself: no dash and no label
    before it, no stage after it, and beside the branches in it nothing but `let`.
    """,
    wrong: """
      model Tiny {
        input 28x28x8
        add {
          conv 8, 3x3, pad 1
          relu
        }
      }
      """,
    right: """
      model Tiny {
        input 28x28x8
        add {
          - conv 8, 3x3, pad 1
            relu
          - identity
        }
      }
      """)

  static let nestingTooDeep = DiagnosticPage(
    .nestingTooDeep, "Brackets, bodies or calls lie too deep in each other",
    """
    Braces, brackets and parentheses may lie 100 levels deep in each other, each expression between them being a level
    of its own, and the calls of a model 200 deep. Files that people write need five. The limits keep the compiler's own
    memory bounded on files that a program wrote.

    Move the inner part into a `block` or a `let`.
    """,
    wrong: """
      let width =
        (((((((((((((((((((((((((((((((((((((((((((((((((((
        8
        )))))))))))))))))))))))))))))))))))))))))))))))))))

      model Tiny {
        input 28x28x1
        conv width, 3x3
      }
      """,
    right: """
      let width = (8)

      model Tiny {
        input 28x28x1
        conv width, 3x3
      }
      """)
}
