import Foundation

/// A line of `Tests/Reference/conv-cases.json`: one operation of PyTorch or Keras, and what it gave or refused.
struct ReferenceCase: Decodable, Sendable {
  enum Framework: String, Decodable { case torch, keras }

  let id: String
  let framework: Framework
  let op: String
  /// Shapes in the framework's own order; one unless the operation joins tensors.
  let inputs: [[Int]]
  let attributes: Attributes
  let out: [Int]?
  /// Cells before and behind each axis.
  let pad: [Int]?
  /// Cells cut before and behind each axis by a transposed convolution.
  let crop: [Int]?
  /// How far the last window passes the padded end of each axis.
  let overhang: [Int]?
  let parameters: Int64?
  let multiplyAdds: Int64?
  let countsPadding: Bool?
  let errorClass: String?
  /// Further defects of the case, any of which is a fair report.
  let also: [String]

  private enum Key: String, CodingKey {
    case id, op, out, pad, crop, overhang, also
    case framework = "fw"
    case inputs = "in"
    case attributes = "attrs"
    case parameters = "params"
    case multiplyAdds = "macs"
    case countsPadding = "count_include_pad"
    case errorClass = "error_class"
  }

  init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: Key.self)
    id = try row.decode(String.self, forKey: .id)
    framework = try row.decode(Framework.self, forKey: .framework)
    op = try row.decode(String.self, forKey: .op)
    if let shapes = try? row.decode([[Int]].self, forKey: .inputs) {
      inputs = shapes
    } else {
      inputs = [try row.decode([Int].self, forKey: .inputs)]
    }
    attributes = try row.decode(Attributes.self, forKey: .attributes)
    out = try row.decodeIfPresent([Int].self, forKey: .out)
    pad = try row.decodeIfPresent([Int].self, forKey: .pad)
    crop = try row.decodeIfPresent([Int].self, forKey: .crop)
    overhang = try row.decodeIfPresent([Int].self, forKey: .overhang)
    parameters = try row.decodeIfPresent(Int64.self, forKey: .parameters)
    multiplyAdds = try row.decodeIfPresent(Int64.self, forKey: .multiplyAdds)
    countsPadding = try row.decodeIfPresent(Bool.self, forKey: .countsPadding)
    errorClass = try row.decodeIfPresent(String.self, forKey: .errorClass)
    also = try row.decodeIfPresent([String].self, forKey: .also) ?? []
  }

  /// The operation's attributes, named as the two frameworks name them.
  struct Attributes: Decodable, Sendable {
    let kernel: [Int]?
    /// Nil where pools take the kernel's.
    let stride: [Int]?
    let dilation: [Int]?
    let padding: Padding?
    let paddingMode: String?
    let outputPadding: [Int]?
    let inChannels: Int?
    let filters: Int?
    let multiplier: Int?
    let groups: Int?
    let bias: Bool?
    let ceil: Bool?
    let countsPadding: Bool?
    /// An axis without a number keeps its extent.
    let outputSize: [Int?]?
    let size: [Int]?
    let scale: [Double]?
    let mode: String?
    let alignsCorners: Bool?
    /// A list in Keras, a number for the pixel shuffles of PyTorch.
    let factor: [Int]?
    let pad: [Int]?
    let crop: [Int]?
    let axis: Int?
    let normalized: [Int]?

    enum Padding: Sendable {
      case word(String)
      case amounts([Int])
    }

    private enum Key: String, CodingKey {
      case kernel, stride, strides, dilation, padding, filters, groups, bias, size, mode, factor, pad, crop, axis
      case channels, normalized
      case paddingMode = "padding_mode"
      case outputPadding = "output_padding"
      case inChannels = "in_channels"
      case outChannels = "out_channels"
      case inFeatures = "in_features"
      case outFeatures = "out_features"
      case multiplier = "depth_multiplier"
      case ceil = "ceil_mode"
      case countsPadding = "count_include_pad"
      case outputSize = "output_size"
      case scale = "scale_factor"
      case alignsCorners = "align_corners"
    }

    init(from decoder: any Decoder) throws {
      let row = try decoder.container(keyedBy: Key.self)
      func first<T: Decodable>(_ keys: Key...) throws -> T? {
        for key in keys {
          if let value = try row.decodeIfPresent(T.self, forKey: key) { return value }
        }
        return nil
      }
      kernel = try first(.kernel)
      stride = try first(.stride, .strides)
      dilation = try first(.dilation)
      if let word = try? row.decode(String.self, forKey: .padding) {
        padding = .word(word)
      } else {
        padding = try row.decodeIfPresent([Int].self, forKey: .padding).map { .amounts($0) }
      }
      paddingMode = try first(.paddingMode)
      outputPadding = try first(.outputPadding)
      inChannels = try first(.inChannels, .inFeatures, .channels)
      filters = try first(.filters, .outChannels, .outFeatures)
      multiplier = try first(.multiplier)
      groups = try first(.groups)
      bias = try first(.bias)
      ceil = try first(.ceil)
      countsPadding = try first(.countsPadding)
      outputSize = try first(.outputSize)
      size = try first(.size)
      scale = try first(.scale)
      mode = try first(.mode)
      alignsCorners = try first(.alignsCorners)
      if let number = try? row.decode(Int.self, forKey: .factor) {
        factor = [number]
      } else {
        factor = try first(.factor)
      }
      pad = try first(.pad)
      crop = try first(.crop)
      axis = try first(.axis)
      normalized = try first(.normalized)
    }
  }

  private struct File: Decodable { let cases: [ReferenceCase] }

  /// Every case of the file, read once.
  static let all: Result<[ReferenceCase], any Error> = Result {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Reference/conv-cases.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
  }
}

extension ReferenceCase {
  /// The first input, channels last.
  var input: [Int] { channelsLast(inputs[0]) }

  /// How many spatial axes the first input has.
  var rank: Int { inputs[0].count - 1 }

  var spatial: [Int] { Array(input.dropLast()) }

  /// A shape of the case in the order of the language.
  func channelsLast(_ shape: [Int]) -> [Int] {
    switch framework {
    case .keras: shape
    case .torch: Array(shape.dropFirst()) + shape.prefix(1)
    }
  }
}
