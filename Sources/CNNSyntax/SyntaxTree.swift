import CNNText

/// One file, read: every byte is in its tokens, every phrase in its nodes.
///
/// Nodes lie in one array a kind and name each other by index, so that a tree is a handful of allocations however large
/// the file is. Lists of nodes are neighbours in their array.
public struct SyntaxTree: Sendable {
  public let source: SourceFile
  public internal(set) var tokens: [Token]
  public internal(set) var declarations: [Declaration] = []
  /// How many bodies there are; `Body.number` counts them.
  public internal(set) var bodyCount = 0
  public internal(set) var parameters: [ParameterSyntax] = []
  public internal(set) var statements: [Statement] = []
  public internal(set) var bindings: [Binding] = []
  public internal(set) var shared: [SharedSyntax] = []
  public internal(set) var inputs: [InputSyntax] = []
  public internal(set) var outputs: [OutputSyntax] = []
  public internal(set) var stages: [Stage] = []
  public internal(set) var conditionals: [Conditional] = []
  public internal(set) var loops: [Loop] = []
  public internal(set) var repetitions: [Repetition] = []
  public internal(set) var joins: [Join] = []
  public internal(set) var branches: [Branch] = []
  public internal(set) var patterns: [Pattern] = []
  public internal(set) var arguments: [Argument] = []
  public internal(set) var expressions: [Expression] = []
  public internal(set) var expressionLists: [NodeID<Expression>] = []
  public internal(set) var compounds: [Compound] = []
  public internal(set) var comprehensions: [Comprehension] = []
  public internal(set) var templates: [StringTemplate] = []
  public internal(set) var templateParts: [StringTemplate.Part] = []
  /// Offsets of mistakes around which the tree may lack what the author wrote, in order.
  public internal(set) var damage: [UInt32] = []
  /// Lines in which a mistake may look like several, in order.
  public internal(set) var spoiledLines: [Range<UInt32>] = []
  /// True where a declaration could not be read at all, so that its name is unknown.
  public internal(set) var lacksDeclaration = false

  init(source: SourceFile, tokens: [Token]) {
    self.source = source
    self.tokens = tokens
  }

  // Inlinable, as are the places of tokens: a getter called for its result would be passed a copy of the whole tree.
  @inlinable public subscript(id: NodeID<Binding>) -> Binding { bindings[id.position] }
  @inlinable public subscript(id: NodeID<SharedSyntax>) -> SharedSyntax { shared[id.position] }
  @inlinable public subscript(id: NodeID<InputSyntax>) -> InputSyntax { inputs[id.position] }
  @inlinable public subscript(id: NodeID<OutputSyntax>) -> OutputSyntax { outputs[id.position] }
  @inlinable public subscript(id: NodeID<Stage>) -> Stage { stages[id.position] }
  @inlinable public subscript(id: NodeID<Conditional>) -> Conditional { conditionals[id.position] }
  @inlinable public subscript(id: NodeID<Loop>) -> Loop { loops[id.position] }
  @inlinable public subscript(id: NodeID<Repetition>) -> Repetition { repetitions[id.position] }
  @inlinable public subscript(id: NodeID<Join>) -> Join { joins[id.position] }
  @inlinable public subscript(id: NodeID<Branch>) -> Branch { branches[id.position] }
  @inlinable public subscript(id: NodeID<Pattern>) -> Pattern { patterns[id.position] }
  @inlinable public subscript(id: NodeID<Expression>) -> Expression { expressions[id.position] }
  @inlinable public subscript(id: NodeID<Compound>) -> Compound { compounds[id.position] }
  @inlinable public subscript(id: NodeID<Comprehension>) -> Comprehension { comprehensions[id.position] }
  @inlinable public subscript(id: NodeID<StringTemplate>) -> StringTemplate { templates[id.position] }
}

/// Where a node lies in the array of its kind.
public struct NodeID<Node>: Hashable, Sendable {
  public let index: UInt32

  @inlinable
  public init(_ position: Int) { index = UInt32(truncatingIfNeeded: position) }

  @inlinable
  public var position: Int { Int(index) }
}

/// Some neighbours in the array of their kind.
public struct NodeList<Node>: Hashable, Sendable {
  public let start: UInt32
  public let count: UInt32

  @inlinable
  public init(_ range: Range<Int>) {
    start = UInt32(truncatingIfNeeded: range.lowerBound)
    count = UInt32(truncatingIfNeeded: range.count)
  }

  public static var none: NodeList { NodeList(0..<0) }

  @inlinable
  public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  @inlinable
  public var isEmpty: Bool { count == 0 }
}

/// Where a token lies in its file.
public struct TokenID: Hashable, Sendable, Comparable {
  public let index: UInt32

  @inlinable
  public init(_ position: Int) { index = UInt32(truncatingIfNeeded: position) }

  @inlinable
  public var position: Int { Int(index) }

  @inlinable
  public static func < (a: TokenID, b: TokenID) -> Bool { a.index < b.index }
}

/// A name where it is written.
public struct Name: Hashable, Sendable {
  public let symbol: Symbol
  public let token: TokenID
}

// MARK: - Declarations

public enum Declaration: Hashable, Sendable {
  /// `import "blocks.cnn"`
  case importFile(keyword: TokenID, path: NodeID<StringTemplate>)
  case binding(NodeID<Binding>)
  case definition(Definition)
}

