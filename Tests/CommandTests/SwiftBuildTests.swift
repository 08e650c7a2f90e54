import Foundation
import Testing

/// `cnn swift` on several files, as a build system calls it.
@Suite struct SwiftBuildTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("block stem(filters) {\n  conv filters, 3x3\n}\n", to: "blocks.cnn")
    try folder.write("import \"blocks.cnn\"\nmodel One {\n  input 8x8x1\n  stem 4\n}\n", to: "one.cnn")
    try folder.write("model Two {\n  input 8x8x1\n  conv 2, 1x1\n}\n", to: "two.cnn")
  }

  @Test func eachFileHasItsOutput() throws {
    let ending = try folder.cnn(
      "swift", "--build", "one.cnn", "two.cnn", "blocks.cnn", "-o", "1.swift", "-o", "2.swift", "-o", "3.swift")
    #expect(ending.code == 0 && ending.output.isEmpty && ending.errors.isEmpty, "\(ending.errors)")
    #expect(try folder.read("1.swift") == folder.cnn("swift", "one.cnn").output)
    #expect(try folder.read("2.swift") == folder.cnn("swift", "two.cnn").output)
    #expect(try folder.read("3.swift").split(separator: "\n").allSatisfy { $0.hasPrefix("//") })
    let check = ["swift", "--check", "one.cnn", "two.cnn", "-o", "1.swift", "-o"]
    #expect(try folder.cnn(check + ["2.swift"]).code == 0)
    #expect(try folder.cnn(check + ["3.swift"]).code == 1)
  }

  @Test func outputsThatDoNotFitAreRefused() throws {
    for (arguments, message) in [
      (["one.cnn", "two.cnn"], "each FILE needs an `-o OUT` of its own: found 2 and 0"),
      (["one.cnn", "two.cnn", "-o", "x"], "each FILE needs an `-o OUT` of its own: found 2 and 1"),
      (["one.cnn", "two.cnn", "-o", "x", "-o", "x"], "one.cnn and two.cnn would both be written to x"),
      (["one.cnn", "--check"], "`--check` needs the file to compare with: `-o OUT`"),
    ] {
      let ending = try folder.cnn(["swift"] + arguments)
      #expect(ending.code == 2 && ending.errors == "cnn: \(message)\n", "\(arguments): \(ending.errors)")
    }
    #expect(try folder.names() == ["blocks.cnn", "one.cnn", "two.cnn"])
  }

  @Test func theStampIsForImportsThatAreNotNamed() throws {
    let stamped = ["swift", "--build", "--stamp", "stamp", "one.cnn", "-o", "1.swift"]
    #expect(try folder.cnn(stamped + ["blocks.cnn", "-o", "3.swift"]).code == 0)
    #expect(try !folder.names().contains("stamp"))
    #expect(try folder.cnn(stamped).code == 0)
    #expect(try folder.read("stamp") == "blocks.cnn\n")
  }

  @Test func nothingIsWrittenWhereAFileIsWrong() throws {
    try folder.write("model One {\n  input 8x8x1\n  convv 2\n}\n", to: "three.cnn")
    let outputs = ["-o", "2.swift", "-o", "3.swift"]
    let wrong = try folder.cnn(["swift", "--build", "two.cnn", "three.cnn"] + outputs)
    #expect(wrong.code == 1 && wrong.errors.hasPrefix("three.cnn:3:3: error: there is no layer or block `convv`"))
    try folder.write("model Two {\n  input 8x8x1\n}\n", to: "three.cnn")
    let twice = try folder.cnn(["swift", "two.cnn", "three.cnn"] + outputs)
    #expect(twice.code == 1 && twice.errors.contains("three.cnn:1:7: the model `Two` would become a second struct"))
    let empty = try folder.cnn("swift", "blocks.cnn", "-o", "3.swift")
    #expect(empty.code == 1 && empty.errors == "cnn: blocks.cnn: the file declares no model\n")
    #expect(try folder.names() == ["blocks.cnn", "one.cnn", "three.cnn", "two.cnn"])
  }
}
