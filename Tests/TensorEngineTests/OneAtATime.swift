import Testing

/// Suites of which one changes how the whole process computes, and another compares results to the last bit: they run one
/// after the other.
@Suite(.serialized) enum OneAtATime {}
