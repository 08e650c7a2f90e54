import Testing

@testable import CNNLayers

/// The table of what other frameworks call things.
@Suite struct ForeignWordsTests {
  private static let names = Set(Catalogue.layers.map(\.name))

  @Test func everyLayerOfTheTableIsOneOfTheCatalogue() {
    for layer in ForeignWords.layers {
      #expect(layer.layer.map(Self.names.contains) ?? (layer.phrase != nil), "\(layer.words)")
    }
  }

  @Test func everyParameterOfTheTableIsOneOfALayer() {
    let parameters = Set(Catalogue.layers.flatMap { $0.parameters.map(\.name) })
    for parameter in ForeignWords.parameters {
      #expect(parameter.parameters.allSatisfy(parameters.contains), "\(parameter.words)")
      #expect(!parameter.parameters.isEmpty || parameter.difference != nil || parameter.words.contains("center"))
    }
  }

  @Test func noWordStandsInTheTableTwice() {
    for words in [ForeignWords.layers.flatMap(\.words), ForeignWords.parameters.flatMap(\.words)] {
      #expect(words.count == Set(words).count, "\(words.filter { word in words.count { $0 == word } > 1 })")
    }
  }

  @Test(arguments: [
    ("deconv", "convtranspose"), ("upconv", "convtranspose"), ("tconv", "convtranspose"),
    ("Conv2DTranspose", "convtranspose"),
    ("ConvTranspose2d", "convtranspose"), ("dwconv", "depthwise"), ("DepthwiseConv2D", "depthwise"),
    ("dropout2d", "spatialdropout"), ("SpatialDropout2D", "spatialdropout"), ("bn", "batchnorm"),
    ("BatchNormalization", "batchnorm"), ("linear", "dense"), ("fc", "dense"), ("swish", "silu"),
    ("concatenate", "concat"), ("UpSampling2D", "upsample"), ("GlobalAveragePooling2D", "globalavgpool"),
    ("reorg", "pixelunshuffle"), ("space_to_depth", "pixelunshuffle"), ("Conv2d", "conv"), ("ReLU", "relu"),
    ("MaxPool2d", "maxpool"), ("MaxPooling2D", "maxpool"), ("AvgPool2d", "avgpool"), ("leaky_relu", "leakyrelu"),
    ("LSTM", "lstm"), ("Flatten", "flatten"), ("AdaptiveAvgPool2d", "adaptiveavgpool"), ("ZeroPadding2D", "zeropad"),
    ("PixelShuffle", "pixelshuffle"), ("LayerNormalization", "layernorm"), ("hswish", "hardswish"),
  ])
  func isKnown(word: String, layer: String) {
    #expect(ForeignWords.layer(word)?.layer == layer)
  }

  @Test func whatIsMadeOfTwoLayersIsNoOtherOne() {
    for word in ["crelu", "SeparableConv2D"] {
      #expect(ForeignWords.layer(word)?.layer == nil)
      #expect(ForeignWords.layer(word)?.phrase != nil)
    }
    #expect(ForeignWords.layer("nonsense") == nil)
    #expect(ForeignWords.layer("dense10") == nil)
  }
}