/// A block or a model.
public struct Definition: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case body(Body)
    /// `model ResNet50 = ResNet(depths [3, 4, 6, 3])`
    case alias(of: Name, arguments: NodeList<Argument>)
  }

  public let isModel: Bool
  public let keyword: TokenID
  public let name: Name
  public let parameters: NodeList<ParameterSyntax>
  public let content: Content
}

/// `stride = 1` between the parentheses of a block or model.
public struct ParameterSyntax: Hashable, Sendable {
  public let name: Name
  public let defaultValue: NodeID<Expression>?
}

/// What stands between braces.
public struct Body: Hashable, Sendable {
  public let open: TokenID
  public let close: TokenID
  public let statements: NodeList<Statement>
  /// Bodies of a file are numbered, so that one can note which ran.
  public let number: UInt32
  /// True where lines of the body begin with a dash, or where a loop, a condition or a repetition in it has such lines.
  /// Only between the braces of a join.
  public let holdsBranches: Bool
}

// MARK: - Statements

public enum Statement: Hashable, Sendable {
  case binding(NodeID<Binding>)
  case input(NodeID<InputSyntax>)
  case output(NodeID<OutputSyntax>)
  case expect(keyword: TokenID, NodeList<NodeID<Expression>>)
  case pipeline(NodeList<Stage>)
  case shared(NodeID<SharedSyntax>)
  /// Only between the braces of a join, and in the bodies of its loops, conditions and repetitions.
  case branch(NodeID<Branch>)
}

/// `let width = 64`
public struct Binding: Hashable, Sendable {
  public let name: Name
  public let value: NodeID<Expression>
}

/// `shared tower: embed 4096`
public struct SharedSyntax: Hashable, Sendable {
  public let keyword: TokenID
  public let name: Name
  /// A call, without label and assertion.
  public let stage: NodeID<Stage>
}

/// `input left 28x28x1`
public struct InputSyntax: Hashable, Sendable {
  public let keyword: TokenID
  public let name: Name?
  public let shape: NodeID<Expression>
  public let whereClause: WhereClause?
}

/// `where H >= 224, H % 32 == 0` behind the shape of an input: which sizes the author admits.
public struct WhereClause: Hashable, Sendable {
  public let keyword: TokenID
  /// At least one; `missing` where the author wrote none.
  public let conditions: NodeList<NodeID<Expression>>
}

/// `output aux { ... }`, `output "p{i}"`, `output c3: stage 128, 4`
public struct OutputSyntax: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// The tensor at this point.
    case none
    case body(Body)
    /// A line of its own. The first stage has the output's name as its label.
    case pipeline(NodeList<Stage>)
  }

  public let keyword: TokenID
  /// A name or a template.
  public let label: Label
  public let content: Content
}

// MARK: - Stages

/// One step of a pipeline, with what is written around it.
public struct Stage: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case call(Call)
    /// `from down1`: a name with its dots, `input`, or a string.
    case from(NodeID<Expression>)
    case conditional(NodeID<Conditional>)
    case loop(NodeID<Loop>)
    case repetition(NodeID<Repetition>)
  }

  public let label: Label?
  public let kind: Kind
  /// `-> 7x7x64`
  public let assertion: NodeID<Expression>?
  /// From the label to the last token of the stage itself; the assertion is behind it.
  public let first: TokenID
  public let last: TokenID
}

/// `conv1:`, `"layer{i + 1}.{j}":` or `[a, _]:`
public enum Label: Hashable, Sendable {
  case name(Name)
  case template(NodeID<StringTemplate>)
  /// A list of names and `_`, one for each tensor of a stage that gives several.
  case pattern(NodeID<Pattern>)
}

/// A layer, a block, or a variable that holds one.
public struct Call: Hashable, Sendable {
  public let name: Name
  public let arguments: NodeList<Argument>
  public let join: NodeID<Join>?
}

/// An argument: positional, or `name value`.
public struct Argument: Hashable, Sendable {
  public let name: Name?
  public let value: NodeID<Expression>
}

/// The braces after a join, with branches or plain lines. Which of them make sense there, the parser does not know.
public struct Join: Hashable, Sendable {
  public let body: Body
}

/// `- conv 64, 1x1 | relu` and the lines after it: up to the next dash, or the next loop, condition or repetition that
/// holds branches itself.
public struct Branch: Hashable, Sendable {
  public let dash: TokenID
  public let statements: NodeList<Statement>
}

public struct Conditional: Hashable, Sendable {
  public let condition: NodeID<Expression>
  public let body: Body
  /// An `else if` is a body that holds the one stage.
  public let alternative: Body?
}

/// `for i, [kernel, filters] in [...] { ... }`
public struct Loop: Hashable, Sendable {
  public let index: NodeID<Pattern>?
  public let element: NodeID<Pattern>
  public let sequence: NodeID<Expression>
  public let body: Body
}

public struct Repetition: Hashable, Sendable {
  public let count: NodeID<Expression>
  public let body: Body
}

public enum Pattern: Hashable, Sendable {
  case name(Name)
  case ignored(TokenID)
  case list(NodeList<Pattern>, open: TokenID, close: TokenID)
}
