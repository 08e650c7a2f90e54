/// Tables of numbers as text: a row a line, with commas between its numbers. The first line may name the columns.
///
///     height,width,label
///     1.5,2,0
public enum CSV {
  /// - Returns: `[rows, columns]`.
  /// - Throws: `TensorError` where a field is no finite number, a row is longer or shorter than the first line, or there
  ///   is no row.
  public static func read(_ bytes: [UInt8]) throws(TensorError) -> Tensor {
    var numbers: [Float] = []
    var columns: Int?
    var line = 0
    for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let fields = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(trimmed)
      // What stands between two line breaks is one field at least.
      if fields.count == 1, fields[0].isEmpty { continue }
      guard fields.count == columns ?? fields.count else {
        throw malformed(text.startIndex, "\(columns ?? 0) numbers on line \(line)", "\(fields.count)")
      }
      let isFirst = columns == nil
      columns = fields.count
      let values = fields.map(number)
      if isFirst, values.allSatisfy({ $0 == nil }) { continue }
      for (field, value) in zip(fields, values) {
        guard let value else {
          let found = quoted(String(decoding: field, as: UTF8.self))
          throw malformed(field.startIndex, "a finite number on line \(line)", found)
        }
        numbers.append(value)
      }
    }
    guard let columns, !numbers.isEmpty else {
      throw malformed(bytes.count, "a row of numbers", "the end of the file")
    }
    return try Tensor([numbers.count / columns, columns], numbers)
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Float? {
    Float(String(decoding: field, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Without blanks on either side, and without the mark that some systems put before a line break.
  private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in " \t\r".utf8.contains(byte) }
    let start = field.drop(while: isBlank)
    return start.prefix(upTo: (start.lastIndex { !isBlank($0) } ?? start.startIndex - 1) + 1)
  }

  private static func malformed(_ offset: Int, _ expected: String, _ found: String) -> TensorError {
    TensorError(.data(.malformed(.csv, offset: offset, expected: expected, found: found)))
  }
}
