import Foundation

@testable import TensorEngine

extension DifferenceCase {
  private typealias Element =
    @Sendable (_ x: ReferenceTensor, _ n: Int, _ d: Int, _ h: Int, _ w: Int, _ c: Int) -> Double

  /// A layer whose every element is a function of its indices.
  private static func layer(
    _ name: String, _ input: [Int], _ layer: any Layer, _ out: [Int], _ element: @escaping Element
  ) -> DifferenceCase {
    DifferenceCase(name: name, inputs: [input]) { _ in
      .layer(layer)
    } meaning: { inputs, _ in
      ReferenceTensor.make(out) { element(inputs[0], $0, $1, $2, $3, $4) }
    }
  }

  static var rearrangements: [DifferenceCase] {
    [
      layer("flatten", [2, 3, 2, 4], Flatten(), [2, 1, 1, 1, 24]) { x, n, _, _, _, c in x.values[n * 24 + c] },
      layer("reshape", [2, 3, 2, 4], Reshape([2, 2, 6]), [2, 1, 2, 2, 6]) { x, n, _, h, w, c in
        x.values[n * 24 + (h * 2 + w) * 6 + c]
      },
      layer("channel shuffle", [2, 3, 6], ChannelShuffle(groups: 3), [2, 1, 1, 3, 6]) { x, n, d, h, w, c in
        x[n, d, h, w, c % 3 * 2 + c / 3]
      },
      layer("slice", [2, 3, 6], Slice(start: 2, count: 3), [2, 1, 1, 3, 3]) { x, n, d, h, w, c in x[n, d, h, w, c + 2]
      },
      layer("pixel shuffle, 2-D", [2, 2, 3, 8], PixelShuffle(factor: 2), [2, 1, 4, 6, 2]) { x, n, _, h, w, c in
        x[n, 0, h / 2, w / 2, c * 4 + h % 2 * 2 + w % 2]
      },
      layer("pixel shuffle, 3-D", [1, 2, 1, 2, 8], PixelShuffle(factor: 2), [1, 4, 2, 4, 1]) { x, n, d, h, w, c in
        x[n, d / 2, h / 2, w / 2, c * 8 + d % 2 * 4 + h % 2 * 2 + w % 2]
      },
      layer("pixel unshuffle, 1-D", [2, 6, 2], PixelUnshuffle(factor: 3), [2, 1, 1, 2, 6]) { x, n, _, _, w, c in
        x[n, 0, 0, w * 3 + c % 3, c / 3]
      },
      layer("pixel unshuffle, 2-D", [1, 4, 2, 3], PixelUnshuffle(factor: 2), [1, 1, 2, 1, 12]) { x, n, _, h, w, c in
        x[n, 0, h * 2 + c % 4 / 2, w * 2 + c % 2, c / 4]
      },
      layer("zero padding", [1, 2, 3, 2], Pad(.zero, before: [1, 0], after: [2, 1]), [1, 1, 5, 4, 2]) {
        x, n, d, h, w, c in
        h >= 1 && h < 3 && w < 3 ? x[n, d, h - 1, w, c] : 0
      },
      layer("reflection", [1, 4, 2], Pad(.reflect, before: [3], after: [2]), [1, 1, 1, 9, 2]) { x, n, d, h, w, c in
        x[n, d, h, [3, 2, 1, 0, 1, 2, 3, 2, 1][w], c]
      },
      layer("replication", [1, 3, 2], Pad(.replicate, before: [2], after: [3]), [1, 1, 1, 8, 2]) { x, n, d, h, w, c in
        x[n, d, h, [0, 0, 0, 1, 2, 2, 2, 2][w], c]
      },
      layer(
        "circular padding", [1, 2, 2, 3, 1], Pad(.circular, before: [1, 0, 3], after: [0, 2, 1]), [1, 3, 4, 7, 1]
      ) {
        x, n, d, h, w, c in x[n, [1, 0, 1][d], h % 2, w % 3, c]
      },
      layer("crop", [2, 5, 4, 2], Crop(before: [1, 0], after: [2, 1]), [2, 1, 2, 3, 2]) { x, n, d, h, w, c in
        x[n, d, h + 1, w, c]
      },
    ] + permutations
  }

  private static var permutations: [DifferenceCase] {
    [([2, 0, 1], [3, 2, 4]), ([1, 0, 2], [3, 2, 4]), ([0, 2, 1], [3, 2, 4])].map { order, extents in
      let out = order.map { extents[$0] }
      return DifferenceCase(name: "permutation \(order)", inputs: [[2] + extents]) { _ in
        .layer(try Permute(order))
      } meaning: { inputs, _ in
        ReferenceTensor.make([2, 1] + out) { n, _, h, w, c in
          var source = [0, 0, 0]
          for (axis, from) in order.enumerated() { source[from] = [h, w, c][axis] }
          return inputs[0][n, 0, source[0], source[1], source[2]]
        }
      }
    }
  }

