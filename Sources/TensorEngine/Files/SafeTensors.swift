/// The format of https://github.com/huggingface/safetensors: eight bytes with the length of a header, the header in
/// JSON, and the elements of all tensors one after the other.
///
///     {"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"__metadata__":{"made by":"hand"}}
public enum SafeTensors {
  /// The most bytes of a header, as the format's own library has it.
  static let longestHeader = 100_000_000
  private static let metadataKey = "__metadata__"

  /// Reads float32, float16, bfloat16, float64, integers and booleans, all as float32.
  ///
  /// - Throws: `TensorError` where the bytes are not what the format says: every length and offset is checked before
  ///   memory is taken for it, and the tensors have to fill the file without a hole.
  public static func read(_ bytes: [UInt8]) throws(TensorError) -> NamedTensors {
    let lengthBytes = 8
    guard bytes.count >= lengthBytes else {
      throw malformed(0, "eight bytes with the length of the header", "a file of \(bytes.count)")
    }
    let length = bytes.prefix(lengthBytes).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let most = min(longestHeader, bytes.count - lengthBytes)
    guard length <= most else { throw malformed(0, "a header of at most \(most) bytes", "\(length)") }
    let start = lengthBytes + Int(length)
    var reader = HeaderReader(.safetensors, bytes, lengthBytes..<start)
    let header = try header(&reader)
    try checkPlaces(header.entries, start: start, count: bytes.count)
    var result = NamedTensors()
    result.metadata = header.metadata
    for entry in header.entries {
      do throws(TensorError) {
        try result.append(entry.name, tensor(entry, bytes, start: start))
      } catch {
        throw error.inTensor(entry.name)
      }
    }
    return result
  }

