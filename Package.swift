// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "cnn",
  platforms: [.macOS(.v13)],
  targets: [
    .target(name: "CNNText"),
    .target(name: "CNNSyntax", dependencies: ["CNNText"]),
    .target(name: "CNNLayers", dependencies: ["CNNText"]),
    .target(name: "CNNModel", dependencies: ["CNNText", "CNNSyntax", "CNNLayers"]),
    .target(name: "CNNCompiler", dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel"]),
    .testTarget(name: "CNNSyntaxTests", dependencies: ["CNNText", "CNNSyntax"]),
    .testTarget(
      name: "CNNModelTests", dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel", "CNNCompiler"],
      exclude: ["Wrong"]),
    .testTarget(name: "CNNCompilerTests", dependencies: ["CNNText", "CNNLayers", "CNNModel", "CNNCompiler"]),
  ],
  swiftLanguageModes: [.v6]
)
