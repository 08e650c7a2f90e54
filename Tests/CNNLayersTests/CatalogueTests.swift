import Testing

@testable import CNNLayers

/// Laws that every layer of the catalogue keeps.
@Suite struct CatalogueTests {
  @Test func everyLayerIsDescribed() {
    for layer in Catalogue.layers {
      #expect(layer.summary.hasSuffix("."), "\(layer.name)")
      #expect(!layer.shapeRule.isEmpty, "\(layer.name)")
      #expect(!layer.shapeRule.hasSuffix("."), "\(layer.name): the rule is a phrase")
      #expect(!layer.examples.isEmpty, "\(layer.name)")
      for parameter in layer.parameters {
        #expect(parameter.help.hasSuffix("."), "\(parameter.name) of \(layer.name)")
        #expect(!parameter.type.isEmpty, "\(parameter.name) of \(layer.name)")
        #expect(Set(parameter.words).count == parameter.words.count, "\(parameter.name) of \(layer.name)")
      }
    }
  }

  @Test func namesAreUniqueAndLowercase() {
    #expect(Set(Catalogue.layers.map(\.name)).count == Catalogue.layers.count)
    for layer in Catalogue.layers {
      let names = layer.parameters.map(\.name)
      #expect(Set(names).count == names.count, "\(layer.name)")
      for name in [layer.name] + names {
        #expect(name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }, "\(name) of \(layer.name)")
      }
    }
  }

  @Test func requiredParametersComeFirst() {
    for layer in Catalogue.layers {
      let isRequired = layer.parameters.map(\.isRequired)
      #expect(isRequired == isRequired.sorted { $0 && !$1 }, "\(layer.name)")
    }
  }

  /// A layer whose defaults are written out is the layer without them, over one, two and three axes.
  @Test func defaultsMeanWhatTheirAbsenceMeans() throws {
    for layer in Catalogue.layers where layer.join != .inverse {
      for rank in 1...3 where Self.takes(layer, rank) {
        let input = Self.map(rank)
        let needed = try Self.needed(layer, input)
        var complete = needed
        for (index, parameter) in layer.parameters.enumerated() {
          guard case .value(let value) = parameter.defaultValue else { continue }
          complete.values.append(.init(parameter: index, value: value, isPositional: false))
        }
        let operation = try layer.definition().operation(needed, input)
        #expect(try layer.definition().operation(complete, input) == operation, "\(layer.name) on \(input)")
        guard let operation else { continue }
        let output = try operation.output(of: input, and: Self.others(layer, input))
        #expect(output.checkedElements != nil, "\(layer.name) on \(input)")
        Self.expectArithmetic(operation, input, output, "\(layer.name) on \(input)")
      }
    }
  }

  /// A dense layer wants a vector, and recurrent layers want a sequence.
  private static func takes(_ layer: LayerKind, _ rank: Int) -> Bool {
    switch layer.family {
    case .dense: false
    case .recurrent: rank == 1
    case .convolution, .pooling, .reduction, .normalization, .activation, .regularization, .join, .attention, .source,
      .reshaping, .resampling, .padding:
      true
    }
  }

  @Test func sequencesAreWhatRecurrentLayersTake() throws {
    for layer in Catalogue.layers where layer.family == .recurrent {
      for rank in 2...3 {
        let input = Self.map(rank)
        #expect(throws: LayerError(.inputRank(input, wanted: 1...1))) {
          _ = try layer.definition().operation(try Self.needed(layer, input), input)
        }
      }
    }
  }

  @Test func vectorsAreTakenOrRefusedForTheirRank() throws {
    let vector = Shape(vector: 8)
    // What `unpool` gives is decided by the pool that it names.
    for layer in Catalogue.layers where layer.join != .inverse {
      let needed = try Self.needed(layer, vector)
      do throws(LayerError) {
        guard let operation = try layer.definition().operation(needed, vector) else { continue }
        let output = try operation.output(of: vector, and: Self.others(layer, vector))
        #expect(output.rank == 0, "\(layer.name)")
      } catch {
        let wanted = layer.family == .recurrent ? 1...1 : 1...3
        guard case .inputRank(vector, wanted: wanted) = error.fault else {
          Issue.record("\(layer.name) on a vector: \(error)")
          continue
        }
        #expect(layer.family != .activation && layer.family != .regularization, "\(layer.name)")
      }
    }
  }

  /// Only a dense layer wants a vector, and it says so of any map.
  @Test func denseOffersFlatten() throws {
    let layer = try #require(Catalogue.layers.first { $0.name == "dense" })
    for rank in 1...3 {
      #expect(throws: LayerError(.needsFlatten(Self.map(rank), units: 2))) {
        _ = try layer.definition().operation(try Self.needed(layer, Self.map(rank)), Self.map(rank))
      }
    }
  }

  /// The same shape for all inputs of a join; other layers have no second.
  private static func others(_ layer: LayerKind, _ input: Shape) -> [Shape] {
    Array(repeating: input, count: layer.join.isJoin ? (layer.operands ?? 2) - 1 : 0)
  }

  private static func map(_ rank: Int) -> Shape { Shape(rank: rank, spatial: Axes(6, 4, 2), channels: 8) }

  /// The arguments a layer cannot do without, by the types of its parameters.
  private static func needed(_ layer: LayerKind, _ input: Shape) throws -> BoundArguments {
    var bound = BoundArguments()
    for (index, parameter) in layer.parameters.enumerated() {
      // `resize` and `crop` need one of several, and a size is one for both.
      guard parameter.isRequired || parameter.name == "size" else { continue }
      if case .value = parameter.defaultValue { continue }
      let value: Value? =
        switch parameter.type {
        case ParameterType<Int32>.count.description: layer.name.hasPrefix("pixel") ? 1 : 2
        case ParameterType<Axes>.extent.description: 1
        case ParameterType<OpenAxes>.size.description: 1
        case ParameterType<[Rational]>.factor.description: .ratio(3, 2)
        case ParameterType<Sides>.sides.description: 1
        case ParameterType<Shape>.shape.description: .list(input.extents.map { .number(Rational(Int64($0))) })
        case ParameterType<[Int32]>.order.description:
          .list((0...Int64(input.rank)).reversed().map { .number(Rational($0)) })
        case ParameterType<[PartRange]>.ranges.description: .range(1, 3)
        case ParameterType<AxisSet>.axes.description: .word(.channels)
        case ParameterType<Double>.decimal.description: 1
        case ParameterType<OpenShape>.openShape.description:
          .list(input.extents.map { .number(Rational(Int64($0))) })
        case ParameterType<KnownTensor>.tensor.description: .tensor(TensorValue(id: TensorID(0), shape: input))
        default: nil
        }
      bound.values.append(
        .init(
          parameter: index, value: try #require(value, "\(parameter.name) of \(layer.name): \(parameter.type)"),
          isPositional: true))
    }
    return bound
  }

  private static func expectArithmetic(
    _ operation: CNNLayers.Operation, _ input: Shape, _ output: Shape, _ comment: Comment
  ) {
    for axis in 0..<Int(input.rank) {
      guard let arithmetic = operation.arithmetic(axis: axis, input: input, output: output) else { continue }
      #expect(arithmetic.result == Int64(output.spatial[axis]), comment)
    }
  }
}
