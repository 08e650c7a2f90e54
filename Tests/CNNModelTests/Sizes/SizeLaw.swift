import CNNLayers
import CNNModel
import CNNText

/// A model with symbols in its inputs beside what it is with numbers in their place, size by size.
struct SizeLaw {
  /// What the symbolic model says of itself.
  enum Outcome: Equatable {
    /// Which sizes work is known.
    case decided
    /// No size works.
    case broken
    /// It cannot be told for all sizes at once.
    case refused
  }

  let symbolic: CheckedModel
  private let program: Program
  private let model: ProgramDefinition
  private let fixed: [Override]

  /// Nil for a text that declares no model.
  ///
  /// - Parameters:
  ///   - name: The model, if not the first.
  ///   - fixed: Arguments of the model.
  init?(
    _ text: String, path: String = "law.cnn", model name: String? = nil, fixed: [Override] = [],
    reader: @escaping FileReader = { _ in .failure(UnreadableFile("none")) }
  ) {
    let (program, problems) = load(path: path, bytes: Array(text.utf8), reader: reader)
    let models = program.mainModels
    guard let model = name.map({ name in models.first { program.name(of: $0) == name } }) ?? models.first,
      problems.isEmpty
    else { return nil }
    (self.program, self.model, self.fixed) = (program, model, fixed)
    var copy = program
    var run = ProgramRun(copy)
    symbolic = copy.check(model, overrides: fixed, in: &run)
  }

  var sizes: NetworkSizes? { symbolic.network.sizes }

  var outcome: Outcome {
    let errors = symbolic.diagnostics.filter { $0.severity == .error }
    if errors.isEmpty { return .decided }
    return errors.contains { $0.code == .undecidedSize || $0.code == .symbolicExtent } ? .refused : .broken
  }

  /// The model with a number in the place of each symbol.
  func numeric(_ numbers: [Int64]) -> CheckedModel {
    var copy = program
    var run = ProgramRun(copy)
    let overrides = zip(sizes?.symbols ?? [], numbers).map { Override(name: $0.name, value: String($1)) }
    return copy.check(model, overrides: fixed + overrides, in: &run)
  }

  /// Everything in which the symbolic model differs from that of some number; empty for a refused one.
  ///
  /// - Parameter limit: Sizes from 1 to here are checked, every one of each symbol.
  func violations(upTo limit: Int64 = 600) -> [String] {
    guard let sizes else { return ["there are no symbols"] }
    var violations: [String] = []
    switch outcome {
    case .refused: return []
    case .broken:
      for numbers in combinations(limit, all: true) where !hasErrors(numeric(numbers)) {
        violations.append("works for \(numbers), though the symbolic one has \(symbolic.diagnostics.map(\.code))")
      }
    case .decided:
      violations += ownViolations(sizes)
      for numbers in combinations(limit, all: false) { violations += self.violations(of: numbers, sizes) }
    }
    return violations
  }

  // MARK: - Which numbers

  /// Numbers for all symbols, so that each of them takes every size, beside sizes of the others that work.
  private func combinations(_ limit: Int64, all: Bool) -> [[Int64]] {
    let symbols = sizes?.symbols ?? []
    let good = symbols.map { symbol in (1...limit).filter { all || symbol.valid.contains($0) } }
    // Where all that work are larger than the limit, one of those.
    let partners = zip(symbols, good).map { $1.isEmpty ? [$0.valid.first ?? 1] : $1 }
    func partner(_ symbol: Int, _ round: Int) -> Int64 {
      // Not the same for each symbol.
      partners[symbol][(round + symbol * partners[symbol].count / 2) % partners[symbol].count]
    }
    var result = (0..<(good.map(\.count).max() ?? 0)).map { round in symbols.indices.map { partner($0, round) } }
    if all { return result }
    for symbol in symbols.indices {
      for (round, size) in (1...limit).filter({ !symbols[symbol].valid.contains($0) }).enumerated() {
        var numbers = symbols.indices.map { partner($0, round) }
        numbers[symbol] = size
        result.append(numbers)
      }
    }
    return result
  }

  // MARK: - What holds

  private func hasErrors(_ model: CheckedModel) -> Bool { model.diagnostics.contains { $0.severity == .error } }

