import ErrorTables
import Randomness
import TestSupport
import Testing

@Suite("Codes of memories")
struct MemoryCodeTests {
  @Test(
    "columns are distinct, of odd weight, at least 3, the lightest, and rows are balanced",
    arguments: SECDEDCode.allCases)
  func columns(code: SECDEDCode) {
    let columns = HsiaoCode(code).columns
    #expect(columns.count == code.dataBits && Set(columns).count == columns.count)
    let weights = columns.map(\.nonzeroBitCount)
    #expect(weights.allSatisfy { $0 >= 3 && !$0.isMultiple(of: 2) })
    // 8 choose 3 is 56: of 64 columns eight have weight 5, as in Hsiao's paper.
    #expect(weights.count { $0 == 5 } == (code == .secded72of64 ? 8 : 0))
    let rows = (0..<code.checkBits).map { row in
      columns.count { $0 >> UInt8(row) & 1 == 1 }
    }
    #expect((rows.max() ?? 0) - (rows.min() ?? 0) <= 1, "\(rows)")
    #expect(rows.reduce(0, +) == weights.reduce(0, +))
  }

  @Test("every single error, of data and check bits, is corrected", arguments: SECDEDCode.allCases)
  func single(code: SECDEDCode) {
    let hsiao = HsiaoCode(code)
    for data in samples(code) {
      let check = hsiao.check(of: data)
      let clean = hsiao.decode(data: data, check: check)
      #expect(clean.data == data && !clean.isUncorrectable)
      for bit in 0..<code.dataBits + code.checkBits {
        let (wrongData, wrongCheck) = flip([bit], data, check, code)
        let result = hsiao.decode(data: wrongData, check: wrongCheck)
        #expect(result.data == data && !result.isUncorrectable)
      }
    }
  }

  @Test(
    "every double error is detected and leaves the data as read", arguments: SECDEDCode.allCases)
  func double(code: SECDEDCode) {
    let hsiao = HsiaoCode(code)
    let length = code.dataBits + code.checkBits
    for data in samples(code) {
      let check = hsiao.check(of: data)
      for first in 0..<length {
        for second in first + 1..<length {
          let (wrongData, wrongCheck) = flip([first, second], data, check, code)
          let result = hsiao.decode(data: wrongData, check: wrongCheck)
          #expect(result.data == wrongData && result.isUncorrectable)
        }
      }
    }
  }

  @Test(
    "triple errors are miscorrected or detected as a search for the nearest codeword says",
    arguments: SECDEDCode.allCases)
  func triple(code: SECDEDCode) {
    let hsiao = HsiaoCode(code)
    let naive = NaiveSECDED(columns: hsiao.columns, checkBits: code.checkBits)
    let length = code.dataBits + code.checkBits
    var random = RandomStream(seed: 1, purpose: .test)
    var triples: [[Int]] = []
    if code == .secded13of8 {
      for first in 0..<length {
        for second in first + 1..<length {
          for third in second + 1..<length { triples.append([first, second, third]) }
        }
      }
    } else {
      triples = (0..<60).map { _ in
        (0..<3).map { _ in Int(random.next() % UInt64(length)) }
      }.filter { Set($0).count == 3 }
    }
    let data = samples(code)[2]
    let check = hsiao.check(of: data)
    var miscorrected = 0
    for triple in triples {
      let (wrongData, wrongCheck) = flip(triple, data, check, code)
      let result = hsiao.decode(data: wrongData, check: wrongCheck)
      let received = bits(wrongData, code.dataBits) + bits(UInt64(wrongCheck), code.checkBits)
      let expected = naive.decode(received)
      #expect(result.isUncorrectable == (expected == nil))
      #expect(bits(result.data, code.dataBits) == expected ?? bits(wrongData, code.dataBits))
      #expect(result.data != data || expected == nil)
      if expected != nil { miscorrected += 1 }
    }
    #expect(miscorrected > 0 && miscorrected < triples.count)
  }

  @Test("check bits are the parities that the columns name", arguments: SECDEDCode.allCases)
  func parities(code: SECDEDCode) {
    let hsiao = HsiaoCode(code)
    let naive = NaiveSECDED(columns: hsiao.columns, checkBits: code.checkBits)
    for data in samples(code) {
      let encoded = naive.encode(bits(data, code.dataBits))
      #expect(
        Array(encoded.suffix(code.checkBits))
          == bits(UInt64(hsiao.check(of: data)), code.checkBits))
    }
  }

  /// No ones, all ones, and random data.
  private func samples(_ code: SECDEDCode) -> [UInt64] {
    var random = RandomStream(seed: UInt64(code.dataBits), purpose: .test)
    let mask = UInt64.max >> UInt64(64 - code.dataBits)
    return [0, mask, random.next() & mask]
  }

  private func flip(
    _ bits: [Int], _ data: UInt64, _ check: UInt8, _ code: SECDEDCode
  ) -> (UInt64, UInt8) {
    var (data, check) = (data, check)
    for bit in bits {
      if bit < code.dataBits {
        data ^= 1 << UInt64(bit)
      } else {
        check ^= 1 << UInt8(bit - code.dataBits)
      }
    }
    return (data, check)
  }

  private func bits(_ value: UInt64, _ count: Int) -> [Bool] {
    (0..<count).map { value >> UInt64($0) & 1 == 1 }
  }
}
