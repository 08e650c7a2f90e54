import CNNCommandLine
import Testing

@Suite struct HelpTextTests {
  @Test func programPage() {
    let page = """
      cnn 1.2.3: a compiler for convolutional networks

      usage: cnn COMMAND [options]

      commands:
        report       shows the layers of a network as a table
        explain      tells where a shape or a number comes from
        lint         checks files
        completions  writes a script for a shell
        help         shows the page of a command

      options:
            --color auto|always|never  when to write colours (default: auto)
        -h, --help                     show this page
            --version                  print the version

      `cnn help COMMAND` shows the page of a command.

      """
    #expect(Sample.program.helpPage() == page)
  }

  @Test func commandPage() {
    let page = """
      cnn report: shows the layers of a network as a table

      usage: cnn report FILE [options]

      One row is one line of the file. The receptive field is a single number where it
      is square, and `all` behind a global pool.

        conv1  conv 32, 5x5   28x28x32

      Number columns add up to their totals.

      arguments:
        FILE  a network, or `-` for standard input

      options:
            --model NAME                 the model to show
        -D, --define NAME=VALUE          set a parameter of the model
                                         (may be repeated)
            --format text|markdown|json|csv
                                         what to write (default: text)
            --depth N|all                how many levels of blocks to open
                                         (default: 1)
            --by parameters|macs|memory  what the bars show (default: parameters)
            --width N                    columns of the table
        -a, --ascii                      draw with ASCII only
        -q, --quiet                      say nothing
        -o, --output OUT                 the file to write, instead of standard output
            --color auto|always|never    when to write colours (default: auto)
        -h, --help                       show this page

      examples:
        cnn report mnist.cnn
            the table of a file with one model
        cnn report resnet.cnn --model ResNet50 --by macs
            one model of several, with bars for its multiply-adds

      """
    #expect(Sample.program.helpPage(for: Sample.report) == page)
  }

  @Test func argumentsNameTheirWords() {
    let page = """
      cnn completions: writes a script for a shell

      usage: cnn completions SHELL [options]

      arguments:
        SHELL  the shell to complete in (bash|zsh|fish)

      options:
            --color auto|always|never  when to write colours (default: auto)
        -h, --help                     show this page

      """
    #expect(Sample.program.helpPage(for: Sample.completions) == page)
  }

  @Test func pagesKeepToTheWidth() {
    let pages = [nil] + Sample.program.commands.map(Optional.some)
    for command in pages {
      for width in [72, 80, 100, 120] {
        for line in Sample.program.helpPage(for: command, width: width).split(separator: "\n") {
          #expect(line.count <= width, "\(command?.name ?? "cnn") at \(width): \(line)")
        }
      }
    }
  }

  @Test func noWidthLosesAWord() {
    func words(_ page: String) -> [Substring] { page.split { $0 == " " || $0 == "\n" } }
    for command in [nil] + Sample.program.commands.map(Optional.some) {
      let wide = words(Sample.program.helpPage(for: command, width: 1000))
      for width in [-1, 0, 1, 10, 40, Int.max / 2] {
        #expect(
          words(Sample.program.helpPage(for: command, width: width)) == wide, "\(command?.name ?? "cnn") at \(width)")
      }
    }
  }

  @Test func everyOptionHasItsLine() {
    for command in Sample.program.commands {
      let page = Sample.program.helpPage(for: command)
      for option in Sample.program.options(of: command) {
        let spelled = option.spellings.joined(separator: ", ")
        #expect(page.contains(option.value.map { "\(spelled) \($0.placeholder)" } ?? spelled), "\(command.name)")
      }
    }
  }
}
