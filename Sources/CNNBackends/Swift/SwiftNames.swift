/// Names for one scope of Swift, each given once.
struct SwiftNames {
  private var taken: Set<String>

  /// - Parameter reserved: Names that mean something else in the scope.
  init(reserved: Set<String>) {
    taken = reserved.union(Self.keywords)
  }

  /// A name as near to `base` as possible; a number behind it sets it apart from one that is taken.
  mutating func unique(_ base: String, suffix: String = "_") -> String {
    if taken.insert(base).inserted { return base }
    // A keyword, or the name of something the code uses, is set apart by a mark, another name by a number.
    if !taken.contains(base + suffix) {
      taken.insert(base + suffix)
      return base + suffix
    }
    var number = 2
    while !taken.insert("\(base)\(suffix)\(number)").inserted { number += 1 }
    return "\(base)\(suffix)\(number)"
  }
}

extension SwiftNames {
  /// A path as a property: `downsample.0` becomes `downsample_0`. Properties begin with a small letter, so that they
  /// are never mistaken for types.
  static func property(_ path: String) -> String {
    let text = identifier(path)
    let capitals = text.prefix { $0.isUppercase }
    if capitals.isEmpty { return text }
    // `FC` becomes `fc`, `ReLU` becomes `reLU`, `BNorm` becomes `bNorm`.
    let rest = text.dropFirst(capitals.count)
    let isWord = capitals.count == 1 || rest.first?.isLowercase != true
    if isWord { return capitals.lowercased() + rest }
    return capitals.dropLast().lowercased() + text.dropFirst(capitals.count - 1)
  }

  /// The name of a block as a type: `auxiliary_head` becomes `AuxiliaryHead`.
  static func type(_ name: String) -> String {
    let words = identifier(name).split(separator: "_")
    let text = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return text.first?.isLetter == true ? text : "Block" + text
  }

  /// Letters, digits and low lines, beginning with none of the digits.
  static func identifier(_ text: String) -> String {
    var result = ""
    for character in text { result.append(isWordCharacter(character) ? character : "_") }
    if result.first?.isNumber ?? true { result = "_" + result }
    // A lone `_` is a pattern, not a name.
    return result.allSatisfy { $0 == "_" } ? "layer" + result : result
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber) || character == "_"
  }

  /// What the grammar of Swift keeps for itself, in any place where a name could stand.
  static let keywords: Set<String> = [
    "Any", "Protocol", "Self", "Type", "actor", "as", "associatedtype", "async", "await", "borrowing", "break", "case",
    "catch", "class", "consume", "consuming", "continue", "convenience", "copy", "default", "defer", "deinit",
    "discard", "do", "dynamic", "each", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "final",
    "for", "func", "get", "guard", "if", "import", "in", "indirect", "infix", "init", "inout", "internal", "is",
    "isolated", "lazy", "let", "macro", "mutating", "nil", "nonisolated", "nonmutating", "open", "operator", "optional",
    "override", "package", "postfix", "precedencegroup", "prefix", "private", "protocol", "public", "repeat",
    "required", "rethrows", "return", "self", "sending", "set", "some", "static", "struct", "subscript", "super",
    "switch", "then", "throw", "throws", "true", "try", "typealias", "unowned", "unsafe", "var", "weak", "where",
    "while", "willSet", "didSet", "yield",
  ]

  /// Members that every network and block has, and names that generated functions use for themselves.
  static let members: Set<String> = [
    "block", "body", "callAsFunction", "channelsLastLayers", "forward", "generator", "hash", "index", "input",
    "inputs", "layout", "load", "numberParameters", "outputs", "parameters", "path", "seed", "site", "step", "tape",
    "trace", "train", "visitParameters", "weights", "x",
  ]

  /// Types that generated code names, or that a reader takes for those of the standard library.
  static let types: Set<String> = [
    "Activation", "AdaptivePool", "Array", "Attention", "Axis", "AxisSet", "Bool", "ChannelShuffle", "Character",
    "Collection", "Concatenate", "Convolution", "Coordinates", "Crop", "Dense", "Dictionary", "Double", "Dropout",
    "Element", "Elementwise", "Equatable", "Error", "Examples", "Fit", "Flatten", "Float", "GatedLinear", "GlobalPool",
    "Hashable", "Index", "InputExtent", "InputShape", "InputSymbol", "Int", "JoinLayer", "Layer", "Learned",
    "LocalConvolution", "LocalResponseNormalization", "MaxUnpool", "NamedTensors", "Network", "Noise", "Normalization",
    "Optional", "Pad", "Parameter", "Parameterized", "ParametricRelu", "Permute", "PixelShuffle", "PixelUnshuffle",
    "Pool", "Range", "Recurrent", "Reduce", "Reshape", "Resize", "Result", "Scale", "SeededGenerator", "Sendable",
    "Sequence", "Set", "Site", "SizeTable", "Slice", "Softmax", "String", "Substring", "Swift", "Tape", "Tensor",
    "TensorEngine", "TensorError", "TensorShape", "TransposedConvolution", "UInt64", "UnitNormalization", "Variable",
    "Void", "WeightLayout", "Window",
  ]
}
