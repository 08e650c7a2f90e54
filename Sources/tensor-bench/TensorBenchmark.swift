import TensorEngine
import TensorKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Takes steps and tells their times, as often as it is asked: what compare.py starts, one process for each framework.
///
///     tensor-bench train|run MNIST|CIFARResNet18 THREADS
///     tensor-bench peak THREADS
///
/// Prints `ready`; then, for each line of standard input with a number, takes as many steps and prints a list of their
/// times in milliseconds.
@main
struct TensorBenchmark {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    guard let threads = words.last.flatMap({ Int($0) }), let step = try step(words.dropLast()) else {
      print("usage: tensor-bench train|run MNIST|CIFARResNet18 THREADS, or tensor-bench peak THREADS")
      return
    }
    Execution.setThreads(threads)
    try answer(step)
  }

  /// The step that words ask for; nil where they are others.
  private static func step(_ words: some Sequence<String>) throws -> (() throws -> Void)? {
    switch Array(words) {
    case ["train", "MNIST"]: try training(MNIST(seed: 1), on: [64, 28, 28, 1])
    case ["train", "CIFARResNet18"]: try training(CIFARResNet18(seed: 1), on: [16, 32, 32, 3])
    case ["run", "MNIST"]: try running(MNIST(seed: 1), on: [1, 28, 28, 1])
    case ["run", "CIFARResNet18"]: try running(CIFARResNet18(seed: 1), on: [1, 32, 32, 3])
    case ["peak"]: { _ = tk_multiply_and_add(multiplyAdds) }
    default: nil
    }
  }

  /// A step of `peak`.
  private static let multiplyAdds = 1_000_000_000

  /// A step of training: forward, cross entropy, backward, and descent with momentum.
  private static func training(_ untrained: some Network, on extents: [Int]) throws -> () throws -> Void {
    var network = untrained
    var generator = SeededGenerator(seed: 2)
    let images = try random(extents, &generator)
    let labels = (0..<extents[0]).map { _ in generator.below(10) }
    var optimizer = try SGD(rate: 0.01, momentum: 0.9)
    return { try network.train(on: images, labels, loss: CrossEntropy(), with: &optimizer, seed: 3) }
  }

  /// A step of use: forward alone.
  private static func running(_ network: some Network, on extents: [Int]) throws -> () throws -> Void {
    var generator = SeededGenerator(seed: 2)
    let images = try random(extents, &generator)
    return { _ = try network(images) }
  }

  private static func random(_ extents: [Int], _ generator: inout SeededGenerator) throws -> Tensor {
    try Tensor(extents, (0..<extents.reduce(1, *)).map { _ in 2 * generator.unit() - 1 })
  }

  private static func answer(_ step: () throws -> Void) throws {
    // The first steps fetch memory and start threads.
    for _ in 0..<2 { try step() }
    tell("ready")
    let clock = ContinuousClock()
    while let line = readLine(), let count = Int(line), count > 0 {
      let times = try (0..<count).map { _ in try clock.measure(step) / .milliseconds(1) }
      tell("\(times)")
    }
  }

  /// Prints a line and sends it at once, for whoever asked waits for it.
  private static func tell(_ line: String) {
    print(line)
    fflush(nil)
  }
}
