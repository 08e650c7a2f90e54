// Pages about the network: its statements, shapes and claims.

extension DiagnosticPage {
  static let missingInput = DiagnosticPage(
    .missingInput, "There is no tensor to work on",
    """
    A layer works on the tensor of the line above it, and the first of a model on an `input`. A model states the shape
    of its input before anything else; the batch is implied.
    """,
    wrong: """
      model Tiny {
        conv 8, 3x3
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

  static let misplacedStatement = DiagnosticPage(
    .misplacedStatement, "A statement of models stands in a block",
    """
    Inputs, outputs and claims belong to a whole model. In a block the word `input` is the tensor that enters it, as a
    value, and its last tensor is what leaves it. A block takes further tensors as parameters. To put out a tensor from
    within a block, label the call and write `output` behind it.
    """,
    wrong: """
      block stem {
        input 28x28x1
        conv 8, 3x3
      }

      model Tiny {
        input 28x28x1
        stem
      }
      """,
    right: """
      block stem {
        conv 8, 3x3
      }

      model Tiny {
        input 28x28x1
        stem
      }
      """)

  static let tensorTooLarge = DiagnosticPage(
    .tensorTooLarge, "A tensor would have 2,147,483,648 elements or more",
    """
    A tensor has fewer than 2^31 elements, which is 8.6 GB in float32, so that every index fits 32 bits. The elements
    are the product of the extents:

        1024 * 1024 * 4096 = 4,294,967,296
    """,
    wrong: """
      model Tiny {
        input 1024x1024x3
        conv 4096, 1x1
      }
      """,
    right: """
      model Tiny {
        input 1024x1024x3
        conv 64, 1x1
      }
      """)

  static let rankMismatch = DiagnosticPage(
    .rankMismatch, "The number of axes does not fit",
    """
    The same layers serve sequences (length x channels), maps (height x width x channels) and volumes (depth x height x
    width x channels). A kernel, stride or padding that is an extent has one number for each spatial axis of the input;
    a single number stands for all of them. Layers that slide a window need at least one spatial axis; a vector has
    none, until `reshape` gives it some.
    """,
    wrong: """
      model Tiny {
        input 16000x1
        conv 8, 3x3
      }
      """,
    right: """
      model Tiny {
        input 16000x1
        conv 8, 3
      }
      """)

  static let needsFlatten = DiagnosticPage(
    .needsFlatten, "A dense layer is given a map",
    """
    `dense` weighs every number of its input for every unit, and needs a vector. On a map two things could be meant:

    `flatten` before it lays the map out in a row. A map of 26x26x8 gives 26 * 26 * 8 = 5,408 inputs, and `dense 10`
    then has 5,408 * 10 + 10 = 54,090 parameters.

    `conv 10, 1x1` applies the same small layer in every cell, with 8 * 10 + 10 = 90 parameters. `globalavgpool` is the
    usual way from a map to a vector of its channels.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3 | relu
        dense 10
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3 | relu
        flatten
        dense 10
      }
      """)

  static let windowTooLarge = DiagnosticPage(
    .windowTooLarge, "A window is larger than what it slides over",
    """
    A window of `kernel` cells, `dilation` apart, spans reach = dilation * (kernel - 1) + 1 cells. It must fit into the
    padded input at least once: reach <= extent + padding. Here 5 > 4. With `dilation 2` a kernel of 5 would span
    2 * (5 - 1) + 1 = 9.

    Pad the input (`pad same` lets any window fit), take a smaller kernel, or take one step less before it. `crop`,
    `upsample` and the others that change extents must leave at least one cell, too.
    """,
    wrong: """
      model Tiny {
        input 4x4x16
        conv 8, 5x5
      }
      """,
    right: """
      model Tiny {
        input 4x4x16
        conv 8, 5x5, pad 2
      }
      """)

  static let paddingTooLarge = DiagnosticPage(
    .paddingTooLarge, "There is more padding than the layer can use",
    """
    A pool's padding is at most half of its window. With more, a window could lie in the padding alone, and it would have
    no value to take: a window of 3 may be padded by 1, since floor(3 / 2) = 1.

