public struct DiagnosticPage {
  public let text: String
  public init(_ c: DiagnosticCode) { text = c.rawValue }
}
