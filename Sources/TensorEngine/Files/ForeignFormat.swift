/// Formats of other programs that weights are often kept in.
public enum ForeignFormat: Hashable, Sendable, CaseIterable {
  /// What `torch.save` writes.
  case torch
  /// What Keras writes.
  case keras
  /// One array of NumPy, without a name.
  case array
}

extension ForeignFormat: CustomStringConvertible {
  public var description: String {
    switch self {
    case .torch: "one of PyTorch; `safetensors.torch.save_file(model.state_dict(), path)` writes the weights"
    case .keras: "one of Keras; `numpy.savez(path, **{w.path: w.numpy() for w in model.weights})` writes the weights"
    case .array: "one array of NumPy without a name; `numpy.savez(path, name=array)` gives it one"
    }
  }

  /// The format that the first bytes of a file tell; nil for any other.
  ///
  /// Four bytes at least: two may also be the length of a header of SafeTensors.
  init?(of bytes: [UInt8]) {
    if bytes.starts(with: [0x89] + "HDF".utf8) || Self.firstMember(of: bytes)?.hasSuffix("metadata.json") == true {
      self = .keras
    } else if bytes.starts(with: [0x80, 0x02, 0x8a, 0x0a])
      || Self.firstMember(of: bytes)?.hasSuffix("data.pkl") == true
    {
      self = .torch
    } else if bytes.starts(with: [0x93] + "NUMPY".utf8) {
      self = .array
    } else {
      return nil
    }
  }

  /// The name of the first file in a ZIP archive, whose length is at byte 26.
  private static func firstMember(of bytes: [UInt8]) -> String? {
    guard ZipArchive.begins(bytes), bytes.count > 30 else { return nil }
    return String(decoding: bytes.dropFirst(30).prefix(Int(bytes[26])), as: UTF8.self)
  }
}
