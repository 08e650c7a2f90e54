// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "cnn",
  products: [
    .executable(name: "cnn", targets: ["cnn"]),
    .library(name: "CNNCompiler", targets: ["CNNCompiler"]),
  ],
  targets: [
    // In the order of the data: text, syntax, layers, network, what is made of it, the driver, the command.
    .target(name: "CNNText"),
    .target(name: "CNNSyntax", dependencies: ["CNNText"]),
    .target(name: "CNNLayers", dependencies: ["CNNText"]),
    .target(name: "CNNModel", dependencies: ["CNNText", "CNNSyntax", "CNNLayers"]),

    .target(name: "CNNCompiler", dependencies: ["CNNText", "CNNSyntax", "CNNLayers", "CNNModel"]),
    .executableTarget(name: "cnn", dependencies: ["CNNText", "CNNCompiler", "CNNModel"]),
    .testTarget(name: "CNNTextTests", dependencies: ["CNNText"]),
  ],
  swiftLanguageModes: [.v6]
)
