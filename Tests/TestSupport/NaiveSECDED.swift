/// A code that corrects single and detects double errors, decoded by search: what the table decoder
/// is compared with.
///
/// Check bit r is the parity of the data bits whose column has bit r.
public struct NaiveSECDED {
  public let columns: [UInt8]
  public let checkBits: Int

  public init(columns: [UInt8], checkBits: Int) {
    self.columns = columns
    self.checkBits = checkBits
  }

  /// A codeword as bits: data first, then check bits.
  public func encode(_ data: [Bool]) -> [Bool] {
    data
      + (0..<checkBits).map { row in
        var parity = false
        for bit in data.indices where columns[bit] >> UInt8(row) & 1 == 1 && data[bit] {
          parity.toggle()
        }
        return parity
      }
  }

  private func isCodeword(_ bits: [Bool]) -> Bool {
    encode(Array(bits.prefix(columns.count))) == bits
  }

  /// The data of the codeword that is received or one bit away; nil where there is none.
  public func decode(_ received: [Bool]) -> [Bool]? {
    if isCodeword(received) { return Array(received.prefix(columns.count)) }
    for bit in received.indices {
      var candidate = received
      candidate[bit].toggle()
      if isCodeword(candidate) { return Array(candidate.prefix(columns.count)) }
    }
    return nil
  }
}
