import CNNLayers

/// A number as a function of the sizes: a sum of products of symbols, as `1,728*H*W + 64*H`.
///
/// Exact where every extent in it is an affine function of its symbol on the sizes that work; else it is what the number
/// approaches for large sizes.
public struct SizePolynomial: Hashable, Sendable {
  /// The powers of the symbols, one for each, and what their product is multiplied by.
  public private(set) var terms: [[Int]: Rational] = [:]
  public internal(set) var isExact = true

  public init() {}

  /// Adds a number times a product of affine functions, given as the symbol, its factor and what is added.
  mutating func add(
    _ number: Int64, _ factors: [(symbol: Int, slope: Rational, offset: Rational)], symbols: Int
  ) {
    var products: [[Int]: Rational] = [Array(repeating: 0, count: symbols): Rational(number)]
    for factor in factors {
      var next: [[Int]: Rational] = [:]
      for (powers, coefficient) in products {
        var raised = powers
        raised[factor.symbol] += 1
        isExact = Self.add(coefficient.multiplied(by: factor.slope), raised, to: &next) && isExact
        isExact = Self.add(coefficient.multiplied(by: factor.offset), powers, to: &next) && isExact
      }
      products = next
    }
    for (powers, coefficient) in products { isExact = Self.add(coefficient, powers, to: &terms) && isExact }
  }

  /// False for a coefficient that does not fit, which is left out.
  private static func add(_ coefficient: Rational?, _ powers: [Int], to terms: inout [[Int]: Rational]) -> Bool {
    guard let coefficient, let sum = (terms[powers] ?? 0).adding(coefficient) else { return false }
    terms[powers] = sum == 0 ? nil : sum
    return true
  }

  /// The terms, highest powers first: coefficient, and the symbols with their powers, as `H*W` or `H^2`.
  public func sortedTerms(_ symbols: [String]) -> [(coefficient: Rational, product: String)] {
    let ordered = terms.sorted { a, b in
      let (degree, other) = (a.key.reduce(0, +), b.key.reduce(0, +))
      return degree != other ? degree > other : a.key.lexicographicallyPrecedes(b.key) ? false : a.key != b.key
    }
    return ordered.map { powers, coefficient in
      let product = zip(symbols, powers).filter { $1 > 0 }.map { $1 == 1 ? $0 : "\($0)^\($1)" }
      return (coefficient, product.joined(separator: "*"))
    }
  }
}

/// Multiply-adds and elements of a network with symbols in its inputs, as functions of the sizes.
public struct SizeCosts: Sendable {
  /// For each layer.
  public let multiplyAdds: [SizePolynomial]
  public let elements: [SizePolynomial]

  private let symbols: Int

  /// - Parameters:
  ///   - costs: The network's costs at the stand-ins, which hold every factor that does not depend on a symbol.
  public init?(_ network: Network, _ costs: NetworkCosts) {
    guard let sizes = network.sizes else { return nil }
    var forms: [SizeReference: AffineForm] = [:]
    var multiplyAdds: [SizePolynomial] = []
    var elements: [SizePolynomial] = []
    for (index, layer) in network.layers.enumerated() {
      func polynomial(_ number: Int64, over tensor: TensorID) -> SizePolynomial {
        var result = SizePolynomial()
        var factors: [(symbol: Int, slope: Rational, offset: Rational)] = []
        var rest = number
        for axis in 0..<3 {
          guard let extent = sizes.extent(of: tensor, axis: axis) else { continue }
          let form = forms[extent] ?? AffineForm(extent, sizes)
          forms[extent] = form
          // The number at the stand-ins is a multiple of the extent there.
          rest /= Int64(max(network.shape(of: tensor).spatial[axis], 1))
          factors.append((Int(extent.symbol), form.slope, form.offset))
          if !form.isExact { result.isExact = false }
        }
        result.add(rest, factors, symbols: sizes.symbols.count)
        return result
      }
      multiplyAdds.append(polynomial(costs.layers[index].multiplyAdds, over: network.tensorOfWork(of: layer)))
      elements.append(polynomial(network.outputShape(of: layer).elements, over: TensorID(index)))
    }
    self.multiplyAdds = multiplyAdds
    self.elements = elements
    symbols = sizes.symbols.count
  }

  public static func sum(_ polynomials: some Sequence<SizePolynomial>) -> SizePolynomial {
    var total = SizePolynomial()
    for polynomial in polynomials { total.add(polynomial) }
    return total
  }

  /// The elements that are alive at once when a layer has run.
  public func alive(after layer: Int, in network: Network) -> SizePolynomial {
    Self.sum(network.aliveTensors(after: layer).map { elements[$0] })
  }
}

extension SizePolynomial {
  public mutating func add(_ other: SizePolynomial) {
    isExact = isExact && other.isExact
    for (powers, coefficient) in other.terms { isExact = Self.add(coefficient, powers, to: &terms) && isExact }
  }

  /// The polynomial times a number.
  public func scaled(by factor: Int64) -> SizePolynomial {
    var result = SizePolynomial()
    result.isExact = isExact
    for (powers, coefficient) in terms {
      let product = coefficient.multiplied(by: Rational(factor))
      result.isExact = Self.add(product, powers, to: &result.terms) && result.isExact
    }
    return result
  }
}

/// An extent as slope * size + offset on the sizes that work.
private struct AffineForm {
  let slope: Rational
  let offset: Rational
  /// False where rounding makes it differ by less than a cell or so.
  let isExact: Bool

  init(_ extent: SizeReference, _ sizes: NetworkSizes) {
    let function = sizes.functions[Int(extent.function)]
    let valid = sizes.symbols[Int(extent.symbol)].valid
    let own = (try? function.restricted(to: valid)) ?? function
    if let form = own.affine {
      (slope, offset, isExact) = (form.slope, form.offset, true)
    } else {
      (slope, offset, isExact) = (Rational(function.gain, Int64(function.period)) ?? 0, 0, false)
    }
  }
}
