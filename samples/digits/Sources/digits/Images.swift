import TensorEngine

/// Images of digits, 8x8 pixels each, from a file with an image a line: 64 pixels from 0 to 16, and perhaps the digit.
struct Images {
  /// How many pixels an image is wide and high.
  static let side = 8
  private static let darkest: Float = 16

  /// `[count, 8, 8, 1]`, from 0 for paper to 1 for ink.
  let pixels: Tensor
  /// The digit that each shows; nil where the file does not say it.
  let labels: [Int]?

  var count: Int { pixels.shape.batch }

  init(contentsOf path: String) throws {
    let table = try Tensor(contentsOfCSV: path)
    let (rows, columns) = (table.shape[0], table.shape[1])
    let size = Self.side * Self.side
    guard columns == size || columns == size + 1 else {
      throw Complaint("\(path): expected \(size) pixels on a line, and perhaps a digit, found \(columns) numbers")
    }
    let numbers = table.scalars
    var pixels: [Float] = []
    var labels: [Int] = []
    for row in 0..<rows {
      let image = numbers[row * columns..<row * columns + size]
      if let wrong = image.first(where: { !(0...Self.darkest).contains($0) }) {
        throw Complaint("\(path): image \(row): expected pixels from 0 to 16, found \(wrong)")
      }
      pixels += image.map { $0 / Self.darkest }
      guard columns > size else { continue }
      let label = numbers[row * columns + size]
      guard let digit = Int(exactly: label), (0...9).contains(digit) else {
        throw Complaint("\(path): image \(row): expected a digit from 0 to 9, found \(label)")
      }
      labels.append(digit)
    }
    self.pixels = try Tensor([rows, Self.side, Self.side, 1], pixels)
    self.labels = columns > size ? labels : nil
  }

  /// The images to train with, and those to test with, which training never sees.
  static func split(contentsOf path: String) throws -> (training: Examples, test: Examples) {
    let trainingCount = 1437
    let images = try Images(contentsOf: path)
    guard let labels = images.labels else { throw Complaint("\(path): the images have no labels to learn from") }
    guard images.count > trainingCount else {
      throw Complaint("\(path): expected more than \(trainingCount) images, found \(images.count)")
    }
    let all = try Examples(images.pixels, labels: labels)
    return (try all.at(0..<trainingCount), try all.at(trainingCount..<images.count))
  }
}
