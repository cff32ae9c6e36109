/// The schoolbook convolution through a product table, one loop for each index: image, filter, output
/// row and column, channel, kernel row and column.
public struct NaiveTableConvolution {
  public var channels: Int
  public var (rows, columns): (Int, Int)
  public var filters: Int
  public var (kernelRows, kernelColumns): (Int, Int)
  public var (strideRows, strideColumns) = (1, 1)
  public var (top, left, bottom, right) = (0, 0, 0, 0)
  public var (dilationRows, dilationColumns) = (1, 1)
  public var groups = 1

  public init(
    channels: Int, rows: Int, columns: Int, filters: Int, kernelRows: Int, kernelColumns: Int
  ) {
    self.channels = channels
    (self.rows, self.columns) = (rows, columns)
    self.filters = filters
    (self.kernelRows, self.kernelColumns) = (kernelRows, kernelColumns)
  }

  /// - Parameters:
  ///   - table: the product of a and w at `[w << 8 | a]`.
  ///   - activations: `[image][channel][row][column]`.
  ///   - weights: for each group a row for each channel, kernel row and column, a column a filter.
  ///   - padding: the activation around each image.
  ///   - capture: turns the settled product of operation (v·K + k)·F + f into the captured one, for
  ///     output position v of all images and filter f of F.
  /// - Returns: `[image][filter][row][column]`, modulo 2³².
  public func sums(
    table: [UInt32], activations: [UInt8], weights: [UInt8], images: Int, padding: UInt8,
    capture: (Int, UInt32) -> UInt32 = { $1 }
  ) -> [UInt32] {
    let heightLeft = rows + top + bottom - ((kernelRows - 1) * dilationRows + 1)
    let widthLeft = columns + left + right - ((kernelColumns - 1) * dilationColumns + 1)
    let (outRows, outColumns) = (heightLeft / strideRows + 1, widthLeft / strideColumns + 1)
    let (groupChannels, groupFilters) = (channels / groups, filters / groups)
    let steps = groupChannels * kernelRows * kernelColumns
    var results: [UInt32] = []
    for image in 0..<images {
      for filter in 0..<filters {
        let group = filter / groupFilters
        for outRow in 0..<outRows {
          for outColumn in 0..<outColumns {
            var sum: UInt32 = 0
            var step = 0
            let vector = (image * outRows + outRow) * outColumns + outColumn
            for channel in 0..<groupChannels {
              for kernelRow in 0..<kernelRows {
                for kernelColumn in 0..<kernelColumns {
                  let row = outRow * strideRows + kernelRow * dilationRows - top
                  let column = outColumn * strideColumns + kernelColumn * dilationColumns - left
                  var activation = padding
                  if row >= 0, row < rows, column >= 0, column < columns {
                    let plane = image * channels + group * groupChannels + channel
                    activation = activations[(plane * rows + row) * columns + column]
                  }
                  let weight = weights[
                    (group * steps + step) * groupFilters + filter % groupFilters]
                  let product = table[Int(weight) << 8 | Int(activation)]
                  sum &+= capture((vector * steps + step) * filters + filter, product)
                  step += 1
                }
              }
            }
            results.append(sum)
          }
        }
      }
    }
    return results
  }
}
