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

// MARK: - The weights of a network

/// How the tensors of a file are not those that a network has: every one of them.
public struct WeightMisfit: Hashable, Sendable {
  public struct Reshaped: Hashable, Sendable {
    public let name: String
    public let expected: [Int]
    public let found: [Int]
  }

  /// Parameters without a tensor.
  public internal(set) var missing: [String] = []
  /// Tensors without a parameter.
  public internal(set) var unexpected: [String] = []
  /// Tensors of another shape than their parameter.
  public internal(set) var reshaped: [Reshaped] = []
  /// Tensors with NaN or an infinity.
  public internal(set) var notFinite: [String] = []

  var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && reshaped.isEmpty && notFinite.isEmpty }
}

extension WeightMisfit: CustomStringConvertible {
  /// A line for each tensor.
  public var description: String {
    var lines = ["the tensors are not those of the network"]
    lines += missing.map { "missing \(quoted($0))" }
    lines += unexpected.map { "unexpected \(quoted($0))" }
    lines += reshaped.map { tensor in
      "\(quoted(tensor.name)): expected \(TensorShape.describe(tensor.expected)), "
        + "found \(TensorShape.describe(tensor.found))"
    }
    lines += notFinite.map { "\(quoted($0)) holds numbers that are not finite" }
    return lines.joined(separator: "\n  ")
  }
}

extension NamedTensors {
  /// All parameters of a network, statistics included.
  ///
  /// - Throws: `TensorError` where two have one name.
  public init(of network: some Parameterized) throws(TensorError) {
    try self.init(network.parameters.map { ($0.name, $0.parameter.value) })
  }
}

extension Parameterized {
  /// Replaces every parameter by the tensor of its name.
  ///
  /// - Throws: `TensorError` with every tensor that is missing, unexpected, of another shape or not finite; the
  ///   parameters are then as before.
  public mutating func load(_ tensors: NamedTensors) throws(TensorError) {
    var misfit = WeightMisfit()
    var names: Set<String> = []
    try visitParameters("") { (name, parameter) throws(TensorError) in
      names.insert(name)
      guard let tensor = tensors[name] else { return misfit.missing.append(name) }
      if tensor.shape != parameter.value.shape {
        misfit.reshaped.append(
          .init(name: name, expected: parameter.value.shape.extents, found: tensor.shape.extents))
      } else if tensor.firstNotFinite != nil {
        misfit.notFinite.append(name)
      }
    }
    misfit.unexpected = tensors.names.filter { !names.contains($0) }
    guard misfit.isEmpty else { throw TensorError(.data(.misfit(misfit))) }
    try visitParameters("") { (name, parameter) throws(TensorError) in
      if let tensor = tensors[name] { parameter.value = tensor }
    }
  }
}
