extension Diagnostic {
  /// What makes two diagnostics one: the same is wrong with the same place, however it was found.
  public struct Identity: Hashable, Sendable {
    public let code: DiagnosticCode
    public let span: Span
  }

  public var identity: Identity { Identity(code: code, span: primary.span) }
}

/// Diagnostics, each once: of several with one identity the first. The only place where what was found several times (by
/// several models of a file, by way of several files that import one) becomes one.
public struct DiagnosticSet: Sendable {
  /// In the order in which they came.
  public private(set) var diagnostics: [Diagnostic] = []
  private var identities: Set<Diagnostic.Identity> = []

  public init() {}

  public mutating func insert(_ diagnostic: Diagnostic) {
    if identities.insert(diagnostic.identity).inserted { diagnostics.append(diagnostic) }
  }
}
