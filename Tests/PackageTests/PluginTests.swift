import Foundation
import Testing

extension PackageTests {
  /// What the build plugin makes of a target's `.cnn` files, in a package of its own.
  @Suite(.serialized) struct PluginTests {
    private let package: URL

    init() throws {
      package = try Workshop.package("consumer")
      try write(Self.manifest(dependencies: Self.engine), to: "Package.swift")
      try write(Self.main, to: "Sources/app/Main.swift")
      try write(Self.block(reach: "3x3"), to: "Sources/app/blocks.cnn")
      try write(Self.small(importing: "../blocks.cnn"), to: "Sources/app/nets/small.cnn")
      try write("model Wide {\n  input 8x8x1\n  conv 2, 1x1\n}\n", to: "Sources/app/wide.cnn")
    }

    @Test func filesBecomeStructs() throws {
      try expectSizes("[1, 6, 6, 4] [1, 8, 8, 2]\n")
    }

    @Test func whatDidNotChangeIsNotBuiltAgain() throws {
      _ = try build()
      _ = try build()
      #expect(try !build().contains("Swift of"))
      try write(Self.block(reach: "3x3"), to: "Sources/app/blocks.cnn")
      let output = try build()
      #expect(output.contains("Making Swift of blocks.cnn, small.cnn, wide.cnn"))
      #expect(!output.contains("Compiling app"), "the Swift is as it was: \(output)")
    }

    @Test func anImportedFileIsWatched() throws {
      _ = try build()
      try write(Self.block(reach: "5x5"), to: "Sources/app/blocks.cnn")
      try expectSizes("[1, 4, 4, 4] [1, 8, 8, 2]\n")
    }

    @Test func anImportFromOutsideIsWatchedFromWhenItIsWritten() throws {
      _ = try build()
      try write(Self.block(reach: "7x7"), to: "shared/blocks.cnn")
      try write(Self.small(importing: "../../../shared/blocks.cnn"), to: "Sources/app/nets/small.cnn")
      try expectSizes("[1, 2, 2, 4] [1, 8, 8, 2]\n")
      try write(Self.block(reach: "2x2"), to: "shared/blocks.cnn")
      try expectSizes("[1, 7, 7, 4] [1, 8, 8, 2]\n")
    }

    @Test func mistakesShowTheirPlaces() throws {
      try write(Self.block(reach: "3x3").replacing("conv", with: "convv"), to: "Sources/app/blocks.cnn")
      try write("model Wide {\n  input 8x8x1\n  conv 2, 9x9\n}\n", to: "Sources/app/wide.cnn")
      let output = try failure()
      let folder = package.appendingPathComponent("Sources/app").path
      let unknown = "\n\(folder)/blocks.cnn:2:3: error: there is no layer or block `convv` [unknown-name]\n"
      #expect(output.components(separatedBy: unknown).count == 2, "it is said once: \(output)")
      #expect(output.contains("\n\(folder)/wide.cnn:3:11: error: "), "\(output)")
    }

    @Test func modelsOfOneNameAreTold() throws {
      try write("model Wide {\n  input 4x4x1\n  conv 2, 1x1\n}\n", to: "Sources/app/another.cnn")
      let output = try failure()
      let folder = package.appendingPathComponent("Sources/app").path
      #expect(
        output.contains(
          """
          \(folder)/wide.cnn:1:7: error: the model `Wide` would become a second struct `Wide` in one Swift module; the \
          first comes from \(folder)/another.cnn:1:7, so rename one of them
          """), "\(output)")
    }

    @Test func filesOfOneNameAreTold() throws {
      try write("model Other {\n  input 4x4x1\n  conv 2, 1x1\n}\n", to: "Sources/app/nets.small.cnn")
      let told = "nets.small.cnn and nets/small.cnn of target 'app' would both become nets.small.cnn.swift: rename one"
      #expect(try failure().contains("error: \(told)"))
    }

    @Test func aTargetWithoutTheEngineIsTold() throws {
      try write(Self.manifest(dependencies: ""), to: "Package.swift")
      #expect(try failure().contains("error: target 'app' has .cnn files, and the Swift made of them runs on TensorE"))
    }

    // MARK: The package

    /// Builds the package, and runs it to see what it prints.
    private func expectSizes(_ expected: String, at place: SourceLocation = #_sourceLocation) throws {
      let building = try build()
      let found = try Workshop.run("app", in: package).output
      #expect(found == expected, "\(building)", sourceLocation: place)
    }

    /// What a build says that works.
    private func build() throws -> String {
      let ending = try Workshop.build(package)
      #expect(ending.code == 0, "\(ending.output)")
      #expect(!ending.output.contains("warning:"), "\(ending.output)")
      return ending.output
    }

    /// What a build says that does not.
    private func failure() throws -> String {
      let ending = try Workshop.build(package)
      #expect(ending.code != 0, "\(ending.output)")
      return ending.output
    }

    private func write(_ text: String, to name: String) throws {
      let url = package.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }

    private static let engine = #".product(name: "TensorEngine", package: "cnn")"#

    private static func manifest(dependencies: String) -> String {
      """
      // swift-tools-version: 6.0
      import PackageDescription

      let package = Package(
        name: "consumer",
        platforms: [.macOS(.v13)],
        dependencies: [.package(name: "cnn", path: "\(Workshop.project.path)")],
        targets: [
          .executableTarget(
            name: "app", dependencies: [\(dependencies)], plugins: [.plugin(name: "CNNPlugin", package: "cnn")])
        ]
      )

      """
    }

    private static let main = """
      import TensorEngine

      @main
      struct Main {
        static func main() throws {
          let image = try Tensor(zeros: TensorShape([1, 8, 8, 1]))
          print(try Small(seed: 1)(image).shape, try Wide(seed: 1)(image).shape)
        }
      }

      """

    private static func block(reach: String) -> String { "block stem(filters) {\n  conv filters, \(reach)\n}\n" }

    private static func small(importing path: String) -> String {
      "import \"\(path)\"\n\nmodel Small {\n  input 8x8x1\n  stem 4\n}\n"
    }
  }
}
