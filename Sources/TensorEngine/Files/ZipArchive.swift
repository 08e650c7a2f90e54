/// The members of a ZIP archive, as PKWARE's APPNOTE.TXT describes it: stored or deflated, up to 4 GiB.
struct ZipArchive {
  struct Member {
    let name: String
    /// Where the directory speaks of it.
    let place: Int
    let isDeflated: Bool
    let checksum: UInt32
    /// Where its bytes lie in the archive.
    fileprivate let range: Range<Int>
    /// How many bytes it has when it is inflated.
    fileprivate let size: Int
  }

  let members: [Member]

  /// Whether a file is an archive: it begins with its first member, or with the record at its end where it has none.
  static func begins(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "PK\u{3}\u{4}".utf8) || bytes.starts(with: "PK\u{5}\u{6}".utf8)
  }

  /// - Throws: `TensorError` where the directory is not that of one whole archive, or members lie in each other.
  init(_ bytes: [UInt8]) throws(TensorError) {
    let fields = ZipFields(bytes: bytes)
    let end = try Self.endRecord(fields)
    let entries = fields.short(end + 10)
    let length = fields.long(end + 12)
    let start = fields.long(end + 16)
    guard entries < 0xFFFF, length < 0xFFFF_FFFF, start < 0xFFFF_FFFF else {
      throw fields.malformed(end, "an archive below 4 GiB", "one of ZIP64")
    }
    guard fields.short(end + 4) == 0, fields.short(end + 6) == 0, fields.short(end + 8) == entries else {
      throw fields.malformed(end, "an archive in one file", "a part of one in several")
    }
    guard start + length == end else {
      throw fields.malformed(end, "a directory from \(start) to \(end)", "\(length) bytes of it")
    }
    var members: [Member] = []
    var extents: [Range<Int>] = []
    var position = start
    for _ in 0..<entries {
      let (member, extent, next) = try Self.member(fields, at: position, directory: start..<end)
      members.append(member)
      extents.append(extent)
      position = next
    }
    guard position == end else { throw fields.malformed(position, "the end of the directory", "more of it") }
    extents.sort { $0.lowerBound < $1.lowerBound }
    for (first, second) in zip(extents, extents.dropFirst()) where second.lowerBound < first.upperBound {
      throw fields.malformed(second.lowerBound, "members that lie apart", "one inside another")
    }
    self.members = members
  }

  /// Where the record at the end begins: 22 bytes and a comment before the end of the file.
  private static func endRecord(_ fields: ZipFields) throws(TensorError) -> Int {
    let size = 22
    let count = fields.bytes.count
    let longestComment = 0xFFFF
    for start in stride(from: count - size, through: max(0, count - size - longestComment), by: -1)
    where fields.long(start) == 0x0605_4B50 && start + size + fields.short(start + 20) == count {
      return start
    }
    throw fields.malformed(count, "the record that ends a ZIP archive", "none")
  }

  /// - Parameter directory: The bytes of the directory, in which `start` lies.
  private static func member(
    _ fields: ZipFields, at start: Int, directory: Range<Int>
  ) throws(TensorError) -> (member: Member, extent: Range<Int>, next: Int) {
    let size = 46
    guard start + size <= directory.upperBound, fields.long(start) == 0x0201_4B50 else {
      throw fields.malformed(start, "an entry of the directory", "none")
    }
    let nameLength = fields.short(start + 28)
    let next = start + size + nameLength + fields.short(start + 30) + fields.short(start + 32)
    guard next <= directory.upperBound else {
      throw fields.malformed(start, "an entry that ends by \(directory.upperBound)", "one up to \(next)")
    }
    let nameBytes = fields.bytes[start + size..<start + size + nameLength]
    let name = String(decoding: nameBytes, as: UTF8.self)
    guard name.utf8.elementsEqual(nameBytes) else { throw fields.malformed(start, "a name in UTF-8", quoted(name)) }
    guard fields.short(start + 8) & 1 == 0 else {
      throw fields.malformed(start, "a member that is not encrypted", quoted(name))
    }
    let method = fields.short(start + 10)
    guard method == 0 || method == 8 else {
      throw fields.malformed(start, "a member stored or deflated (0 or 8)", "method \(method)")
    }
    let (packed, unpacked) = (fields.long(start + 20), fields.long(start + 24))
    let local = fields.long(start + 42)
    guard packed < 0xFFFF_FFFF, unpacked < 0xFFFF_FFFF, local < 0xFFFF_FFFF else {
      throw fields.malformed(start, "a member below 4 GiB", "one of ZIP64")
    }
    guard method == 8 || packed == unpacked else {
      throw fields.malformed(start, "a stored member of \(packed) bytes", "\(unpacked)")
    }
    let content = try contentStart(fields, at: local, name: nameBytes, limit: directory.lowerBound)
    guard packed <= directory.lowerBound - content else {
      throw fields.malformed(start, "at most \(directory.lowerBound - content) bytes of content", "\(packed)")
    }
    let member = Member(
      name: name, place: start, isDeflated: method == 8, checksum: UInt32(fields.long(start + 16)),
      range: content..<content + packed, size: unpacked)
    return (member, local..<content + packed, next)
  }

  /// Where the content of a member begins: behind its own header, which repeats the name.
  private static func contentStart(
    _ fields: ZipFields, at start: Int, name: ArraySlice<UInt8>, limit: Int
  ) throws(TensorError) -> Int {
    let size = 30
    guard start + size <= limit, fields.long(start) == 0x0403_4B50 else {
      throw fields.malformed(start, "the header of a member", "none")
    }
    let nameLength = fields.short(start + 26)
    let content = start + size + nameLength + fields.short(start + 28)
    guard content <= limit, fields.bytes[start + size..<start + size + nameLength] == name else {
      throw fields.malformed(start, "the header of \(quoted(String(decoding: name, as: UTF8.self)))", "another")
    }
    return content
  }
}

extension ZipArchive.Member {
  /// The bytes of the member.
  ///
  /// - Parameter bytes: Those of the archive it was found in.
  /// - Throws: `TensorError` where they cannot be inflated, or their checksum is not the one of the directory.
  func content(in bytes: [UInt8]) throws(TensorError) -> [UInt8] {
    let content =
      isDeflated ? try Inflater.inflate(bytes, range, count: size) : Array(bytes[range])
    let found = crc32(content)
    guard found == checksum else {
      throw TensorError(
        .data(
          .malformed(
            .npz, offset: range.lowerBound, expected: "content with the checksum \(checksum)", found: "\(found)")))
    }
    return content
  }
}

/// Numbers of an archive, their lowest byte first.
private struct ZipFields {
  let bytes: [UInt8]

  /// The 16 bits at an offset that exists.
  func short(_ offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 }

  /// The 32 bits at an offset that exists.
  func long(_ offset: Int) -> Int { short(offset) | short(offset + 2) << 16 }

  func malformed(_ offset: Int, _ expected: String, _ found: String) -> TensorError {
    TensorError(.data(.malformed(.npz, offset: offset, expected: expected, found: found)))
  }
}

/// The checksum of ZIP: the remainder by the polynomial of ISO 3309, lowest bit first.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(UInt32.max) { $0 >> 8 ^ checksumTable[Int(($0 ^ UInt32($1)) & 0xFF)] }
}

/// The remainder of each byte.
private let checksumTable: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0xEDB8_8320 }
}
