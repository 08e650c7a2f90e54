/// What the compiler has to say about one place of a file: the fact and its arithmetic, not yet a picture.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable {
    case error, warning
  }

  /// A span and what is to be said about it.
  public struct Label: Hashable, Sendable {
    public var span: Span
    public var message: Message

    public init(_ span: Span, _ message: Message = "") {
      self.span = span
      self.message = message
    }
  }

  /// A line below the picture: the reason, a way out, or how one got there.
  public struct Remark: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
      case why, help, note
    }

    public var kind: Kind
    public var message: Message
    public var table: Table?

    public init(_ kind: Kind, _ message: Message, table: Table? = nil) {
      self.kind = kind
      self.message = message
      self.table = table
    }
  }

  /// Rows of arithmetic under a remark. The renderer aligns the columns once it knows how wide the places are.
  public struct Table: Hashable, Sendable {
    public enum Alignment: Hashable, Sendable { case left, right }

    public var columns: [Alignment]
    public var rows: [[Message]]

    public init(_ columns: [Alignment], _ rows: [[Message]]) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// A change that a machine may make.
  public struct Fix: Hashable, Sendable {
    public enum Certainty: Hashable, Sendable {
      /// The author can have meant nothing else: `cnn lint --fix` makes it.
      case safe
      /// What was most likely meant, a name a few letters away or the word of another framework: `--fix --guess` makes it.
      case guess
    }

    public struct Edit: Hashable, Sendable {
      public var span: Span
      public var replacement: String

      public init(_ span: Span, _ replacement: String) {
        self.span = span
        self.replacement = replacement
      }
    }

    public var title: Message
    public var edits: [Edit]
    public var certainty: Certainty

    public init(_ title: Message, _ edits: [Edit], _ certainty: Certainty = .safe) {
      self.title = title
      self.edits = edits
      self.certainty = certainty
    }
  }

  public var code: DiagnosticCode
  /// A sentence with the real values, without a full stop.
  public var message: Message
  public var primary: Label
  public var secondary: [Label]
  public var remarks: [Remark]
  public var fixes: [Fix]

  public init(
    _ code: DiagnosticCode, _ message: Message, at span: Span, _ label: Message = "", secondary: [Label] = [],
    remarks: [Remark] = [], fixes: [Fix] = []
  ) {
    self.code = code
    self.message = message
    self.primary = Label(span, label)
    self.secondary = secondary
    self.remarks = remarks
    self.fixes = fixes
  }

  public var severity: Severity { code.severity }
}

extension Diagnostic.Remark {
  public static func why(_ message: Message, table: Diagnostic.Table? = nil) -> Self {
    Self(.why, message, table: table)
  }
  public static func help(_ message: Message) -> Self { Self(.help, message) }
  public static func note(_ message: Message) -> Self { Self(.note, message) }
}
