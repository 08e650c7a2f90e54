extension SizeSet {
  public func words(_ symbol: String) -> String { "\(pattern)" }
  public func condition(_ symbol: String) -> String? { nil }
}
extension SizeFunction {
  public func words(_ symbol: String) -> String? { nil }
}
