import Foundation
import ReferenceFixtures
import Testing

@testable import TensorEngine

@Suite struct SafeTensorsTests {
  private func sample() throws -> NamedTensors {
    var tensors = try NamedTensors([
      ("layer.weight", Tensor([2, 3], [1, -2, 3.5, .infinity, -0.0, .leastNonzeroMagnitude])),
      ("layer.bias", Tensor([3], [0, 1, 2])),
      ("a \"quoted\" \\ name\n\u{1} é 日本 😀", Tensor([], [7])), ("", Tensor([1, 1, 1, 1, 1], [8])),
    ])
    tensors.metadata = ["format": "cnn", "\u{7F}": "tab\t"]
    return tensors
  }

  @Test func whatWasWrittenIsRead() throws {
    let tensors = try sample()
    let bytes = try SafeTensors.bytes(of: tensors)
    let read = try SafeTensors.read(bytes)
    #expect(read.names == tensors.names && read.metadata == tensors.metadata)
    for (found, expected) in zip(read.elements, tensors.elements) {
      #expect(found.tensor.shape == expected.tensor.shape)
      #expect(found.tensor.scalars.map(\.bitPattern) == expected.tensor.scalars.map(\.bitPattern))
    }
    #expect(try SafeTensors.bytes(of: read) == bytes)
    // Elements begin at a multiple of eight bytes, as the format's own library writes them.
    #expect((bytes.count - 4 * (6 + 3 + 1 + 1)) % 8 == 0)
    #expect(try SafeTensors.read(SafeTensors.bytes(of: NamedTensors())).count == 0)
  }

