import CNNText
import Testing

/// The diagnostics that fix the look: built by hand over the source they speak of, and what has to come out.
struct Mockup: CustomTestStringConvertible {
  let sources: TestSources
  let diagnostic: Diagnostic
  let text: String

  var testDescription: String { "\(diagnostic.code.rawValue): \(text.prefix(60))" }

  static let all = [
    shapeMismatch, strideRemainder, channelAssertion, unknownArgument, shapeAssertion, expectation,
  ]

  static let shapeMismatch: Mockup = {
    var sources = TestSources()
    let file = sources.add(
      "resnet.cnn",
      [
        9: "  add {",
        10: "    - convbn filters, 3x3, stride, pad 1 | relu",
        11: "      convbn filters, 3x3, pad 1",
        12: "    - identity",
        24: "    basic 128, stride 2",
      ])
    let diagnostic = Diagnostic(
      .shapeMismatch, "the branches of this `add` differ in shape",
      at: file.span(9, 3, 3), "every branch must have the same shape",
      secondary: [
        Diagnostic.Label(file.span(11, 7, 26), "28x28x128"),
        Diagnostic.Label(file.span(12, 7, 8), "56x56x64"),
      ],
      remarks: [
        .why("`stride` is 2 here: (56 + 1 + 1 - 3) / 2 + 1 = 28.5, rounded down to 28"),
        .help("let the second branch make the same step: `convbn filters, 1x1, stride`"),
        .note("in block basic with filters = 128, stride = 2, called at \(file.span(24, 5, 5))"),
      ])
    return Mockup(
      sources: sources, diagnostic: diagnostic,
      text: """
        error[shape-mismatch]: the branches of this `add` differ in shape
          --> resnet.cnn:9:3
         9 |   add {
           |   ^^^ every branch must have the same shape
        10 |     - convbn filters, 3x3, stride, pad 1 | relu
        11 |       convbn filters, 3x3, pad 1
           |       -------------------------- 28x28x128
        12 |     - identity
           |       -------- 56x56x64
           = why: `stride` is 2 here: (56 + 1 + 1 - 3) / 2 + 1 = 28.5, rounded down to 28
           = help: let the second branch make the same step: `convbn filters, 1x1, stride`
           = note: in block basic with filters = 128, stride = 2, called at resnet.cnn:24:5

        """)
  }()

  static let strideRemainder: Mockup = {
    var sources = TestSources()
    let file = sources.add(
      "alexnet.cnn", [2: "  input 224x224x3", 5: "  conv1: conv 96, 11x11, stride 4 | relu"])
    let diagnostic = Diagnostic(
      .strideRemainder, "conv1 never reads the last row and column of its input",
      at: file.span(5, 19, 15), "(224 - 11) / 4 + 1 = 54.25, rounded down to 54",
      secondary: [Diagnostic.Label(file.span(2, 9, 7), "224")],
      remarks: [
        .help("`input 227x227x3` gives exactly 55"),
        .help("`pad 2` gives 55 and leaves only padding unread"),
      ])
    return Mockup(
      sources: sources, diagnostic: diagnostic,
      text: """
        warning[stride-remainder]: conv1 never reads the last row and column of its input
         --> alexnet.cnn:5:19
        2 |   input 224x224x3
          |         ------- 224
        5 |   conv1: conv 96, 11x11, stride 4 | relu
          |                   ^^^^^^^^^^^^^^^ (224 - 11) / 4 + 1 = 54.25, rounded down to 54
          = help: `input 227x227x3` gives exactly 55
          = help: `pad 2` gives 55 and leaves only padding unread

        """)
  }()

  static let channelAssertion: Mockup = {
    var sources = TestSources()
    let file = sources.add(
      "googlenet.cnn",
      [2: "  concat {", 23: "  inception  64,  96, 128, 16,  32,  32      -> 28x28x288"])
    let diagnostic = Diagnostic(
      .shapeAssertion, "this `concat` gives 256 channels, not 288",
      at: file.span(23, 55, 3), "64 + 128 + 32 + 32 = 256",
      remarks: [
        .why(
          "the branches of the `concat` at \(file.span(2, 3, 6))",
          table: Diagnostic.Table(
            [.right, .left, .left],
            [
              ["64", "conv b1, 1x1", "b1 = 64"],
              ["128", "conv b3, 3x3, pad same", "b3 = 128"],
              ["32", "conv b5, 5x5, pad same", "b5 = 32"],
              ["32", "conv pool, 1x1", "pool = 32"],
            ])),
        .help("write `-> 28x28x256`, or give the branches 32 channels more"),
      ])
    return Mockup(
      sources: sources, diagnostic: diagnostic,
      text: """
        error[shape-assertion]: this `concat` gives 256 channels, not 288
          --> googlenet.cnn:23:55
        23 |   inception  64,  96, 128, 16,  32,  32      -> 28x28x288
           |                                                       ^^^ 64 + 128 + 32 + 32 = 256
           = why: the branches of the `concat` at googlenet.cnn:2:3
                   64  conv b1, 1x1              b1 = 64
                  128  conv b3, 3x3, pad same    b3 = 128
                   32  conv b5, 5x5, pad same    b5 = 32
                   32  conv pool, 1x1            pool = 32
           = help: write `-> 28x28x256`, or give the branches 32 channels more

        """)
  }()

