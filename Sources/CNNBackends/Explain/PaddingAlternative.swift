import CNNLayers
import CNNModel
import CNNText

/// What a vector's length would be if every convolution above were padded the other way: `valid` for those that pad,
/// `same` where none does.
struct PaddingAlternative {
  let padding: Word
  /// The convolutions that change.
  let convolutions: [LayerFacts]
  let chain: ExtentChain
  let outcome: WhatIf.Outcome

  /// Nil where nothing would change.
  init?(_ target: LayerFacts, _ chain: ExtentChain) {
    let whatIf = target.whatIf
    let wide = whatIf.convolutions.map(target.facts).filter { $0.reaches > 1 }
    let padded = wide.filter(\.isPadded)
    let word: Word = padded.isEmpty ? .same : .valid
    padding = word
    convolutions = padded.isEmpty ? wide : padded
    self.chain = chain
    guard !convolutions.isEmpty, let input = target.inputs.first else { return nil }
    let changed = convolutions.map { ($0.id, ["pad": Value.word(word)]) }
    outcome = whatIf.shapes(arguments: Dictionary(uniqueKeysWithValues: changed))
    if case .shapes(let shapes) = outcome, shapes[input] == target.input { return nil }
  }

  /// The maps of the chain with the other padding.
  private func maps(_ shapes: [TensorID: Shape]) -> [Shape] {
    chain.links.compactMap { shapes[$0.id] }.filter { !$0.isVector }
  }

  /// `28, 24, 12, 8, 4`: one number where all axes agree; the middle of a long list is left out.
  private func extents(_ maps: [Shape]) -> String {
    let areCubes = maps.allSatisfy { map in Set(map.spatial.array(rank: Int(map.rank))).count == 1 }
    let texts = maps.map { areCubes ? String($0.spatial[0]) : Shape.text($0.spatial, rank: Int($0.rank)) }
    return (texts.count <= 10 ? texts : texts.prefix(4) + ["..."] + texts.suffix(4)).joined(separator: ", ")
  }

  /// The alternative in words; notes its numbers among the facts.
  func describe(_ target: LayerFacts, in explanation: inout Explanation) {
    var text = onlyPoolsShrink ? "Only the pools shrink the maps. " : ""
    switch outcome {
    case .breaks(let id):
      let name = target.facts(of: id).name
      text += "With `pad \(padding.rawValue)` on every convolution \(name) would find its input too small."
    case .shapes(let shapes):
      guard let id = target.inputs.first, let input = shapes[id] else { return }
      text += "With `pad \(padding.rawValue)` \(effect): \(extents(maps(shapes))). "
      if case .flatten = target.operation {
        text += "Then \(target.name) gives \(productText(input.extents.map(Int64.init), grouped: false))."
        explanation.note(input.elements, "what \(target.name) would give with `pad \(padding.rawValue)`")
        return explanation.say(text)
      }
      text += "Then \(target.name) reads \(factors(of: id, target, shapes))"
      let reading = "with `pad \(padding.rawValue)`"
      explanation.note(Int64(input.channels), "what \(target.name) would read \(reading)")
      if let parameters = sum(target.operation.weights(for: input).filter(\.isTrained).map(\.count)), parameters > 0 {
        text += ", and has \(counted(parameters, "parameter"))"
        explanation.note(parameters, "the number of parameters \(target.name) would have \(reading)")
      }
      text += "."
    }
    explanation.say(text)
  }

  /// `4 * 4 * 64 = 1024`, where a flatten stands above.
  private func factors(of tensor: TensorID, _ target: LayerFacts, _ shapes: [TensorID: Shape]) -> String {
    guard let flatten = target.facts(of: tensor).flattenAbove, let source = flatten.inputs.first,
      let map = shapes[source]
    else { return shapes[tensor].map(\.description) ?? "" }
    return productText(map.extents.map(Int64.init), grouped: false)
  }

  /// What the change does to the maps.
  private var effect: String {
    guard padding == .valid else {
      let isPlain = convolutions.allSatisfy { $0.strides == 1 }
      return isPlain ? "the convolutions keep the extents" : "the convolutions only step"
    }
    let also = onlyPoolsShrink ? " as well" : ""
    guard let first = convolutions.first, let kernel = first.kernelText,
      convolutions.allSatisfy({ $0.kernelText == kernel && $0.strides == 1 && $0.reaches == first.reaches })
    else { return "the convolutions take cells\(also)" }
    return "\(convolutions.count == 1 ? "the" : "each") \(kernel) takes \(counted(first.reaches - 1, "cell"))\(also)"
  }

  private var onlyPoolsShrink: Bool {
    guard padding == .valid else { return false }
    let maps = chain.links.filter { !$0.output.isVector && !$0.inputs.isEmpty }
    let shrinking = maps.filter { $0.output.spatial != $0.input.spatial }
    return !shrinking.isEmpty
      && shrinking.allSatisfy { link in
        guard case .pool = link.operation else { return false }
        return true
      }
  }
}

extension LayerFacts {
  /// The widest reach of the window along an axis; 0 without one.
  fileprivate var reaches: Int64 {
    guard let window = operation.window else { return 0 }
    return (0..<rank).map { window.reach($0) }.max() ?? 0
  }

  fileprivate var strides: Int32 { operation.window?.stride.array(rank: rank).max() ?? 1 }

  fileprivate var kernelText: String? { operation.window?.kernelText(rank: rank) }

  fileprivate var isPadded: Bool {
    guard let window = operation.window else { return false }
    return (0..<rank).contains { window.before[$0] > 0 || window.after[$0] > 0 }
  }

  /// The flatten that gave this tensor its shape, through layers that keep it.
  var flattenAbove: LayerFacts? {
    var link = self
    while true {
      if case .flatten = link.operation { return link }
      guard link.output == link.input, let above = link.inputs.first else { return nil }
      link = facts(of: above)
    }
  }

  /// The map that is laid out in the row which a vector, or the input of a dense layer, is.
  var rowedMap: TensorID? {
    if case .dense = operation { return inputs.first.flatMap { facts(of: $0).rowedMap } }
    return output.isVector ? flattenAbove?.inputs.first : nil
  }

  /// The nearest layer above that gave this tensor its shape, itself included.
  var shaper: LayerFacts {
    var link = self
    while !ExtentChain.decides(link.layer, network), let above = link.inputs.first { link = facts(of: above) }
    return link
  }
}
