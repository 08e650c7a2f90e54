/// Where a layer comes from, so that an error can name it: its path in the network and the line that wrote it.
public struct Site: Sendable {
  // One reference, since every layer of a network carries a site wherever it is copied to.
  private let place: Place

  private final class Place: Sendable {
    let path: String
    let file: String
    let line: Int

    init(path: String, file: String, line: Int) {
      self.path = path
      self.file = file
      self.line = line
    }
  }

  public init(path: String, file: String, line: Int) {
    place = Place(path: path, file: file, line: line)
  }

  /// The labels from the network down to the layer: `stage2.block1.conv1`.
  public var path: String { place.path }
  /// The file that declares the layer, as its author would name it.
  public var file: String { place.file }
  /// The line in that file, from 1.
  public var line: Int { place.line }
}

extension Site: Hashable {
  public static func == (a: Site, b: Site) -> Bool { a.path == b.path && a.file == b.file && a.line == b.line }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(file)
    hasher.combine(line)
  }
}

extension Site: CustomStringConvertible {
  /// `stage2.block1.conv1 (resnet.cnn:31)`
  public var description: String { "\(path) (\(file):\(line))" }
}
