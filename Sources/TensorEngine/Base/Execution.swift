import TensorKernels

/// How the engine uses the machine.
public enum Execution {
  /// How many threads share the work of an operation, this one counted in: at first as many as there are cores. Results are
  /// the same to the last bit for the same number of threads; between numbers they differ by rounding.
  public static var threads: Int { tk_threads() }

  /// - Parameter count: Below 1 is taken as 1, above 256 as 256.
  public static func setThreads(_ count: Int) { tk_set_threads(max(count, 1)) }

  /// The widest instructions in use: `AVX-512`, `AVX2`, or `portable`.
  public static var instructions: String {
    switch tk_processor_level() {
    case tk_avx512: "AVX-512"
    case tk_avx2: "AVX2"
    default: "portable"
    }
  }
}