  /// The symbolic network is that of its stand-ins, and says whether it takes all sizes.
  private func ownViolations(_ sizes: NetworkSizes) -> [String] {
    var violations: [String] = []
    let standIns = sizes.symbols.map(\.standIn)
    let twin = numeric(standIns).network
    if twin.layers.count != symbolic.network.layers.count { violations.append("layers are not those of \(standIns)") }
    for (layer, other) in zip(symbolic.network.layers, twin.layers) {
      let (shape, otherShape) = (symbolic.network.outputShape(of: layer), twin.outputShape(of: other))
      if layer.operation != other.operation || shape != otherShape {
        violations.append("\(layer.operation), \(shape) is, for \(standIns), \(other.operation), \(otherShape)")
      }
    }
    for symbol in sizes.symbols where !symbol.valid.contains(symbol.standIn) {
      violations.append("\(symbol.name) = \(symbol.standIn) stands for sizes that work, but does not")
    }
    if symbolic.diagnostics.contains(where: { $0.code == .someInputSizes }) == sizes.admitsOnlyValid {
      violations.append("admits only sizes that work: \(sizes.admitsOnlyValid), but the diagnostics do not say so")
    }
    return violations
  }

  private func violations(of numbers: [Int64], _ sizes: NetworkSizes) -> [String] {
    let model = numeric(numbers)
    let works = !hasErrors(model)
    let isValid = zip(sizes.symbols, numbers).allSatisfy { $0.valid.contains($1) }
    let isAdmitted = zip(sizes.symbols, numbers).allSatisfy { $0.admitted.contains($1) }
    var violations: [String] = []
    if works != isValid {
      violations.append("valid for \(numbers): \(isValid), but the model has \(model.diagnostics.map(\.code))")
    }
    if model.diagnostics.contains(where: { $0.code == .sizeNotAdmitted }) == isAdmitted {
      violations.append("admitted for \(numbers): \(isAdmitted), but the model has \(model.diagnostics.map(\.code))")
    }
    if works, model.network.layers.count != symbolic.network.layers.count {
      violations.append("\(model.network.layers.count) layers for \(numbers)")
    }
    let count = min(model.network.validLayers ?? model.network.layers.count, symbolic.network.layers.count)
    // What nothing reads is taken out of complete networks only, so numbers count differently in one with a mistake.
    let twins = works ? nil : positions
    for tensor in 0..<count {
      guard let twin = twins.map({ $0[model.network.path(of: model.network.layers[tensor])] }) ?? tensor else {
        continue
      }
      if !agree(tensor, twin, model.network, numbers, sizes, isExact: works) {
        violations.append("tensor \(tensor) for \(numbers): \(model.network.shape(of: TensorID(tensor)))")
      }
    }
    if works {
      for warning in symbolic.diagnostics where warning.code != .someInputSizes {
        if !model.diagnostics.contains(where: { $0.code == warning.code && $0.primary.span == warning.primary.span }) {
          violations.append("\(warning.code) is not said for \(numbers)")
        }
      }
    }
    return violations
  }

  /// Where the symbolic network has the layer of a path.
  private var positions: [String: Int] {
    Dictionary(
      zip(symbolic.network.layers.map { symbolic.network.path(of: $0) }, 0...), uniquingKeysWith: { first, _ in first })
  }

  /// Whether a tensor's extents, as functions of the sizes, are those that it has for some numbers.
  ///
  /// - Parameters:
  ///   - tensor: In the network of numbers.
  ///   - twin: The same one in the symbolic network.
  ///   - isExact: False where the model breaks later on, and functions may have no value for that reason.
  private func agree(
    _ tensor: Int, _ twin: Int, _ network: Network, _ numbers: [Int64], _ sizes: NetworkSizes, isExact: Bool
  ) -> Bool {
    let shape = network.shape(of: TensorID(tensor))
    let other = symbolic.network.shape(of: TensorID(twin))
    guard shape.rank == other.rank, shape.channels == other.channels else { return !isExact }
    return (0..<Int(shape.rank)).allSatisfy { axis in
      guard let extent = sizes.extent(of: TensorID(twin), axis: axis) else {
        return !isExact || shape.spatial[axis] == other.spatial[axis]
      }
      guard let value = sizes.value(of: extent, at: numbers) else { return !isExact }
      return value == Int64(shape.spatial[axis])
    }
  }
}
