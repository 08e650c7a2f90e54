/// What other frameworks call the layers of the language, and their parameters: PyTorch, Keras, Caffe, Darknet and ONNX.
///
/// Words are compared without case and underscores, and layers without the number of their axes: `Conv2d`, `Conv2D` and
/// `conv_2d` are one word. A word that is a name of the language as it stands never comes here.
public enum ForeignWords {
  /// What a layer of another framework is here.
  public struct Layer: Sendable {
    let words: [String]
    /// The layer that computes the same, if one does.
    public let layer: String?
    /// What to write where it takes more than another name: `depthwise 3x3, bias off | conv 64, 1x1`.
    public let phrase: String?
    /// What differs from here, as a sentence without a full stop.
    public let difference: String?
    /// How many arguments without a name it may have for them to mean the same here. Where there are more, the first says
    /// what enters, which has no place here: `BatchNorm2d(64)`, `Linear(256, 10)`, `Conv2d(3, 64, 3)`.
    public let ownArguments: Int

    init(
      _ words: String, _ layer: String?, phrase: String? = nil, ownArguments: Int = .max, _ difference: String? = nil
    ) {
      self.words = words.split(separator: " ").map(String.init)
      self.layer = layer
      self.phrase = phrase
      self.difference = difference
      self.ownArguments = ownArguments
    }
  }

  /// What a parameter of another framework is here.
  public struct Parameter: Sendable {
    let words: [String]
    /// Those that it may be, of which a layer has one at most; none where there is no counterpart.
    let parameters: [String]
    /// What differs from here, as a sentence without a full stop.
    public let difference: String?

    init(_ words: String, _ parameters: String, _ difference: String? = nil) {
      self.words = words.split(separator: " ").map(String.init)
      self.parameters = parameters.split(separator: " ").map(String.init)
      self.difference = difference
    }

    /// The one of them that a layer has.
    public func parameter(among names: [String]) -> String? { parameters.first { names.contains($0) } }
  }

  public static func layer(_ word: String) -> Layer? {
    let whole = letters(of: word)
    if let layer = layers.first(where: { $0.words.contains(whole) }) { return layer }
    let plain = withoutAxes(whole)
    if let layer = layers.first(where: { $0.words.contains(plain) }) { return layer }
    return Catalogue.layers.first { $0.name == plain }.map { Layer(plain, $0.name) }
  }

  public static func parameter(_ word: String) -> Parameter? {
    let plain = letters(of: word)
    return parameters.first { $0.words.contains(plain) }
  }

  private static func letters(of word: String) -> String { word.lowercased().filter { $0 != "_" } }

  private static func withoutAxes(_ word: String) -> String {
    var word = word
    for axes in ["1d", "2d", "3d"] {
      // `2d` alone is no layer without its axes.
      if word.count > 2, let range = word.firstRange(of: axes) { word.removeSubrange(range) }
    }
    return word
  }

  /// Of batch normalisations, whose running statistics are weighed the other way round in Keras.
  private static let momentum = "Keras's `momentum` is what the old value weighs, 1 minus the one here: 0.99 is 0.01"
  private static let entering = "the channels that enter are known and are not written"

