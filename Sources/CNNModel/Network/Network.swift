import CNNLayers
import CNNSyntax
import CNNText

/// A model, expanded and checked, as three lists: layers (what runs, in the order of execution), the tensors they read
/// and give, and the sets of weights they use. A layer names its tensors and its weights; two layers may name one set.
///
/// The network also keeps the way it came about (frames and rows), so that reports, diagrams and messages can speak of
/// lines and blocks rather than of a thousand layers.
public struct Network: Sendable {
  public internal(set) var name: String
  /// What runs. Inputs are layers that read nothing.
  public internal(set) var layers: [NetworkLayer] = []
  /// One for each result of a layer.
  public internal(set) var tensors: [NetworkTensor] = []
  /// One for each set of parameters and statistics, in the order in which layers first use them.
  public internal(set) var weights: [WeightSet] = []
  public internal(set) var inputs: [NamedTensor] = []
  public internal(set) var outputs: [NamedTensor] = []
  /// The model itself, which every network has, and the calls of blocks.
  public internal(set) var frames: [Frame]
  public internal(set) var rows: [Row] = []
  /// How many layers stand before the first broken one; nil where none is. A network whose model has not begun to run,
  /// as that of an alias of nothing, is cut short before its first layer.
  public internal(set) var validLayers: Int? = 0
  /// What the extents are for every size, where the shape of an input has symbols.
  public internal(set) var sizes: NetworkSizes?
  /// False where a mistake cut it short.
  public var isComplete: Bool { validLayers == nil }

  /// The names of its layers among others.
  var symbols: SymbolTable
  var scopes: [NameScope] = []
  /// What is declared with `shared`, in the order of the declarations.
  public internal(set) var sharedCalls: [SharedCall] = []
  var joinInputs: [TensorID] = []
  var arguments: [BoundArguments.Bound] = []
  var argumentRanges: [Range<Int>] = []

  /// - Parameter file: That of the model, as far as it is known.
  init(name: String, symbols: SymbolTable, file: FileID) {
    self.name = name
    self.symbols = symbols
    frames = [Frame(modelIn: file)]
  }
}

/// A result of a layer.
public struct NetworkTensor: Hashable, Sendable {
  public internal(set) var shape: Shape
  /// The layer that gives it, by its place in `Network.layers`.
  public var producer: Int { Int(producerIndex) }

  let producerIndex: Int32
}

/// The place of a set of weights in its network.
public struct WeightsID: Hashable, Sendable {
  public let index: Int32

  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}

/// The parameters and statistics of a layer, kept once however many layers use them.
public struct WeightSet: Hashable, Sendable {
  /// The layer that runs first with it and decides its shapes, by its place in `Network.layers`.
  public var layer: Int { Int(layerIndex) }

  let layerIndex: Int32
  var name: LocalName
  let scope: Int32
  /// The shared call whose first run made it; -1 where none did.
  let sharedIndex: Int32
}

public struct NamedTensor: Hashable, Sendable {
  public let name: String
  public let tensor: TensorID
  /// Where an input's shape, or an output's name, is written; nil for the output that has none.
  public let place: Span?
}

/// One operation of a network, with the tensors and weights it has.
public struct NetworkLayer: Sendable {
  public let operation: Operation
  // Here it lies in the bytes after the operation that would else be empty.
  let kindIndex: Int16
  public let output: TensorID
  /// What it multiplies and adds by, or keeps; nil where it has neither parameters nor statistics.
  public var weights: WeightsID? { weightsIndex < 0 ? nil : WeightsID(Int(weightsIndex)) }
  /// An index into `Catalogue.layers`; nil for an input.
  public var kind: Int? { kindIndex < 0 ? nil : Int(kindIndex) }
  /// The block call it belongs to.
  public let frame: FrameID
  /// The stage it comes from, in the file of its frame; nil for an input.
  public var stage: NodeID<Stage>? { stageIndex < 0 ? nil : NodeID(Int(stageIndex)) }

  /// -1 for an input.
  let stageIndex: Int32
  var name: LocalName
  let scope: Int32
  /// The first input, or none; those of joins lie in `Network.joinInputs`.
  let input: TensorID
  let joinStart: Int32
  let joinCount: Int32
  /// Which of `Network.argumentRanges` holds its arguments; -1 where they are literals and can be read from the stage.
  let argumentList: Int32
  /// -1 where it has none.
  let weightsIndex: Int32
}

/// A label, or a kind with its number in the scope: `conv1`.
struct LocalName: Hashable, Sendable {
  let symbol: Symbol
  /// 0 for a label.
  let number: UInt32
}

/// A part of a layer's path: the call or labelled stage it lies in.
struct NameScope: Sendable {
  let parent: Int32
  var name: LocalName
  /// The shared call it is one of, from which the names of its weights begin; -1 where it is none.
  var shared: Int32 = -1
}

/// `shared tower: embed 4096`: a call whose weights exist once, however often it is made.
public struct SharedCall: Sendable {
  /// The call whose body declares it.
  public let frame: FrameID
  /// What the names of its weights begin with, and the scope in which it is declared.
  let name: LocalName
  let scope: Int32
  let callee: Callee
  let arguments: [BoundArguments.Bound]
  /// The name where it is declared.
  let place: Span
  /// The first call of it: where it stands, the tensor that entered, and the weights in the order of their use.
  var first: (site: Span, input: TensorID)?
  var weights: [WeightsID] = []
}

/// The place of a frame in its network.
public struct FrameID: Hashable, Comparable, Sendable {
  public let index: Int32

  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }

  /// The model itself.
  public static let model = FrameID(0)
  /// What the model's own frame lies in.
  static let none = FrameID(-1)

  public static func < (a: FrameID, b: FrameID) -> Bool { a.index < b.index }
}

