import CNNBackends
import CNNCompiler
import CNNModel
import CNNText
import Foundation
import Testing

/// Compiles the first model of a source, which has to have no errors.
func compiled(_ source: String) throws -> BackendInput {
  let compilation = Compilation(path: "test.cnn", bytes: Array(source.utf8), selection: .first) { _ in
    .failure(UnreadableFile("none"))
  }
  let isSound = !compilation.hasErrors
  #expect(isSound, "\(source)")
  return BackendInput(compilation, try #require(compilation.models.first))
}

/// What `cnn weights --names json` prints.
struct WeightFile: Decodable {
  struct Stored: Decodable, Hashable {
    let name: String
    let shape: [Int]
  }

  struct Entry: Decodable {
    let layer: String
    let engine: Stored
    let pytorch: Stored
    let keras: Stored
    let flattened: [[Int]]
  }

  struct Place: Decodable, Hashable {
    let layer: String
    let line: Int
  }

  let tensors: [Entry]
  let channelsLast: [Place]

  private enum CodingKeys: String, CodingKey {
    case tensors
    case channelsLast = "channels_last"
  }

  init(_ input: BackendInput) throws {
    let text = weights(input, WeightOptions(names: .json))
    self = try JSONDecoder().decode(WeightFile.self, from: Data(text.utf8))
  }
}
