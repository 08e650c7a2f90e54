/// Tensors by name in an order: what a file of weights holds.
public struct NamedTensors: Sendable {
  public struct Element: Sendable {
    public let name: String
    public let tensor: Tensor
  }

  public private(set) var elements: [Element] = []
  /// Words about the tensors, by key.
  public var metadata: [String: String] = [:]
  private var places: [String: Int] = [:]

  public init() {}

  /// - Throws: `TensorError` where two have one name.
  public init(_ tensors: some Sequence<(String, Tensor)>) throws(TensorError) {
    for (name, tensor) in tensors { try append(name, tensor) }
  }

  /// - Throws: `TensorError` where the name is taken.
  public mutating func append(_ name: String, _ tensor: Tensor) throws(TensorError) {
    guard places.updateValue(elements.count, forKey: name) == nil else {
      throw TensorError(.data(.duplicateName(name)))
    }
    elements.append(Element(name: name, tensor: tensor))
  }

  /// The tensor of a name; nil where there is none.
  public subscript(name: String) -> Tensor? { places[name].map { elements[$0].tensor } }

  public var names: [String] { elements.map(\.name) }
  public var count: Int { elements.count }
}
