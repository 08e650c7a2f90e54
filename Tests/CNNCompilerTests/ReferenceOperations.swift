import CNNModel

@testable import CNNLayers

/// Where the channels of a row's tensors are.
enum AxisOrder {
  case channelsFirst, channelsLast
}

extension ReferenceModel.Layer {
  /// What the program has to compute for this row.
  func operation(on input: Shape, giving output: Shape, order: AxisOrder) throws -> Operation {
    let operation: Operation? =
      switch kind {
      case "input": .input
      case "conv1d", "conv2d", "depthwise_conv2d":
        .convolution(try window(), filters: output.channels, groups: whole("groups"), bias: flag("bias"))
      case "conv_transpose2d":
        .transposedConvolution(
          try transposedWindow(), filters: output.channels, groups: whole("groups"), bias: flag("bias"))
      // A linear layer on a map is a convolution of 1x1.
      case "linear":
        input.isVector
          ? .dense(units: output.channels, bias: flag("bias"))
          : .convolution(Self.pointwise, filters: output.channels, groups: 1, bias: flag("bias"))
      case "maxpool2d": .pool(.max, try window(), ceil: flag("ceil_mode"), countsPadding: false)
      case "avgpool2d": .pool(.average, try window(), ceil: flag("ceil_mode"), countsPadding: flag("count_include_pad"))
      case "adaptive_avgpool2d": .adaptivePool(.average, size: output.spatial)
      case "global_avgpool": .globalPool(.average, keepsAxes: flag("keepdims"))
      case "batchnorm": .normalization(try batchNormalization())
      case "layernorm":
        .normalization(
          Normalization(kind: .layer(whole: false), epsilon: number("eps"), scale: true, shift: true))
      case "lrn":
        .localResponseNormalization(
          size: whole("size"), alpha: number("alpha"), beta: number("beta"), k: number("k"))
      case "reduce": reduction.flatMap { kind in reducedAxes(of: input).map { .reduce(kind, over: $0) } }
      case "max_unpool2d": .unpool(try window(), ceil: false)
      case "add": .elementwise(.add, constants: constants)
      case "sub": .elementwise(.subtract, constants: constants)
      case "mul": .elementwise(.multiply, constants: constants)
      case "div": .elementwise(.divide, constants: constants)
      case "attention": .attention(heads: whole("heads"), scaled: flag("scale"))
      case "lstm", "gru":
        .recurrent(
          Recurrent(
            kind: kind == "lstm" ? .lstm : .gru, units: whole("units"), both: flag("both"), biases: whole("biases"),
            last: flag("last")))
      // The file does not say what it holds before training; all that are there begin as zeros.
      case "learned": .learned(output, initial: LearnedInitial(mean: 0, deviation: 0))
      case "noise": .noise
      case "concat": axis(order).map { .concatenate(over: $0) }
      case "flatten": .flatten
      case "reshape": output.isVector ? .flatten : .reshape(output)
      case "pad": try sides("pad").map { .pad(.zero, before: $0.before, after: $0.after) }
      case "crop": try sides("crop").map { .crop(before: $0.before, after: $0.after) }
      case "upsample":
        text("mode").flatMap { ResizeMode(rawValue: $0) }.map {
          .resize(mode: $0, alignsCorners: flag("align_corners"), size: output.spatial)
        }
      // Keras drops the whole of an example by a mask of one value.
      case "dropout": .dropout(attributes["noise_shape"]?.integers == nil ? .elements : .path, rate: number("p"))
      case "stochastic_depth": .dropout(.path, rate: number("p"))
      // The file does not say where the factors begin; the paper does.
      case "layer_scale": .scale(initial: 1e-6)
      default: Self.activation(kind, attributes)
      }
    guard let operation else { throw ReferenceFault(text: "the \(kind) of \(name)") }
    return operation
  }

  static func activation(_ name: String, _ attributes: [String: JSONValue]) -> Operation? {
    switch name {
    case "relu": .activation(.relu)
    case "relu6": .activation(.relu6)
    case "leaky_relu": attributes["slope"]?.number.map { .activation(.leakyRelu(slope: $0)) }
    case "gelu": .activation(.gelu(tanh: attributes["approximate"]?.text != "none"))
    case "silu": .activation(.silu)
    case "sigmoid": .activation(.sigmoid)
    case "tanh": .activation(.tanh)
    case "exp": .activation(.exp)
    case "abs": .activation(.abs)
    case "hardswish": .activation(.hardSwish)
    case "hardsigmoid": .activation(.hardSigmoid)
    case "softmax": .softmax(logarithm: false, over: .channels)
    default: nil
    }
  }

