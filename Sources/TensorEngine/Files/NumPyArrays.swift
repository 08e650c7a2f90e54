/// The files of NumPy with one array, as its documentation describes them (numpy.lib.format, versions 1.0 to 3.0): a
/// magic word, a version, the length of a header, the header as a Python dictionary, and the elements.
///
///     {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
public enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads floats of 16, 32 and 64 bits, integers and booleans in either order of bytes, all as float32.
  ///
  /// - Throws: `TensorError` where the bytes are not what the format says. Every length is checked before memory is taken
  ///   for it.
  public static func read(_ bytes: [UInt8]) throws(TensorError) -> Tensor {
    guard bytes.starts(with: magic) else { throw malformed(0, "the magic word of NumPy", "other bytes") }
    guard bytes.count >= magic.count + 4 else {
      throw malformed(bytes.count, "a version and the length of the header", "the end of the file")
    }
    let major = bytes[6]
    guard (1...3).contains(major), bytes[7] == 0 else {
      throw malformed(6, "version 1.0, 2.0 or 3.0", "\(major).\(bytes[7])")
    }
    let lengthBytes = major == 1 ? 2 : 4
    let start = magic.count + 2 + lengthBytes
    guard bytes.count >= start else { throw malformed(8, "the length of the header", "the end of the file") }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else {
      throw malformed(8, "a header of at most \(bytes.count - start) bytes", "\(length)")
    }
    var reader = HeaderReader(.npy, bytes, start..<start + length)
    return try tensor(header(&reader), bytes, start: start + length)
  }

  private struct Header {
    let type: ElementType
    let order: ElementType.ByteOrder
    let isColumnMajor: Bool
    let shape: [Int]
  }

  private static func header(_ reader: inout HeaderReader) throws(TensorError) -> Header {
    var description: (ElementType, ElementType.ByteOrder)?
    var isColumnMajor: Bool?
    var shape: [Int]?
    try reader.expect("{")
    while !reader.take("}") {
      _ = reader.peek()
      let place = reader.position
      let key = try reader.pythonString()
      try reader.expect(":")
      _ = reader.peek()
      switch key {
      case "descr" where description == nil: description = try elementType(&reader)
      case "fortran_order" where isColumnMajor == nil: isColumnMajor = try truth(&reader)
      case "shape" where shape == nil: shape = try reader.numbers("(", ")", allowsLastComma: true)
      default: throw malformed(place, "descr, fortran_order and shape, once each", quoted(key))
      }
      guard reader.take(",") else {
        try reader.expect("}")
        break
      }
    }
    try reader.expectEnd()
    guard let description, let isColumnMajor, let shape else {
      throw reader.wrong("descr, fortran_order and shape before the end")
    }
    return Header(type: description.0, order: description.1, isColumnMajor: isColumnMajor, shape: shape)
  }

  private static func truth(_ reader: inout HeaderReader) throws(TensorError) -> Bool {
    let start = reader.position
    switch reader.word() {
    case "True": return true
    case "False": return false
    default: throw reader.wrong("True or False", at: start)
    }
  }

  /// `<f4`: an order of bytes, a kind of number and its size.
  private static func elementType(
    _ reader: inout HeaderReader
  ) throws(TensorError) -> (ElementType, ElementType.ByteOrder) {
    let start = reader.position
    guard reader.peek() == UInt8(ascii: "'") || reader.peek() == UInt8(ascii: "\"") else {
      throw reader.wrong("a plain type of numbers, not one of records")
    }
    let description = try reader.pythonString()
    let type = ElementType.allCases.first { $0.numPyName.map { description.dropFirst() == $0 } ?? false }
    guard let type else {
      let names = ElementType.allCases.compactMap(\.numPyName).joined(separator: ", ")
      throw malformed(start, "one of the types \(names) behind an order of bytes", quoted(description))
    }
    switch description.first {
    case "<": return (type, .little)
    case ">": return (type, .big)
    case "|" where type.size == 1: return (type, .little)
    default: throw malformed(start, "'<' or '>' before \(description.dropFirst())", quoted(description))
    }
  }

  private static func tensor(_ header: Header, _ bytes: [UInt8], start: Int) throws(TensorError) -> Tensor {
    let shape = try TensorShape(header.shape)
    let (size, overflow) = shape.count.multipliedReportingOverflow(by: header.type.size)
    guard !overflow, size == bytes.count - start else {
      let expected = overflow ? "more bytes than a file can have" : "\(size) bytes"
      throw malformed(start, "\(expected) for \(shape)", "\(bytes.count - start)")
    }
    let tensor = try Tensor(shape, decoding: bytes, start..<bytes.count, header.type, header.order)
    return header.isColumnMajor ? try rowMajor(tensor) : tensor
  }

  /// The elements of an array that lies with its first axis innermost, the other way round.
  private static func rowMajor(_ columnMajor: Tensor) throws(TensorError) -> Tensor {
    let extents = columnMajor.shape.extents
    var strides: [Int] = []
    for extent in extents.dropLast() { strides.append((strides.last ?? 1) * extent) }
    strides = extents.isEmpty ? [] : [1] + strides
    var index = [Int](repeating: 0, count: extents.count)
    var source = 0
    return try Tensor.filled(columnMajor.shape) { target throws(TensorError) in
      try columnMajor.read { elements in
        for place in 0..<columnMajor.shape.count {
          target[place] = elements[source]
          for axis in extents.indices.reversed() {
            index[axis] += 1
            source += strides[axis]
            if index[axis] < extents[axis] { break }
            source -= strides[axis] * extents[axis]
            index[axis] = 0
          }
        }
      }
    }
  }

  private static func malformed(_ offset: Int, _ expected: String, _ found: String) -> TensorError {
    TensorError(.data(.malformed(.npy, offset: offset, expected: expected, found: found)))
  }
}

/// The files of NumPy with several arrays: a ZIP archive of `NAME.npy`.
public enum NPZ {
  /// Reads archives as `numpy.savez` and `numpy.savez_compressed` write them.
  ///
  /// - Throws: `TensorError` where the archive or one of its arrays is not what its format says.
  public static func read(_ bytes: [UInt8]) throws(TensorError) -> NamedTensors {
    var result = NamedTensors()
    for member in try ZipArchive(bytes).members {
      let suffix = ".npy"
      guard member.name.hasSuffix(suffix) else {
        throw TensorError(
          .data(.malformed(.npz, offset: member.place, expected: "names in .npy", found: quoted(member.name))))
      }
      let name = String(member.name.dropLast(suffix.count))
      do {
        try result.append(name, NPY.read(try member.content(in: bytes)))
      } catch {
        throw error.inTensor(name)
      }
    }
    return result
  }
}
