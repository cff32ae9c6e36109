extension BufferFaultModel: CustomStringConvertible {
  /// As reports print it: `stuck_at (1: 0.5), blocks of 256 words with correlation 0.1, bit_masking`.
  public var description: String {
    var parts: [String] = []
    switch kind {
    case .flip: parts.append("flip")
    case .stuckAt(let probability): parts.append("stuck_at (1: \(probability))")
    }
    if let clustering {
      parts.append(
        "blocks of \(clustering.blockWords) words with correlation \(clustering.correlation)")
    }
    switch protection {
    case .none: break
    case .bitMasking: parts.append("bit_masking")
    case .wordMasking: parts.append("word_masking")
    case .code(let code, let policy):
      parts.append("\(code.rawValue), \(policy.rawValue) on a detected error")
    }
    return parts.joined(separator: ", ")
  }
}
