import ReferenceFixtures
import Testing

@testable import TensorEngine

/// The operations of the second part of the language.
extension FixtureNetwork {
  /// Nil for an operation of the first part.
  static func secondSteps(_ fixture: Fixture) throws -> [OperationChain.Step]? {
    if let function = try function(fixture) { return [.layer(Activation(function))] }
    if let operation = joins[fixture.operation] {
      let constants = fixture.attributes["constants"] as? [[String: Any]] ?? []
      return [
        .join(
          Elementwise(
            operation,
            constants: constants.map {
              .init(Float($0["value"] as? Double ?? .nan), at: $0["position"] as? Int ?? -1)
            }))
      ]
    }
    switch fixture.operation {
    case "glu": return [.layer(GatedLinear())]
    case "concat": return [.join(Concatenate(over: try axis(fixture)))]
    case "slice":
      return [
        .layer(
          Slice(start: try fixture.integer("start"), count: try fixture.integer("count"), over: try axis(fixture)))
      ]
    case "reduce":
      guard let kind = reductions[fixture.attributes["kind"] as? String ?? ""] else { throw Fixture.Malformed() }
      return [.layer(Reduce(kind, over: try axes(fixture)))]
    case "softmax" where fixture.attributes["over"] != nil: return [.layer(Softmax(over: try axes(fixture)))]
    case "log_softmax" where fixture.attributes["over"] != nil:
      return [.layer(Softmax(logarithm: true, over: try axes(fixture)))]
    case "unit_norm":
      return [.layer(UnitNormalization(over: try axes(fixture), epsilon: Float(try fixture.number("eps"))))]
    case "coordinates": return [.layer(Coordinates())]
    case "attention":
      return [.join(Attention(heads: try fixture.integer("heads"), scaled: fixture.flag("scale")))]
    case "max_unpool2d":
      return [.join(MaxUnpool(window: try window(fixture), ceil: fixture.flag("ceil_mode")))]
    case "local_conv2d":
      var generator = SeededGenerator(seed: 1)
      return [
        .parameterized(
          try LocalConvolution(
            Array(fixture.tensor("x").shape.extents.dropFirst()), filters: fixture.integer("out_channels"),
            window: window(fixture), bias: fixture.flag("bias"), using: &generator))
      ]
    case "lstm", "gru":
      var generator = SeededGenerator(seed: 1)
      let kind: Recurrent.Kind = fixture.operation == "lstm" ? .lstm : .gru
      let usual = fixture.flag("bias") ? kind == .lstm ? 1 : 2 : 0
      return [
        .parameterized(
          try Recurrent(
            kind, fixture.integer("in_features"), units: fixture.integer("units"), both: fixture.flag("both"),
            biases: (try? fixture.integer("biases")) ?? usual, last: fixture.flag("last"), using: &generator))
      ]
    case "learned_add":
      var generator = SeededGenerator(seed: 1)
      let extents = Array(try fixture.tensor("learned").shape.extents.dropFirst())
      return [
        .sum(
          source: try Learned(extents, using: &generator), name: "learned.")
      ]
    case "grn":
      let channels = try fixture.tensor("weight").shape.count
      return [.responses(try ResponseNormalization(channels: channels, epsilon: Float(fixture.number("eps"))))]
    default: return nil
    }
  }

  private static let joins: [String: Elementwise.Operation] = [
    "add": .add, "sub": .subtract, "mul": .multiply, "div": .divide, "maximum": .maximum, "minimum": .minimum,
    "pow": .power, "average": .average,
  ]

  private static let reductions: [String: Reduce.Kind] = [
    "mean": .mean, "max": .maximum, "min": .minimum, "sum": .sum, "norm": .norm,
  ]

  private static func function(_ fixture: Fixture) throws -> Activation.Function? {
    switch fixture.operation {
    case "exp": .exp
    case "log": .log
    case "sqrt": .sqrt
    case "abs": .abs
    case "square": .square
    case "reciprocal": .reciprocal
    case "clip": .clip(low: Float(try fixture.number("low")), high: Float(try fixture.number("high")))
    case "hardtanh": .hardTanh(low: Float(try fixture.number("low")), high: Float(try fixture.number("high")))
    case "softsign": .softSign
    case "softshrink": .softShrink(threshold: Float(try fixture.number("threshold")))
    default: nil
    }
  }

