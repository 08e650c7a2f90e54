/// The types of numbers that files hold. All of them become float32: what that cannot tell apart is rounded to nearest,
/// what is too large for it becomes an infinity.
enum ElementType: CaseIterable, Hashable, Sendable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case boolean

  /// The name in a SafeTensors header.
  var safeTensorsName: String {
    switch self {
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float32: "F32"
    case .float64: "F64"
    case .int8: "I8"
    case .int16: "I16"
    case .int32: "I32"
    case .int64: "I64"
    case .uint8: "U8"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .boolean: "BOOL"
    }
  }

  /// The name in NumPy's descriptions, without the order of bytes; nil for what NumPy does not have.
  var numPyName: String? {
    switch self {
    case .float16: "f2"
    case .bfloat16: nil
    case .float32: "f4"
    case .float64: "f8"
    case .int8: "i1"
    case .int16: "i2"
    case .int32: "i4"
    case .int64: "i8"
    case .uint8: "u1"
    case .uint16: "u2"
    case .uint32: "u4"
    case .uint64: "u8"
    case .boolean: "b1"
    }
  }

  /// Bytes of one element.
  var size: Int {
    switch self {
    case .int8, .uint8, .boolean: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Which byte of a number comes first: its lowest or its highest.
  enum ByteOrder: Hashable, Sendable {
    case little, big
  }

  /// Writes the elements that `source` holds as float32.
  ///
  /// - Parameter source: `count` elements of this type, at any address.
  func decode(
    _ source: UnsafeRawBufferPointer, _ order: ByteOrder, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    let elements = Elements(source: source, order: order, target: target, count: count)
    switch self {
    case .float16: elements.decode { (bits: UInt16) in Self.float(half: bits) }
    case .bfloat16: elements.decode { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .float32: elements.decode { (bits: UInt32) in Float(bitPattern: bits) }
    case .float64: elements.decode { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .int8: elements.decode { (value: Int8) in Float(value) }
    case .int16: elements.decode { (value: Int16) in Float(value) }
    case .int32: elements.decode { (value: Int32) in Float(value) }
    case .int64: elements.decode { (value: Int64) in Float(value) }
    case .uint8: elements.decode { (value: UInt8) in Float(value) }
    case .uint16: elements.decode { (value: UInt16) in Float(value) }
    case .uint32: elements.decode { (value: UInt32) in Float(value) }
    case .uint64: elements.decode { (value: UInt64) in Float(value) }
    case .boolean: elements.decode { (value: UInt8) in value == 0 ? 0 : 1 }
    }
  }

  /// Where elements lie, and where they go.
  private struct Elements {
    let source: UnsafeRawBufferPointer
    let order: ByteOrder
    let target: UnsafeMutablePointer<Float>
    let count: Int

    /// Inlined, so that each type has a loop of its own.
    @inline(__always)
    func decode<Bits: FixedWidthInteger>(_ convert: (Bits) -> Float) {
      func bits(_ index: Int) -> Bits {
        source.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      }
      switch order {
      case .little: for index in 0..<count { target[index] = convert(Bits(littleEndian: bits(index))) }
      case .big: for index in 0..<count { target[index] = convert(Bits(bigEndian: bits(index))) }
      }
    }
  }

  /// The float of IEEE 754's binary16: 1 bit of sign, 5 of exponent, 10 of fraction. Not every machine of Swift's has the
  /// type.
  static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0: return Float(sign: sign == 0 ? .plus : .minus, exponent: -24, significand: Float(fraction))
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

extension Tensor {
  /// A tensor of the elements of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - range: Which of its bytes are the elements: as many as the shape has of the type, all of which exist.
  init(
    _ shape: TensorShape, decoding bytes: [UInt8], _ range: Range<Int>, _ type: ElementType,
    _ order: ElementType.ByteOrder
  ) throws(TensorError) {
    self = try Tensor.filled(shape) { target in
      bytes.withUnsafeBytes { bytes in
        type.decode(UnsafeRawBufferPointer(rebasing: bytes[range]), order, to: target, count: shape.count)
      }
    }
  }
}
