// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "digits",
  platforms: [.macOS(.v13)],
  dependencies: [.package(name: "cnn", path: "../..")],
  targets: [
    .executableTarget(
      name: "digits", dependencies: [.product(name: "TensorEngine", package: "cnn")],
      plugins: [.plugin(name: "CNNPlugin", package: "cnn")])
  ],
  swiftLanguageModes: [.v6]
)
