/// The shells that completions can be written for.
public enum Shell: String, CaseIterable, Hashable, Sendable {
  case bash, zsh, fish
}

extension ProgramSpec {
  /// A script for the shell to load. It answers from the declaration alone and never starts the program.
  public func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletions
    case .zsh: zshCompletions
    case .fish: fishCompletions
    }
  }

  /// The program's name as a part of shell function names.
  var functionName: String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }
}

/// A word as bash and zsh read it back.
func shellQuoted(_ word: String) -> String {
  let isPlain = word.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
  if isPlain, !word.isEmpty { return word }
  return "'" + word.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
}
