import CNNLayers
import CNNModel
import CNNText

/// What a report says, before it is laid out: a row for every line of the model, and the totals.
struct ReportTable: Sendable {
  /// A line of source as it ran, or several neighbouring calls that are the same.
  struct Row: Sendable {
    /// Below the call it is shown in; `layer2.1-3` for several.
    var name: String
    /// The pipeline in normal form; empty for an input.
    var stages: [NormalForm.StageText] = []
    /// How many calls it stands for.
    var count = 1
    /// The shared call whose weights layers of the row use after others.
    var sharedWith: String?
    /// In how many opened calls it lies. Rows inside show one pass and have no share.
    var level = 0
    /// In how many joins of its call.
    var nesting = 0
    var startsBranch = false
    /// Nil where a mistake left it unknown.
    var output: ShapeWords?
    var field = ReceptiveField.none
    var costs = LayerCosts()
    /// The multiply-adds as a function of the sizes, where inputs have symbols; `costs` are those of one size.
    var work: SizePolynomial?
    /// The symbols of the formula.
    var symbols: [String] = []
    /// Bytes of the outputs of its layers, as float32.
    var memory: Int64 = 0
    var share: Share?

    func amount(_ measure: ReportOptions.Measure) -> Int64 {
      switch measure {
      case .parameters: costs.parameters
      case .macs: costs.multiplyAdds
      case .memory: memory
      }
    }
  }

  /// A number of the totals that belongs to a place in the model.
  struct Peak: Sendable {
    let amount: Int64
    let shape: ShapeWords
    /// The amount as a function of the sizes.
    var formula: SizePolynomial?
    /// The line of the model.
    var name: String
  }

  private(set) var model: String
  let inputs: [ShapeWords]
  let outputs: [ShapeWords]
  /// The sizes that symbols stand for.
  let sizes: NetworkSizes?
  private(set) var rows: [Row]
  let total: LayerCosts
  let work: SizePolynomial?
  /// The tensor with the most elements.
  private(set) var largest: Peak?
  /// The most bytes alive at once; nil for a model with a mistake.
  private(set) var peakMemory: Peak?
  let isComplete: Bool

  init(_ input: BackendInput, _ options: ReportOptions) {
    let network = input.network
    let costs = NetworkCosts(network)
    let sized = SizeCosts(network, costs)
    let layers = 0..<(network.validLayers ?? network.layers.count)
    var builder = ReportRowBuilder(input, costs, sized, options.depth, layers)
    builder.addModel()
    var total = LayerCosts()
    var memory: Int64 = 0
    var largest: Int?
    for index in layers {
      total.add(costs.layers[index])
      memory = memory.saturatingAdd(network.outputShape(of: network.layers[index]).bytes)
      let elements = network.outputShape(of: network.layers[index]).elements
      if largest.map({ network.outputShape(of: network.layers[$0]).elements < elements }) ?? true { largest = index }
    }

    var whole = Row(name: "")
    whole.costs = total
    whole.memory = memory
    var rows = builder.rows
    for index in rows.indices where rows[index].level == 0 {
      rows[index].share = Share(rows[index].amount(options.measure), of: whole.amount(options.measure))
    }

    func peak(_ amount: Int64, _ layer: Int, _ formula: SizePolynomial?) -> Peak {
      Peak(
        amount: amount, shape: network.shapeWords(of: TensorID(layer)), formula: formula,
        name: builder.lineName(of: layer))
    }
    model = network.name
    inputs = network.inputs.filter { layers.contains(Int($0.tensor)) }.map { network.shapeWords(of: $0.tensor) }
    outputs = network.outputs.filter { layers.contains(Int($0.tensor)) }.map { network.shapeWords(of: $0.tensor) }
    self.rows = rows
    self.total = total
    sizes = network.sizes
    work = sized.map { SizeCosts.sum($0.multiplyAdds[layers]) }
    self.largest = largest.map { peak(network.outputShape(of: network.layers[$0]).elements, $0, sized?.elements[$0]) }
    isComplete = network.isComplete
    peakMemory =
      isComplete && layers.contains(costs.peakLayer)
      ? peak(
        costs.peakActivationBytes, costs.peakLayer,
        sized?.alive(after: costs.peakLayer, in: network).scaled(by: 4)) : nil
  }
}

extension ReportTable {
  /// The table in characters that a terminal can show; with `ascii`, a question mark for each column of the others.
  func legible(ascii: Bool) -> ReportTable {
    func legible(_ text: String) -> String {
      let printable = text.printable
      if !ascii || printable.utf8.allSatisfy({ $0 < 0x80 }) { return printable }
      return printable.unicodeScalars.reduce(into: "") { text, scalar in
        text += scalar.isASCII ? String(scalar) : String(repeating: "?", count: scalar.displayWidth)
      }
    }
    var table = self
    table.model = legible(model)
    table.largest?.name = legible(largest?.name ?? "")
    table.peakMemory?.name = legible(peakMemory?.name ?? "")
    for index in rows.indices {
      table.rows[index].name = legible(rows[index].name)
      table.rows[index].stages = rows[index].stages.map { stage in
        NormalForm.StageText(kind: legible(stage.kind), arguments: legible(stage.arguments))
      }
    }
    return table
  }
}

extension Shape {
  /// As float32.
  var bytes: Int64 { elements.multipliedReportingOverflow(by: 4).partialValue }
}
