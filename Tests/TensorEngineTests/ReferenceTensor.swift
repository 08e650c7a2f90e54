@testable import TensorEngine

/// Five axes of doubles: batch, up to three spatial ones (those that are missing come first, with extents of 1), channels.
///
/// What the operations of the engine mean, written plainly and apart from it: loops over indices, nothing shared, nothing
/// packed. Gradients come from differences, so nothing is derived by hand either.
struct ReferenceTensor {
  var extents: [Int]
  var values: [Double]

  init(_ extents: [Int], _ values: [Double]) {
    self.extents = extents
    self.values = values
  }

  init(zeros extents: [Int]) {
    self.init(extents, Array(repeating: 0, count: extents.reduce(1, *)))
  }

  /// A tensor of the engine; a vector has one cell.
  init(_ tensor: Tensor) {
    let shape = tensor.shape
    let spatial = Array(repeating: 1, count: 3 - shape.spatialRank) + shape.spatial
    self.init([shape.batch] + spatial + [shape.channels], tensor.scalars.map(Double.init))
  }

  var batch: Int { extents[0] }
  var cells: [Int] { Array(extents[1...3]) }
  var channels: Int { extents[4] }

  func offset(_ n: Int, _ d: Int, _ h: Int, _ w: Int, _ c: Int) -> Int {
    (((n * extents[1] + d) * extents[2] + h) * extents[3] + w) * extents[4] + c
  }

  subscript(n: Int, d: Int, h: Int, w: Int, c: Int) -> Double {
    get { values[offset(n, d, h, w, c)] }
    set { values[offset(n, d, h, w, c)] = newValue }
  }

  /// A tensor whose every element is a function of its indices.
  static func make(
    _ extents: [Int], _ element: (_ n: Int, _ d: Int, _ h: Int, _ w: Int, _ c: Int) -> Double
  ) -> ReferenceTensor {
    var values: [Double] = []
    for n in 0..<extents[0] {
      for d in 0..<extents[1] {
        for h in 0..<extents[2] {
          for w in 0..<extents[3] {
            for c in 0..<extents[4] { values.append(element(n, d, h, w, c)) }
          }
        }
      }
    }
    return ReferenceTensor(extents, values)
  }

  func map(_ function: (Double) -> Double) -> ReferenceTensor { ReferenceTensor(extents, values.map(function)) }
}

/// One axis of a window.
struct ReferenceAxis {
  var kernel: Int
  var stride: Int
  var dilation: Int
  var before: Int
  var after: Int

  /// The three axes of a window; those that are missing come first and do nothing.
  static func three(_ window: Window) -> [ReferenceAxis] {
    let missing = ReferenceAxis(kernel: 1, stride: 1, dilation: 1, before: 0, after: 0)
    return Array(repeating: missing, count: 3 - window.rank)
      + (0..<window.rank).map {
        ReferenceAxis(
          kernel: window.kernel[$0], stride: window.stride[$0], dilation: window.dilation[$0],
          before: window.before[$0], after: window.after[$0])
      }
  }

  var reach: Int { dilation * (kernel - 1) + 1 }
}

// MARK: - Layers with weights

extension ReferenceTensor {
  /// Weights are [kernel..., channels / groups, filters], flat.
  func convolved(_ weights: [Double], _ bias: [Double]?, _ window: Window, groups: Int, filters: Int) -> ReferenceTensor
  {
    let axes = ReferenceAxis.three(window)
    let out = (0..<3).map { (cells[$0] + axes[$0].before + axes[$0].after - axes[$0].reach) / axes[$0].stride + 1 }
    let (inner, outer) = (channels / groups, filters / groups)
    return Self.make([batch] + out + [filters]) { n, d, h, w, f in
      var sum = bias?[f] ?? 0
      for kd in 0..<axes[0].kernel {
        let sd = d * axes[0].stride + kd * axes[0].dilation - axes[0].before
        guard (0..<extents[1]).contains(sd) else { continue }
        for kh in 0..<axes[1].kernel {
          let sh = h * axes[1].stride + kh * axes[1].dilation - axes[1].before
          guard (0..<extents[2]).contains(sh) else { continue }
          for kw in 0..<axes[2].kernel {
            let sw = w * axes[2].stride + kw * axes[2].dilation - axes[2].before
            guard (0..<extents[3]).contains(sw) else { continue }
            let tap = (kd * axes[1].kernel + kh) * axes[2].kernel + kw
            for c in 0..<inner {
              sum += self[n, sd, sh, sw, f / outer * inner + c] * weights[(tap * inner + c) * filters + f]
            }
          }
        }
      }
      return sum
    }
  }

