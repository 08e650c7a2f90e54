import CNNText

/// What the compiler must say of a case that a framework refuses: one of some kinds of diagnostic, whose words speak of
/// the thing where the kind alone is shared by many.
struct CaseReason {
  let codes: Set<DiagnosticCode>
  let word: String

  private init(_ codes: DiagnosticCode..., speaksOf word: String = "") {
    self.codes = Set(codes)
    self.word = word
  }

  func matches(_ diagnostic: Diagnostic) -> Bool {
    guard codes.contains(diagnostic.code) else { return false }
    let remarks = diagnostic.remarks.map(\.message)
    let text = ([diagnostic.message, diagnostic.primary.message] + remarks).map { $0.text { _ in "" } }
    return word.isEmpty || text.contains { $0.contains(word) }
  }

  /// By the error classes of the reference.
  static let all: [String: CaseReason] = [
    "kernel_larger_than_padded_input": CaseReason(.windowTooLarge, speaksOf: "spans"),
    "input_smaller_than_kernel": CaseReason(.windowTooLarge, speaksOf: "spans"),
    "output_too_small": CaseReason(.windowTooLarge),
    "groups_do_not_divide_in_channels": CaseReason(.notDivisible, speaksOf: "channels"),
    "groups_do_not_divide_out_channels": CaseReason(.notDivisible, speaksOf: "filters"),
    "channels_not_divisible": CaseReason(.notDivisible, speaksOf: "channels"),
    "spatial_not_divisible": CaseReason(.notDivisible, speaksOf: "factor"),
    "channel_mismatch": CaseReason(.shapeAssertion, speaksOf: "channels"),
    "features_mismatch": CaseReason(.shapeAssertion),
    "normalized_shape_mismatch": CaseReason(.shapeAssertion),
    "padding_more_than_half_kernel": CaseReason(.paddingTooLarge, speaksOf: "half of its window"),
    "reflect_padding_too_large": CaseReason(.paddingTooLarge, speaksOf: "`reflectpad` adds"),
    "circular_padding_too_large": CaseReason(.paddingTooLarge, speaksOf: "`circularpad` adds"),
    "negative_padding": CaseReason(.outOfRange, speaksOf: "cannot be negative"),
    "output_padding_too_large": CaseReason(.outOfRange, speaksOf: "`outputpad` is"),
    "dilation_not_positive": CaseReason(.outOfRange, speaksOf: "`dilation`"),
    "stride_not_positive": CaseReason(.outOfRange, speaksOf: "`stride`"),
    "kernel_not_positive": CaseReason(.outOfRange, speaksOf: "`kernel`"),
    "groups_not_positive": CaseReason(.outOfRange, speaksOf: "`groups`"),
    "bad_padding_string": CaseReason(.unknownName, speaksOf: "full"),
    "size_or_scale_missing": CaseReason(.missingArgument, speaksOf: "`size` or `like`"),
    "size_and_scale": CaseReason(.unknownArgument, speaksOf: "factor"),
    "align_corners_with_mode": CaseReason(.typeMismatch, speaksOf: "aligncorners"),
    "rank_mismatch": CaseReason(.rankMismatch, speaksOf: "3"),
    "broadcast_mismatch": CaseReason(.shapeMismatch),
    "concat_mismatch": CaseReason(.shapeMismatch),
  ]
}