  private static func axis(_ fixture: Fixture) throws -> Axis {
    guard let word = fixture.attributes["over"] as? String else { return .channels }
    guard let axis = Axis.allCases.first(where: { "\($0)" == word }) else { throw Fixture.Malformed() }
    return axis
  }

  private static func axes(_ fixture: Fixture) throws -> AxisSet {
    let words: [String: AxisSet] = [
      "channels": .channels, "cells": .cells, "length": .length, "depth": .depth, "height": .height, "width": .width,
    ]
    var axes: AxisSet = []
    for word in fixture.attributes["over"] as? [String] ?? [] {
      guard let axis = words[word] else { throw Fixture.Malformed() }
      axes.insert(axis)
    }
    return axes
  }

  // MARK: - Parameters

  /// Recurrent layers have the layout of their framework.
  static func layout(_ fixture: Fixture) -> WeightLayout? {
    guard ["lstm", "gru"].contains(fixture.operation) else { return nil }
    return fixture.name.hasPrefix("keras") ? .keras : .pytorch
  }

  mutating func load(_ fixture: Fixture) throws {
    if let layout {
      let names = fixture.keys.filter { ["kernel", "bias", "weight"].contains(where: $0.contains) && $0.first != "d" }
      let tensors = try names.map { name in
        (layout == .keras ? Self.keras(name, fixture.operation) : name, try fixture.tensor(name))
      }
      try chain.load(NamedTensors(tensors), layout: layout)
      return
    }
    try chain.visitParameters("") { (name, parameter) throws(TensorError) in
      guard let tensor = fixture[name] else { return }
      parameter.value = parameter.role == .tensor ? try tensor.reshaped(parameter.value.shape) : tensor
    }
  }

  /// `forward_kernel` of the file as `forward_lstm/lstm_cell/kernel`.
  private static func keras(_ name: String, _ layer: String) -> String {
    for way in ["forward_", "backward_"] where name.hasPrefix(way) {
      return "\(way)\(layer)/\(layer)_cell/\(name.dropFirst(way.count))"
    }
    return "\(layer)_cell/\(name)"
  }

  /// The value, or the derivative, that the file has for a parameter.
  func tensor(_ key: String, of parameter: Parameter, in fixture: Fixture) throws -> Tensor? {
    guard let layout, case .gates(let gates) = parameter.axes else { return fixture[key] }
    guard layout == .keras else {
      return try fixture[key].map { try layout.parameter(parameter, from: $0) }
    }
    let way: String =
      switch gates.direction {
      case .only: ""
      case .forth: "forward_"
      case .back: "backward_"
      }
    let last = try #require(gates.kerasName?.last)
    return try fixture["d\(way)\(last)"].map { try layout.parameter(parameter, from: $0) }
  }
}

/// Global response normalisation of ConvNeXt V2, made of what the language has for it.
struct ResponseNormalization: Parameterized {
  private var scale: Scale
  private var shift: Learned
  private let epsilon: Float

  init(channels: Int, epsilon: Float) throws(TensorError) {
    var generator = SeededGenerator(seed: 1)
    scale = try Scale(channels: channels)
    shift = try Learned([channels], using: &generator)
    self.epsilon = epsilon
  }

  func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let norms = try Reduce(.norm, over: .cells)(x, &tape)
    let mean = try Reduce(.mean, over: .channels)(norms, &tape)
    let divisor = try Elementwise(.add, constants: [.init(epsilon, at: 1)])([mean], &tape)
    let responses = try Elementwise(.divide)([norms, divisor], &tape)
    let scaled = try scale(Elementwise(.multiply)([x, responses], &tape), &tape)
    return try Elementwise(.add)([scaled, shift(x, &tape), x], &tape)
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try scale.visitParameters(path, body)
    try shift.visitParameters(path + "bias.", body)
  }
}
