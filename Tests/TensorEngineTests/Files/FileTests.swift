import Foundation
import Testing

@testable import TensorEngine

/// One after another: a limit on the size of files is everybody's.
@Suite(.serialized) final class FileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "tensors-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func listing() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func aFileIsReplacedAsAWhole() throws {
    let first = try NamedTensors([("a", Tensor([2], [1, 2]))])
    let second = try NamedTensors([("b", Tensor([3], [1, 2, 3]))])
    try first.write(to: path("w.safetensors"))
    #expect(try NamedTensors(contentsOf: path("w.safetensors")).names == ["a"])
    try second.write(to: path("w.safetensors"))
    #expect(try NamedTensors(contentsOf: path("w.safetensors"))["b"] == second["b"])
    #expect(try listing() == ["w.safetensors"])
  }

  @Test func linksAndPermissionsStay() throws {
    let tensors = try NamedTensors([("a", Tensor([2], [1, 2]))])
    try tensors.write(to: path("real"))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path("real"))
    try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: "real")
    try tensors.write(to: path("link"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("link")) == "real")
    #expect(try FileManager.default.attributesOfItem(atPath: path("real"))[.posixPermissions] as? Int == 0o600)
    #expect(try listing() == ["link", "real"])
  }

  @Test func aFailureLeavesNothingBehind() throws {
    let tensors = try NamedTensors([("a", Tensor([2], [1, 2]))])
    try FileManager.default.createDirectory(atPath: path("folder"), withIntermediateDirectories: true)
    // Not even the superuser makes a file in the last one's folder.
    for wrong in [path("no/such/folder"), path("folder"), "zero\0byte", "", "/proc/w"] {
      #expect(throws: TensorError.self, "writing \(wrong)") { try tensors.write(to: wrong) }
      #expect(throws: TensorError.self, "reading \(wrong)") { try NamedTensors(contentsOf: wrong) }
    }
    #expect(try listing() == ["folder"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: path("folder")).isEmpty)
    let reserved = try NamedTensors([("__metadata__", Tensor([1], [1]))])
    try tensors.write(to: path("w"))
    #expect(throws: TensorError.self) { try reserved.write(to: path("w")) }
    #expect(try NamedTensors(contentsOf: path("w")).names == ["a"])
  }

  /// The length of a header may read as the first bytes of another format: 640 as a pickle's, 19,280 as "PK".
  @Test(arguments: [640, 19_280])
  func aHeaderOfAnyLengthIsRead(_ length: Int) throws {
    var tensors = try NamedTensors([("a", Tensor([2], [1, 2]))])
    tensors.metadata["words"] = String(repeating: "x", count: length - 120)
    while try SafeTensors.bytes(of: tensors).prefix(2) != [UInt8(length % 256), UInt8(length / 256)] {
      tensors.metadata["words", default: ""] += "x"
      try #require(tensors.metadata["words", default: ""].utf8.count < length)
    }
    try tensors.write(to: path("w"))
    #expect(try NamedTensors(contentsOf: path("w"))["a"] == tensors["a"])
  }

  @Test func filesOfOtherProgramsAreRecognised() throws {
    func archive(_ member: String) -> [UInt8] {
      Array("PK\u{3}\u{4}".utf8) + Array(repeating: 0, count: 22) + [UInt8(member.utf8.count), 0, 0, 0]
        + Array(member.utf8) + Array(repeating: 0, count: 40)
    }
    let files: [(bytes: [UInt8], word: String)] = [
      (archive("net/data.pkl"), "PyTorch"), ([0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc], "PyTorch"),
      (archive("metadata.json"), "Keras"), ([0x89] + "HDF\r\n\u{1a}\n".utf8, "Keras"),
      ([0x93] + "NUMPY\u{1}".utf8, "one array"),
    ]
    for (bytes, word) in files {
      try Data(bytes).write(to: URL(filePath: path("foreign")))
      let error = #expect(throws: TensorError.self) { try NamedTensors(contentsOf: path("foreign")) }
      let description = error?.description ?? ""
      #expect(description.contains("expected a file of SafeTensors or NumPy's `.npz`, found one"), "\(description)")
      #expect(description.contains(word), "\(description)")
    }
  }

  @Test func aDeviceIsNotReplaced() throws {
    let tensors = try NamedTensors([("a", Tensor([2], [1, 2]))])
    let error = #expect(throws: TensorError.self) { try tensors.write(to: "/dev/null") }
    #expect(error?.description.contains("expected a regular file") == true)
    #expect(try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType != .typeRegular)
  }

  /// A limit on the size of files stands for a disk that is full: a part of the bytes is written, and then no more.
  @Test func whereADiskIsFullTheOldFileStays() throws {
    let old = try NamedTensors([("a", Tensor([2], [1, 2]))])
    try old.write(to: path("w"))
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
      let resource = RLIMIT_FSIZE
    #endif
    let size = 1 << 25
    let large = try NamedTensors([("b", Tensor(zeros: TensorShape([size])))])
    var limits = rlimit()
    try #require(getrlimit(resource, &limits) == 0)
    let before = limits
    // The signal that comes with the error would end the process.
    let handler = signal(SIGXFSZ, SIG_IGN)
    limits.rlim_cur = rlim_t(size)
    try #require(setrlimit(resource, &limits) == 0)
    let error = #expect(throws: TensorError.self) { try large.write(to: path("w")) }
    limits = before
    #expect(setrlimit(resource, &limits) == 0)
    signal(SIGXFSZ, handler)
    #expect(error == TensorError(.data(.inFile(path("w"), .data(.system(.write, code: EFBIG))))))
    #expect(try NamedTensors(contentsOf: path("w")).names == ["a"])
    #expect(try listing() == ["w"])
  }

  @Test(.enabled(if: geteuid() != 0, "no folder refuses the superuser"))
  func whereAFolderRefusesTheOldFileStays() throws {
    let old = try NamedTensors([("a", Tensor([2], [1, 2]))])
    try old.write(to: path("w"))
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
    let error = #expect(throws: TensorError.self) { try NamedTensors().write(to: path("w")) }
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    #expect(error == TensorError(.data(.inFile(path("w"), .data(.system(.write, code: EACCES))))))
    #expect(try NamedTensors(contentsOf: path("w")).names == ["a"])
    #expect(try listing() == ["w"])
  }

  @Test func errorsNameTheFile() throws {
    let missing = #expect(throws: TensorError.self) { try NamedTensors(contentsOf: path("none")) }
    #expect(missing?.description == "'\(path("none"))': cannot open it: No such file or directory")
    let directory = #expect(throws: TensorError.self) { try NamedTensors(contentsOf: folder.path) }
    #expect(directory?.description.hasSuffix("expected a regular file, found a directory, a device or a pipe") == true)
    let device = #expect(throws: TensorError.self) { try NamedTensors(contentsOf: "/dev/zero") }
    #expect(device?.description.contains("expected a regular file") == true)
    try Data([1, 2, 3]).write(to: folder.appending(path: "short"))
    let short = #expect(throws: TensorError.self) { try NamedTensors(contentsOf: path("short")) }
    #expect(
      short?.description == "'\(path("short"))': SafeTensors, byte 0: "
        + "expected eight bytes with the length of the header, found a file of 3")
  }

  @Test func aFileLargerThanMemoryIsRefused() throws {
    let path = path("sparse")
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    // Not every file system holds a file of such a size, not even an empty one.
    guard (try? handle.truncate(atOffset: 1 << 42)) != nil else { return }
    let error = #expect(throws: TensorError.self) { try NamedTensors(contentsOf: path) }
    #expect(error == TensorError(.data(.inFile(path, .outOfMemory(bytes: 1 << 42)))))
  }

  @Test func arraysOfNumPyAreRecognised() throws {
    try Data(decoded(Foreign.deflated)).write(to: folder.appending(path: "w.npz"))
    #expect(try NamedTensors(contentsOf: path("w.npz")).names == ["layer.weight", "layer.bias"])
    try Data(decoded(Foreign.ramps[0].base64)).write(to: folder.appending(path: "x.npy"))
    #expect(try Tensor(contentsOfNPY: path("x.npy")).shape.extents == [3, 4])
  }
}
