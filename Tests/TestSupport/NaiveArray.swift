/// What a naive array took.
public struct NaiveCounts: Equatable {
  public var cycles = 0
  public var products = 0
  public var heldLoads = 0
  public var heldChanges = 0
  public var bankReads = 0
  public var bankWrites = 0
  public var bitClocks = 0
  public var bitToggles = 0
  /// Of registers and valid bits that follow what the element before, or the array's edge, had, and of
  /// partial sums.
  public var linkToggles = 0
  /// Edges behind clock gates of elements, of both operands at once where both move, and the inverters
  /// between such a gate and its flip-flops.
  public var gatedClocks = 0
  public var gatedInverters = 0
}

/// Processing-element arrays as a reader of their description would write them: a structure of
/// registers for each element, stepped one after the other with the neighbors' state of the cycle
/// before, and valid bits that travel with the values.
public struct NaiveArray<Word: FixedWidthInteger & UnsignedInteger> {
  public typealias Counts = NaiveCounts

  public let rows: Int
  public let columns: Int
  public let bankVectors: Int
  public let accumulatorWidth: Int
  public let saturates: Bool
  /// Of the operand that is held (or of activations) and of the one that moves (weights).
  public let heldBits: Int
  public let movingBits: Int
  /// Registers of a product between multiplier and adder.
  public let pipeline: Int
  /// What an element's multiplier gives: element, previous and present moving operand, held operand.
  public let product: (Int, Word, Word, Word) -> Int

  public init(
    rows: Int, columns: Int, bankVectors: Int, accumulatorWidth: Int, saturates: Bool,
    heldBits: Int, movingBits: Int, pipeline: Int = 0,
    product: @escaping (Int, Word, Word, Word) -> Int
  ) {
    self.rows = rows
    self.columns = columns
    self.bankVectors = bankVectors
    self.accumulatorWidth = accumulatorWidth
    self.saturates = saturates
    self.heldBits = heldBits
    self.movingBits = movingBits
    self.pipeline = pipeline
    self.product = product
  }

  private struct Stage: Equatable {
    var product = 0
    var isValid = false
  }

  private struct Element: Equatable {
    var shadow = 0
    var held = 0
    var hasHeld = false
    var moving = 0
    var previous = 0
    var previousWeight = 0
    var product = 0
    var sum = 0
    var operandIsValid = false
    var productIsValid = false
    /// Behind the product register, in the order in which products pass.
    var stages: [Stage] = []
    var sumIsValid = false
  }

  private var empty: Element {
    Element(stages: [Stage](repeating: Stage(), count: pipeline))
  }

  private func held(_ sum: Int) -> Int {
    let half = 1 << (accumulatorWidth - 1)
    if saturates { return min(max(sum, -half), half - 1) }
    let low = sum & (2 * half - 1)
    return low >= half ? low - 2 * half : low
  }

  private func changed(_ old: Int, _ new: Int, _ bits: Int) -> Int {
    ((old ^ new) & (1 << bits - 1)).nonzeroBitCount
  }

