import CNNCompiler
import CNNLayers
import CNNText
import Testing

@testable import CNNModel

/// Single layers against 4,530 results and refusals of PyTorch and Keras.
@Suite struct ConvCasesTests {
  /// A case, the model it is written as, and what became of it.
  struct Checked {
    let row: ReferenceCase
    let model: CaseModel
    let result: CheckedModel

    var errors: [Diagnostic] { result.diagnostics.filter { $0.severity == .error } }
    var output: Shape? { result.network.isComplete ? result.network.tensors.last?.shape : nil }
    var comment: Comment { "\(row.id) \(row.op) of \(row.inputs): \(model.stages.joined(separator: " | "))" }
  }

  static let checked: Result<[Checked], any Error> = Result {
    var checked: [Checked] = []
    var batch: [(ReferenceCase, CaseModel)] = []
    func compileBatch() throws {
      let text = batch.enumerated().map { $1.1.text(name: "M\($0)") }.joined()
      let compilation = Compilation(path: "cases.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none"))
      }
      let count = compilation.models.count
      try #require(count == batch.count, "\(compilation.diagnostics.prefix(3))")
      for ((row, model), result) in zip(batch, compilation.models) {
        checked.append(Checked(row: row, model: model, result: result))
      }
      batch.removeAll()
    }
    for row in try ReferenceCase.all.get() {
      let model = try #require(CaseModel(row), "\(row.id): no translation for \(row.op)")
      if model.stages.isEmpty { continue }
      batch.append((row, model))
      if batch.count == 200 { try compileBatch() }
    }
    try compileBatch()
    return checked
  }

  @Test func theLanguagePartsFromTheFrameworksOnPurposeOnly() throws {
    var counts: [CaseModel.Departure: Int] = [:]
    let rows = try ReferenceCase.all.get()
    for row in rows {
      if let departure = CaseModel(row)?.departure { counts[departure, default: 0] += 1 }
    }
    #expect(rows.count == 4530)
    #expect(
      counts == [
        .foldsAndUnfolds: 164, .normalizedPlanes: 7, .sameWithStride: 11, .strideWithDilation: 18, .croppingPads: 20,
        .averagePool3D: 7,
      ])
    #expect(try Self.checked.get().count == 4530 - 164 - 7)
  }

  @Test func extentsParametersAndMultiplyAddsAreThoseOfTheFramework() throws {
    for checked in try Self.checked.get() where checked.model.departure == nil {
      guard let out = checked.row.out else { continue }
      #expect(checked.errors.isEmpty, checked.comment)
      #expect(
        checked.output?.extents.map(Int.init) == checked.model.out ?? checked.row.channelsLast(out), checked.comment)
      let costs = NetworkCosts(checked.result.network).total
      if let parameters = checked.row.parameters { #expect(costs.parameters == parameters, checked.comment) }
      if let multiplyAdds = checked.row.multiplyAdds { #expect(costs.multiplyAdds == multiplyAdds, checked.comment) }
    }
  }

  @Test func paddingsAreCellsOfTheFramework() throws {
    var compared = 0
    for checked in try Self.checked.get() where checked.model.departure == nil {
      let layers = checked.result.network.layers
      if let pad = checked.row.pad, checked.row.errorClass == nil {
        let rank = checked.row.rank
        let sides = layers.map { Self.padding($0.operation, rank) }
        let total = sides.reduce(Array(repeating: 0, count: 2 * rank)) { zip($0, $1).map(+) }
        #expect(total == pad, checked.comment)
        compared += 1
      }
      if let crop = checked.row.crop, let last = layers.last {
        #expect(Self.padding(last.operation, checked.row.rank) == crop, checked.comment)
        compared += 1
      }
      if let overhang = checked.row.overhang, let last = layers.last, let output = checked.output {
        #expect(Self.overhang(last, giving: output, checked.row.spatial) == overhang, checked.comment)
        compared += 1
      }
      if checked.row.op.hasPrefix("avg_pool"), checked.row.errorClass == nil {
        guard case .pool(.average, _, _, let countsPadding)? = layers.last?.operation else {
          Issue.record("no mean", sourceLocation: #_sourceLocation)
          continue
        }
        let counts = checked.row.countsPadding ?? checked.row.attributes.countsPadding
        #expect(countsPadding == counts, checked.comment)
      }
    }
    #expect(compared == 2491)
  }

  @Test func whatTheFrameworkRefusesIsAnErrorForTheSameReason() throws {
    var counts: [String: Int] = [:]
    for checked in try Self.checked.get() where checked.model.departure == nil {
      guard let errorClass = checked.row.errorClass else { continue }
      counts[errorClass, default: 0] += 1
      let reasons = try ([errorClass] + checked.row.also).map { try #require(CaseReason.all[$0], "\($0)") }
      let first = try #require(checked.errors.first, checked.comment)
      #expect(reasons.contains { $0.matches(first) }, "\(errorClass): \(first) in \(checked.comment)")
    }
    // 756 refusals, of which folds, planes, computed ones and 3-D means are the departures above.
    #expect(counts.values.reduce(0, +) == 691)
    #expect(Set(counts.keys) == Set(CaseReason.all.keys))
  }

  // MARK: Departures

  @Test func sameWithAStrideIsCeilOfTheQuotient() throws {
    for checked in try Self.checked.get() where checked.model.departure == .sameWithStride {
      let stride = try #require(checked.row.attributes.stride)
      #expect(checked.errors.isEmpty, checked.comment)
      let cells = zip(checked.row.spatial, stride).map { ($0 + $1 - 1) / $1 }
      #expect(checked.output?.extents.dropLast().map(Int.init) == cells, checked.comment)
    }
  }

  @Test func strideAndDilationFollowOneFormula() throws {
    for checked in try Self.checked.get() where checked.model.departure == .strideWithDilation {
      let attributes = checked.row.attributes
      let stride = try #require(attributes.stride)
      let kernel = try #require(attributes.kernel)
      let dilation = try #require(attributes.dilation)
      guard case .word(let padding)? = attributes.padding else {
        Issue.record("padding in words expected")
        continue
      }
      let isTransposed = checked.row.op.hasPrefix("conv_transpose")
      let cells = checked.row.spatial.indices.map { axis in
        let (extent, step) = (checked.row.spatial[axis], stride[axis])
        let reach = dilation[axis] * (kernel[axis] - 1) + 1
        if padding == "causal" { return (extent - 1) / step + 1 }
        if padding == "same" { return isTransposed ? extent * step : (extent + step - 1) / step }
        return isTransposed ? extent * step + max(reach - step, 0) : reach > extent ? 0 : (extent - reach) / step + 1
      }
      Self.expect(cells, checked)
    }
  }

  @Test func aNegativePadOffersACrop() throws {
    for checked in try Self.checked.get() where checked.model.departure == .croppingPads {
      let first = try #require(checked.errors.first, checked.comment)
      #expect(first.code == .outOfRange, checked.comment)
      let help = first.remarks.map { $0.message.text { _ in "" } }
      #expect(help.contains { $0.contains("`crop ") }, checked.comment)
    }
  }

  @Test func meansOfThreeAxesFollowTheFormulaOfTheOthers() throws {
    for checked in try Self.checked.get() where checked.model.departure == .averagePool3D {
      let attributes = checked.row.attributes
      let kernel = try #require(attributes.kernel)
      let stride = attributes.stride ?? kernel
      guard case .amounts(let pad)? = attributes.padding else {
        Issue.record("padding in cells expected")
        continue
      }
      let cells = checked.row.spatial.indices.map { axis in
        let (extent, step) = (checked.row.spatial[axis], stride[axis])
        let padded = extent + 2 * pad[axis]
        // Window i is laid where it fits, or with `ceil` where it hangs over by less than a stride and starts inside.
        return (0..<padded).prefix { index in
          let over = index * step + kernel[axis] - padded
          return over <= 0 || attributes.ceil == true && over < step && index * step < extent + pad[axis]
        }.count
      }
      Self.expect(cells, checked)
    }
  }

  /// Extents without channels; none along an axis means that the layer is refused.
  private static func expect(_ cells: [Int], _ checked: Checked) {
    if cells.contains(0) {
      #expect(checked.errors.first?.code == .windowTooLarge, checked.comment)
    } else {
      #expect(checked.errors.isEmpty, checked.comment)
      #expect(checked.output?.extents.dropLast().map(Int.init) == cells, checked.comment)
    }
  }

  // MARK: Reading operations

  /// Cells before and behind each axis that an operation adds to its input, or cuts from its output if it is transposed.
  private static func padding(_ operation: CNNLayers.Operation, _ rank: Int) -> [Int] {
    let sides: (before: Axes, after: Axes)? =
      switch operation {
      case .convolution(let window, _, _, _), .transposedConvolution(let window, _, _, _), .pool(_, let window, _, _),
        .localConvolution(let window, _, _):
        (window.before, window.after)
      case .pad(_, let before, let after): (before, after)
      case .input, .dense, .globalPool, .adaptivePool, .normalization, .localResponseNormalization, .activation,
        .softmax, .dropout, .scale, .flatten, .reshape, .permute, .concatenate, .elementwise, .resize, .pixelShuffle,
        .pixelUnshuffle, .channelShuffle, .crop, .slice, .reduce, .unpool, .gatedLinear, .unitNorm, .attention,
        .recurrent, .learned, .coordinates, .noise:
        nil
      }
    guard let sides else { return Array(repeating: 0, count: 2 * rank) }
    return (0..<rank).flatMap { [Int(sides.before[$0]), Int(sides.after[$0])] }
  }

  private static func overhang(_ layer: NetworkLayer, giving output: Shape, _ spatial: [Int]) -> [Int]? {
    guard case .pool(_, let window, _, _) = layer.operation else { return nil }
    return spatial.indices.map { axis in
      let last = (Int(output.spatial[axis]) - 1) * Int(window.stride[axis]) + Int(window.reach(axis))
      return max(0, last - spatial[axis] - Int(window.before[axis]) - Int(window.after[axis]))
    }
  }
}