  @Test(arguments: ["lenet5", "mini_resnet"])
  func filesOfTheFormatsOwnLibraryAreRead(_ name: String) throws {
    for part in ["weights", "io", "grads", "after3"] {
      let path = Fixture.folder.appending(path: "nets/\(name).\(part).safetensors").path
      let tensors = try NamedTensors(contentsOf: path)
      #expect(tensors.count > 0)
      #expect(tensors.elements.allSatisfy { $0.tensor.firstNotFinite == nil }, "\(part) of \(name)")
      let again = try SafeTensors.read(SafeTensors.bytes(of: tensors))
      #expect(again.elements.map(\.tensor) == tensors.elements.map(\.tensor))
    }
    #expect(
      try NamedTensors(contentsOf: path(name, "weights")).names == NamedTensors(contentsOf: path(name, "after3")).names)
  }

  private func path(_ name: String, _ part: String) -> String {
    Fixture.folder.appending(path: "nets/\(name).\(part).safetensors").path
  }

  @Test(
    arguments: [
      ("F32", [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0], [1, -2]), ("F16", [0, 0x3C, 0, 0xC0], [1, -2]),
      ("BF16", [0x80, 0x3F, 0, 0xC0], [1, -2]),
      ("F64", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0], [1, -2]),
      ("I64", [1, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [1, -2]),
      ("I32", [1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF], [1, -2]), ("I16", [1, 0, 0xFE, 0xFF], [1, -2]),
      ("I8", [1, 0xFE], [1, -2]), ("U8", [1, 0xFE], [1, 254]), ("U16", [1, 0, 0xFE, 0xFF], [1, 65534]),
      ("U32", [1, 0, 0, 0, 0, 0, 0, 0x80], [1, 0x1p31]),
      ("U64", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80], [1, 0x1p63]), ("BOOL", [1, 0], [1, 0]),
    ] as [(String, [UInt8], [Float])])
  func everyTypeBecomesFloat32(_ type: String, _ elements: [UInt8], _ expected: [Float]) throws {
    let header = #"{"x":{"dtype":"\#(type)","shape":[2],"data_offsets":[0,\#(elements.count)]}}"#
    #expect(try SafeTensors.read(safeTensors(header, elements))["x"]?.scalars == expected)
  }

  @Test func everyHalfIsTheFloatOfItsFormula() {
    for bits in UInt16.min...UInt16.max {
      let exponent = Int(bits >> 10 & 0x1F)
      let fraction = Double(bits & 0x3FF) / 1024
      let sign = bits >> 15 == 0 ? 1.0 : -1.0
      let size =
        exponent == 0 ? fraction * 0x1p-14 : exponent == 31 ? .infinity : (1 + fraction) * pow(2, Double(exponent - 15))
      let found = ElementType.float(half: bits)
      if exponent == 31, fraction > 0 {
        #expect(found.isNaN)
      } else {
        #expect(Double(found) == sign * size && (found.sign == .minus) == (sign < 0), "\(bits)")
      }
    }
  }

  @Test func fieldsMayStandInAnyOrderAndOffsetsToo() throws {
    let header = #"""
       { "b" : { "data_offsets":[0,4] , "shape":[], "dtype":"F32" },
        "__metadata__":{ }, "\u0061\ud83d\ude00\/":{"shape":[1,1],"dtype":"F32","data_offsets":[4,8]} }
      """#.trimmingCharacters(in: .whitespaces)
    let read = try SafeTensors.read(safeTensors(header + "   ", [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]))
    #expect(read.names == ["b", "a😀/"])
    #expect(read.elements.map(\.tensor.scalars) == [[1], [-2]])
  }

  @Test(arguments: [
    ("", "eight bytes with the length of the header, found a file of 0"),
    ("{", "'\"', found the end of the header"),
    ("[]", "'{', found '['"),
    (" {}", "'{', found the byte 32"),
    ("{} x", "the end of the header, found 'x'"),
    ("{}", "the end of the file behind the last tensor, found 8 bytes more"),
    (#"{"x":7}"#, "'{', found '7'"),
    (#"{"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, "BOOL, found 'F8_E4M3'"),
    (#"{"x":{"dtype":"F32","shape":[2]}}"#, "dtype, shape and data_offsets before the end"),
    (#"{"x":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}"#, "once each, found 'shape'"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#, "once each, found 'more'"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#, "two offsets, found 3"),
    (#"{"x":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "',', found '.'"),
    (#"{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "a number, found '-'"),
    (#"{"x":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, "a number without zeros before it"),
    (#"{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}"#, "a number below 2^63"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}"#, "an end from 0 to 8, which the file has, found 12"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#, "which the file has"),
    (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "elements from 0, found a hole up to 4"),
    (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "found 4 bytes more"),
    (#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "12 bytes for F32 [3], found 8"),
    (#"{"x":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}"#, "16 bytes for F64 [2], found 8"),
    (#"{"x":{"dtype":"F32","shape":[1048576,1048576],"data_offsets":[0,8]}}"#, "4398046511104 bytes for F32"),
    (#"{"x":{"dtype":"F64","shape":[2305843009213693951],"data_offsets":[0,8]}}"#, "more bytes than a file can have"),
    (#"{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, "more elements than can be"),
    (#"{"x":{"dtype":"F32","shape":[1,1,1,1,1,2],"data_offsets":[0,8]}}"#, "at most 5 axes"),
    (
      #"{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"y":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "every extent has to be at least 1, found [0]"
    ),
    (
      #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "tensor 'y': SafeTensors, byte 62: expected elements from 4, found 0, inside the tensor before it"
    ),
    (
      #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      "two tensors are named 'x'"
    ),
    (#"{"__metadata__":{},"__metadata__":{}}"#, "two tensors are named '__metadata__'"),
    (#"{"__metadata__":{"a":"b","a":"c"}}"#, "another key"),
    (#"{"__metadata__":{"a":1}}"#, "'\"', found '1'"),
    (#"{"\ud800":{}}"#, "an escape of JSON"), (#"{"\ud800\u0041":{}}"#, "an escape of JSON"),
    (#"{"\x":{}}"#, "an escape of JSON"), (#"{"\u12g4":{}}"#, "a hexadecimal digit, found 'g'"),
    ("{\"a\nb\":{}}", "a string without control characters"),
    (#"{"x\u001b[2J":{}}"#, #"tensor 'x\u{1b}[2J'"#),
  ])
  func whatTheFormatDoesNotAllowIsRefused(_ header: String, _ words: String) {
    let bytes = header.isEmpty ? [] : safeTensors(header, [UInt8](repeating: 0, count: 8))
    let error = #expect(throws: TensorError.self) { try SafeTensors.read(bytes) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [3, 1000, 100_000_001, UInt64(Int.max), UInt64.max])
  func aHeaderBeyondTheFileIsRefused(_ length: UInt64) {
    let error = #expect(throws: TensorError.self) { try SafeTensors.read(safeTensors("{}", length: length)) }
    #expect(error?.description.hasSuffix("expected a header of at most 2 bytes, found \(length)") == true)
  }

  @Test func aNameThatIsNotUTF8IsRefused() {
    let bytes = safeTensors("{\"??\":{}}").map { $0 == UInt8(ascii: "?") ? 0xC3 : $0 }
    let error = #expect(throws: TensorError.self) { try SafeTensors.read(bytes) }
    #expect(error?.description.contains("a string in UTF-8") == true)
  }

  @Test func namesAreTheirOwn() throws {
    let one = try Tensor([1], [1])
    #expect(throws: TensorError(.data(.duplicateName("a")))) { try NamedTensors([("a", one), ("b", one), ("a", one)]) }
    let reserved = try NamedTensors([("__metadata__", one)])
    #expect(throws: TensorError.self) { try SafeTensors.bytes(of: reserved) }
  }

  @Test func noTruncationIsRead() throws {
    let bytes = try SafeTensors.bytes(of: sample())
    for count in 0..<bytes.count {
      #expect(throws: TensorError.self, "\(count) bytes") { try SafeTensors.read(Array(bytes.prefix(count))) }
    }
  }

  @Test func noMutationTrapsOrTakesMoreThanItBrings() throws {
    var generator = SeededGenerator(seed: 11)
    let bytes = try SafeTensors.bytes(of: sample())
    var (read, refused) = (0, 0)
    for _ in 0..<6000 {
      let broken = mutated(bytes, using: &generator)
      do {
        let tensors = try SafeTensors.read(broken)
        let elements = tensors.elements.reduce(0) { $0 + $1.tensor.shape.count }
        #expect(elements <= broken.count)
        read += 1
      } catch {
        #expect(error.description.utf8.count < 1000)
        if case .outOfMemory = error.fact { Issue.record("memory was asked for: \(error)") }
        refused += 1
      }
    }
    #expect(read > 100 && refused > 1000)
  }
}
