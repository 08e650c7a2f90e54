/// What is wrong with a file or with training data.
public enum DataFault: Hashable, Sendable {
  /// A label that names no class.
  case label(index: Int, found: Int, classes: Int)
  /// A number of `what` that had to be from 0 to 1.
  case notAProbability(what: String, index: Int, found: Float)
  /// An example that does not exist.
  case example(found: Int, count: Int)
  /// Bytes that a format does not allow at an offset of the file.
  case malformed(FileFormat, offset: Int, expected: String, found: String)
  /// A file of weights in a format that is not read.
  case foreign(ForeignFormat)
  /// Two tensors of one name.
  case duplicateName(String)
  /// The tensors of a file are not those that a network has.
  case misfit(WeightMisfit)
  /// The tensors fit a network in more than one layout, which give a tensor different numbers; without one, layers.
  case ambiguousLayout([WeightLayout], tensor: String?)
  /// Weights of a layout do not correspond to those of the network, because a layer depends on the order of memory.
  case channelsLast(WeightLayout)
  /// What the system says about a file. `code` is its `errno`.
  case system(SystemTask, code: Int32)
  /// A directory, a device or a pipe.
  case notARegularFile
  /// A statement about one tensor of several.
  indirect case inTensor(String, TensorError.Fact)
  /// A statement about a file.
  indirect case inFile(String, TensorError.Fact)

  /// What the system was asked to do with a file.
  public enum SystemTask: String, Hashable, Sendable {
    case open, read, write
  }
}

/// The formats of files that tensors are read from.
public enum FileFormat: String, Hashable, Sendable {
  case safetensors = "SafeTensors"
  case npy = "NPY"
  case npz = "NPZ"
  case csv = "CSV"
}

extension DataFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .label(let index, let found, let classes):
      "expected label \(index) to be from 0 to \(classes - 1), found \(found)"
    case .notAProbability(let what, let index, let found):
      "expected \(what) to be from 0 to 1, but element \(index) is \(found)"
    case .example(let found, let count): "expected an example from 0 to \(count - 1), found \(found)"
    case .malformed(let format, let offset, let expected, let found):
      "\(format.rawValue), byte \(offset): expected \(expected), found \(found)"
    case .foreign(let format): "expected a file of SafeTensors or NumPy's `.npz`, found \(format)"
    case .duplicateName(let name): "two tensors are named \(quoted(name))"
    case .misfit(let misfit): misfit.description
    case .ambiguousLayout(let layouts, let tensor): Self.words(layouts, tensor)
    case .channelsLast(let layout):
      "weights of \(layout) cannot be loaded around this layer: it depends on the order of memory, and with channels "
        + "first it would give something else"
    case .system(let task, let code): "cannot \(task.rawValue) it: \(systemWords(for: code))"
    case .notARegularFile: "expected a regular file, found a directory, a device or a pipe"
    case .inTensor(let name, let fact): "tensor \(quoted(name)): \(fact)"
    case .inFile(let path, let fact): "\(quoted(path)): \(fact)"
    }
  }
}

extension DataFault {
  private static func words(_ layouts: [WeightLayout], _ tensor: String?) -> String {
    let names = layouts.map(\.description).joined(separator: " and of ")
    let cases = layouts.map { ".\($0.rawValue)" }.joined(separator: " or ")
    let difference = tensor.map { "give \(quoted($0)) different numbers" } ?? "mean different things here"
    return "the tensors fit the layouts of \(names), which \(difference); say which it is with `layout: \(cases)`"
  }
}

extension TensorError {
  /// The same error with the name of the tensor it is about.
  func inTensor(_ name: String) -> TensorError { TensorError(.data(.inTensor(name, fact)), site: site) }
}

/// A text from a file as a message can show it: short, on one line, without what would steer a terminal.
func quoted(_ text: some StringProtocol) -> String {
  let longest = 100
  var shown = ""
  for scalar in text.unicodeScalars.prefix(longest) {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      shown += "\\u{\(String(scalar.value, radix: 16))}"
    default: shown.unicodeScalars.append(scalar)
    }
  }
  return "'\(shown)\(text.unicodeScalars.dropFirst(longest).isEmpty ? "" : "...")'"
}
