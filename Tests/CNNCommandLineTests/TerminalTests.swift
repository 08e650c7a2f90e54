import Foundation
import Testing

@testable import CNNCommandLine

@Suite struct TerminalTests {
  private func terminal(_ isTerminal: Bool, columns: Int = 0, _ environment: [String: String]) -> Terminal {
    Terminal(isTerminal: isTerminal, columns: columns) { environment[$0] }
  }

  @Test func width() {
    let table: [(isTerminal: Bool, columns: Int, variable: String?, width: Int)] = [
      (true, 120, nil, 120), (true, 120, "90", 90), (true, 120, "", 120), (true, 120, "wide", 120),
      (true, 120, "0", 120), (true, 120, "-3", 120), (true, 0, nil, 80), (true, 0, "132", 132),
      (true, 80, "99999999999999999999", 80), (true, 80, "1000000", 10_000),
      (false, 0, nil, 100), (false, 0, "120", 100),
    ]
    for (isTerminal, columns, variable, width) in table {
      let environment = variable.map { ["COLUMNS": $0] } ?? [:]
      #expect(terminal(isTerminal, columns: columns, environment).width == width, "\(columns), \(variable ?? "unset")")
    }
  }

  @Test func color() {
    let table: [(isTerminal: Bool, environment: [String: String], auto: Bool)] = [
      (true, ["TERM": "xterm-256color"], true), (true, [:], true), (true, ["TERM": "dumb"], false),
      (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": "0"], false), (true, ["NO_COLOR": ""], true),
      (false, ["TERM": "xterm"], false),
    ]
    for (isTerminal, environment, auto) in table {
      let terminal = terminal(isTerminal, environment)
      #expect(terminal.usesColor(.auto) == auto, "\(environment)")
      #expect(terminal.usesColor(.always), "\(environment)")
      #expect(!terminal.usesColor(.never), "\(environment)")
    }
  }

  @Test func locale() {
    let table: [(environment: [String: String], isUTF8: Bool)] = [
      ([:], false), (["LANG": ""], false), (["LANG": "C"], false), (["LANG": "POSIX"], false),
      (["LANG": "de_DE.UTF-8"], true), (["LANG": "en_US.utf8"], true), (["LC_CTYPE": "UTF-8"], true),
      (["LANG": "C.UTF-8"], true), (["LANG": "ca_ES.UTF-8@valencia"], true), (["LANG": "de_DE.ISO-8859-1"], false),
      (["LANG": "en_US.UTF-8", "LC_ALL": "C"], false), (["LANG": "en_US.UTF-8", "LC_CTYPE": "C"], false),
      (["LANG": "C", "LC_ALL": "en_US.UTF-8"], true), (["LANG": "en_US.UTF-8", "LC_ALL": ""], true),
      (["LC_CTYPE": "en_US.UTF-8", "LC_ALL": "POSIX"], false),
    ]
    for (environment, isUTF8) in table {
      #expect(terminal(true, environment).isUTF8 == isUTF8, "\(environment)")
    }
  }

  @Test func aPipeIsNoTerminal() {
    let pipe = Pipe()
    let terminal = Terminal(Output(descriptor: pipe.fileHandleForWriting.fileDescriptor, path: "pipe"))
    #expect(!terminal.isTerminal)
    #expect(terminal.width == 100)
    #expect(!terminal.usesColor(.auto))
  }

  /// The near end of a pseudo terminal is a terminal itself on Linux.
  @Test(.enabled(if: access("/dev/ptmx", R_OK | W_OK) == 0, "this system has no /dev/ptmx"))
  func aTerminalTellsItsWidth() throws {
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var size = winsize(ws_row: 24, ws_col: 77, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0)

    let terminal = Terminal(Output(descriptor: descriptor, path: "terminal"))
    #expect(terminal.isTerminal)
    let wanted = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
    #expect(terminal.width == wanted ?? 77)
  }
}
