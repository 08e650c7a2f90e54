// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "cnn",
  platforms: [.macOS(.v13)],
  products: [
    .executable(name: "cnn", targets: ["cnn"]),
    .library(name: "CNNCompiler", targets: ["CNNCompiler", "CNNBackends"]),
    .library(name: "TensorEngine", targets: ["TensorEngine"]),
    .plugin(name: "CNNPlugin", targets: ["CNNPlugin"]),
  ],
  targets: [
    // In the order of the data: text, syntax, layers, network, the driver, what is made of a network, the command.
    .target(name: "CNNText"),
    .target(name: "CNNSyntax", dependencies: ["CNNText"]),
    .target(name: "CNNLayers", dependencies: ["CNNText"]),
    .target(name: "CNNModel", dependencies: ["CNNText", "CNNSyntax", "CNNLayers"]),
    .target(name: "CNNCompiler", dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel"]),
    .target(name: "CNNBackends", dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel", "CNNCompiler"]),
    // The published reference and the editors' word lists, made from the compiler's own tables.
    .target(
      name: "CNNReference", dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel", "CNNCompiler"]),
    .target(name: "CNNCommandLine", dependencies: ["CNNText"]),
    .executableTarget(
      name: "cnn", dependencies: ["CNNText", "CNNModel", "CNNCompiler", "CNNBackends", "CNNCommandLine"]),
    // Runs the command while other packages are built.
    .plugin(name: "CNNPlugin", capability: .buildTool(), dependencies: ["cnn"]),
    // The library that runs and trains networks. It knows nothing of the compiler, nor the compiler of it.
    .target(name: "TensorKernels", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "TensorEngine", dependencies: ["TensorKernels"]),
    // Speed lives here, never in a test.
    .executableTarget(
      name: "cnn-bench", dependencies: ["CNNText", "CNNSyntax", "CNNModel", "CNNCompiler"], exclude: ["compare.sh"]),
    .executableTarget(
      name: "tensor-bench", dependencies: ["TensorEngine", "TensorKernels"], exclude: ["trained.cnn", "compare.py"]),

    .testTarget(name: "CNNTextTests", dependencies: ["CNNText"]),
    .testTarget(name: "CNNSyntaxTests", dependencies: ["CNNText", "CNNSyntax"]),
    .testTarget(name: "CNNLayersTests", dependencies: ["CNNText", "CNNLayers"]),
    .testTarget(
      name: "CNNModelTests", dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel", "CNNCompiler"],
      exclude: ["Wrong"]),
    .testTarget(
      name: "CNNBackendsTests", dependencies: ["CNNText", "CNNLayers", "CNNModel", "CNNCompiler", "CNNBackends"],
      exclude: ["Fixtures"]),
    // Whole networks against the reference numbers in Tests/Reference.
    .testTarget(name: "CNNCompilerTests", dependencies: ["CNNText", "CNNLayers", "CNNModel", "CNNCompiler"]),
    .testTarget(
      name: "CNNReferenceTests",
      dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel", "CNNCompiler", "CNNReference"]),
    .testTarget(name: "CNNCommandLineTests", dependencies: ["CNNCommandLine"]),
    // Reads the reference numbers of the engine.
    .target(name: "ReferenceFixtures", dependencies: ["TensorEngine"], path: "Tests/ReferenceFixtures"),
    .testTarget(name: "TensorEngineTests", dependencies: ["TensorEngine", "TensorKernels", "ReferenceFixtures"]),
    // What the compiler says of weights against what the engine loads.
    .testTarget(
      name: "WeightsTests",
      dependencies: ["CNNText", "CNNLayers", "CNNModel", "CNNCompiler", "CNNBackends", "TensorEngine"]),
    // Generated Swift, compiled in a package of its own and run.
    .testTarget(
      name: "GeneratedSwiftTests",
      dependencies: [
        "CNNText", "CNNLayers", "CNNModel", "CNNCompiler", "CNNBackends", "TensorEngine", "ReferenceFixtures",
      ],
      exclude: ["Foreign", "Golden", "Runner"]),
    // The command as its users have it: a process with arguments, files and an exit code.
    .testTarget(name: "CommandTests", dependencies: ["cnn"]),
    // The package as its users have it: what the build plugin makes, and the samples that are packages.
    .testTarget(name: "PackageTests"),
  ],
  swiftLanguageModes: [.v6]
)
