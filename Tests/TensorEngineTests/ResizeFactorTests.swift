import Testing

@testable import TensorEngine

/// Factors that are not whole: cells lie as far apart as the factor says, though the size is rounded down.
@Suite struct ResizeFactorTests {
  /// What `torch.nn.functional.interpolate(x, scale_factor=[2.3, 0.7])` makes of 5 x 6 cells.
  private static let expected: [(mode: Resize.Mode, values: [Double])] = [
    (
      .nearest,
      [
        0.75, 2.5, 1.5, 2.25, 0.75, 2.5, 1.5, 2.25, 0.75, 2.5, 1.5, 2.25, 0.25, 2, 1, 1.75, 0.25, 2, 1, 1.75, 2.5,
        1.5, 0.5, 1.25, 2.5, 1.5, 0.5, 1.25, 2, 1, 0, 0.75, 2, 1, 0, 0.75, 2, 1, 0, 0.75, 1.5, 0.5, 2.25, 0.25,
      ]
    ),
    (
      .bilinear,
      [
        1.125, 1.857143, 0.625, 1.75, 1.048913, 1.781056, 0.548913, 1.673913, 0.831522, 1.563665, 0.331522,
        1.456522, 0.661102, 1.346273, 0.169643, 1.23913, 1.383152, 1.128882, 1.0625, 1.021739, 2.105202, 0.911491,
        1.955357, 0.804348, 2.122671, 0.694099, 2.015528, 1.035326, 1.90528, 0.476708, 1.798137, 1.415761, 1.687888,
        0.605202, 1.580745, 1.527174, 1.470497, 1.156444, 1.363354, 1.309783, 1.285714, 1.625, 1.178571, 1.125,
      ]
    ),
    (
      .bicubic,
      [
        1.164509, 2.113602, 0.612031, 1.968604, 1.019672, 2.008528, 0.459937, 1.860353, 0.626918, 1.864213,
        0.021843, 1.696192, 0.631097, 1.53522, 0.08683, 1.393337, 1.380911, 1.111782, 1.05159, 0.947294, 2.210289,
        0.701325, 2.107042, 0.66364, 2.406013, 0.236983, 2.400927, 0.867556, 2.060516, -0.006471, 2.014741,
        1.369962, 1.690728, 0.315768, 1.611342, 1.528467, 1.433679, 1.09746, 1.329654, 1.264941, 1.237862, 1.772025,
        1.113575, 1.009879,
      ]
    ),
  ]

  @Test(arguments: [0, 1, 2])
  func theFactorPlacesTheCells(_ index: Int) throws {
    let (mode, values) = Self.expected[index]
    let x = try Tensor([1, 5, 6, 1], (0..<30).map { Float(($0 * 7 + 3) % 11) / 4 })
    let fit = Fit(.resize(mode, alignsCorners: false), to: [.scaled(by: 23, over: 10), .scaled(by: 7, over: 10)])
    var tape = Tape.inference
    let y = try fit(Variable(x), &tape).tensor
    #expect(y.shape.extents == [1, 11, 4, 1])
    #expect(y.doubles.excess(over: values, tolerance: 2e-6) == 0, "\(mode)")
    // From the size alone the factors are others.
    let sized = try Resize(mode, size: [11, 4])(x)
    #expect(sized.doubles.excess(over: values, tolerance: 1e-2) > 0, "\(mode)")
  }
}
