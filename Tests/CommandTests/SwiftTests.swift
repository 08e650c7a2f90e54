import Foundation
import Testing

@Suite struct SwiftTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// When a file was written, and which one it is.
  private func identity(_ name: String) throws -> [AnyHashable?] {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
    return [attributes[.modificationDate] as? Date, attributes[.systemFileNumber] as? Int]
  }

  @Test func aFileThatSaysTheSameIsLeftAsItIs() throws {
    #expect(try folder.cnn("swift", "samples/mnist.cnn", "-o", "MNIST.swift").code == 0)
    let text = try folder.read("MNIST.swift")
    #expect(text == (try folder.cnn("swift", "samples/mnist.cnn").output))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: folder.path("MNIST.swift"))
    let before = try identity("MNIST.swift")
    #expect(try folder.cnn("swift", "samples/mnist.cnn", "-o", "MNIST.swift").code == 0)
    #expect(try identity("MNIST.swift") == before)
    try folder.write(text + "\n", to: "MNIST.swift")
    #expect(try folder.cnn("swift", "samples/mnist.cnn", "-o", "MNIST.swift").code == 0)
    #expect(try folder.read("MNIST.swift") == text)
    #expect(try identity("MNIST.swift") != before)
    #expect(try folder.names() == ["MNIST.swift"])
  }

  @Test func aStaleFileFailsTheCheckAndStays() throws {
    let check = ["swift", "samples/mnist.cnn", "--check", "-o", "MNIST.swift"]
    let missing = try folder.cnn(check)
    #expect(missing.code != 0)
    #expect(missing.errors.contains("MNIST.swift"), "\(missing.errors)")
    #expect(try folder.names().isEmpty)
    #expect(try folder.cnn("swift", "samples/mnist.cnn", "-o", "MNIST.swift").code == 0)
    let fresh = try folder.cnn(check)
    #expect(fresh.code == 0)
    #expect(fresh.output.isEmpty)
    #expect(fresh.errors.isEmpty)
    // The same model with another parameter is another file.
    let stale = try folder.cnn(check + ["-D", "classes=3"])
    #expect(stale.code == 1)
    #expect(stale.errors.contains("MNIST.swift is stale"), "\(stale.errors)")
    try folder.write("old", to: "MNIST.swift")
    #expect(try folder.cnn(check).code == 1)
    #expect(try folder.read("MNIST.swift") == "old")
  }

  @Test func aCheckNeedsAFile() throws {
    let ending = try folder.cnn("swift", "samples/mnist.cnn", "--check")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("-o OUT"), "\(ending.errors)")
  }

  @Test func aModelWithMistakesIsNotWritten() throws {
    try folder.write(Networks.misspelled, to: "net.cnn")
    try folder.write("old", to: "Net.swift")
    #expect(try folder.cnn("swift", "net.cnn", "-o", "Net.swift").code == 1)
    #expect(try folder.read("Net.swift") == "old")
  }

  /// What the engine does not work out is refused in words.
  @Test func aSizeThatIsAnExpressionIsRefused() throws {
    try folder.write("model A {\n  input [H, W, 3]\n  resize [H - H / 2, W]\n}\n", to: "net.cnn")
    let ending = try folder.cnn("swift", "net.cnn")
    #expect(ending.code == 1)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.contains("fix the input's size with `-D`"), "\(ending.errors)")
    #expect(try folder.cnn("swift", "net.cnn", "-D", "H=8", "-D", "W=8").code == 0)
  }
}