  private static let pointwise = Window(
    kernel: Axes(all: 1), stride: Axes(all: 1), dilation: Axes(all: 1), before: Axes(all: 0), after: Axes(all: 0))

  /// Keras's momentum is the weight of the old value, and it has a factor or not; PyTorch says `affine`.
  private func batchNormalization() throws -> Normalization {
    let isKeras = attributes["center"] != nil
    let momentum = isKeras ? 1 - number("momentum") : number("momentum")
    return Normalization(
      kind: .batch(momentum: momentum), epsilon: number("eps"), scale: flag(isKeras ? "scale" : "affine"),
      shift: flag(isKeras ? "center" : "affine"))
  }

  /// The axis that `axis` names: it counts without the batch, below zero from the last.
  func axis(_ order: AxisOrder) -> Axis? {
    let rank = inputShapes[0].count - 1
    guard let number = attributes["axis"]?.number.flatMap({ Int8(exactly: $0) }), number <= rank else { return nil }
    let axis = number < 0 ? number + Int8(rank + 1) : number
    switch order {
    case .channelsFirst: return axis == 0 ? .channels : .cells(axis - 1)
    case .channelsLast: return axis == rank ? .channels : .cells(axis)
    }
  }

  private var reduction: Reduction? {
    switch text("kind") {
    case "mean": .mean
    case "max": .maximum
    case "min": .minimum
    case "sum": .sum
    case "norm": .norm
    default: nil
    }
  }

  private func reducedAxes(of input: Shape) -> AxisSet? {
    guard case .list(let words) = attributes["over"], flag("keepdims") else { return nil }
    var axes: AxisSet = []
    for word in words {
      switch word.text {
      case "channels": axes.insert(.channels)
      case "cells": axes.formUnion(.cells(rank: Int(input.rank)))
      default: return nil
      }
    }
    return axes.axes.count == attributes["axes"]?.integers?.count ? axes : nil
  }

  /// The numbers among the operands.
  private var constants: ElementwiseConstants {
    guard case .list(let list) = attributes["constants"] else { return [] }
    return ElementwiseConstants(
      list.map { constant in
        guard case .object(let fields) = constant, let value = fields["value"]?.number,
          let position = fields["position"]?.number.flatMap({ Int32(exactly: $0) })
        else { return ElementwiseConstant(position: -1, value: .nan) }
        return ElementwiseConstant(position: position, value: value)
      })
  }

  /// What an output padding adds is not cut.
  private func transposedWindow() throws -> Window {
    var window = try window()
    if let added = axes("output_padding") {
      for axis in 0..<2 { window.after[axis] -= added[axis] }
    }
    return window
  }

  private func window() throws -> Window {
    guard let kernel = axes("kernel"), let stride = axes("stride"), let sides = try sides("pad") else {
      throw ReferenceFault(text: "the window of \(name)")
    }
    return Window(
      kernel: kernel, stride: stride, dilation: axes("dilation") ?? Axes(all: 1), before: sides.before,
      after: sides.after)
  }

  /// A number for each axis; ones for those that a sequence or a map does not have.
  private func axes(_ key: String) -> Axes? {
    guard let values = attributes[key]?.integers else { return nil }
    return switch values.count {
    case 1: Axes(values[0], 1, 1)
    case 2: Axes(values[0], values[1], 1)
    default: nil
    }
  }

  /// Left and right of a sequence; top, bottom, left and right of a map.
  private func sides(_ key: String) throws -> (before: Axes, after: Axes)? {
    guard let sides = attributes[key]?.integers, sides.count == 2 || sides.count == 4 else {
      throw ReferenceFault(text: "the \(key) of \(name)")
    }
    let isMap = sides.count == 4
    return (Axes(sides[0], isMap ? sides[2] : 0, 0), Axes(sides[1], isMap ? sides[3] : 0, 0))
  }

  /// Values that are not given are none a layer can have, so that they cannot agree by accident.
  private func whole(_ key: String) -> Int32 { attributes[key]?.number.flatMap { Int32(exactly: $0) } ?? -1 }
  private func number(_ key: String) -> Double { attributes[key]?.number ?? .nan }
  private func text(_ key: String) -> String? { attributes[key]?.text }
  private func flag(_ key: String) -> Bool { attributes[key]?.flag ?? false }
}
