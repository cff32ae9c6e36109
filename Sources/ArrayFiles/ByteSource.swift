import Files

/// What bytes are called in messages: a file, perhaps a member of it, perhaps unpacked.
public struct ByteSource: Sendable, Hashable {
  public let file: String
  /// The name inside an archive.
  public let member: String?
  /// Whether offsets count unpacked bytes.
  public let isPacked: Bool

  public init(file: String, member: String? = nil, isPacked: Bool = false) {
    self.file = file
    self.member = member
    self.isPacked = isPacked
  }

  /// `file: error: in 'member', at byte n: …`, with the status of bad data.
  func refusal(at offset: Int, _ message: String) -> InputError {
    refusal("at \(isPacked ? "unpacked byte" : "byte") \(offset): \(message)")
  }

  /// The same without a byte.
  func refusal(_ message: String) -> InputError {
    InputError(
      .badData, at: SourceLocation(file: file),
      (member.map { "in '\($0)', " } ?? "") + message)
  }
}
