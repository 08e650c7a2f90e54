import Foundation
import TensorEngine

/// `digits train`, `digits seeds`, `digits predict`
@main
struct Main {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      if let threads = options.threads { Execution.setThreads(threads) }
      switch options.command {
      case .train: try train(options)
      case .seeds: try compareSeeds(options)
      case .predict: try predict(options)
      case .help: print(Options.usage)
      }
    } catch {
      FileHandle.standardError.write(Data("digits: \(error)\n".utf8))
      exit(1)
    }
  }
}

/// What is wrong with a command line or a file, in words.
struct Complaint: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
