import CNNSyntax
import CNNText

/// The bodies that some model ran.
public struct VisitedBodies: Sendable {
  /// For each file, and in it for each body by its number.
  private var files: [[Bool]] = []

  public init() {}

  func contains(_ body: Body, in file: FileID) -> Bool {
    let index = Int(file.index)
    return index < files.count && Int(body.number) < files[index].count && files[index][Int(body.number)]
  }

  /// Whether every body of a file ran.
  func containsAll(of tree: SyntaxTree) -> Bool {
    let index = Int(tree.source.id.index)
    guard tree.bodyCount > 0 else { return true }
    return index < files.count && files[index].count >= tree.bodyCount
      && files[index][..<tree.bodyCount].allSatisfy { $0 }
  }

  mutating func insert(_ body: Body, in file: FileID) {
    let index = Int(file.index)
    let number = Int(body.number)
    while files.count <= index { files.append([]) }
    if files[index].count <= number {
      files[index] += Array(repeating: false, count: max(number + 1 - files[index].count, files[index].count))
    }
    files[index][number] = true
  }
}
