/// Where a layer comes from, so that an error can name it: its path in the network and the line that wrote it.
public struct Site: Hashable, Sendable {
  /// The labels from the network down to the layer: `stage2.block1.conv1`.
  public let path: String
  /// The file that declares the layer, as its author would name it.
  public let file: String
  /// The line in that file, from 1.
  public let line: Int

  public init(path: String, file: String, line: Int) {
    self.path = path
    self.file = file
    self.line = line
  }
}

extension Site: CustomStringConvertible {
  /// `stage2.block1.conv1 (resnet.cnn:31)`
  public var description: String { "\(path) (\(file):\(line))" }
}
