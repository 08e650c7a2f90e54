import Foundation
import Testing

@testable import CNNCommandLine

@Suite struct OutputTests {
  @Test func everyByteIsWritten() throws {
    for isBlocking in [true, false] {
      let pipe = Pipe()
      let descriptor = pipe.fileHandleForWriting.fileDescriptor
      if !isBlocking { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
      let text = String(repeating: "0123456789é\n", count: 50_000)
      // More than a pipe holds: the writer has to stop and go on.
      let reader = pipe.fileHandleForReading
      let result = Box()
      let done = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        result.data = reader.readDataToEndOfFile()
        done.signal()
      }
      let output = Output(descriptor: descriptor, path: "pipe")
      #expect(try output.write(text))
      #expect(try output.write(Array("end".utf8)))
      try pipe.fileHandleForWriting.close()
      done.wait()
      // Compared beforehand: a failing expectation would look for the shortest difference, for minutes.
      let isWhole = result.data == Data((text + "end").utf8)
      #expect(isWhole, "\(result.data.count) bytes, blocking: \(isBlocking)")
    }
  }

  /// Handed over by the semaphore.
  private final class Box: @unchecked Sendable {
    var data = Data()
  }

  @Test func aReaderThatLeftIsNoError() throws {
    Output.ignoreBrokenPipes()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let output = Output(descriptor: pipe.fileHandleForWriting.fileDescriptor, path: "pipe")
    #expect(try !output.write("nobody reads this"))
    #expect(try !output.write([1, 2, 3]))
  }

  @Test func aClosedDescriptorIsAnError() {
    let output = Output(descriptor: -1, path: standardOutputName)
    #expect(throws: FileError.cannotWrite(path: standardOutputName, code: EBADF)) { try output.write("x") }
  }

  /// The device is opened here, by its path it could be replaced.
  @Test(.enabled(if: access("/dev/full", W_OK) == 0, "this system has no /dev/full"))
  func aFullDiskIsAnError() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let output = Output(descriptor: descriptor, path: "out")
    #expect(throws: FileError.cannotWrite(path: "out", code: ENOSPC)) { try output.write("x") }
  }

  @Test func nothingIsWrittenAtOnce() throws {
    #expect(try Output(descriptor: -1, path: "closed").write(""))
  }
}
