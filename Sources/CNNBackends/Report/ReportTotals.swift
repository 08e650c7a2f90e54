import CNNModel
import CNNText

/// The lines below the table: a label, a number that is exact at every width, and what it consists of. They fit 80
/// columns, and narrower terminals where these are narrower.
struct ReportTotals {
  /// A total and what is to be said of it, in pieces that may stand on lines of their own.
  struct Total {
    let label: String
    let number: String
    let remarks: [String]
  }

  let totals: [Total]
  let note: String?
  private let width: Int

  private static let widest = 80
  private static let widestIndentation = 32

  init(_ table: ReportTable, _ options: ReportOptions) {
    width = min(max(options.width, ReportOptions.narrowest), Self.widest)
    var totals = [Self.parameters(table.total), Self.multiplyAdds(table)]
    if let largest = table.largest {
      let shape = largest.shape.text(options.layout)
      totals.append(
        Total(
          label: "largest tensor", number: Self.number(largest.amount, largest.formula, table),
          remarks: ["\(shape) after \(largest.name)"]))
    }
    if options.measure == .memory || table.sizes != nil, let peak = table.peakMemory {
      let size = table.sizes.map { " at \($0.standInWords)" } ?? ""
      totals.append(
        Total(
          label: "peak memory", number: Self.number(peak.amount, peak.formula, table),
          remarks: [
            "\(peak.amount.bytes) alive at once as float32\(size) after \(peak.name)"
          ] + Self.whole(peak.formula, table)))
    }
    if let sizes = table.sizes {
      totals.append(Total(label: "input sizes", number: "", remarks: [sizes.validWords]))
    }
    self.totals = totals
    let last = table.rows.last { !$0.name.isEmpty }
    note =
      table.isComplete ? nil : "incomplete: a mistake ends this report\(last.map { " after \($0.name)" } ?? "")"
  }

  var lines: [String] {
    // The numbers end in one column; only that of the longest line is near its label.
    let numbers = totals.reduce(0) { max($0, $1.label.count + 2 + $1.number.count) }
    let indentation = numbers + 2
    var lines: [String] = []
    for total in totals {
      let head = total.label + total.number.padded(before: numbers - total.label.count) + "  "
      var remarks = total.remarks
      let joined = remarks.joined(separator: ", ")
      if remarks.count > 1, joined.displayWidth <= width - indentation { remarks = [joined] }
      // Beside numbers as long as these nothing has room.
      let isBelow = indentation > Self.widestIndentation && width - indentation < Self.widestIndentation
      let margin = isBelow ? 2 : indentation
      let texts = remarks.flatMap { wrap($0, width: width - margin) }
      if isBelow || texts.isEmpty { lines.append(head) }
      for (index, text) in texts.enumerated() {
        lines.append((index == 0 && !isBelow ? head : String(repeating: " ", count: margin)) + text)
      }
    }
    return lines + (note.map { wrap($0, width: width) } ?? [])
  }

  /// `60,954,656 weights + 10,568 biases`, and `244 MB as float32`
  private static func parameters(_ costs: LayerCosts) -> Total {
    let parts = [
      (costs.weights, "weights"), (costs.biases, "biases"), (costs.norms, "norm"), (costs.slopes, "activation"),
    ]
    let sum = parts.filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }.joined(separator: " + ")
    var size = "\(costs.weightBytes.bytes) as float32"
    if costs.statistics > 0 { size += "; \(costs.statistics.grouped) statistics beside" }
    let remarks = costs.parameters > 0 || costs.statistics > 0 ? [sum, size].filter { !$0.isEmpty } : []
    return Total(label: "parameters", number: costs.parameters.grouped, remarks: remarks)
  }

  private static func multiplyAdds(_ table: ReportTable) -> Total {
    let operations = UInt64(max(table.total.multiplyAdds, 0)) * 2
    let size = table.sizes.map { ", at \($0.standInWords)" } ?? ""
    return Total(
      label: "multiply-adds", number: number(table.total.multiplyAdds, table.work, table),
      remarks: ["\(operations.short(unit: "FLOP")) at two a multiply-add\(size)"] + whole(table.work, table))
  }

  /// A number, or its formula: all of it where it is short, else the term that counts.
  private static func number(_ number: Int64, _ formula: SizePolynomial?, _ table: ReportTable) -> String {
    guard let formula, let sizes = table.sizes else { return number.grouped }
    let exact = formula.exact(sizes.symbolNames)
    return exact.count <= longestFormula ? exact : formula.short(sizes.symbolNames)
  }

  /// The whole formula where the number is only a part of it.
  private static func whole(_ formula: SizePolynomial?, _ table: ReportTable) -> [String] {
    guard let formula, let sizes = table.sizes else { return [] }
    let exact = formula.exact(sizes.symbolNames)
    return exact.count <= longestFormula ? [] : [exact]
  }

  private static let longestFormula = 20
}
