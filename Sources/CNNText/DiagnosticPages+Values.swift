// Pages about arguments and values.

extension DiagnosticPage {
  static let missingArgument = DiagnosticPage(
    .missingArgument, "A value that must be given is missing",
    """
    A parameter without a default must be given by everyone who calls the layer, block or model. A join needs two
    tensors or more. A parameter that is not on or off cannot stand alone: `stride` says no number.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
      }
      """)

  static let extraArgument = DiagnosticPage(
    .extraArgument, "There are more values than parameters",
    """
    A value without a name belongs to the parameter in its place, and there is none left. The message lists the
    parameters. A join takes either branches in braces or named tensors, not both: `- from skip` is a branch that brings
    a tensor in.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
        relu 6
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
        relu6
      }
      """)

  static let duplicateArgument = DiagnosticPage(
    .duplicateArgument, "A parameter is given twice",
    """
    Each parameter has one value. It is given twice when a value in its place and `name value` meet, and when a bare
    name that is also a variable, and so belongs to the parameter of that name, meets another value for it. Some
    parameters exclude each other: `crop` takes amounts, a `size` or a tensor to be `like`.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3, kernel 5x5
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 5x5
      }
      """)

  static let typeMismatch = DiagnosticPage(
    .typeMismatch, "A value is of another kind than is needed here",
    """
    Values are numbers, `on` and `off`, shapes, lists, ranges, words, strings, tensors, layers and blocks. They do not
    turn into each other: 0 is not `off`, and a number is not a list of one. The one exception is a number where an
    extent is wanted: `conv 8, 3` is `conv 8, 3x3` on a map.

    The message says what is needed and what was found.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3, bias 0
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3, bias off
      }
      """)

  static let notWhole = DiagnosticPage(
    .notWhole, "A number must be whole, and is not",
    """
    Numbers are exact fractions, so that nothing is lost on the way: 45 / 2 is 22.5, not 22. Where a layer needs a whole
    number the author says how to round:

        floor(45 / 2) = 22     ceil(45 / 2) = 23     round(45 / 2) = 23

    `multiple(x, of 8)` rounds a number of channels to a multiple, as the MobileNets do.
    """,
    wrong: """
      model Tiny(width = 45) {
        input 28x28x1
        conv width / 2, 3x3
      }
      """,
    right: """
      model Tiny(width = 45) {
        input 28x28x1
        conv floor(width / 2), 3x3
      }
      """)

  static let outOfRange = DiagnosticPage(
    .outOfRange, "A number lies outside of what is possible",
    """
    The items of a list are counted from 0, so a list of three has the items 0, 1 and 2, and `widths[0 ..< 3]` is all of
    it. Filters, kernels, strides and groups are at least 1, and every extent is below 2^31. A padding cannot be
    negative; `crop` takes cells away. `pad half` needs an odd kernel, because (kernel - 1) / 2 cells on each side are
    whole only then.
    """,
    wrong: """
      let widths = [8, 16, 32]

      model Tiny {
        input 28x28x1
        conv widths[3], 3x3
      }
      """,
    right: """
      let widths = [8, 16, 32]

      model Tiny {
        input 28x28x1
        conv widths[2], 3x3
      }
      """)

  static let divisionByZero = DiagnosticPage(
    .divisionByZero, "A division or remainder by zero",
    """
    There is no number that x / 0 could be. The place shown is the divisor; where it is a parameter, its value comes from
    the default, the call, or `-D`.
    """,
    wrong: """
      model Tiny(parts = 0) {
        input 28x28x1
        conv 64 / parts, 3x3
      }
      """,
    right: """
      model Tiny(parts = 2) {
        input 28x28x1
        conv 64 / parts, 3x3
      }
      """)

  static let overflow = DiagnosticPage(
    .overflow, "A number is too large to be exact",
    """
    Numbers are fractions of two whole numbers below 2^63, that is 9,223,372,036,854,775,808. What does not fit is an
    error, and never wraps around or loses digits. The same limit holds for the parameters and multiply-adds of a layer.
    The models of a file take at most 1,000,000 steps to build, and 8 more for each line of the text: a line that runs is
    one, the call of a block five.
    """,
    wrong: """
      let width = 2 ^ 64

      model Tiny {
        input 28x28x1
        conv width, 3x3
      }
      """,
    right: """
      let width = 2 ^ 6

      model Tiny {
        input 28x28x1
        conv width, 3x3
      }
      """)

  static let patternMismatch = DiagnosticPage(
    .patternMismatch, "A list has more or fewer items than its pattern",
    """
    `for [filters, stride] in table` gives a name to each item of a row, so every row must have two. `_` takes an item
    without naming it. A row that is too long or too short is most often a comma too many or too few.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        for [filters, stride] in [[8, 1], [16, 2, 3]] {
          conv filters, 3x3, stride, pad 1
        }
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        for [filters, stride] in [[8, 1], [16, 2]] {
          conv filters, 3x3, stride, pad 1
        }
      }
      """)

  static let positionalVariable = DiagnosticPage(
    .positionalVariable, "A variable stands in another parameter's place",
    """
    A bare name that is both a variable and a parameter belongs to the parameter of its name, wherever it stands. So
    `conv filters, 3x3, stride` passes `stride` on as `stride`. In the place of another parameter the reader may take it
    for that other one, and this warning tells what it means.

    Write `kernel stride` if the variable is meant for the place it stands in; else put it in its own, or write
    `stride stride`.
    """,
    wrong: """
      block step(stride) {
        conv 8, stride, kernel 3x3, pad 1
      }

      model Tiny {
        input 28x28x1
        step 2
      }
      """,
    right: """
      block step(stride) {
        conv 8, 3x3, stride, pad 1
      }

      model Tiny {
        input 28x28x1
        step 2
      }
      """)
}
