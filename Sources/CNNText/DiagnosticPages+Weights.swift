extension DiagnosticPage {
  static let sharedMismatch = DiagnosticPage(
    .sharedMismatch, "A shared call cannot use the weights of its first call",
    """
    What `shared` declares has its weights once. Its first call decides their shapes: a convolution on 256 channels has
    kernels 256 deep, so a later call on 512 channels has no use for them. Heights and widths may differ, unless
    something inside (a `flatten` before a `dense`) makes weights depend on them.

    Bring both tensors to the same number of channels first, or declare another shared call for the second.
    """,
    wrong: """
      model Heads {
        input 32x32x64
        shared head: conv 9, 3x3, pad 1
        output fine { head }
        conv 128, 3x3, stride 2, pad 1
        output coarse { head }
      }
      """,
    right: """
      model Heads {
        input 32x32x64
        shared head: conv 9, 3x3, pad 1
        output fine { head }
        conv 64, 3x3, stride 2, pad 1
        output coarse { head }
      }
      """)

  static let unusedLayer = DiagnosticPage(
    .unusedLayer, "Nothing reads what a layer gives",
    """
    The tensor is no output of the model, and no layer reads it. The layer, and whatever only it needs, is no part of the
    network: it is not counted, drawn or written as Swift, and has no weights.

    Often a `from` that leaves the main line, or a branch that was meant to join it. Read the tensor (`from NAME`, or a
    join), make it an output (`output NAME`), or take the lines out. The last tensor of a model is its output only where
    nothing has read it.
    """,
    wrong: """
      model Tiny {
        input 28x28x3
        a: conv 8, 3x3
        b: from input | conv 8, 5x5
        from a | globalavgpool | dense 10
      }
      """,
    right: """
      model Tiny {
        input 28x28x3
        a: conv 8, 3x3, pad 1
        b: from input | conv 8, 5x5, pad 2
        add a | globalavgpool | dense 10
      }
      """)

  static let unusedShared = DiagnosticPage(
    .unusedShared, "Nothing calls what is shared",
    """
    `shared NAME: CALL` only declares a call. Its layers run where NAME stands as a stage; without that the network has
    neither them nor their weights.
    """,
    wrong: """
      model Tiny {
        input 28x28x3
        shared head: conv 8, 3x3
        conv 8, 3x3
      }
      """,
    right: """
      model Tiny {
        input 28x28x3
        shared head: conv 8, 3x3, pad 1
        conv 8, 3x3 | head | head
      }
      """)
}