  static let layers: [Layer] = [
    Layer("conv", "conv", ownArguments: 2, "PyTorch writes the channels that enter first; here they are known"),
    Layer("convolution convolutional", "conv"),
    Layer(
      "convtranspose deconv deconvolution deconvolutional tconv upconv convt transposeconv transposedconv "
        + "transposedconvolution transposeconvolution", "convtranspose"),
    Layer("dwconv depthwiseconv depthwiseconvolution convdw", "depthwise"),
    Layer(
      "separableconv sepconv", nil, phrase: "depthwise 3x3, bias off | conv 64, 1x1",
      "a separable convolution is two layers: filters for each channel, then a 1x1 convolution"),
    Layer("localconvolution locallyconnected", "localconv"),
    Layer("linear", "dense", ownArguments: 1, "PyTorch writes the inputs first; here they are known"),
    Layer("fc fullyconnected innerproduct gemm matmul connected affine", "dense"),
    Layer("bn batchnormalization batchnormalisation spatialbatchnorm", "batchnorm", momentum),
    Layer("batchnorm syncbatchnorm", "batchnorm", ownArguments: 0, entering + "; a second argument is not `affine`"),
    Layer("instancenorm instancenormalization", "instancenorm", ownArguments: 0, entering),
    Layer("groupnorm groupnormalization", "groupnorm"),
    Layer("layernorm layernormalization ln", "layernorm", ownArguments: 0, entering),
    Layer("localresponsenorm localresponsenormalization responsenorm", "lrn"),
    Layer("unitnormalization", "normalize"),
    Layer("maxpooling maxpool", "maxpool"),
    Layer("avgpooling averagepooling averagepool avgpool meanpool", "avgpool"),
    Layer("globalaveragepooling globalaveragepool globalavgpooling gap avgpoolglobal", "globalavgpool"),
    Layer("globalmaxpooling globalmaxpool gmp", "globalmaxpool"),
    Layer("adaptiveaveragepool adaptiveaveragepooling adaptiveavgpooling", "adaptiveavgpool"),
    Layer("adaptivemaxpooling adaptivemaxpool", "adaptivemaxpool"),
    Layer("maxunpool maxunpooling unpooling", "unpool"),
    Layer("upsampling upsample nearestneighborupsample", "upsample", "Keras's default is `nearest`, as here"),
    Layer("upsamplingbilinear resizebilinear", nil, phrase: "upsample 2, mode bilinear"),
    Layer("interpolate", "resize", "PyTorch's `scale_factor` is `upsample`"),
    Layer(
      "spacetodepth reorg pixelunshuffle", "pixelunshuffle", "the order of the channels differs between frameworks"),
    Layer("depthtospace pixelshuffle subpixel", "pixelshuffle", "the order of the channels differs between frameworks"),
    Layer("channelshuffle shufflechannel", "channelshuffle"),
    Layer("zeropadding zeropad constantpad padding", "zeropad"),
    Layer("reflectionpad reflectpad", "reflectpad"),
    Layer("replicationpad replicatepad edgepad", "replicatepad"),
    Layer("cropping", "crop"),
    Layer("dropout alphadropout", "dropout"),
    Layer("dropout1d dropout2d dropout3d featuredropout", "spatialdropout"),
    Layer("stochasticdepth", "droppath"),
    Layer("swish", "silu"),
    Layer("leaky lrelu", "leakyrelu", "Darknet's slope is 0.1, Keras's 0.3"),
    Layer("leakyrelu", "leakyrelu", "Keras's slope is 0.3 unless given, the one here 0.01"),
    Layer("hswish", "hardswish"),
    Layer("hsigmoid", "hardsigmoid", "Keras's is clipped 0.2 x + 0.5, the one here PyTorch's x / 6 + 0.5"),
    Layer("logistic", "sigmoid"),
    Layer(
      "crelu", nil, phrase: "concat { - relu | - multiply -1 | relu }",
      "it is made of two, and gives twice the channels"),
    Layer("concatenate cat route", "concat", "tensors are named, or branches of braces"),
    Layer("shortcut skip skipconnection", "residual", "the layers that are passed by stand in braces"),
    Layer("eltwise elementwise sumtensors", "add", "`multiply` and `maximum` are layers of their own"),
    Layer("mul", "multiply"),
    Layer("sub", "subtract"),
    Layer("div", "divide"),
    Layer("pow", "power"),
    Layer("view", "reshape", "channels come last here, and the batch is not written"),
    Layer("transpose permutation", "permute", "axes are counted without the batch, channels last"),
    Layer("scaledotproductattention multiheadattention", "attention"),
    Layer("clamp", "clip"),
    Layer("nop linearactivation", "identity"),
  ]

  static let parameters: [Parameter] = [
    Parameter("padding pads p padw padh", "pad"),
    Parameter("kernelsize kernel kernelshape size poolsize k ksize", "kernel size"),
    Parameter("strides s subsample", "stride"),
    Parameter("dilationrate dilations atrousrate", "dilation"),
    Parameter("outputpadding", "outputpad"),
    Parameter("outchannels numoutput nout channels outplanes numfilters features nfilters", "filters units"),
    Parameter("units outfeatures hiddensize hiddenunits numunits neurons output", "units filters"),
    Parameter("inchannels infeatures numfeatures inputsize normalizedshape nin inplanes numchannels", "", entering),
    Parameter("group numgroups cardinality", "groups"),
    Parameter("usebias biasterm", "bias"),
    Parameter("epsilon", "eps"),
    Parameter("negativeslope alpha", "slope alpha"),
    Parameter("prob probability rate droprate keepprob", "rate", "a rate is what is dropped, not what is kept"),
    Parameter("depthmultiplier", "multiplier"),
    Parameter("scalefactor upscalefactor blocksize downscalefactor", "factor"),
    Parameter("ceilmode", "ceil"),
    Parameter("countincludepad", "countpad"),
    Parameter("center trackrunningstats", ""),
    Parameter("numheads", "heads"),
    Parameter("bidirectional", "both"),
    Parameter("returnsequences", "last", "`last` gives the last step alone, the opposite of `return_sequences`"),
    Parameter("dim axis", "over", "axes have names here: `channels`, `height`, `width`"),
    Parameter("activation", "", "a function is a layer of its own: `conv 64, 3x3 | relu`"),
    Parameter("inplace name dtype kernelinitializer device dataformat", "", "it changes nothing that is written here"),
    Parameter("inputshape", "", "the shape that enters is a line of the model: `input 28x28x1`"),
  ]
}
