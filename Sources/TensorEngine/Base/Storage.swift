import TensorKernels

/// Memory for numbers, aligned for vector loads and used again once it is given back; it begins with what it held before.
/// Those who hold it write to it only while nobody else does, which is what makes it safe to share between threads.
final class Storage<Element: BitwiseCopyable>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
  private let bytes: Int

  /// - Throws: `outOfMemory`
  init(count: Int) throws(TensorError) {
    bytes = count * MemoryLayout<Element>.stride
    guard let memory = tk_allocate(bytes) else { throw TensorError(.outOfMemory(bytes: bytes)) }
    pointer = memory.bindMemory(to: Element.self, capacity: count)
  }

  deinit { tk_release(pointer, bytes) }
}
