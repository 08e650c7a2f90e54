/// What there is to say about a layer or a model: the answer, the arithmetic, and what it could have been.
///
/// The sections are words and numbers without a layout; the facts are the numbers by themselves.
public struct Explanation: Hashable, Sendable {
  public var sections: [Section] = []
  /// Every number that was explained, and those of other readings.
  public var facts: [Fact] = []

  public enum Section: Hashable, Sendable {
    /// Sentences, each beginning a line.
    case paragraph([String])
    case table(Table)
  }

  /// A number, and what it is: completes "34,944 is ...".
  public struct Fact: Hashable, Sendable {
    public let value: Int64
    public let meaning: String

    public init(_ value: Int64, _ meaning: String) {
      self.value = value
      self.meaning = meaning
    }
  }

  public struct Table: Hashable, Sendable {
    public var columns: [Column]
    public var rows: [[String]]
    /// Stands in the place of the header over the first column.
    public var title: String?

    public init(_ columns: [Column], title: String? = nil, rows: [[String]] = []) {
      self.columns = columns
      self.title = title
      self.rows = rows
    }
  }

  public struct Column: Hashable, Sendable {
    public enum Alignment: Hashable, Sendable { case left, right }
    public enum Role: Hashable, Sendable { case plain, name }

    public var header = ""
    public var alignment = Alignment.left
    public var role = Role.plain
    /// Blanks between this column and the next.
    public var gap = 2
    /// The column may be this narrow, its text going on below, where the table is too wide. Nil: it may not.
    public var minimum: Int?

    public init(
      _ header: String = "", _ alignment: Alignment = .left, role: Role = .plain, gap: Int = 2, minimum: Int? = nil
    ) {
      self.header = header
      self.alignment = alignment
      self.role = role
      self.gap = gap
      self.minimum = minimum
    }
  }

  /// The lines a table has at most unless all are asked for.
  private static let rowLimit = 30

  /// A row for each item; of a long list only the ends are written, and a note stands for what lies between.
  static func rows<Item>(
    _ items: [Item], all: Bool, row: (Item) -> [String], note: (ArraySlice<Item>) -> [String]
  ) -> [[String]] {
    guard items.count > rowLimit, !all else { return items.map(row) }
    let head = rowLimit / 3
    let tail = rowLimit - head - 1
    return items.prefix(head).map(row) + [note(items.dropFirst(head).dropLast(tail))] + items.suffix(tail).map(row)
  }

  mutating func say(_ sentences: String...) {
    sections.append(.paragraph(sentences))
  }

  mutating func add(_ table: Table) {
    if !table.rows.isEmpty { sections.append(.table(table)) }
  }

  mutating func note(_ value: Int64?, _ meaning: String) {
    if let value { facts.append(Fact(value, meaning)) }
  }
}
