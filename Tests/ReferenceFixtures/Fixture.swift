import Foundation

import TensorEngine

/// One operation with values and gradients that PyTorch or Keras computed, in the engine's layouts.
package struct Fixture {
  package let name: String
  package let operation: String
  /// Channels come behind the batch, and kernels behind the channels, in the file.
  package let isChannelsFirst: Bool
  package let attributes: [String: Any]
  private let tensors: [String: Tensor]

  package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Reference/numerics")

  /// More operations, in the same form.
  package static let secondFolder = folder.deletingLastPathComponent().appending(path: "part2/numerics")

  /// The names of all operations of the reference.
  package static let names = names(in: folder)

  /// The names of the operations of the second part of the language.
  package static let secondNames = names(in: secondFolder)

  private static func names(in folder: URL) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "ops").path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }

  package struct Malformed: Error {
    package init() {}
  }

  package init(_ name: String) throws {
    let folder = Self.secondNames.contains(name) ? Self.secondFolder : Self.folder
    let data = try Data(contentsOf: folder.appending(path: "ops/\(name).json"))
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let operation = object["op"] as? String, let layout = object["layout"] as? String,
      let attributes = object["attrs"] as? [String: Any], let tensors = object["tensors"] as? [String: [String: Any]]
    else { throw Malformed() }
    self.name = name
    self.operation = operation
    self.attributes = attributes
    isChannelsFirst = layout.hasPrefix("NC")
    var converted: [String: Tensor] = [:]
    for (key, value) in tensors {
      guard let shape = value["shape"] as? [Int], let data = value["data"] as? [Double] else { throw Malformed() }
      var tensor = try Tensor(shape, data.map { Float($0) })
      // PyTorch flattens channels first, the engine channels last.
      if operation == "flatten", shape.count == 2, let extents = tensors["x"]?["shape"] as? [Int] {
        tensor = try tensor.reshaped(TensorShape(extents))
      }
      converted[key] = try Self.convert(tensor, key, operation, layout)
    }
    self.tensors = converted
  }

  /// From the layout of the file to the engine's.
  private static func convert(_ tensor: Tensor, _ key: String, _ operation: String, _ layout: String) throws -> Tensor {
    let rank = tensor.shape.rank
    if operation == "convnextv2_block", key.contains(".") {
      // Its matrices are convolutions of one cell.
      let matrix = rank == 2 ? try tensor.reshaped(TensorShape(tensor.shape.extents + [1, 1])) : tensor
      return rank == 1 ? tensor : try matrix.permuted([2, 3, 1, 0])
    }
    let isParameter = ["weight", "dweight", "bias", "dbias", "dweight_g", "dbias_g"].contains(key)
    guard isParameter else {
      return layout.hasPrefix("NC") && rank > 2 ? try tensor.permuted([0] + Array(2..<rank) + [1]) : tensor
    }
    switch operation {
    case "layer_scale": return try tensor.reshaped(TensorShape([tensor.shape.count]))
    case "layernorm" where rank == 3: return try tensor.permuted([1, 2, 0])
    case "linear" where layout.hasPrefix("NF"): return rank == 2 ? try tensor.permuted([1, 0]) : tensor
    case "depthwise_conv2d" where layout == "NHWC":
      return try tensor.reshaped(TensorShape([tensor.shape[0], tensor.shape[1], 1, tensor.shape[2] * tensor.shape[3]]))
    default: return layout.hasPrefix("NC") && rank > 2 ? try tensor.permuted(Array(2..<rank) + [1, 0]) : tensor
    }
  }

  package subscript(_ name: String) -> Tensor? { tensors[name] }

  /// The names of all tensors, sorted.
  package var keys: [String] { tensors.keys.sorted() }

  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else { throw Malformed() }
    return tensor
  }

  package func integers(_ name: String) throws -> [Int] {
    guard let values = attributes[name] as? [Int] else { throw Malformed() }
    return values
  }

  package func integer(_ name: String) throws -> Int {
    guard let value = attributes[name] as? Int else { throw Malformed() }
    return value
  }

  package func number(_ name: String) throws -> Double {
    guard let value = attributes[name] as? Double else { throw Malformed() }
    return value
  }

  package func flag(_ name: String) -> Bool { attributes[name] as? Bool ?? false }

  /// The paddings before and behind each axis; the file lists them in pairs.
  package func padding(_ name: String = "pad") throws -> (before: [Int], after: [Int]) {
    let pairs = try integers(name)
    return (
      stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] },
      stride(from: 1, to: pairs.count, by: 2).map { pairs[$0] }
    )
  }
}

extension Tensor {
  /// The same numbers with axes in another order: a plain reference of its own.
  package func permuted(_ order: [Int]) throws -> Tensor {
    let extents = order.map { shape[$0] }
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in stride(from: shape.rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    let source = scalars
    var result: [Float] = []
    var index = [Int](repeating: 0, count: order.count)
    for _ in 0..<shape.count {
      result.append(source[zip(index, order).reduce(0) { $0 + $1.0 * strides[$1.1] }])
      for axis in stride(from: order.count - 1, through: 0, by: -1) {
        index[axis] += 1
        if index[axis] < extents[axis] { break }
        index[axis] = 0
      }
    }
    return try Tensor(extents, result)
  }

  /// How far the numbers are from those expected, beyond `tolerance` * (1 + |v|): the largest excess; 0 where none is.
  package func excess(over expected: Tensor, tolerance: Double) -> Double {
    guard shape.count == expected.shape.count else { return .infinity }
    var worst = 0.0
    for (found, wanted) in zip(scalars, expected.scalars) where found != wanted {
      let limit = tolerance * (1 + abs(Double(wanted)))
      let distance = abs(Double(found) - Double(wanted))
      if !(distance <= limit) { worst = max(worst, distance.isNaN ? .infinity : distance - limit) }
    }
    return worst
  }
}
