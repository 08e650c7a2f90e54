import Testing

@testable import TensorEngine

@Suite struct ZipTests {
  @Test func whatZlibDeflatedIsInflated() throws {
    for (kind, alphabet, count, base64) in Foreign.streams {
      var generator = SeededGenerator(seed: UInt64(count) + alphabet)
      let expected = (0..<count).map { _ in UInt8((generator.next() >> 40) % alphabet) }
      let bytes = decoded(base64)
      #expect(try Inflater.inflate(bytes, 0..<bytes.count, count: count) == expected, "\(kind) \(alphabet) \(count)")
      for wrong in [count - 1, count + 1, Int.max] {
        #expect(throws: TensorError.self, "\(kind) \(alphabet) \(count)") {
          try Inflater.inflate(bytes, 0..<bytes.count, count: wrong)
        }
      }
      let longer = bytes + [0]
      #expect(throws: TensorError.self) { try Inflater.inflate(longer, 0..<longer.count, count: count) }
      for end in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) {
        #expect(throws: TensorError.self, "\(kind) \(alphabet) \(count) up to \(end)") {
          try Inflater.inflate(bytes, 0..<end, count: count)
        }
      }
    }
  }

  @Test(
    arguments: [
      ([0x07], "a block of kind 0, 1 or 2, found 3"), ([0x01, 1, 0, 0, 0, 7], "the length of a block twice"),
      ([0x01, 2, 0, 0xFD, 0xFF, 7], "a block of 2 bytes, found 1"),
      // The fixed code of length 3 and distance 1 before any byte.
      ([0x03, 0x02, 0x00], "a distance of at most 0, found 1"),
      ([0x05, 0x00, 0x00, 0x00, 0x00], "a code of the block"),
      // Nineteen codes of one bit.
      ([0x05, 0xE0, 0x93, 0x24, 0x49, 0x92, 0x24, 0x49, 0x92, 0x00], "widths of a prefix code"),
    ] as [([UInt8], String)])
  func whatDeflatingNeverMakesIsRefused(_ bytes: [UInt8], _ words: String) {
    let error = #expect(throws: TensorError.self) { try Inflater.inflate(bytes, 0..<bytes.count, count: 10) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func noMutationOfDeflatedBytesTraps() {
    var generator = SeededGenerator(seed: 13)
    for round in 0..<6000 {
      let stream = Foreign.streams[round % Foreign.streams.count]
      let broken = mutated(decoded(stream.base64), using: &generator)
      if let bytes = try? Inflater.inflate(broken, 0..<broken.count, count: stream.count) {
        #expect(bytes.count == stream.count)
      }
    }
  }

  @Test func checksumsAreThoseOfTheStandard() {
    #expect(crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(crc32([]) == 0)
  }

  @Test func archivesMayEndInAComment() throws {
    let array = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", [3, 4])
    for comment in [[], [0], Array("a comment PK\u{5}\u{6}".utf8), [UInt8](repeating: 1, count: 0xFFFF)] {
      let bytes = ZipMember.archive([ZipMember(content: array)], comment: comment)
      #expect(try NPZ.read(bytes)["a"]?.scalars == [3, 4], "a comment of \(comment.count) bytes")
    }
    #expect(try NPZ.read(ZipMember.archive([])).count == 0)
  }

  @Test func whatAnArchiveDoesNotAllowIsRefused() {
    let array = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", [3, 4])
    let plain = ZipMember(content: array)
    for (members, words) in [
      ([ZipMember(name: "a.txt", content: array)], "names in .npy, found 'a.txt'"),
      ([plain, plain], "two tensors are named 'a'"),
      ([ZipMember(method: 12, content: array)], "stored or deflated (0 or 8), found method 12"),
      ([ZipMember(content: array, flags: 1)], "not encrypted"),
      ([ZipMember(content: array, checksum: 7)], "content with the checksum 7"),
      ([ZipMember(content: array, size: 9)], "a stored member of \(array.count) bytes, found 9"),
      ([ZipMember(content: array, size: 0xFFFF_FFFF)], "below 4 GiB, found one of ZIP64"),
      ([ZipMember(method: 8, content: [3, 0], size: 0xFFFF_FFF0)], "4294967280 bytes when inflated, found 0"),
      ([ZipMember(content: [1, 2, 3])], "tensor 'a': NPY, byte 0: expected the magic word"),
    ] {
      let error = #expect(throws: TensorError.self) { try NPZ.read(ZipMember.archive(members)) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test func membersInEachOtherAreRefused() {
    let array = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", [3, 4])
    let inner = ZipMember.archive([ZipMember(name: "b.npy", content: array)])
    let outer = ZipMember.archive([
      ZipMember(name: "c.npy", content: inner), ZipMember(name: "b.npy", content: array),
    ])
    // The second entry of the directory is led to the archive inside the first member.
    var bytes = outer
    let end = bytes.count - 22
    let second = end - 46 - 5
    let place = 30 + 5
    for (offset, byte) in [UInt8(place), 0, 0, 0].enumerated() { bytes[second + 42 + offset] = byte }
    let error = #expect(throws: TensorError.self) { try NPZ.read(bytes) }
    #expect(error?.description.contains("members that lie apart") == true, "\(error?.description ?? "")")
  }
}