extension Int {
  /// Where the frame stands in `Network.frames`.
  public init(_ frame: FrameID) { self.init(frame.index) }
  /// Where the set stands in `Network.weights`.
  public init(_ weights: WeightsID) { self.init(weights.index) }
}

/// One call of a block, or the model itself (frame 0).
public struct Frame: Sendable {
  public let parent: FrameID
  /// The file of the body.
  public let file: FileID
  /// What it calls: an index for `Program.callable`; nil for the model itself.
  public let block: Int?
  /// The stage that calls, in the file of the parent frame.
  public let stage: NodeID<Stage>?
  public internal(set) var input: TensorID
  public internal(set) var output: TensorID
  public internal(set) var layers: Range<Int>
  /// How many calls deep: 0 for the model.
  public let depth: Int
  /// What its body names with `output`.
  public internal(set) var outputs: [NamedTensor] = []

  let scope: Int32
  let argumentList: Int32
}

extension Frame {
  /// The frame of the model itself, before anything has run.
  init(modelIn file: FileID) {
    self.init(
      parent: .none, file: file, block: nil, stage: nil, input: .none, output: .none, layers: 0..<0, depth: 0,
      scope: -1, argumentList: -1)
  }
}

/// A part of a line as it ran once: stages that follow each other without a join or a loop between them.
public struct Row: Sendable {
  public let frame: FrameID
  /// Its stages in their file.
  public var stages: Range<Int> { stageIndices.range }
  public var layers: Range<Int> { layerIndices.range }
  /// The calls made while it ran, those of calls among them.
  public var frames: Range<Int> { frameIndices.range }
  public internal(set) var input: TensorID
  public internal(set) var output: TensorID
  /// The first of a branch: a dash stands before it.
  public let startsBranch: Bool
  /// In how many joins of its frame it stands.
  public var nesting: Int { Int(joinDepth) }

  // Rows are as many as lines that ran, so what is in them is kept small.
  var stageIndices: IndexRange
  var layerIndices: IndexRange
  var frameIndices: IndexRange
  let joinDepth: Int16
  let scope: Int32
  /// The label of its line, or of a stage in it.
  var label: Symbol?
}

/// A range of indices in half the room.
struct IndexRange: Sendable {
  var start: Int32
  var end: Int32

  /// An empty range at a place.
  init(at index: Int) {
    start = Int32(truncatingIfNeeded: index)
    end = start
  }

  mutating func close(at index: Int) { end = Int32(truncatingIfNeeded: index) }

  mutating func move(to range: Range<Int>) {
    start = Int32(truncatingIfNeeded: range.lowerBound)
    end = Int32(truncatingIfNeeded: range.upperBound)
  }

  var range: Range<Int> { Int(start)..<Int(end) }
}

extension Network {
  /// Adds a layer and the tensor it gives.
  ///
  /// - Parameters:
  ///   - kind: Its place in the catalogue; -1 for an input.
  ///   - joined: The inputs of a join, `input` first among them.
  ///   - weights: The set of weights it uses, if it has any.
  @discardableResult
  mutating func append(
    _ operation: consuming Operation, giving shape: Shape, kind: Int, frame: FrameID, stage: NodeID<Stage>?,
    name: LocalName,
    scope: Int32, input: TensorID = .none, joined: [TensorID] = [], argumentList: Int32 = -1, weights: WeightsID? = nil
  ) -> TensorID {
    let output = TensorID(tensors.count)
    tensors.append(NetworkTensor(shape: shape, producerIndex: Int32(truncatingIfNeeded: layers.count)))
    layers.append(
      NetworkLayer(
        operation: operation, kindIndex: Int16(kind), output: output, frame: frame,
        stageIndex: Int32(truncatingIfNeeded: stage?.position ?? -1), name: name, scope: scope, input: input,
        joinStart: Int32(joinInputs.count), joinCount: Int32(joined.count),
        argumentList: argumentList, weightsIndex: weights?.index ?? -1))
    joinInputs += joined
    return output
  }

  /// The tensors a layer reads, in order.
  public func inputs(of layer: NetworkLayer) -> [TensorID] {
    if layer.joinCount > 0 {
      return Array(joinInputs[Int(layer.joinStart)..<Int(layer.joinStart + layer.joinCount)])
    }
    return layer.input.isNone ? [] : [layer.input]
  }

  public func inputShapes(of layer: NetworkLayer) -> [Shape] { inputs(of: layer).map { shape(of: $0) } }

  public func shape(of tensor: TensorID) -> Shape { tensors[Int(tensor)].shape }

  public func outputShape(of layer: NetworkLayer) -> Shape { shape(of: layer.output) }

  /// The shape a layer's weights and costs are worked out from: that of its first input, or its own for an input.
  public func firstInputShape(of layer: NetworkLayer) -> Shape {
    shape(of: layer.input.isNone ? layer.output : layer.input)
  }

  /// The layer that gives a tensor.
  public func producer(of tensor: TensorID) -> NetworkLayer { layers[tensors[Int(tensor)].producer] }

  /// The arrays of a set of weights.
  public func arrays(of set: WeightSet) -> [Weight] {
    let layer = layers[set.layer]
    return layer.operation.weights(for: firstInputShape(of: layer))
  }

  /// Whether a layer is the first that runs with its weights, so that they are counted there.
  public func ownsWeights(_ index: Int) -> Bool {
    layers[index].weights.map { weights[Int($0)].layer == index } ?? false
  }

  /// The recorded arguments of a call, nil where they are literals.
  func recordedArguments(_ list: Int32) -> [BoundArguments.Bound]? {
    list < 0 ? nil : Array(arguments[argumentRanges[Int(list)]])
  }
}
