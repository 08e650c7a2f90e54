import CNNCompiler
import CNNLayers
import CNNModel
import Testing

/// A model of the samples, and the file of the reference it must agree with.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
  let reference: String
  let sample: String
  let model: String
  /// How many rows the framework has of its own.
  let framework: [FrameworkRow: Int]
  /// Whether the layers with parameters bear the framework's names.
  let bearsNames: Bool

  init(
    _ reference: String, _ sample: String, _ model: String, _ framework: [FrameworkRow: Int] = [:],
    bearsNames: Bool = true
  ) {
    (self.reference, self.sample, self.model) = (reference, sample, model)
    (self.framework, self.bearsNames) = (framework, bearsNames)
  }

  var testDescription: String { reference }

  static let all = first + second

  private static let first: [ReferenceCase] = [
    .init("alexnet", "alexnet", "AlexNetTorchvision"),
    .init("alexnet_2012_grouped", "alexnet", "AlexNet"),
    .init("convnext_tiny", "convnext", "ConvNeXtTiny", [.channelsLast: 36]),
    .init("deeplab_head", "deeplab", "DeepLabHead", bearsNames: false),
    .init("deeplabv3_resnet50", "deeplab", "DeepLabV3"),
    .init("efficientnet_b0", "efficientnet", "EfficientNetB0", [.flattenedPool: 1]),
    .init("fcn_resnet50", "fcn", "FCN"),
    .init("googlenet", "googlenet", "GoogLeNetTorchvision", [.flattenedPool: 1]),
    .init(
      "keras_efficientnetb0", "efficientnet", "EfficientNetB0Keras",
      [.preprocessing: 2, .reshapedPool: 16, .activation: 33], bearsNames: false),
    .init("keras_inceptionv3", "inception_v3", "InceptionV3", [.activation: 1], bearsNames: false),
    .init("keras_mobilenet", "mobilenet_v1", "MobileNetV1"),
    .init("keras_resnet50", "resnet_keras", "ResNet50Keras", [.activation: 1], bearsNames: false),
    .init("lenet5", "lenet5", "LeNet5"),
    .init("mobilenet_v2", "mobilenet_v2", "MobileNetV2", [.flattenedPool: 1]),
    .init("mobilenet_v3_large", "mobilenet_v3", "MobileNetV3Large", [.flattenedPool: 1]),
    .init("resnet101", "resnet", "ResNet101", [.flattenedPool: 1]),
    .init("resnet18", "resnet", "ResNet18", [.flattenedPool: 1]),
    .init("resnet50", "resnet", "ResNet50", [.flattenedPool: 1]),
    .init("squeezenet1_0", "squeezenet", "SqueezeNet10", [.flattenedPool: 1]),
    .init("squeezenet1_1", "squeezenet", "SqueezeNet11", [.flattenedPool: 1]),
    .init("unet_same_256", "unet", "UNetSame"),
    .init("unet_valid_572", "unet", "UNet"),
    .init("vgg11", "vgg", "VGG11"),
    .init("vgg16", "vgg", "VGG16"),
    .init("vgg19_bn", "vgg", "VGG19BN"),
    .init("wide_resnet50_2", "resnet", "WideResNet50", [.flattenedPool: 1]),
    .init("yolov3_tiny", "yolov3_tiny", "YOLOv3Tiny"),
  ]

  /// The models of `part2`.
  private static let second: [ReferenceCase] = [
    .init("convnextv2_tiny", "convnextv2", "ConvNeXtV2Tiny", [.channelsLast: 36]),
    .init("crnn", "crnn", "CRNN", [.channelsLast: 1]),
    .init("efficientnet_v2_s", "efficientnetv2", "EfficientNetV2S", [.flattenedPool: 1]),
    .init("esrgan_rrdbnet", "esrgan", "ESRGAN"),
    .init("hrnet_w18", "hrnet", "HRNetW18", [.flattenedPool: 1]),
    .init("nonlocal_resnet50", "nonlocal", "NonLocalResNet50", [.flattenedPool: 1]),
    .init("pix2pix_discriminator", "pix2pix", "Pix2PixDiscriminator"),
    .init("pix2pix_generator", "pix2pix", "Pix2PixGenerator"),
    .init("repvgg_a0", "repvgg", "RepVGGA0", [.flattenedPool: 1]),
    .init("retinanet_resnet50_fpn", "retinanet", "RetinaNet"),
    .init("segnet", "segnet", "SegNet"),
    .init("siamese_koch", "siamese", "Siamese"),
    .init("vae_keras", "vae", "VAE", [.activation: 7]),
    .init("wavenet", "wavenet", "WaveNet", [.causalPadding: 31]),
    .init("yolov8n", "yolov8", "YOLOv8n"),
  ]
}