  /// Weights are [kernel..., filters / groups, channels], flat: every input cell is spread over the cells it reaches.
  func transposedConvolved(
    _ weights: [Double], _ bias: [Double]?, _ window: Window, groups: Int, filters: Int
  ) -> ReferenceTensor {
    let axes = ReferenceAxis.three(window)
    let out = (0..<3).map { (cells[$0] - 1) * axes[$0].stride + axes[$0].reach - axes[$0].before - axes[$0].after }
    let (inner, outer) = (channels / groups, filters / groups)
    var result = Self.make([batch] + out + [filters]) { _, _, _, _, f in bias?[f] ?? 0 }
    for n in 0..<batch {
      for d in 0..<extents[1] {
        for h in 0..<extents[2] {
          for w in 0..<extents[3] {
            for kd in 0..<axes[0].kernel {
              for kh in 0..<axes[1].kernel {
                for kw in 0..<axes[2].kernel {
                  let td = d * axes[0].stride + kd * axes[0].dilation - axes[0].before
                  let th = h * axes[1].stride + kh * axes[1].dilation - axes[1].before
                  let tw = w * axes[2].stride + kw * axes[2].dilation - axes[2].before
                  guard (0..<out[0]).contains(td), (0..<out[1]).contains(th), (0..<out[2]).contains(tw) else {
                    continue
                  }
                  let tap = (kd * axes[1].kernel + kh) * axes[2].kernel + kw
                  for c in 0..<channels {
                    for f in 0..<outer {
                      result[n, td, th, tw, c / inner * outer + f] +=
                        self[n, d, h, w, c] * weights[(tap * outer + f) * channels + c]
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    return result
  }

  func dense(_ weights: [Double], _ bias: [Double]?, units: Int) -> ReferenceTensor {
    Self.make([batch, 1, 1, 1, units]) { n, _, _, _, unit in
      (0..<channels).reduce(bias?[unit] ?? 0) { $0 + self[n, 0, 0, 0, $1] * weights[$1 * units + unit] }
    }
  }
}

// MARK: - Pools

extension ReferenceTensor {
  /// For each axis and position the cells of a window, and what an average counts.
  typealias Windows = [[(cells: [Int], divisor: Int)]]

  func pooled(_ kind: PoolKind, _ windows: Windows) -> ReferenceTensor {
    Self.make([batch] + windows.map(\.count) + [channels]) { n, d, h, w, c in
      var covered: [Double] = []
      for sd in windows[0][d].cells {
        for sh in windows[1][h].cells { covered += windows[2][w].cells.map { self[n, sd, sh, $0, c] } }
      }
      let divisor = windows[0][d].divisor * windows[1][h].divisor * windows[2][w].divisor
      return kind == .max ? covered.max() ?? 0 : divisor == 0 ? 0 : covered.reduce(0, +) / Double(divisor)
    }
  }

  /// What flows back to the cells of windows: to the first of the largest, or to all in equal shares.
  func poolGradient(_ kind: PoolKind, _ windows: Windows, _ gradient: ReferenceTensor) -> ReferenceTensor {
    var result = ReferenceTensor(zeros: extents)
    _ = Self.make(gradient.extents) { n, d, h, w, c in
      let lines = windows[0][d].cells.flatMap { d in windows[1][h].cells.map { (d, $0) } }
      let covered = lines.flatMap { d, h in windows[2][w].cells.map { offset(n, d, h, $0, c) } }
      let divisor = windows[0][d].divisor * windows[1][h].divisor * windows[2][w].divisor
      let largest = covered.map { values[$0] }.max()
      let receivers = kind == .max ? covered.filter { values[$0] == largest }.prefix(1) : covered[...]
      for receiver in receivers {
        result.values[receiver] += gradient[n, d, h, w, c] / Double(kind == .max ? 1 : divisor)
      }
      return 0
    }
    return result
  }

  func slidingWindows(_ window: Window, out: [Int], countsPadding: Bool) -> Windows {
    zip(ReferenceAxis.three(window), zip(cells, out)).map { axis, extents in
      (0..<extents.1).map { position in
        let taps = (0..<axis.kernel).map { position * axis.stride + $0 * axis.dilation - axis.before }
        let inside = taps.filter { $0 >= 0 && $0 < extents.0 }
        return (inside, countsPadding ? taps.filter { $0 < extents.0 + axis.after }.count : inside.count)
      }
    }
  }

  func adaptiveWindows(_ size: [Int]) -> Windows {
    zip(cells, size).map { extent, count in
      (0..<count).map { position in
        let first = Int((Double(position) * Double(extent) / Double(count)).rounded(.down))
        let end = Int((Double(position + 1) * Double(extent) / Double(count)).rounded(.up))
        return (Array(first..<end), end - first)
      }
    }
  }
}

// MARK: - Normalisations

extension ReferenceTensor {
  /// Normalises what has the same key, then scales and shifts by the parameter of each element.
  func normalized(
    epsilon: Double, scale: [Double]?, shift: [Double]?,
    key: (_ n: Int, _ cell: Int, _ c: Int) -> Int, parameter: (_ cell: Int, _ c: Int) -> Int
  ) -> ReferenceTensor {
    let count = cells.reduce(1, *)
    var members: [Int: [Double]] = [:]
    for (index, value) in values.enumerated() {
      members[key(index / channels / count, index / channels % count, index % channels), default: []].append(value)
    }
    let moments = members.mapValues { values in
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }
    var result = self
    for (index, value) in values.enumerated() {
      let (cell, c) = (index / channels % count, index % channels)
      guard let (mean, variance) = moments[key(index / channels / count, cell, c)] else { continue }
      let at = parameter(cell, c)
      result.values[index] = (value - mean) / (variance + epsilon).squareRoot() * (scale?[at] ?? 1) + (shift?[at] ?? 0)
    }
    return result
  }
}
