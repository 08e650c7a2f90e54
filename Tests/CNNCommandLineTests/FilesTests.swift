import Foundation
import Testing

@testable import CNNCommandLine

@Suite struct FilesTests {
  /// A directory of its own for one test, removed with everything in it.
  final class Scratch {
    let path: String

    init() throws {
      let url = FileManager.default.temporaryDirectory.appendingPathComponent("cnn-files-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      path = url.path
    }

    deinit {
      chmod(path, 0o700)
      try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    var names: [String] {
      get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
  }

  private func permissions(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: Reading

  @Test func readingGivesBackWhatWasWritten() throws {
    let scratch = try Scratch()
    for size in [0, 1, 4095, 4096, 65_535, 65_536, 65_537, 1_000_003] {
      let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
      try Files.write(content, to: scratch.file("data"))
      // Compared beforehand: a failing expectation would look for the shortest difference, for minutes.
      let isSame = try Files.read(scratch.file("data")) == content
      #expect(isSame, "\(size) bytes")
    }
    #expect(try scratch.names == ["data"])
  }

  @Test func aPipeIsReadToItsEnd() throws {
    for size in [0, 1, 65_536, 300_001] {
      let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let pipe = Pipe()
      let writer = pipe.fileHandleForWriting
      Thread.detachNewThread {
        writer.write(Data(content))
        try? writer.close()
      }
      let isSame = try Files.readAll(pipe.fileHandleForReading.fileDescriptor, path: "pipe") == content
      #expect(isSame, "\(size) bytes")
    }
  }

  @Test(.enabled(if: access("/proc/self/status", R_OK) == 0, "this system has no /proc"))
  func aFileThatTellsNoSizeIsReadToItsEnd() throws {
    #expect(try !Files.read("/proc/self/status").isEmpty)
  }

  @Test func whatCannotBeReadIsToldInWords() throws {
    let scratch = try Scratch()
    let absent = scratch.file("absent.cnn")
    #expect(throws: FileError.cannotOpen(path: absent, code: ENOENT)) { try Files.read(absent) }
    #expect(throws: FileError.isDirectory(path: scratch.path)) { try Files.read(scratch.path) }
    #expect(throws: FileError.cannotOpen(path: "", code: ENOENT)) { try Files.read("") }
    #expect(throws: FileError.cannotRead(path: "closed", code: EBADF)) { try Files.readAll(-1, path: "closed") }

    // What C would take for the name of another file.
    try Files.write([], to: scratch.file("net"))
    let cut = scratch.file("net") + "\0.cnn"
    #expect(throws: FileError.cannotOpen(path: cut, code: EINVAL)) { try Files.read(cut) }
    #expect(throws: FileError.cannotWrite(path: cut, code: EINVAL)) { try Files.write([1], to: cut) }
  }

  @Test func aFileOfFourGibibytesIsRefused() throws {
    let scratch = try Scratch()
    let path = scratch.file("huge.cnn")
    try Files.write([], to: path)
    // Without blocks on the disk.
    try #require(truncate(path, 1 << 32) == 0)
    #expect(throws: FileError.tooLarge(path: path)) { try Files.read(path) }
  }

  @Test func messages() {
    let table: [(FileError, String)] = [
      (.cannotOpen(path: "a.cnn", code: ENOENT), "cannot open `a.cnn`: no such file or directory"),
      (.cannotRead(path: standardInputName, code: EBADF), "cannot read standard input: bad file descriptor"),
      (.cannotWrite(path: "x", code: EACCES), "cannot write `x`: permission denied"),
      (.cannotWrite(path: standardOutputName, code: ENOSPC), "cannot write standard output: no space left on device"),
      (.isDirectory(path: "nets"), "`nets` is a directory, not a file"),
      (.tooLarge(path: "x"), "`x` has 4 GiB or more, and a file may have 4,294,967,295 bytes"),
      (.cannotOpen(path: "a\u{1B}[2J", code: ENOENT), "cannot open `a\\u{1b}[2J`: no such file or directory"),
    ]
    for (error, message) in table {
      #expect(error.message == message)
    }
  }

  // MARK: Replacing

  @Test func writingMakesOrReplacesAFile() throws {
    let scratch = try Scratch()
    let path = scratch.file("out")
    try Files.write(bytes("first, and long"), to: path)
    try Files.write(bytes("second"), to: path)
    #expect(try Files.read(path) == bytes("second"))
    #expect(try scratch.names == ["out"])
  }

  @Test func aNewFileHasThePermissionsOfAnyNewFile() throws {
    let scratch = try Scratch()
    #expect(FileManager.default.createFile(atPath: scratch.file("usual"), contents: nil))
    try Files.write([], to: scratch.file("ours"))
    let opened = open(scratch.file("opened"), O_CREAT | O_WRONLY, 0o666)
    close(opened)
    #expect(permissions(scratch.file("ours")) == permissions(scratch.file("opened")))
  }

  @Test func theFileKeepsItsPermissions() throws {
    let scratch = try Scratch()
    let path = scratch.file("out")
    for mode: mode_t in [0o600, 0o640, 0o644, 0o755, 0o777] {
      try Files.write([], to: path)
      try #require(chmod(path, mode) == 0)
      try Files.write(bytes("new"), to: path)
      #expect(permissions(path) == mode, "\(String(mode, radix: 8))")
    }
  }

  @Test func aFailingProducerLeavesTheFile() throws {
    let scratch = try Scratch()
    let path = scratch.file("out")
    let failure = FileError.cannotRead(path: "weights", code: EIO)
    for old in [nil, "old"] {
      if let old { try Files.write(bytes(old), to: path) }
      #expect(throws: failure) {
        try Files.write(to: path) { output throws(FileError) in
          try output.write("half of ")
          throw failure
        }
      }
      #expect(try scratch.names == (old == nil ? [] : ["out"]))
      if let old { #expect(try Files.read(path) == bytes(old)) }
    }
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to the superuser"))
  func aReadOnlyDirectoryLeavesTheFile() throws {
    let scratch = try Scratch()
    let path = scratch.file("out")
    try Files.write(bytes("old"), to: path)
    chmod(scratch.path, 0o500)
    #expect(throws: FileError.cannotWrite(path: path, code: EACCES)) { try Files.write(bytes("new"), to: path) }
    #expect(try Files.read(path) == bytes("old"))
    #expect(try scratch.names == ["out"])
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to the superuser"))
  func aReadOnlyFileIsLeft() throws {
    let scratch = try Scratch()
    let path = scratch.file("out")
    try Files.write(bytes("old"), to: path)
    chmod(path, 0o444)
    #expect(throws: FileError.cannotWrite(path: path, code: EACCES)) { try Files.write(bytes("new"), to: path) }
    #expect(try Files.read(path) == bytes("old"))
  }

  @Test func whatCannotBeWrittenIsToldInWords() throws {
    let scratch = try Scratch()
    try Files.write([], to: scratch.file("file"))
    let long = scratch.file(String(repeating: "x", count: 300))
    let table: [(path: String, error: FileError)] = [
      (scratch.path, .isDirectory(path: scratch.path)),
      (scratch.file("no/out"), .cannotWrite(path: scratch.file("no/out"), code: ENOENT)),
      (scratch.file("file/out"), .cannotWrite(path: scratch.file("file/out"), code: ENOTDIR)),
      (scratch.file("new/"), .cannotWrite(path: scratch.file("new/"), code: ENOENT)),
      (long, .cannotWrite(path: long, code: ENAMETOOLONG)),
      ("", .cannotWrite(path: "", code: ENOENT)),
    ]
    for (path, error) in table {
      #expect(throws: error, "\(path)") { try Files.write([1], to: path) }
    }
    #expect(try scratch.names == ["file"])
  }

  @Test func theLongestNameCanBeReplaced() throws {
    let scratch = try Scratch()
    let path = scratch.file(String(repeating: "x", count: 255))
    try Files.write(bytes("old"), to: path)
    try Files.write(bytes("new"), to: path)
    #expect(try Files.read(path) == bytes("new"))
  }

  // MARK: Links, pipes and devices

  @Test func aSymbolicLinkIsFollowed() throws {
    let scratch = try Scratch()
    let manager = FileManager.default
    try manager.createDirectory(atPath: scratch.file("deep"), withIntermediateDirectories: true)
    // Link to link to file, the second relative to its own directory.
    try manager.createSymbolicLink(atPath: scratch.file("link"), withDestinationPath: "deep/second")
    try manager.createSymbolicLink(atPath: scratch.file("deep/second"), withDestinationPath: "file")
    for content in ["made through a dangling link", "replaced"] {
      try Files.write(bytes(content), to: scratch.file("link"))
      #expect(try Files.read(scratch.file("deep/file")) == bytes(content))
      #expect(try manager.destinationOfSymbolicLink(atPath: scratch.file("link")) == "deep/second")
      #expect(try manager.destinationOfSymbolicLink(atPath: scratch.file("deep/second")) == "file")
    }
    #expect(try scratch.names == ["deep", "link"])
    #expect(try manager.contentsOfDirectory(atPath: scratch.file("deep")).sorted() == ["file", "second"])

    try manager.createSymbolicLink(atPath: scratch.file("absolute"), withDestinationPath: scratch.file("deep/file"))
    try Files.write(bytes("absolute"), to: scratch.file("absolute"))
    #expect(try Files.read(scratch.file("deep/file")) == bytes("absolute"))
  }

  @Test func aCircleOfLinksEnds() throws {
    let scratch = try Scratch()
    let (a, b) = (scratch.file("a"), scratch.file("b"))
    try FileManager.default.createSymbolicLink(atPath: a, withDestinationPath: "b")
    try FileManager.default.createSymbolicLink(atPath: b, withDestinationPath: "a")
    #expect(throws: FileError.cannotWrite(path: a, code: ELOOP)) { try Files.write([1], to: a) }
    #expect(throws: FileError.cannotOpen(path: a, code: ELOOP)) { try Files.read(a) }
    #expect(try scratch.names == ["a", "b"])
  }

  @Test func aNamedPipeIsWrittenAsItIs() throws {
    let scratch = try Scratch()
    let path = scratch.file("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    // Opened for both directions, so that neither side waits for the other.
    let reader = open(path, O_RDWR)
    try #require(reader >= 0)
    defer { close(reader) }
    try Files.write(bytes("through"), to: path)
    var buffer = [UInt8](repeating: 0, count: 100)
    let count = read(reader, &buffer, buffer.count)
    #expect(Array(buffer.prefix(max(0, count))) == bytes("through"))
    #expect(try scratch.names == ["pipe"])
  }

  @Test func anOpenDescriptorIsWrittenAsItIs() throws {
    let scratch = try Scratch()
    let path = scratch.file("log")
    try Files.write(bytes("old "), to: path)
    let descriptor = open(path, O_WRONLY | O_APPEND)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try Files.write(bytes("new"), to: "/dev/fd/\(descriptor)")
    #expect(try Files.read(path) == bytes("old new"))
  }

  @Test func readersSeeTheOldFileOrTheNew() async throws {
    let scratch = try Scratch()
    let path = scratch.file("out")
    let versions = [[UInt8](repeating: 1, count: 100_000), [UInt8](repeating: 2, count: 30_000)]
    try Files.write(versions[0], to: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<2 {
        group.addTask {
          for round in 0..<50 { try Files.write(versions[(round + writer) % 2], to: path) }
        }
      }
      for _ in 0..<200 {
        let seen = try Files.read(path)
        let isWhole = versions.contains(seen)
        #expect(isWhole, "\(seen.count) bytes")
      }
      try await group.waitForAll()
    }
    #expect(try scratch.names == ["out"])
  }
}
