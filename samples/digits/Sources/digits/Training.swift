import Foundation
import TensorEngine

/// Trains a network, shows what it takes for what, and saves it.
func train(_ options: Options) throws {
  let (training, test) = try Images.split(contentsOf: options.data)
  print("\(training.count) images to train with, \(test.count) to test, threads: \(Execution.threads)\n")

  var network = try Digits(seed: options.seed)
  var line = ProgressLine()
  let clock = ContinuousClock()
  let start = clock.now
  try network.learn(from: training, epochs: options.epochs, seed: options.seed, showing: &line, keepsEpochs: true)
  print("\(options.epochs) epochs took \(String(format: "%.1f", (clock.now - start) / .seconds(1))) seconds\n")

  var matrix = try ConfusionMatrix(classes: (0...9).map(String.init))
  try matrix.add(network(test.inputs), test.labels)
  print(matrix)

  try NamedTensors(of: network).write(to: options.checkpoint)
  print("\nThe weights are in \(options.checkpoint).")
}

/// Trains from several seeds, to see how much of a result is luck.
func compareSeeds(_ options: Options) throws {
  let (training, test) = try Images.split(contentsOf: options.data)
  let seeds: ClosedRange<UInt64> = 1...5
  var line = ProgressLine()
  var sum = 0.0
  for seed in seeds {
    var network = try Digits(seed: seed)
    try network.learn(from: training, epochs: options.epochs, seed: seed, showing: &line, keepsEpochs: false)
    let accuracy = try network(test.inputs).accuracy(test.labels)
    line.finish("seed \(seed)  accuracy \(percent(accuracy))")
    sum += accuracy
  }
  print("mean    accuracy \(percent(sum / Double(seeds.count)))")
}

extension Digits {
  /// Trains with AdamW, whose rate falls along a cosine.
  ///
  /// - Parameters:
  ///   - seed: Decides the order of the images, and what dropout leaves out.
  ///   - line: Shows how far training has come.
  ///   - keepsEpochs: Whether each epoch leaves a line of its own.
  mutating func learn(
    from examples: Examples, epochs: Int, seed: UInt64, showing line: inout ProgressLine, keepsEpochs: Bool
  ) throws {
    let batches = try Batches(of: examples.count, size: 32, seed: seed)
    var optimizer = try AdamW(rate: .cosine(from: 0.003, over: epochs * batches.count))
    for epoch in 0..<epochs {
      var progress = EpochProgress(epoch: epoch, of: epochs, batches: batches.count)
      for indices in batches.epoch(epoch) {
        let batch = try examples.at(indices)
        let step = try train(on: batch.inputs, batch.labels, loss: CrossEntropy(), with: &optimizer, seed: seed)
        progress.add(loss: step.loss, hits: try step.output.hits(batch.labels), of: batch.count)
        line.show(progress.bar)
      }
      if keepsEpochs { line.finish(progress.summary) }
    }
  }
}

/// ` 97.5 %`, as wide as that of everything.
func percent(_ share: Double) -> String { String(format: "%5.1f %%", 100 * share) }