  /// The bytes of a file with these tensors as float32, in their order: the same bytes for the same tensors.
  ///
  /// - Throws: `TensorError` where a name is the one that the format keeps for metadata.
  public static func bytes(of tensors: NamedTensors) throws(TensorError) -> [UInt8] {
    var fields: [String] = []
    if !tensors.metadata.isEmpty {
      let pairs = tensors.metadata.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
      fields.append("\(json(metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for element in tensors.elements {
      guard element.name != metadataKey else {
        throw TensorError(.argument("a name", found: metadataKey, expected: "another than that of the metadata"))
      }
      let end = offset + element.tensor.shape.count * MemoryLayout<Float>.size
      let shape = element.tensor.shape.extents.map(String.init).joined(separator: ",")
      fields.append(
        "\(json(element.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    // Spaces behind the header let the elements begin at a multiple of their alignment.
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    guard header.count <= longestHeader else {
      throw TensorError(
        .argument("the header", found: "\(header.count) bytes", expected: "at most \(longestHeader) bytes"))
    }
    let prefix = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
    let total = prefix.count + offset
    return [UInt8](unsafeUninitializedCapacity: total) { bytes, count in
      let bytes = UnsafeMutableRawBufferPointer(bytes)
      bytes.copyBytes(from: prefix)
      var place = prefix.count
      for element in tensors.elements {
        element.tensor.withUnsafeScalars { scalars in
          for scalar in scalars {
            bytes.storeBytes(of: scalar.bitPattern.littleEndian, toByteOffset: place, as: UInt32.self)
            place += MemoryLayout<UInt32>.size
          }
        }
      }
      count = total
    }
  }
}

// MARK: - The header

extension SafeTensors {
  private struct Entry {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// Offsets behind the header.
    let begin: Int
    let end: Int
    /// Where the header speaks of it.
    let place: Int
  }

  private static func header(
    _ reader: inout HeaderReader
  ) throws(TensorError) -> (entries: [Entry], metadata: [String: String]) {
    var entries: [Entry] = []
    var metadata: [String: String]?
    guard reader.position < reader.end, reader.bytes[reader.position] == UInt8(ascii: "{") else {
      throw reader.wrong("'{'")
    }
    try object(&reader) { (name, place, reader) throws(TensorError) in
      if name == metadataKey {
        guard metadata == nil else { throw TensorError(.data(.duplicateName(name))) }
        var words: [String: String] = [:]
        try object(&reader) { (key, place, reader) throws(TensorError) in
          guard words.updateValue(try reader.jsonString(), forKey: key) == nil else {
            throw reader.wrong("another key", at: place)
          }
        }
        metadata = words
      } else {
        do throws(TensorError) {
          entries.append(try entry(name, place, &reader))
        } catch {
          throw error.inTensor(name)
        }
      }
    }
    try reader.expectEnd()
    return (entries, metadata ?? [:])
  }

  /// Reads the fields of an object. The value behind each key is for `value` to read.
  private static func object(
    _ reader: inout HeaderReader, _ value: (String, Int, inout HeaderReader) throws(TensorError) -> Void
  ) throws(TensorError) {
    try reader.expect("{")
    guard !reader.take("}") else { return }
    repeat {
      _ = reader.peek()
      let place = reader.position
      let key = try reader.jsonString()
      try reader.expect(":")
      _ = reader.peek()
      try value(key, place, &reader)
    } while reader.take(",")
    try reader.expect("}")
  }

  private static func entry(_ name: String, _ place: Int, _ reader: inout HeaderReader) throws(TensorError) -> Entry {
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try object(&reader) { (key, place, reader) throws(TensorError) in
      let start = reader.position
      switch key {
      case "dtype" where type == nil:
        let name = try reader.jsonString()
        guard let known = ElementType.allCases.first(where: { $0.safeTensorsName == name }) else {
          let names = ElementType.allCases.map(\.safeTensorsName).joined(separator: ", ")
          throw malformed(start, "one of the types \(names)", quoted(name))
        }
        type = known
      case "shape" where shape == nil: shape = try reader.numbers("[", "]", allowsLastComma: false)
      case "data_offsets" where offsets == nil:
        let pair = try reader.numbers("[", "]", allowsLastComma: false)
        guard pair.count == 2 else { throw malformed(start, "two offsets", "\(pair.count)") }
        offsets = pair
      default: throw malformed(place, "dtype, shape and data_offsets, once each", quoted(key))
      }
    }
    guard let type, let shape, let offsets else { throw reader.wrong("dtype, shape and data_offsets before the end") }
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1], place: place)
  }

  private static func malformed(_ offset: Int, _ expected: String, _ found: String) -> TensorError {
    TensorError(.data(.malformed(.safetensors, offset: offset, expected: expected, found: found)))
  }

  /// A string of JSON.
  private static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

// MARK: - The elements

extension SafeTensors {
  /// Tensors follow each other from the header to the end of the file: no byte belongs to two of them, or to none.
  private static func checkPlaces(_ entries: [Entry], start: Int, count: Int) throws(TensorError) {
    let available = count - start
    var end = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == end else {
        let found = entry.begin < end ? "\(entry.begin), inside the tensor before it" : "a hole up to \(entry.begin)"
        throw malformed(entry.place, "elements from \(end)", found).inTensor(entry.name)
      }
      guard entry.end >= entry.begin, entry.end <= available else {
        let expected = "an end from \(entry.begin) to \(available), which the file has"
        throw malformed(entry.place, expected, "\(entry.end)").inTensor(entry.name)
      }
      end = entry.end
    }
    guard end == available else {
      throw malformed(start + end, "the end of the file behind the last tensor", "\(available - end) bytes more")
    }
  }

  private static func tensor(_ entry: Entry, _ bytes: [UInt8], start: Int) throws(TensorError) -> Tensor {
    let shape = try TensorShape(entry.shape)
    let (size, overflow) = shape.count.multipliedReportingOverflow(by: entry.type.size)
    guard !overflow, size == entry.end - entry.begin else {
      let expected = overflow ? "more bytes than a file can have" : "\(size) bytes"
      throw malformed(
        entry.place, "\(expected) for \(entry.type.safeTensorsName) \(shape)", "\(entry.end - entry.begin)")
    }
    return try Tensor(shape, decoding: bytes, start + entry.begin..<start + entry.end, entry.type, .little)
  }
}