  static let unknownArgument: Mockup = {
    var sources = TestSources()
    let file = sources.add("net.cnn", [4: "  conv 64, 3x3, strde 2, pad 1"])
    let diagnostic = Diagnostic(
      .unknownArgument, "`conv` has no parameter `strde`",
      at: file.span(4, 17, 5), "nearest: `stride`",
      remarks: [.note("conv takes filters, kernel, stride, pad, dilation, groups, bias")],
      fixes: [
        Diagnostic.Fix(
          "`stride` instead of `strde`", [Diagnostic.Fix.Edit(file.span(4, 17, 5), "stride")])
      ])
    return Mockup(
      sources: sources, diagnostic: diagnostic,
      text: """
        error[unknown-argument]: `conv` has no parameter `strde`
         --> net.cnn:4:17
        4 |   conv 64, 3x3, strde 2, pad 1
          |                 ^^^^^ nearest: `stride`
          = fix: `stride` instead of `strde`
          = note: conv takes filters, kernel, stride, pad, dilation, groups, bias

        """)
  }()

  static let shapeAssertion: Mockup = {
    var sources = TestSources()
    let file = sources.add(
      "mnist.cnn",
      [
        3: "  input 28x28x1",
        5: "  conv1: conv 32, 5x5 | relu",
        6: "  maxpool 2x2",
        7: "  conv2: conv 64, 5x5 | relu",
        8: "  maxpool 2x2                              -> 7x7x64",
      ])
    let diagnostic = Diagnostic(
      .shapeAssertion, "this is 4x4x64, not 7x7x64",
      at: file.span(8, 47, 3), "4x4 here; the 64 channels agree",
      remarks: [
        .why(
          "height and width, from the input down",
          table: Diagnostic.Table(
            [.right, .left, .left, .left],
            [
              ["28", "input", "\(point: file.span(3, 9, 7))"],
              ["24", "conv1", "\(point: file.span(5, 10, 4))", "28 - 5 + 1"],
              ["12", "maxpool1", "\(point: file.span(6, 3, 7))", "24 / 2"],
              ["8", "conv2", "\(point: file.span(7, 10, 4))", "12 - 5 + 1"],
              ["4", "maxpool2", "\(point: file.span(8, 3, 7))", "8 / 2"],
            ])),
        .help("`pad same` on conv1 and conv2 gives 28, 14, 14, 7"),
      ])
    return Mockup(
      sources: sources, diagnostic: diagnostic,
      text: """
        error[shape-assertion]: this is 4x4x64, not 7x7x64
         --> mnist.cnn:8:47
        8 |   maxpool 2x2                              -> 7x7x64
          |                                               ^^^ 4x4 here; the 64 channels agree
          = why: height and width, from the input down
                28  input      3:9
                24  conv1      5:10   28 - 5 + 1
                12  maxpool1   6:3    24 / 2
                 8  conv2      7:10   12 - 5 + 1
                 4  maxpool2   8:3    8 / 2
          = help: `pad same` on conv1 and conv2 gives 28, 14, 14, 7

        """)
  }()

  static let expectation: Mockup = {
    var sources = TestSources()
    let file = sources.add(
      "alexnet.cnn",
      [
        3: "  expect parameters <= 5M", 17: "  fc6: dense 4096 | relu | dropout 0.5",
        18: "  fc7: dense 4096 | relu | dropout 0.5", 19: "  fc8: dense 1000",
      ])
    let layer = { (line: Int) -> Message in "\(point: file.span(line, 3, 3))" }
    let diagnostic = Diagnostic(
      .expectation, "AlexNet has 60,965,224 parameters and expects at most 5,000,000",
      at: file.span(3, 10, 16), "55,965,224 too many",
      remarks: [
        .why(
          "the costliest layers",
          table: Diagnostic.Table(
            [.left, .right, .right, .left, .left, .left],
            [
              ["fc6", "37,752,832", "61.9 %", "dense 4096", layer(17), "9216 * 4096 + 4096"],
              ["fc7", "16,781,312", "27.5 %", "dense 4096", layer(18), "4096 * 4096 + 4096"],
              ["fc8", "4,097,000", "6.7 %", "dense 1000", layer(19), "4096 * 1000 + 1000"],
              ["5 others", "2,334,080", "3.8 %"],
            ]))
      ])
    return Mockup(
      sources: sources, diagnostic: diagnostic,
      text: """
        error[expectation]: AlexNet has 60,965,224 parameters and expects at most 5,000,000
         --> alexnet.cnn:3:10
        3 |   expect parameters <= 5M
          |          ^^^^^^^^^^^^^^^^ 55,965,224 too many
          = why: the costliest layers
                fc6       37,752,832  61.9 %  dense 4096  17:3  9216 * 4096 + 4096
                fc7       16,781,312  27.5 %  dense 4096  18:3  4096 * 4096 + 4096
                fc8        4,097,000   6.7 %  dense 1000  19:3  4096 * 1000 + 1000
                5 others   2,334,080   3.8 %

        """)
  }()
}
