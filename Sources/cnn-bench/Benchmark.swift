import CNNCompiler
import CNNModel
import CNNSyntax
import CNNText

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Times the compiler on generated files: `swift run -c release cnn-bench [LAYERS...]`.
///
/// Prints nanoseconds and bytes of memory a layer, the best of five runs; memory is what the process has touched at most.
/// Each size runs in a process of its own, since that figure never falls.
@main
struct Benchmark {
  static func main() {
    if CommandLine.arguments.dropFirst().first == "--processes" {
      var processes = Processes()
      return processes.measure(rounds: CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 200)
    }
    if CommandLine.arguments.dropFirst().first == "--sizes" { return SizeBenchmark.run() }
    let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard let size = sizes.first, sizes.count == 1 else {
      print("usage: cnn-bench LAYERS [--emit], for example 10000, 100000 or 1000000")
      print("       cnn-bench --sizes, which compares models with symbols in their inputs to those with numbers")
      print("       cnn-bench --processes [ROUNDS] < LIST, as compare.sh does")
      return
    }
    if CommandLine.arguments.contains("--emit") {
      let text = GeneratedModel.text(layers: size).bytes
      text.withUnsafeBytes { _ = write(1, $0.baseAddress, $0.count) }
      return
    }
    measure(size)
  }

  private static func measure(_ size: Int) {
    let before = peakBytes()
    let (bytes, layers) = GeneratedModel.text(layers: size)
    var best = Double.infinity
    for round in 0..<5 {
      let start = now()
      let compilation = Compilation(path: "generated.cnn", bytes: bytes) { _ in .failure(UnreadableFile("none")) }
      best = min(best, now() - start)
      precondition(compilation.models.first?.network.layers.count == layers + 1, "the model has its layers")
      if round == 0 {
        let memory = Double(peakBytes() - before) / Double(layers)
        print("layers \(layers)")
        print("bytes a layer \(Int(memory.rounded()))")
      }
    }
    print("ns a layer \(Int((best * 1e9 / Double(layers)).rounded()))")
    print("layers a second \(Int(Double(layers) / best))")
  }

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func peakBytes() -> Int {
    var usage = rusage()
    // 0 is RUSAGE_SELF, whose type differs between C libraries; Linux counts in KiB, Darwin in bytes.
    getrusage(0, &usage)
    #if canImport(Darwin)
      return usage.ru_maxrss
    #else
      return usage.ru_maxrss * 1024
    #endif
  }
}
