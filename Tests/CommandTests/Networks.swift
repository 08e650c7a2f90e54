/// Small networks, right and wrong.
enum Networks {
  static let right = """
    model Net {
      input 8x8x3
      conv 4, 3x3, pad 1 | relu
      flatten | dense 10
    }

    """

  /// A misspelled layer, which a fix can change.
  static let misspelled = right.replacing("conv", with: "convv")

  /// Two changes are offered, in different lines.
  static let twiceMisspelled = misspelled.replacing("flatten", with: "flaten")

  /// A file without errors that is warned of: the last row and column are never read.
  static let remainder = right.replacing("3x3, pad 1", with: "3x3, stride 2")
}

/// A diagnostic of `lint --format json`.
struct Finding: Decodable {
  struct Fix: Decodable {
    struct Edit: Decodable {
      let startByte: Int
      let endByte: Int
      let replacement: String
    }

    let title: String
    let edits: [Edit]
  }

  let code: String
  let severity: String
  let message: String
  let file: String
  let line: Int
  let column: Int
  let endLine: Int
  let endColumn: Int
  let fixes: [Fix]
}

/// What is read of `lint --format sarif`.
struct SARIF: Decodable {
  struct Run: Decodable {
    let tool: Tool
    let results: [Result]
  }

  struct Tool: Decodable { let driver: Driver }

  struct Driver: Decodable {
    let name: String
    let version: String
    let rules: [Rule]
  }

  struct Rule: Decodable { let id: String }

  struct Result: Decodable {
    let ruleId: String
    let ruleIndex: Int
    let level: String
    let message: Message
    let locations: [Location]
  }

  struct Message: Decodable { let text: String }
  struct Location: Decodable { let physicalLocation: PhysicalLocation }

  struct PhysicalLocation: Decodable {
    let artifactLocation: Artifact
    let region: Region
  }

  struct Artifact: Decodable { let uri: String }

  struct Region: Decodable {
    let startLine: Int
    let startColumn: Int
    let endLine: Int
    let endColumn: Int
  }

  let version: String
  let runs: [Run]
}
