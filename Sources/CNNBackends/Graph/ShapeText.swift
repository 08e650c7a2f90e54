import CNNLayers
import CNNModel

/// How tensors are written in a diagram. Nothing else in it turns a shape into text.
extension BackendInput {
  /// `28 × 28 × 32`, `H/8 × (W - 4) × 64`; a vector is its number of features.
  func shapeText(of tensor: TensorID) -> String {
    network.shapeWords(of: tensor).extents.map { ShapeWords.text([$0]) }.joined(separator: " × ")
  }

  /// `32`
  func channelText(of tensor: TensorID) -> String { network.shapeWords(of: tensor).channels }
}

/// What the numbers of a shape mean, for tensors with so many spatial axes; in two parts, between which a line may end.
func shapeLegend(rank: Int) -> [String] {
  let axes = (0...max(rank, 0)).map { Shape.axisName($0, rank: rank) }
  let names = rank == 0 ? "features" : axes.joined(separator: " × ")
  return ["Shapes: \(names),", "for one \(rank == 2 ? "image" : "example")."]
}