@Suite struct ReferenceModelTests {
  @Test func everyReferenceModelHasASample() {
    let names = ProjectFiles.referenceModels.map { ProjectFiles.names(in: $0, withExtension: "json") }
    #expect(names.map(\.count) == [27, 15])
    #expect(names.joined().sorted() == ReferenceCase.all.map(\.reference).sorted())
  }

  @Test(arguments: ReferenceCase.all)
  func everyLayerAgrees(_ test: ReferenceCase) throws {
    let reference = try ReferenceModel(named: test.reference)
    let (expectedRows, expectedOutputs, framework) = try reference.rows()
    #expect(framework == test.framework)
    let network = try network(of: test)
    let (rows, outputs) = network.rows()
    let actual = CanonicalRows(rows, outputs: outputs)
    let expected = CanonicalRows(expectedRows, outputs: expectedOutputs)
    #expect(actual.unused == 0)
    #expect(expected.unused == 0)
    #expect(actual.rows.count == expected.rows.count)
    #expect(actual.outputs == expected.outputs)
    for (row, wanted) in zip(actual.rows, expected.rows) {
      // What follows the first row that differs differs too.
      guard agree(row, wanted, test) else { return }
    }
  }

  private func agree(_ row: ModelRow, _ wanted: ModelRow, _ test: ReferenceCase) -> Bool {
    let which = Comment(rawValue: "\(row.name), \(wanted.name) in the reference")
    var agrees = true
    func compare<T: Equatable>(_ value: T, _ wantedValue: T, _ location: SourceLocation = #_sourceLocation) {
      #expect(value == wantedValue, which, sourceLocation: location)
      agrees = agrees && value == wantedValue
    }
    let rank = Int((wanted.inputShapes.first ?? wanted.output).rank)
    compare(row.operation.comparable(rank: rank), test.expected(wanted.operation).comparable(rank: rank))
    compare(row.inputs, wanted.inputs)
    compare(row.inputShapes, wanted.inputShapes)
    compare(row.output, wanted.output)
    compare(row.parameters, wanted.parameters)
    compare(row.statistics, wanted.statistics)
    compare(row.multiplyAdds, wanted.multiplyAdds)
    compare(row.field, wanted.field)
    compare(row.sharesWith, wanted.sharesWith)
    if test.bearsNames, row.parameters > 0 || row.sharesWith != nil { compare(row.name, wanted.name) }
    return agrees
  }

  @Test(arguments: ReferenceCase.all)
  func theTotalsAgree(_ test: ReferenceCase) throws {
    let reference = try ReferenceModel(named: test.reference)
    let total = NetworkCosts(try network(of: test)).total
    #expect(total.parameters == reference.parameters.trainable)
    #expect(total.statistics == reference.parameters.statistics)
    #expect(total.multiplyAdds == reference.multiplyAdds)
  }

  private func network(of test: ReferenceCase) throws -> Network {
    try #require(try Sample(name: test.sample).compile(nil, .model(test.model)).models.first).network
  }
}

extension ReferenceCase {
  /// AlexNet's sample has the common constant of its normalisation, the reference five times that; nothing that is
  /// counted here depends on it.
  func expected(_ operation: Operation) -> Operation {
    guard reference == "alexnet_2012_grouped",
      case .localResponseNormalization(let size, let alpha, let beta, let k) =
        operation
    else { return operation }
    return .localResponseNormalization(size: size, alpha: alpha / 5, beta: beta, k: k)
  }
}
