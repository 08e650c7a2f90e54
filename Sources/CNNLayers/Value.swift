/// What an expression of the language works out to, and what a parameter of a layer is given.
public enum Value: Hashable, Sendable {
  case number(Rational)
  /// The result of `sqrt` or `log2`, which is not exact.
  case decimal(Double)
  case boolean(Bool)
  /// `3x3`, `28x28x_`
  case shape(ShapeValue)
  case list([Value])
  /// `lower ..< upper`
  case range(Int64, Int64)
  case word(Word)
  case text(String)
  case tensor(TensorValue)
  case layer(Callee)
  /// What depends on a symbol of an input's shape.
  indirect case size(SizeExpression)
}

/// A shape as it is written: up to four extents, some of which may be open (`_`).
public struct ShapeValue: Hashable, Sendable {
  public static let limit = 4

  public private(set) var count: Int8 = 0
  private var storage: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)

  public init() {}

  /// Adds an extent, nil for `_`. False when four are there already.
  public mutating func append(_ extent: Int32?) -> Bool {
    let value = extent ?? -1
    switch count {
    case 0: storage.0 = value
    case 1: storage.1 = value
    case 2: storage.2 = value
    case 3: storage.3 = value
    default: return false
    }
    count += 1
    return true
  }

  /// The extent at an index, nil for `_`.
  public subscript(index: Int) -> Int32? {
    let value =
      switch index {
      case 0: storage.0
      case 1: storage.1
      case 2: storage.2
      default: storage.3
      }
    return value < 0 ? nil : value
  }

  public var extents: [Int32?] { (0..<Int(count)).map { self[$0] } }

  public static func == (a: ShapeValue, b: ShapeValue) -> Bool { a.count == b.count && a.storage == b.storage }

  public func hash(into hasher: inout Hasher) {
    for index in 0..<Int(count) { hasher.combine(self[index]) }
  }
}

/// The place of a tensor in its network.
public struct TensorID: Hashable, Comparable, Sendable {
  public let index: Int32

  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }

  /// Stands where there is no tensor.
  public static let none = TensorID(-1)

  public var isNone: Bool { index < 0 }

  public static func < (a: TensorID, b: TensorID) -> Bool { a.index < b.index }
}

extension Int {
  /// Where the tensor stands among those of its network.
  public init(_ tensor: TensorID) { self.init(tensor.index) }
}

/// A tensor of a network that is being built: its place in the network and its shape.
public struct TensorValue: Hashable, Sendable {
  public let id: TensorID
  /// Nil when an error made it unknown.
  public let shape: Shape?

  public init(id: TensorID, shape: Shape?) {
    self.id = id
    self.shape = shape
  }
}

/// A layer or a block as a value: what a stage can call.
public enum Callee: Hashable, Sendable {
  /// An index into `Catalogue.layers`.
  case layer(Int)
  /// An index into what the program can call: its blocks, then its models.
  case block(Int)
  /// A call that the network keeps the weights of: an index into its shared calls.
  case shared(Int)
}

/// The words that layers take as arguments: paddings, modes and axes.
public enum Word: String, CaseIterable, Hashable, Sendable {
  case same, valid, half, causal
  case nearest, bilinear, bicubic, area
  case channels, cells, height, width, depth, length
}

extension Value {
  /// What a message calls the value's type.
  public var typeName: String {
    switch self {
    case .number, .decimal: "a number"
    case .boolean: "`on` or `off`"
    case .shape: "a shape"
    case .list: "a list"
    case .range: "a range"
    case .word: "a word"
    case .text: "a string"
    case .tensor: "a tensor"
    case .layer(.layer): "a layer"
    case .layer(.block): "a block"
    case .layer(.shared): "a shared call"
    case .size(let size) where size.isCondition: "a condition on the size of the input"
    case .size: "a number that depends on the size of the input"
    }
  }

  /// How the value is written in the language; layers and tensors are named by `name`.
  public func text(name: (Value) -> String) -> String {
    switch self {
    case .number(let number): number.description
    case .decimal(let number): "\(number)"
    case .boolean(let isOn): isOn ? "on" : "off"
    case .shape(let shape): shape.extents.map { $0.map(String.init) ?? "_" }.joined(separator: "x")
    case .list(let items): "[" + items.map { $0.text(name: name) }.joined(separator: ", ") + "]"
    case .range(let lower, let upper): "\(lower) ..< \(upper)"
    case .word(let word): word.rawValue
    case .text(let text): "\"\(text)\""
    case .tensor, .layer, .size: name(self)
    }
  }
}