  /// One operand held: depth × outputs, the other streaming: vectors × depth, both row-major.
  ///
  /// - Returns: vectors × outputs.
  public func stationary(
    held operand: [Word], moving stream: [Word], vectors: Int, depth: Int, outputs: Int
  ) -> (sums: [Int], counts: Counts) {
    var sums = [Int](repeating: 0, count: vectors * outputs)
    var counts = Counts()
    var grid = [Element](repeating: empty, count: rows * columns)
    var bank = [Int](repeating: 0, count: bankVectors * columns)
    let productBits = heldBits + movingBits
    for firstVector in Swift.stride(from: 0, to: vectors, by: bankVectors) {
      let tile = min(bankVectors, vectors - firstVector)
      for firstOutput in Swift.stride(from: 0, to: outputs, by: columns) {
        let used = min(columns, outputs - firstOutput)
        for firstStep in Swift.stride(from: 0, to: depth, by: rows) {
          let usedRows = min(rows, depth - firstStep)
          for cycle in 0..<rows {
            let before = grid
            for row in 0..<rows {
              for column in 0..<used {
                let source = rows - 1 - cycle
                let entering =
                  source < usedRows
                  ? Int(operand[(firstStep + source) * outputs + firstOutput + column]) : 0
                let next = row > 0 ? before[(row - 1) * columns + column].shadow : entering
                let index = row * columns + column
                counts.bitClocks += heldBits
                Self.pass(heldBits, &counts)
                counts.bitToggles += changed(grid[index].shadow, next, heldBits)
                counts.linkToggles += changed(grid[index].shadow, next, heldBits)
                grid[index].shadow = next
              }
            }
            counts.cycles += 1
          }
          for row in 0..<rows {
            for column in 0..<used {
              let index = row * columns + column
              counts.bitClocks += heldBits
              Self.pass(heldBits, &counts)
              counts.bitToggles += changed(grid[index].held, grid[index].shadow, heldBits)
              grid[index].held = grid[index].shadow
              counts.heldLoads += 1
              // An element that no operand came to, nor comes to now, has what it had.
              let isUsed = row < usedRows
              if isUsed || grid[index].hasHeld { counts.heldChanges += 1 }
              grid[index].hasHeld = isUsed
            }
          }
          var written = 0
          var cycle = 0
          while written < tile * used || cycle < tile + rows + columns + 1 + pipeline {
            let before = grid
            for column in 0..<used where before[(rows - 1) * columns + column].sumIsValid {
              let slot = (cycle - rows - column - 2 - pipeline) * columns + column
              let sum = before[(rows - 1) * columns + column].sum
              counts.bankWrites += 1
              counts.bitClocks += accumulatorWidth
              counts.bitToggles += changed(bank[slot], sum, accumulatorWidth)
              bank[slot] = sum
              written += 1
            }
            for row in 0..<rows {
              for column in 0..<used {
                let index = row * columns + column
                var element = before[index]
                var incoming = 0
                var arrives: Bool
                if row == 0 {
                  let vector = cycle - column - 2 - pipeline
                  arrives = vector >= 0 && vector < tile
                  if arrives && firstStep > 0 {
                    incoming = bank[vector * columns + column]
                    counts.bankReads += 1
                  }
                } else {
                  arrives = before[index - columns].sumIsValid
                  incoming = before[index - columns].sum
                }
                let addend = pass(&element, productBits, &counts)
                if arrives {
                  let next = addend.isValid ? held(incoming + addend.product) : incoming
                  counts.bitClocks += accumulatorWidth
                  Self.pass(accumulatorWidth, &counts)
                  counts.bitToggles += changed(element.sum, next, accumulatorWidth)
                  counts.linkToggles += changed(element.sum, next, accumulatorWidth)
                  element.sum = next
                }
                element.sumIsValid = arrives
                if element.operandIsValid {
                  let next = product(
                    index, Word(element.previous), Word(element.moving), Word(element.held))
                  counts.products += 1
                  counts.bitClocks += productBits
                  Self.pass(productBits, &counts)
                  counts.bitToggles += changed(element.product, next, productBits)
                  element.product = next
                }
                element.productIsValid = element.operandIsValid
                let entering: Int
                if column == 0 {
                  let vector = cycle - row
                  arrives = row < usedRows && vector >= 0 && vector < tile
                  entering =
                    arrives ? Int(stream[(firstVector + vector) * depth + firstStep + row]) : 0
                } else {
                  arrives = before[index - 1].operandIsValid
                  entering = before[index - 1].moving
                }
                if arrives {
                  counts.bitClocks += movingBits
                  Self.pass(movingBits, &counts)
                  counts.bitToggles += changed(element.moving, entering, movingBits)
                  counts.linkToggles += changed(element.moving, entering, movingBits)
                  element.previous = element.moving
                  element.moving = entering
                }
                element.operandIsValid = arrives
                counts.bitToggles += Self.validChanges(before[index], element)
                counts.linkToggles += Self.linkedValidChanges(before[index], element)
                grid[index] = element
              }
            }
            cycle += 1
          }
          counts.cycles += cycle
        }
        for vector in 0..<tile {
          for column in 0..<used {
            sums[(firstVector + vector) * outputs + firstOutput + column] =
              bank[vector * columns + column]
            counts.bankReads += 1
          }
        }
      }
    }
    counts.bitClocks += (3 + pipeline) * rows * columns * counts.cycles
    return (sums, counts)
  }

  /// An edge that a clock gate passes to so many flip-flops.
  private static func pass(_ bits: Int, _ counts: inout Counts) {
    func inverters(_ inputs: Int) -> Int {
      guard inputs > 4 else { return 0 }
      let fours = inputs / 4 + (inputs % 4 > 0 ? 1 : 0)
      return fours + inverters(fours)
    }
    counts.gatedClocks += 1
    counts.gatedInverters += inverters(bits)
  }

  /// What the adder gets, and the stages' next products.
  private func pass(
    _ element: inout Element, _ bits: Int, _ counts: inout Counts
  ) -> Stage {
    let product = Stage(product: element.product, isValid: element.productIsValid)
    guard let last = element.stages.last else { return product }
    let before = [product] + element.stages
    for index in element.stages.indices {
      element.stages[index].isValid = before[index].isValid
      guard before[index].isValid else { continue }
      counts.bitClocks += bits
      Self.pass(bits, &counts)
      counts.bitToggles += changed(element.stages[index].product, before[index].product, bits)
      element.stages[index].product = before[index].product
    }
    return last
  }

