/// A long network as a person might generate one: ten layers in seven lines, over and over.
enum GeneratedModel {
  static let period = """
      conv 16, 3x3, pad 1, bias off | batchnorm | relu
      conv 16, 3x3, pad same | relu
      add {
        - conv 16, 1x1 | batchnorm
        - identity
      }
      maxpool 3x3, stride 1, pad 1
      dropout 0.2

    """
  static let layersPerPeriod = 10

  /// The text of a model of about `layers` layers, and how many it has.
  static func text(layers: Int) -> (bytes: [UInt8], layers: Int) {
    let periods = max(layers / layersPerPeriod, 1)
    var bytes = Array("model Generated {\n  input 32x32x16\n".utf8)
    bytes.reserveCapacity(periods * period.utf8.count + 100)
    for _ in 0..<periods { bytes += Array(period.utf8) }
    bytes += Array("}\n".utf8)
    return (bytes, periods * layersPerPeriod)
  }
}
