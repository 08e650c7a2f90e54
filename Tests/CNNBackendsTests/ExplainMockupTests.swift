import CNNBackends
import Testing

/// The pages that the project promises, byte for byte.
@Suite struct ExplainMockupTests {
  /// Why the dense layer behind two `same` convolutions and two pools has 7 * 7 * 64 inputs, and who has 4 * 4 * 64.
  @Test func denseLayerBehindMaps() throws {
    let expected = """
      fc1 reads 3136 numbers: 7 * 7 * 64, the maps of maxpool2 laid out in a row.

        28x28x1    input
        28x28x32   conv1     5x5, pad same   28 + 2 + 2 - 5 + 1 = 28
        14x14x32   maxpool1  2x2             28 / 2 = 14
        14x14x64   conv2     5x5, pad same   14 + 2 + 2 - 5 + 1 = 14
        7x7x64     maxpool2  2x2             14 / 2 = 7
        3136       flatten1                  7 * 7 * 64
        1024       fc1                       3136 * 1024 + 1024 = 3,212,288 parameters

      Only the pools shrink the maps. With `pad valid` each 5x5 takes 4 cells as well:
      28, 24, 12, 8, 4. Then fc1 reads 4 * 4 * 64 = 1024, and has 1,049,600 parameters.

      """
    #expect(try backendInput(Samples.mnist).page("fc1") == expected)
  }

  /// How many maps and weights a convolution on maps has, with the page's remarks below.
  @Test func parametersOfAConvolution() throws {
    let expected = """
      conv2 has 51,264 parameters: 64 filters, each 5x5 and as deep as its input.

        one filter    5 * 5 * 32     800   a value of the output sums 800 products
        64 filters    64 * 800    51,200
        biases        64              64   one a filter
                                  51,264

      Two other readings, and their numbers:       weights                maps
        every 5x5 filter over every map by itself    1,600  64 * 25       2048  32 * 64
        one flat 5x5 a filter, same for all maps     1,600  64 * 25         64
        this layer: a 5x5 of its own for each map   51,200  64 * 25 * 32    64

      """
    let page = try backendInput(Samples.mnist).page("conv2", parameters: true)
    #expect(page.hasPrefix(expected))
    let remarks = page.dropFirst(expected.count)
    #expect(remarks.contains("`depthwise 5x5, multiplier 64, pad same`: 32 *\n64 = 2048 maps"))
  }

  /// What the number of neurons in the paper is, and is not.
  @Test func neuronsOfThePaper() throws {
    let expected = """
      conv1 gives 54x54x96, 279,936 neurons: (224 - 11) / 4 + 1 = 54.25, rounded down.

                         exact  output    neurons  left over
        as written       54.25  54x54x96  279,936  the last row and column
        rounded up              55x55x96  290,400  overhangs by 3: a conv never does
        input 227x227x3  55     55x55x96  290,400
        pad 2            55.25  55x55x96  290,400  a row and a column of padding
        pad [1, 2, 1, 2] 55     55x55x96  290,400
        pad same         56     56x56x96  301,056  padded by [3, 4, 3, 4]

      A neuron reads 11 * 11 * 3 = 363 values; 96 * (363 + 1) = 34,944 parameters.
      253,440 is none of these. It is 96 * 2640, and 2640 is not a square: 55 * 48 * 96
      is 36,960 short of 55 * 55 * 96 = 290,400.

      """
    let page = try backendInput(Samples.alexnet(input: "224x224x3")).page("conv1", compare: 253_440)
    #expect(page == expected)
  }
}