  private static func validChanges(_ old: Element, _ new: Element) -> Int {
    (old.operandIsValid != new.operandIsValid ? 1 : 0)
      + (old.productIsValid != new.productIsValid ? 1 : 0)
      + (old.sumIsValid != new.sumIsValid ? 1 : 0)
      + zip(old.stages, new.stages).count { $0.isValid != $1.isValid }
  }

  private static func linkedValidChanges(_ old: Element, _ new: Element) -> Int {
    (old.operandIsValid != new.operandIsValid ? 1 : 0)
      + (old.sumIsValid != new.sumIsValid ? 1 : 0)
  }

  /// Sums stay: M × K activations by K × N weights, both row-major.
  ///
  /// - Parameter product: of element, the activation and the weight before, those at present.
  /// - Returns: M × N.
  public func outputStationary(
    activations: [Word], weights: [Word], m: Int, k: Int, n: Int,
    product: (Int, (Word, Word), (Word, Word)) -> Int
  ) -> (sums: [Int], counts: Counts) {
    var sums = [Int](repeating: 0, count: m * n)
    var counts = Counts()
    var grid = [Element](repeating: empty, count: rows * columns)
    var bank = [Int](repeating: 0, count: bankVectors * columns)
    let productBits = heldBits + movingBits
    for firstRow in Swift.stride(from: 0, to: m, by: rows) {
      for firstColumn in Swift.stride(from: 0, to: n, by: columns) {
        let usedRows = min(rows, m - firstRow)
        let used = min(columns, n - firstColumn)
        for cycle in 0..<(k + rows + columns + pipeline) {
          let before = grid
          for row in 0..<usedRows {
            for column in 0..<used {
              let index = row * columns + column
              var element = before[index]
              let addend = pass(&element, productBits, &counts)
              if addend.isValid {
                let next = held(element.sum + addend.product)
                counts.bitClocks += accumulatorWidth
                Self.pass(accumulatorWidth, &counts)
                counts.bitToggles += changed(element.sum, next, accumulatorWidth)
                counts.linkToggles += changed(element.sum, next, accumulatorWidth)
                element.sum = next
              }
              if element.operandIsValid {
                let next = product(
                  index, (Word(element.previous), Word(element.previousWeight)),
                  (Word(element.moving), Word(element.held)))
                counts.products += 1
                counts.bitClocks += productBits
                Self.pass(productBits, &counts)
                counts.bitToggles += changed(element.product, next, productBits)
                element.product = next
              }
              element.productIsValid = element.operandIsValid
              let (step, topStep) = (cycle - row, cycle - column)
              let arrives =
                column > 0 ? before[index - 1].operandIsValid : step >= 0 && step < k
              if arrives {
                let left =
                  column > 0
                  ? before[index - 1].moving : Int(activations[(firstRow + row) * k + step])
                let top =
                  row > 0
                  ? before[index - columns].held
                  : Int(weights[topStep * n + firstColumn + column])
                counts.bitClocks += heldBits + movingBits
                Self.pass(heldBits + movingBits, &counts)
                let moved =
                  changed(element.moving, left, heldBits) + changed(element.held, top, movingBits)
                counts.bitToggles += moved
                counts.linkToggles += moved
                element.previous = element.moving
                element.previousWeight = element.held
                element.moving = left
                element.held = top
              }
              element.operandIsValid = arrives
              counts.bitToggles += Self.validChanges(before[index], element)
              counts.linkToggles += Self.linkedValidChanges(before[index], element)
              grid[index] = element
            }
          }
          counts.cycles += 1
        }
        for cycle in 0..<rows {
          let before = grid
          let leaving = rows - 1 - cycle
          for column in 0..<used {
            let bottom = before[(rows - 1) * columns + column].sum
            if leaving < usedRows {
              let slot = leaving % bankVectors * columns + column
              counts.bankWrites += 1
              counts.bankReads += 1
              counts.bitClocks += accumulatorWidth
              counts.bitToggles += changed(bank[slot], bottom, accumulatorWidth)
              bank[slot] = bottom
              sums[(firstRow + leaving) * n + firstColumn + column] = bottom
            }
            for row in 0..<rows {
              let index = row * columns + column
              let next = row > 0 ? before[index - columns].sum : 0
              counts.bitClocks += accumulatorWidth
              Self.pass(accumulatorWidth, &counts)
              counts.bitToggles += changed(grid[index].sum, next, accumulatorWidth)
              counts.linkToggles += changed(grid[index].sum, next, accumulatorWidth)
              grid[index].sum = next
            }
          }
          counts.cycles += 1
        }
      }
    }
    counts.bitClocks += (2 + pipeline) * rows * columns * counts.cycles
    return (sums, counts)
  }
}
