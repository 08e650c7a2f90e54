import Foundation
import Testing

extension PackageTests {
  /// The sample that trains on handwritten digits, as its users build and run it, but for few epochs.
  @Suite(.serialized) struct DigitsTests {
    private let package: URL

    init() throws {
      package = try Workshop.package("digits")
      let sample = Workshop.project.appendingPathComponent("samples/digits")
      let manager = FileManager.default
      for name in ["Sources", "digits.csv"] {
        try manager.copyItem(at: sample.appendingPathComponent(name), to: package.appendingPathComponent(name))
      }
      let manifest = try String(contentsOf: sample.appendingPathComponent("Package.swift"), encoding: .utf8)
      try write(manifest.replacing(#"path: "../..""#, with: "path: \"\(Workshop.project.path)\""), to: "Package.swift")
      let ending = try Workshop.build(package)
      try #require(ending.code == 0, "\(ending.output)")
      #expect(!ending.output.contains("warning:"), "\(ending.output)")
    }

    @Test func itLearnsTheSameFromTheSameSeed() throws {
      let first = try digits("train", "--epochs", "1", "--seed", "5", "--threads", "2", "--checkpoint", "a.safetensors")
      #expect(first.code == 0)
      let accuracy = try #require(first.output.firstMatch(of: #/\naccuracy (\d+\.\d) % \((\d+) of 360\)\n/#)).output
      #expect(try #require(Double(accuracy.1)) > 85, "\(first.output)")
      _ = try digits("train", "--epochs", "1", "--seed", "5", "--threads", "2", "--checkpoint", "b.safetensors")
      _ = try digits("train", "--epochs", "1", "--seed", "6", "--threads", "2", "--checkpoint", "c.safetensors")
      #expect(try read("a.safetensors") == read("b.safetensors"))
      #expect(try read("a.safetensors") != read("c.safetensors"))

      try predictionsAreThoseOfTheMatrix(hits: try #require(Int(accuracy.2)))
      try whatIsWrongIsTold()
    }

    /// The classes that `predict` finds first are right as often as the confusion matrix said.
    private func predictionsAreThoseOfTheMatrix(hits: Int) throws {
      let numbers = (1437..<1797).map(String.init)
      let ending = try digits(["predict", "--checkpoint", "a.safetensors"] + numbers)
      #expect(ending.code == 0)
      let answers = ending.output.matches(of: #/image \d+, a (\d)\n[ ░▒▓█]{18}   (\d)  +\d+\.\d %/#)
      #expect(answers.count == 360)
      #expect(answers.count { $0.output.1 == $0.output.2 } == hits)

      let lines = try String(contentsOf: package.appendingPathComponent("digits.csv"), encoding: .utf8)
      let row = try #require(lines.split(separator: "\n").last).split(separator: ",").dropLast().joined(separator: ",")
      try write("\(row)\n", to: "one.csv")
      let one = try digits("predict", "--checkpoint", "a.safetensors", "one.csv")
      let last = try digits("predict", "--checkpoint", "a.safetensors", "1796")
      #expect(one.output.hasPrefix("image 0\n"))
      #expect(one.output.split(separator: "\n").dropFirst() == last.output.split(separator: "\n").dropFirst())
    }

    private func whatIsWrongIsTold() throws {
      let lines = try String(contentsOf: package.appendingPathComponent("digits.csv"), encoding: .utf8)
        .split(separator: "\n")
      try write(lines[0...50].joined(separator: "\n"), to: "few.csv")
      try write("1,2,3\n4,5,6\n", to: "narrow.csv")
      try write("\(lines[1])\n\(lines[2].replacing(",16,", with: ",17,"))\n", to: "dark.csv")
      try write("\(lines[1])\n\(lines[2].replacing(",16,", with: ",,"))\n", to: "garbled.csv")
      let checkpoint = try read("a.safetensors")
      try checkpoint.prefix(checkpoint.count / 2).write(to: package.appendingPathComponent("cut.safetensors"))
      let wrongs = [
        (["trian"], "there is no command 'trian'"),
        (["train", "--rate", "1"], "'train' does not take '--rate'"),
        (["train", "--epochs", "0"], "--epochs is a number from 1 to 10000, found '0'"),
        (["train", "--data", "no.csv"], "'no.csv': cannot open it"),
        (["train", "--data", "few.csv"], "few.csv: expected more than 1437 images, found 50"),
        (["train", "--data", "garbled.csv"], "expected a finite number on line 2, found ''"),
        (["train", "--data", "dark.csv"], "dark.csv: image 1: expected pixels from 0 to 16, found 17"),
        (["predict", "narrow.csv"], "narrow.csv: expected 64 pixels on a line, and perhaps a digit, found 3 numbers"),
        (["predict", "1797"], "digits.csv has images 0 to 1796, found 1797"),
        (["predict", "1", "--checkpoint", "no.safetensors"], "'no.safetensors': cannot open it"),
        (["predict", "1", "--checkpoint", "cut.safetensors"], "'cut.safetensors': "),
      ]
      for (arguments, message) in wrongs {
        let isPrediction = arguments[0] == "predict" && !arguments.contains("--checkpoint")
        let option = arguments.contains("--data") || isPrediction ? ["--checkpoint", "a.safetensors"] : []
        let ending = try digits(arguments + option)
        #expect(ending.code == 1, "\(arguments): \(ending.output)")
        #expect(
          ending.output.hasPrefix("digits: ") && ending.output.contains(message), "\(arguments): \(ending.output)")
      }
      #expect(try read("a.safetensors") == checkpoint)
    }

    private func digits(_ arguments: String...) throws -> Workshop.Ending { try digits(arguments) }

    private func digits(_ arguments: [String]) throws -> Workshop.Ending {
      try Workshop.run("digits", arguments, in: package)
    }

    private func read(_ name: String) throws -> Data { try Data(contentsOf: package.appendingPathComponent(name)) }

    private func write(_ text: String, to name: String) throws {
      try Data(text.utf8).write(to: package.appendingPathComponent(name))
    }
  }
}
