// Pages about symbols in the shapes of inputs, and the sizes they stand for.

extension DiagnosticPage {
  static let symbolicExtent = DiagnosticPage(
    .symbolicExtent, "A number that must be known depends on the size of the input",
    """
    A name in the shape of an input that is no variable stands for every positive whole number at once. Extents of maps
    may depend on it. Channels, kernels, strides and what feeds a dense layer may not, since weights have their shapes
    from them. A global pool gives a vector whatever the extents; `adaptiveavgpool 7x7` gives known ones.

    To have a value that can be changed from outside, make the name a parameter with a default. `-D height=224` on the
    command line gives a symbol a value too.
    """,
    wrong: """
      model Tiny {
        input [height, width, 3]
        conv 8, 3x3, pad same
        flatten
        dense 10
      }
      """,
    right: """
      model Tiny {
        input [height, width, 3]
        conv 8, 3x3, pad same
        globalavgpool
        dense 10
      }
      """)

  static let undecidedSize = DiagnosticPage(
    .undecidedSize, "Something cannot be decided for all sizes at once",
    """
    An extent is a function of one symbol that repeats itself: f(H + P) = f(H) + Q. What is built from such numbers with
    sums, differences, products and quotients with a number, remainders, `floor`, `ceil`, `min`, `max` and comparisons
    is decided for every size. Not decided are products of two of them, what depends on two symbols, and what repeats
    itself only after more than 131,072 sizes.

    A condition of `if` must be the same for every size that is left, since the layers of a model are the same for all
    sizes. A `where` clause can say which sizes are meant.
    """,
    wrong: """
      model Tiny {
        input [height, 32, 3]
        if height >= 64 { maxpool 2x2 }
        conv 8, 3x3, pad same
      }
      """,
    right: """
      model Tiny {
        input [height, 32, 3] where height >= 64
        if height >= 64 { maxpool 2x2 }
        conv 8, 3x3, pad same
      }
      """)

  static let sizeNotAdmitted = DiagnosticPage(
    .sizeNotAdmitted, "A size that the model does not admit",
    """
    The conditions behind `where` say which sizes of its inputs a model is meant for. They are checked when a size is
    given, by `-D` or by a number.
    """,
    wrong: """
      let height = 100

      model Tiny {
        input [height, 32, 3] where height % 16 == 0
        conv 8, 3x3, pad same
      }
      """,
    right: """
      let height = 96

      model Tiny {
        input [height, 32, 3] where height % 16 == 0
        conv 8, 3x3, pad same
      }
      """)

  static let noInputSize = DiagnosticPage(
    .noInputSize, "No size at all is admitted",
    """
    The conditions behind `where` exclude each other, or what they admit and what the layers take do, so there is no
    input that the model could be run on.
    """,
    wrong: """
      model Tiny {
        input [height, 32, 3] where height >= 64, height < 32
        conv 8, 3x3, pad same
      }
      """,
    right: """
      model Tiny {
        input [height, 32, 3] where height >= 32, height < 64
        conv 8, 3x3, pad same
      }
      """)

  static let someInputSizes = DiagnosticPage(
    .someInputSizes, "The model works for some of the sizes it admits only",
    """
    Without a `where` clause every positive size is meant. Here some layer does not take every size: a window is larger
    than a small map, or two branches whose extents were rounded differently meet. The rows below the message say which
    layer keeps which sizes out. An odd map that is halved and doubled again is one cell smaller:

        2 * floor(7 / 2) = 6

    `where` says which sizes are meant; the message offers the condition that is exactly right.
    """,
    wrong: """
      model Tiny {
        input [height, 32, 3]
        skip: conv 8, 3x3, pad same
        maxpool 2x2
        upsample 2
        concat skip
      }
      """,
    right: """
      model Tiny {
        input [height, 32, 3] where height % 2 == 0
        skip: conv 8, 3x3, pad same
        maxpool 2x2
        upsample 2
        concat skip
      }
      """)
}
