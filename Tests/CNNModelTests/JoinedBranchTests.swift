import CNNModel
import Testing

/// Joins whose branches stand in loops and conditions, lists of tensors, and outputs that are labels.
@Suite struct JoinedBranchTests {
  @Test func branchesOfLoopsAndConditionsAreJoined() throws {
    let network = try Network.checked(
      """
      block mixed(filters, kernels, same) {
        add {
          let wide = 2 * filters
          - conv filters, 1x1
          for k in kernels {
            - conv wide, k, pad half
              conv filters, 1x1
          }
          if same { - identity } else if length(kernels) == 0 { - relu } else { - tanh }
          repeat 2 { - from input | sigmoid }
        }
      }

      model Net {
        input 8x8x4
        mixed 4, [3, 5], on
        mixed 4, [], off
        mixed 4, [3], off
      }
      """)
    let joins = network.layers.filter { $0.kind != nil && network.inputs(of: $0).count > 1 }
    #expect(joins.map { network.inputs(of: $0).count } == [6, 4, 5])
    #expect(joins.map { network.path(of: $0) } == ["mixed1.add1", "mixed2.add1", "mixed3.add1"])
    let branches = network.rows.filter(\.startsBranch)
    #expect(branches.count == 15)
    #expect(branches.allSatisfy { $0.nesting == 1 })
    // Every branch begins with the tensor that enters the join.
    let entering = Set(network.frames.dropFirst().map(\.input))
    #expect(branches.filter { network.layers[$0.layers].isEmpty == false }.allSatisfy { entering.contains($0.input) })
  }

  @Test func anOutputIsALabel() throws {
    let network = try Network.checked(
      """
      model Net(count = 2) {
        input 8x8x4
        for i in 0 ..< count { output "p{i}": conv 4, 3x3, pad 1 | relu }
        output aux { a: conv 4, 1x1 | relu }
        output other { a: conv 4, 1x1 }
        a: tanh
        output a
        concat ["p{i}" for i in 0 ..< count if i < 1] + ["p1"], aux.a, [aux, other], a
      }
      """)
    #expect(network.outputs.map(\.name) == ["p0", "p1", "aux", "other", "a", "output"])
    let names = network.layers.map { network.path(of: $0) }
    #expect(names == ["input", "p0", "p0.relu", "p1", "p1.relu", "aux.a", "aux.a.relu", "other.a", "a", "concat1"])
    let joined = network.inputs(of: try #require(network.layers.last)).map { names[Int($0)] }
    #expect(joined == ["p0.relu", "p1.relu", "aux.a.relu", "aux.a.relu", "other.a", "a"])
  }

  @Test func comprehensionsAreLists() throws {
    let network = try Network.checked(
      """
      let squares = [i * i for i in 1 ..< 5 if i % 2 == 1]
      let pairs = [[i, a + b] for i, [a, b] in [[1, 2], [3, 4]]]

      model Net(widths = [2 * w for w in squares]) {
        input 8x8x4
        for w in widths { conv w, 1x1 }
        relu
        expect squares == [1, 9], pairs == [[0, 3], [1, 7]], [x for x in 5x6] == [5, 6], [x for x in []] == []
        expect sum([sum([i * j for j in 0 ..< 3]) for i in 0 ..< 3]) == 9
      }
      """)
    #expect(network.layers.map { network.outputShape(of: $0).channels } == [4, 2, 18, 18])
  }

  /// A block finds the tensors that a list names for it, and makes labels of strings that name none.
  @Test func stringsOfAListAreTensorsOfTheCaller() throws {
    let network = try Network.checked(
      """
      block joined(ways) { concat ways }
      block labelled(words) { for word in words { "{word}": conv 4, 1x1 } }

      model Net {
        input 8x8x4
        "level.0": conv 4, 1x1
        "level.1": conv 5, 1x1
        joined ["level.{i}" for i in 0 ..< 2]
        labelled ["first", "second"]
      }
      """)
    let names = network.layers.map { network.path(of: $0) }
    #expect(names == ["input", "level.0", "level.1", "joined1.concat1", "labelled1.first", "labelled1.second"])
    #expect(network.outputShape(of: network.layers[3]).channels == 9)
  }

  /// What a join reads: the tensor that enters and those that are named, or the named ones where it is among them.
  @Test(arguments: [
    ("add a", "b a"), ("add b", "b b"), ("add a, b", "a b"), ("subtract b, a", "b a"), ("concat [\"a\", \"b\"]", "a b"),
    ("concat [a, input]", "b a input"), ("subtract b, 0.5", "b 1:0.5"), ("subtract 1, b", "b 0:1.0"),
    ("subtract 0.5", "b 1:0.5"), ("divide a, 2", "b a 2:2.0"), ("attention a, b", "b a b"),
    ("attention b, b, b", "b b b"), ("add a, a", "b a a"), ("add b, b", "b b"),
  ])
  func theTensorThatEntersJoinsOnce(_ join: String, _ operands: String) throws {
    let network = try Network.checked(
      """
      model Net {
        input 8x8x4
        a: relu
        output first { tanh }
        from input
        b: sigmoid
        \(join)
      }
      """)
    let layer = try #require(network.layers.last)
    var found = network.inputs(of: layer).map { network.path(of: network.layers[Int($0)]) }
    if case .elementwise(_, let constants) = layer.operation {
      found += constants.map { "\($0.position):\($0.value)" }
    }
    #expect(found.joined(separator: " ") == operands)
  }
}
