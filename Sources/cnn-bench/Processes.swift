#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Times whole processes in turns, so that what else the machine does meets all of them alike.
///
/// Standard input names the processes, one a line, with tabs between: what to call it, the file it reads from, the path
/// of the program, its arguments. What a process prints is thrown away.
struct Processes {
  private struct Contestant {
    let name: String
    let input: String
    let words: [String]
    var milliseconds: [Double] = []

    var median: Double { milliseconds.sorted()[milliseconds.count / 2] }
    var fastest: Double { milliseconds.min() ?? 0 }
  }

  private var contestants: [Contestant] = []

  init() {
    while let line = readLine() {
      let fields = line.split(separator: "\t").map(String.init)
      guard fields.count > 2 else { continue }
      contestants.append(Contestant(name: fields[0], input: fields[1], words: Array(fields[2...])))
    }
  }

  /// Prints the median and the fastest of many runs, and how the first process does against each of the others.
  mutating func measure(rounds: Int) {
    for round in 0..<rounds + 3 {
      for index in contestants.indices {
        let start = Benchmark.now()
        let status = Self.run(contestants[index].words, input: contestants[index].input)
        let milliseconds = (Benchmark.now() - start) * 1e3
        guard status == 0 else { return print("\(contestants[index].name) ended with \(status)") }
        // The first rounds fill the caches.
        if round >= 3 { contestants[index].milliseconds.append(milliseconds) }
      }
    }
    guard let first = contestants.first, rounds > 0 else { return }
    print("median and fastest of \(rounds) runs in turns, in milliseconds")
    for contestant in contestants {
      print("\(rounded(contestant.median))  \(rounded(contestant.fastest))  \(contestant.name)")
    }
    for other in contestants.dropFirst() {
      let ratio = rounded(other.median / first.median)
      print("\(other.name) takes \(ratio) times as long as \(first.name)")
    }
  }

  /// Two decimals.
  private func rounded(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  /// What `waitpid` tells of a process, or the error of starting it.
  private static func run(_ words: [String], input: String) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, nil, &arguments, environ)
    if code != 0 { return code }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
