// Pages about files, declarations and names.

extension DiagnosticPage {
  static let unreadableFile = DiagnosticPage(
    .unreadableFile, "An imported file cannot be read",
    """
    The path of an import is relative to the file it stands in, whatever folder the compiler was started from. The
    message tells what the operating system said: that there is no such file, or that it may not be read.
    """,
    wrong: """
      import "blocks.cnn"

      model Tiny {
        input 28x28x1
        conv 8, 3x3
      }
      """,
    right: Sample([
      (
        "model.cnn",
        """
        import "blocks.cnn"

        model Tiny {
          input 28x28x1
          stem 8
        }
        """
      ),
      (
        "blocks.cnn",
        """
        block stem(filters) { conv filters, 3x3 | relu }
        """
      ),
    ]))

  static let importCycle = DiagnosticPage(
    .importCycle, "Files import each other in a circle",
    """
    An import brings the blocks, models and values of another file, and values are worked out in the order of the files.
    Where each of two files needs the other first, there is no such order.

    Move what both need into a third file, and import that from both. One file imported on two ways is no circle; it is
    read once.
    """,
    wrong: Sample([
      (
        "model.cnn",
        """
        import "head.cnn"

        let classes = 10

        model Tiny {
          input 28x28x1
          head
        }
        """
      ),
      (
        "head.cnn",
        """
        import "model.cnn"

        block head { flatten | dense 10 }
        """
      ),
    ]),
    right: Sample([
      (
        "model.cnn",
        """
        import "head.cnn"

        model Tiny {
          input 28x28x1
          head
        }
        """
      ),
      (
        "head.cnn",
        """
        import "sizes.cnn"

        block head { flatten | dense classes }
        """
      ),
      ("sizes.cnn", "let classes = 10"),
    ]))

  static let duplicateName = DiagnosticPage(
    .duplicateName, "A name is declared twice",
    """
    Blocks, models and the values of a file share one set of names, with what its imports bring. The inputs of a model
    have names of their own, and so have its outputs; an input or output without a name counts as one.

    Within a body, `let` may give a name of the file another value for that body, but not the same name twice.
    """,
    wrong: """
      block stem { conv 8, 3x3 | relu }
      block stem { conv 16, 3x3 | relu }

      model Tiny {
        input 28x28x1
        stem
      }
      """,
    right: """
      block stem(filters) { conv filters, 3x3 | relu }

      model Tiny {
        input 28x28x1
        stem 8
      }
      """)

  static let duplicateLabel = DiagnosticPage(
    .duplicateLabel, "A label names two tensors",
    """
    A label is the name of a tensor, and of the layer whose weights are stored under it. Within a model, or within one
    call of a block, every label stands for one tensor; otherwise `from` and the weight file would be ambiguous.

    In a loop a label is given once a round. A hole makes it another one each time: `"conv{i}":`.

    Whole names are joined by dots: the label `layer1.0` is also the name of what is labelled `0` within `layer1`.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv1: conv 8, 3x3 | relu
        conv1: conv 16, 3x3 | relu
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv1: conv 8, 3x3 | relu
        conv2: conv 16, 3x3 | relu
      }
      """)

  static let recursiveBlock = DiagnosticPage(
    .recursiveBlock, "A block calls itself without end",
    """
    A call of a block is replaced by the lines of the block. A block may call itself, directly or through others, as
    long as its arguments end it: `if n > 0 { hourglass n - 1 }`. A hundred calls within each other count as
    endless. A model that is an alias of itself has no end either.

    To repeat layers, use `repeat` or `for`; to vary them from round to round, use the loop's variable.
    """,
    wrong: """
      block tower(filters) {
        conv filters, 3x3, pad 1 | relu
        tower filters
      }

      model Tiny {
        input 28x28x1
        tower 8
      }
      """,
    right: """
      block tower(filters) {
        conv filters, 3x3, pad 1 | relu
      }

      model Tiny {
        input 28x28x1
        repeat 3 { tower 8 }
      }
      """)

  static let unknownName = DiagnosticPage(
    .unknownName, "Nothing has this name",
    """
    A stage is the name of a layer, of a block of this file or its imports, or of a variable that holds one of them. In
    an expression a name is a variable, a label, a layer, a block, or a word such as `same`. The compiler offers the
    name in scope that is nearest to what was written, if one is near; `cnn lint --fix --guess` takes it. Names of other
    frameworks are known: `deconv` is `convtranspose`.

    Variables live to the end of the braces they were declared in; a label can be used behind its line.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        cnov 8, 3x3
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3
      }
      """)

  static let unknownArgument = DiagnosticPage(
    .unknownArgument, "A layer, block or model has no parameter of this name",
    """
    In `name value` the name must be a parameter of what is called. The message lists the parameters there are. A value
    given with `-D` must name a parameter of the model, or a symbol in the shape of one of its inputs.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3, strides 2, pad 1
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3, stride 2, pad 1
      }
      """)

  static let unknownTensor = DiagnosticPage(
    .unknownTensor, "No tensor has this label up to here",
    """
    `from`, a join and the parameters that take a tensor name one by its label: `stem`, `down.0`, `"down{i}"`. The label
    must stand on an earlier line of the same model or of the same call of a block. Labels inside a block belong to its
    calls and are not seen outside; what a block needs from elsewhere is handed to it as an argument.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        stem: conv 8, 3x3, pad 1
        conv 8, 3x3, pad 1
        concat {
          - identity
          - from steam
        }
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        stem: conv 8, 3x3, pad 1
        conv 8, 3x3, pad 1
        concat {
          - identity
          - from stem
        }
      }
      """)

  static let unknownModel = DiagnosticPage(
    .unknownModel, "No model has this name",
    """
    `model B = A(...)` fixes arguments of the model `A`, which must be declared in the same file or one it imports. On
    the command line a model is chosen among those that the file itself declares.
    """,
    wrong: """
      model Tiny(classes = 10) {
        input 28x28x1
        flatten | dense classes
      }

      model Large = Tinny(classes 1000)
      """,
    right: """
      model Tiny(classes = 10) {
        input 28x28x1
        flatten | dense classes
      }

      model Large = Tiny(classes 1000)
      """)

  static let reservedName = DiagnosticPage(
    .reservedName, "A block or model has the name of a layer",
    """
    The names of layers are the same in every file, so that a line means the same wherever it stands. A block called
    `scale` would change what `scale` means in the rest of its file. Choose another name.

    Variables are free: a parameter may be called `pad` or `scale`, and hides no layer unless it holds one.
    """,
    wrong: """
      block scale(filters) { conv filters, 1x1 | sigmoid }

      model Tiny {
        input 28x28x8
        scale 8
      }
      """,
    right: """
      block gate(filters) { conv filters, 1x1 | sigmoid }

      model Tiny {
        input 28x28x8
        gate 8
      }
      """)
}
