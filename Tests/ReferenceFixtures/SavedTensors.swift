import Foundation
import TensorEngine

/// The tensors of a `.safetensors` file of the reference, in the engine's layouts. Float32 only.
package struct SavedTensors {
  package private(set) var tensors: [String: Tensor] = [:]

  package init(_ name: String) throws {
    let data = try Data(contentsOf: Fixture.folder.appending(path: "nets/\(name).safetensors"))
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data[8..<8 + length]) as? [String: [String: Any]] ?? [:]
    for (name, entry) in header {
      guard let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int] else { continue }
      let bytes = [UInt8](data[8 + length + offsets[0]..<8 + length + offsets[1]])
      let scalars = stride(from: 0, to: bytes.count, by: 4).map { at in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) })
      }
      let tensor = try Tensor(shape, scalars)
      let isInput = name == "x" || name.hasPrefix("logits")
      let order =
        switch (shape.count, isInput) {
        case (4, true): [0, 2, 3, 1]
        case (4, false): [2, 3, 1, 0]
        case (2, false): [1, 0]
        default: Array(shape.indices)
        }
      tensors[name] = try tensor.permuted(order)
    }
  }

  package subscript(_ name: String) -> Tensor? { tensors[name] }
}
