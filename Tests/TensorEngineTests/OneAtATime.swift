import TensorKernels
import Testing

@testable import TensorEngine

/// Suites of which one changes how the whole process computes, and another compares results to the last bit: they run one
/// after the other.
@Suite(.serialized) enum OneAtATime {
  /// Which instructions are used, on how many threads.
  struct Setting: Sendable {
    let level: tk_level
    let threads: Int

    static let all = [tk_portable, tk_avx2, tk_avx512].flatMap { level in
      [1, 2, 3].map { Setting(level: level, threads: $0) }
    }

    func run<Result>(_ body: () throws -> Result) rethrows -> Result {
      let threads = Execution.threads
      tk_limit_level(level)
      Execution.setThreads(self.threads)
      defer {
        tk_limit_level(tk_avx512)
        Execution.setThreads(threads)
      }
      return try body()
    }
  }
}