    `reflectpad` mirrors the map without its edge, so an extent of n gives at most n - 1 cells; `circularpad` gives at
    most n.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        maxpool 3x3, stride 2, pad 2
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        maxpool 3x3, stride 2, pad 1
      }
      """)

  static let notDivisible = DiagnosticPage(
    .notDivisible, "A number cannot be split into equal parts",
    """
    Groups are equal parts of the channels, so `groups` divides the channels of the input, and for a convolution its
    filters too. 48 / 32 = 1.5 is no number of channels. `pixelshuffle` takes the channels apart by the square of its
    factor, `pixelunshuffle` the extents by the factor itself.

    The message names the nearest numbers that divide.
    """,
    wrong: """
      model Tiny {
        input 28x28x48
        groupnorm 32
      }
      """,
    right: """
      model Tiny {
        input 28x28x48
        groupnorm 16
      }
      """)

  static let shapeMismatch = DiagnosticPage(
    .shapeMismatch, "Tensors that meet differ in shape",
    """
    The branches of `add`, `multiply` and the like have the same shape, or an extent of 1 where the other has more, as in
    squeeze-and-excite. Those of `concat` may differ in channels only. A `reshape` keeps the number of elements.

    Here one branch makes a step of 2, floor((28 + 2 - 3) / 2) + 1 = 14, and the shortcut none: 28. The shortcut must
    make the step, too, and where the channels differ it must change them: a 1x1 convolution does both.
    """,
    wrong: """
      model Tiny {
        input 28x28x8
        add {
          - conv 16, 3x3, stride 2, pad 1
          - identity
        }
      }
      """,
    right: """
      model Tiny {
        input 28x28x8
        add {
          - conv 16, 3x3, stride 2, pad 1
          - conv 16, 1x1, stride 2
        }
      }
      """)

  static let shapeAssertion = DiagnosticPage(
    .shapeAssertion, "A shape is not what the author expects",
    """
    `-> 28x28x8` behind a stage claims a shape, and the compiler found another. A 3x3 convolution without padding takes
    a cell from each side: 28 - 3 + 1 = 26.

    Either the layer is wrong, and here `pad same` or `pad 1` would keep the extent, or the claim is. `_` in a claim
    matches any extent: `-> _x_x8`.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3 | relu  -> 28x28x8
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        conv 8, 3x3, pad same | relu  -> 28x28x8
      }
      """)

  static let expectation = DiagnosticPage(
    .expectation, "The model does not keep to what it promises",
    """
    `expect` states what a model must keep to. It knows four measures: `parameters`, `macs` (multiply-adds), `memory`
    (bytes of the activations alive at once, in float32) and `receptivefield` (cells of the input that one cell of the
    output sees, along its longest axis).

    Here 28 * 28 = 784 inputs, each weighed for 100 units, and a bias for each unit make 78,500 parameters. The message
    names the layers that cost most.
    """,
    wrong: """
      model Tiny {
        input 28x28x1
        flatten | dense 100
        expect parameters <= 50K
      }
      """,
    right: """
      model Tiny {
        input 28x28x1
        maxpool 2x2 | flatten | dense 100
        expect parameters <= 50K
      }
      """)

  static let strideRemainder = DiagnosticPage(
    .strideRemainder, "The last rows or columns of an input are never read",
    """
    A window of 11 cells that moves by 4 over 224 has (224 - 11) / 4 + 1 = 54.25 positions. It takes 54, and the last of
    them ends at cell 53 * 4 + 11 = 223: one column and one row are never looked at. The network runs, but it throws
    data away, and often the author had another extent in mind.

    An input of 227 gives (227 - 11) / 4 + 1 = 55 exactly. Padding or `ceil` on a pool are other ways. What a pool with a
    stride wider than its window skips everywhere is `stride-gap`; a convolution that skips cells is taken to be meant.
    """,
    wrong: """
      model Tiny {
        input 224x224x3
        conv 96, 11x11, stride 4
      }
      """,
    right: """
      model Tiny {
        input 227x227x3
        conv 96, 11x11, stride 4
      }
      """)

  static let strideGap = DiagnosticPage(
    .strideGap, "A pool steps over cells that no window reads",
    """
    A pool of 2 that moves by 3 reads cells 0 and 1, then 3 and 4: of every 3 cells along an axis one is never looked at,
    and on a map of two axes 5 of 9. A pool is to sum up what it stands on, so its window should be at least as wide as its
    step. A convolution of 1x1 with a stride skips cells too; that is how residual networks shrink, and is taken to be meant.
    """,
    wrong: """
      model Tiny {
        input 27x27x8
        maxpool 2, stride 3
      }
      """,
    right: """
      model Tiny {
        input 27x27x8
        maxpool 3, stride 3
      }
      """)

  static let channelsFirst = DiagnosticPage(
    .channelsFirst, "An input looks as if its channels came first",
    """
    Shapes are height, width, channels. PyTorch writes channels, height, width, and an image of 224 by 224 pixels in three
    colours is 3x224x224 there. Read as it stands that is an image of 3 rows with 224 channels: a first convolution of 64
    filters has 3 * 3 * 224 * 64 + 64 = 129,088 parameters instead of 1,792.
    """,
    wrong: """
      model Tiny {
        input 3x224x224
        conv 64, 3x3, pad 1
      }
      """,
    right: """
      model Tiny {
        input 224x224x3
        conv 64, 3x3, pad 1
      }
      """)
}