  // MARK: - Resizing

  /// Where a cell of the output lies among those of the input.
  private static func place(_ i: Int, _ from: Int, _ to: Int, _ alignsCorners: Bool) -> Double {
    alignsCorners
      ? Double(i) * Double(from - 1) / Double(max(to - 1, 1)) : (Double(i) + 0.5) * Double(from) / Double(to) - 0.5
  }

  /// A kernel over the cells around a place, those outside being the outermost.
  private static func interpolated(
    _ x: ReferenceTensor, _ out: [Int], _ alignsCorners: Bool, clampsPlace: Bool, _ kernel: (Double) -> Double
  ) -> ReferenceTensor {
    ReferenceTensor.make([x.batch] + out + [x.channels]) { n, d, h, w, c in
      let places = zip([d, h, w], zip(x.cells, out)).map { i, extents in
        let place = place(i, extents.0, extents.1, alignsCorners)
        return clampsPlace ? max(place, 0) : place
      }
      var sum = 0.0
      for cd in -4..<x.cells[0] + 4 {
        let first = kernel(places[0] - Double(cd))
        if first == 0 { continue }
        for ch in -4..<x.cells[1] + 4 {
          let second = first * kernel(places[1] - Double(ch))
          if second == 0 { continue }
          for cw in -4..<x.cells[2] + 4 {
            let cell = zip([cd, ch, cw], x.cells).map { min(max($0, 0), $1 - 1) }
            sum += second * kernel(places[2] - Double(cw)) * x[n, cell[0], cell[1], cell[2], c]
          }
        }
      }
      return sum
    }
  }

  @Sendable private static func cubic(_ distance: Double) -> Double {
    let (x, a) = (abs(distance), -0.75)
    if x < 1 { return (a + 2) * x * x * x - (a + 3) * x * x + 1 }
    return x < 2 ? a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a : 0
  }

  static var resamplings: [DifferenceCase] {
    let sizes: [(input: [Int], size: [Int])] = [
      ([1, 3, 4, 2], [7, 2]), ([2, 5, 3], [8]), ([1, 2, 3, 2, 1], [3, 2, 5]), ([1, 4, 4, 1], [4, 4]),
    ]
    var cases: [DifferenceCase] = []
    for (input, size) in sizes {
      cases.append(nearest(input, size))
      cases.append(area(input, size))
      for aligns in [false, true] {
        cases.append(
          interpolation("bilinear", .bilinear, input, size, aligns, clampsPlace: true) { max(0, 1 - abs($0)) })
        cases.append(interpolation("bicubic", .bicubic, input, size, aligns, clampsPlace: false, cubic))
      }
    }
    return cases
  }

  private static func three(_ size: [Int]) -> [Int] { Array(repeating: 1, count: 3 - size.count) + size }

  private static func nearest(_ input: [Int], _ size: [Int]) -> DifferenceCase {
    let out = three(size)
    return DifferenceCase(name: "nearest of \(input) to \(size)", inputs: [input]) { _ in
      .layer(Resize(.nearest, size: size))
    } meaning: { inputs, _ in
      let x = inputs[0]
      func source(_ i: Int, _ axis: Int) -> Int {
        Int((Double(i) * Double(x.cells[axis]) / Double(out[axis])).rounded(.down))
      }
      return ReferenceTensor.make([x.batch] + out + [x.channels]) { n, d, h, w, c in
        x[n, source(d, 0), source(h, 1), source(w, 2), c]
      }
    }
  }

  private static func area(_ input: [Int], _ size: [Int]) -> DifferenceCase {
    let out = three(size)
    return DifferenceCase(name: "area of \(input) to \(size)", inputs: [input]) { _ in
      .layer(Resize(.area, size: size))
    } meaning: { inputs, _ in
      inputs[0].pooled(.average, inputs[0].adaptiveWindows(out))
    }
  }

  private static func interpolation(
    _ name: String, _ mode: Resize.Mode, _ input: [Int], _ size: [Int], _ aligns: Bool, clampsPlace: Bool,
    _ kernel: @escaping @Sendable (Double) -> Double
  ) -> DifferenceCase {
    let out = three(size)
    let title = "\(name) of \(input) to \(size)\(aligns ? ", corners aligned" : "")"
    return DifferenceCase(name: title, inputs: [input]) { _ in
      .layer(Resize(mode, size: size, alignsCorners: aligns))
    } meaning: { inputs, _ in
      interpolated(inputs[0], out, aligns, clampsPlace: clampsPlace, kernel)
    }
  }
}
