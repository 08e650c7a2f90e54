import Foundation
import Testing

@testable import TensorEngine

@Suite struct ProgressLineTests {
  /// What was written, by piece.
  private final class Page: @unchecked Sendable {
    private let lock = NSLock()
    private var written: [String] = []
    var pieces: [String] { lock.withLock { written } }
    var text: String { pieces.joined() }

    func line(isTerminal: Bool, width: Int = 20) -> ProgressLine {
      ProgressLine(isTerminal: isTerminal, width: width) { piece in self.lock.withLock { self.written.append(piece) } }
    }
  }

  @Test func withoutATerminalThereAreOnlyWholeLines() {
    let page = Page()
    var line = page.line(isTerminal: false)
    for step in 0..<10 { line.show("step \(step)") }
    line.finish("the first of two lines that are longer than a terminal is wide")
    line.show("again")
    line.finish("second")
    #expect(page.text == "the first of two lines that are longer than a terminal is wide\nsecond\n")
  }

  @Test func onATerminalALineIsWrittenOver() {
    let page = Page()
    var line = page.line(isTerminal: true)
    line.show("a long beginning")
    line.show("a long beginning")
    line.show("short")
    line.finish("done")
    line.finish("next")
    #expect(page.pieces == ["\ra long beginning", "\rshort           ", "\rdone \n", "next\n"])
  }

  @Test(arguments: ["a line that is much too long", "zwölf Größen über Größen", "日本語のとても長い行です", "a\nb\rc\u{1B}[2Jd"])
  func aLineNeverWraps(_ text: String) {
    for width in [0, 1, 2, 5, 20] {
      let page = Page()
      var line = page.line(isTerminal: true, width: width)
      line.show(text)
      let shown = page.text.dropFirst()
      #expect(shown.reduce(0) { $0 + ($1.isASCII ? 1 : 2) } < max(width, 1))
      #expect(!shown.unicodeScalars.contains { $0.value < 32 })
    }
  }

  @Test func anEpochSaysHowFarItIs() {
    var progress = EpochProgress(epoch: 2, of: 30, batches: 4)
    #expect(progress.bar == "[....................] epoch  3 of 30  loss -  accuracy -")
    progress.add(loss: 1, hits: 3, of: 10)
    #expect(progress.bar == "[#####...............] epoch  3 of 30  loss 1.0000  accuracy 30.0 %")
    progress.add(loss: 4, hits: 5, of: 5)
    // Means are those over examples, not over batches.
    #expect(progress.loss == 2 && progress.accuracy == 8.0 / 15)
    #expect(progress.summary == "epoch  3 of 30  loss 2.0000  accuracy 53.3 %")
  }
}
