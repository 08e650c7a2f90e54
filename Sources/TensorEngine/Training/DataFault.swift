/// What is wrong with a file or with training data.
public enum DataFault: Hashable, Sendable {
  /// A label that names no class.
  case label(index: Int, found: Int, classes: Int)
}

extension DataFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .label(let index, let found, let classes):
      "expected label \(index) to be from 0 to \(classes - 1), found \(found)"
    }
  }
}
