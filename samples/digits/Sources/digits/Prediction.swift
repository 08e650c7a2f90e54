import TensorEngine

/// Classifies images with the weights of a checkpoint.
func predict(_ options: Options) throws {
  let network = try load(options.checkpoint)
  let (images, numbers) = try subjects(options)
  let probabilities = try Softmax()(network(images.pixels.examples(at: numbers))).scalars
  let ink = images.pixels.scalars
  for (row, number) in numbers.enumerated() {
    let size = Images.side * Images.side
    print("image \(number)\(images.labels.map { ", a \($0[number])" } ?? "")")
    show(ink[number * size..<(number + 1) * size], probabilities[row * 10..<(row + 1) * 10])
  }
}

private func load(_ checkpoint: String) throws -> Digits {
  do {
    return try Digits(weights: NamedTensors(contentsOf: checkpoint))
  } catch {
    throw Complaint("\(error)\n`digits train` writes a checkpoint")
  }
}

/// The images to classify: those of the data with the given numbers, or all of a file.
private func subjects(_ options: Options) throws -> (images: Images, numbers: [Int]) {
  let numbers = options.subjects.compactMap { Int($0) }
  if numbers.isEmpty, let file = options.subjects.first {
    if let other = options.subjects.dropFirst().first { throw Complaint("one file at a time: \(file), or \(other)?") }
    let images = try Images(contentsOf: file)
    return (images, Array(0..<images.count))
  }
  guard numbers.count == options.subjects.count else {
    throw Complaint("'predict' takes numbers of images or one file, found \(options.subjects.joined(separator: " "))")
  }
  guard !numbers.isEmpty else { throw Complaint("'predict' takes numbers of images or a file\n\(Options.usage)") }
  let images = try Images(contentsOf: options.data)
  if let wrong = numbers.first(where: { !(0..<images.count).contains($0) }) {
    throw Complaint("\(options.data) has images 0 to \(images.count - 1), found \(wrong)")
  }
  return (images, numbers)
}

/// Draws an image, and beside it the digits it may be.
private func show(_ ink: ArraySlice<Float>, _ probabilities: ArraySlice<Float>) {
  let shades = [" ", "░", "▒", "▓", "█"]
  let guesses = probabilities.enumerated().sorted { $0.element > $1.element }
  for row in 0..<Images.side {
    let line = ink.dropFirst(row * Images.side).prefix(Images.side).map { value in
      String(repeating: shades[Int((value * Float(shades.count - 1)).rounded())], count: 2)
    }
    // Beside the picture there is room for all but the two that are least likely.
    let (digit, probability) = guesses[row]
    let bar = String(repeating: "█", count: Int((probability * 20).rounded()))
    let guess = probability < 0.001 ? "" : "   \(digit)  \(percent(Double(probability)))  \(bar)"
    print("  " + line.joined() + guess)
  }
  print()
}
