import Testing

@testable import TensorEngine

@Suite struct NumPyTests {
  @Test func everyTypeVersionAndLayoutGivesTheSameArray() throws {
    let expected = try Tensor([3, 4], (0..<12).map { Float($0 - 4) * 0.375 })
    for (name, base64) in Foreign.ramps { #expect(try NPY.read(decoded(base64)) == expected, "\(name)") }
  }

  @Test(
    arguments: [
      ("scalar", [], [2.5]), ("bytes", [4], [0, 1, 200, 255]), ("truths", [3], [1, 0, 1]),
      ("longs", [3], [-3, 16_777_216, 7]), ("shorts", [3], [-3, 300, 7]),
      ("cube", [2, 3, 4], (0..<24).map { Float($0 - 4) * 0.375 }),
    ] as [(String, [Int], [Float])])
  func arraysOfOtherKindsAreRead(_ name: String, _ extents: [Int], _ expected: [Float]) throws {
    let base64 = try #require(Foreign.arrays[name])
    #expect(try NPY.read(decoded(base64)) == Tensor(extents, expected))
  }

  @Test(arguments: [Foreign.stored, Foreign.deflated])
  func archivesAreRead(_ base64: String) throws {
    let isStored = base64 == Foreign.stored
    let tensors = try NPZ.read(decoded(base64))
    #expect(tensors.names == ["layer.weight", "layer.bias"])
    let extents = isStored ? [2, 5] : [20, 30]
    let width = extents[1]
    let weight = (0..<extents[0] * width).map { index in
      Float((index / width * 30 + index % width) % 7 - 3) * 0.5
    }
    #expect(tensors["layer.weight"] == (try Tensor(extents, weight)))
    #expect(tensors["layer.bias"]?.scalars == [1.5, -2.5])
  }

  @Test(arguments: [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "found the end"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", "the end of the header, found 'x'"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", "12 bytes for [3], found 8"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "16 bytes for [2], found 8"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,)}", "4398046511104 bytes for"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693951,)}", "more bytes than a file can have"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999)}", "than can be addressed"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}", "at least 1, found [0]"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "a number, found '-'"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2}", "',', found '}'"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': [2]}", "'(', found '['"),
    ("{'descr': '<f4', 'fortran_order': false, 'shape': (2,)}", "True or False, found 'f'"),
    ("{'descr': '<f4', 'fortran_order': False}", "descr, fortran_order and shape before the end"),
    ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "once each, found 'descr'"),
    ("{'descr': '<f4', 'order': 'C', 'fortran_order': False, 'shape': (2,)}", "once each, found 'order'"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "behind an order of bytes, found '<c8'"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "found '|O'"),
    ("{'descr': '=f4', 'fortran_order': False, 'shape': (2,)}", "'<' or '>' before f4, found '=f4'"),
    ("{'descr': '|f4', 'fortran_order': False, 'shape': (2,)}", "'<' or '>' before f4, found '|f4'"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "not one of records, found '['"),
    ("{'descr': '<f4, 'fortran_order': False, 'shape': (2,)}", "found '"),
    ("{'descr", "the end of the string"),
    ("", "'{', found the end of the header"),
  ])
  func whatTheFormatDoesNotAllowIsRefused(_ header: String, _ words: String) throws {
    let bytes = npy(header, [UInt8](repeating: 0, count: words == "found the end" ? 7 : 8))
    let error = #expect(throws: TensorError.self) { try NPY.read(bytes) }
    let expected = words == "found the end" ? "8 bytes for [2], found 7" : words
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test func beginningsAreChecked() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': ()}"
    let elements = [UInt8](repeating: 0, count: 4)
    #expect(throws: Never.self) { try NPY.read(npy(header, elements, version: [3, 0])) }
    for (bytes, words) in [
      (Array("PK".utf8), "the magic word"),
      (npy(header, elements, version: [4, 0]), "version 1.0, 2.0 or 3.0, found 4.0"),
      (npy(header, elements, version: [1, 1]), "found 1.1"), (npy(header, length: 60000), "of at most 53 bytes"),
      (npy(header, version: [2, 0], length: 0xFFFF_FFFF), "of at most 53 bytes, found 4294967295"),
    ] {
      let error = #expect(throws: TensorError.self) { try NPY.read(bytes) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test func noTruncationIsRead() {
    for bytes in [Foreign.ramps[0].base64, Foreign.ramps[9].base64].map(decoded) {
      for count in 0..<bytes.count {
        #expect(throws: TensorError.self, "\(count) bytes") { try NPY.read(Array(bytes.prefix(count))) }
      }
    }
    for bytes in [Foreign.stored, Foreign.deflated].map(decoded) {
      for count in 0..<bytes.count {
        #expect(throws: TensorError.self, "\(count) bytes") { try NPZ.read(Array(bytes.prefix(count))) }
      }
    }
  }

  @Test func noMutationTrapsOrTakesMoreThanItBrings() throws {
    var generator = SeededGenerator(seed: 12)
    let arrays = (Foreign.ramps.map(\.base64) + Foreign.arrays.keys.sorted().compactMap { Foreign.arrays[$0] })
      .map(decoded)
    var read = 0
    for round in 0..<6000 {
      let broken = mutated(arrays[round % arrays.count], using: &generator)
      do {
        #expect(try NPY.read(broken).shape.count <= broken.count)
        read += 1
      } catch {
        if case .outOfMemory = error.fact { Issue.record("memory was asked for: \(error)") }
      }
    }
    #expect(read > 100)
    for round in 0..<6000 {
      let broken = mutated(decoded(round % 2 == 0 ? Foreign.stored : Foreign.deflated), using: &generator)
      // A deflated byte stands for at most 1032.
      if let tensors = try? NPZ.read(broken) {
        #expect(tensors.elements.reduce(0) { $0 + $1.tensor.shape.count } <= broken.count * 1032)
      }
    }
  }
}
