import CNNCommandLine
import CNNCompiler
import CNNModel
import CNNText

/// Reads what a compilation imports.
func readImport(_ path: String) -> Result<[UInt8], UnreadableFile> {
  do throws(FileError) {
    return .success(try Files.readSource(path, takesStandardInput: false))
  } catch {
    return .failure(UnreadableFile(error.reason))
  }
}

/// Compiles a file of the command line.
func compile(
  _ path: String, _ selection: Compilation.Selection, _ definitions: [Definition]
) throws(FileError) -> Compilation {
  check(path, try Files.readSource(path, takesStandardInput: true), selection, definitions)
}

/// Compiles what a file holds, or will hold.
func check(
  _ path: String, _ bytes: [UInt8], _ selection: Compilation.Selection, _ definitions: [Definition]
) -> Compilation {
  let overrides = definitions.map { Override(name: $0.name, value: $0.value) }
  return Compilation(path: path, bytes: bytes, selection: selection, overrides: overrides, reader: readImport)
}

/// Whether writing to a path would replace a source, which it then says. A file is what it is by whatever path, through
/// links as well.
func wouldReplaceSource(_ output: String?, _ sources: some Sequence<String>) -> Bool {
  guard let output, let replaced = Files.identity(ofOutput: output),
    let source = sources.first(where: { Files.identity(ofSource: $0) == replaced })
  else { return false }
  let name = source == "-" ? "the file that standard input is read from" : "the source `\(source)`"
  complain("writing to `\(output)` would replace \(name); nothing was written")
  return true
}

/// Writes a result to standard output or, whole or not at all, to a file.
func emit(_ text: String, to path: String?) -> ExitCode {
  do throws(FileError) {
    if let path { try Files.write(Array(text.utf8), to: path) } else { _ = try Output.standard.write(text) }
    return .clean
  } catch {
    complain(error.message)
    return .usage
  }
}
