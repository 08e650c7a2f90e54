import Foundation

@testable import TensorEngine

/// A file of SafeTensors with any header, of a length that may be a lie.
func safeTensors(_ header: String, _ elements: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) } + Array(header.utf8) + elements
}

/// A file of NumPy with any header.
func npy(_ header: String, _ elements: [UInt8] = [], version: [UInt8] = [1, 0], length: Int? = nil) -> [UInt8] {
  let length = length ?? header.utf8.count
  let width = version[0] == 1 ? 2 : 4
  return NPY.magic + version + (0..<width).map { UInt8(length >> (8 * $0) & 0xFF) } + Array(header.utf8) + elements
}

/// A member of an archive, with every number that tests falsify.
struct ZipMember {
  var name = "a.npy"
  var method = 0
  var content: [UInt8] = []
  var size: Int?
  var flags = 0
  var checksum: UInt32?

  /// An archive of stored bytes as they are given, whatever they claim to be.
  static func archive(_ members: [ZipMember], comment: [UInt8] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let name = Array(member.name.utf8)
      let size = member.size ?? member.content.count
      let common =
        short(member.flags) + short(member.method) + short(0) + short(0)
        + long(Int(member.checksum ?? crc32(member.content))) + long(member.content.count) + long(size)
        + short(name.count) + short(0)
      directory += long(0x0201_4B50) + short(20) + short(20) + common
      directory += short(0) + short(0) + short(0) + long(0) + long(bytes.count) + name
      bytes += long(0x0403_4B50) + short(20) + common + name + member.content
    }
    let end =
      long(0x0605_4B50) + short(0) + short(0) + short(members.count) + short(members.count) + long(directory.count)
      + long(bytes.count) + short(comment.count)
    return bytes + directory + end + comment
  }

  private static func short(_ value: Int) -> [UInt8] { (0..<2).map { UInt8(value >> (8 * $0) & 0xFF) } }
  private static func long(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
}

/// What a base64 text of `Foreign` says.
func decoded(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map { Array($0) } ?? [] }

/// Damages a file in ways that readers have to survive: bytes changed, left out, put in, copied, cut off at the end.
func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
  var bytes = bytes
  for _ in 0...generator.below(3) {
    let place = generator.below(bytes.count + 1)
    switch generator.below(6) {
    case 0 where place < bytes.count: bytes[place] = UInt8(generator.below(256))
    case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(generator.below(8))
    case 2 where place < bytes.count: bytes.remove(at: place)
    case 3: bytes.insert([0, 0xFF, 0x7F, 0x30, 0x39, 0x2C, 0x22][generator.below(7)], at: place)
    case 4 where place < bytes.count:
      let end = min(bytes.count, place + 1 + generator.below(16))
      bytes.insert(contentsOf: bytes[place..<end], at: generator.below(bytes.count + 1))
    default: bytes.removeLast(min(bytes.count, generator.below(8)))
    }
  }
  return bytes
}
