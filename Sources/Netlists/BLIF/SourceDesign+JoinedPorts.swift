import Files

extension SourceDesign {
  /// The ports of a model whose bits are listed one by one: `a[0]`, `a<0>` and `a(0)` are bit 0 of
  /// port a. An input that is listed as an output as well is one of both.
  ///
  /// - Throws: `InputError` 65 if a bit is missing between others, or a name stands for a port and
  ///   for bits.
  func joinedPorts(of module: SourceModule) throws -> [PortGroup] {
    var groups: [PortGroup] = []
    var indices: [[(index: Int?, signal: Int, place: SourcePlace)]] = []
    var positions: [PortKey: Int] = [:]
    for (number, port) in module.ports.enumerated() {
      guard let signal = module.signalPositions[port.name] else { continue }
      let isPassedThrough = module.passedThrough[port.name] == number
      let direction = isPassedThrough ? .output : module.signals[signal].direction
      let (base, index) = Self.bit(names[port.name])
      if let known = positions[PortKey(base: base, direction: direction)] {
        guard index != nil, indices[known].allSatisfy({ $0.index != nil }) else {
          throw error(
            "port '\(names[port.name])' and another are both '\(base)': rename one",
            at: port.place)
        }
        indices[known].append((index, signal, port.place))
      } else {
        positions[PortKey(base: base, direction: direction)] = groups.count
        groups.append(PortGroup(name: base, direction: direction, isSigned: false, bits: []))
        indices.append([(index, signal, port.place)])
      }
    }
    for group in groups.indices {
      let sorted = indices[group].sorted { ($0.index ?? 0) < ($1.index ?? 0) }
      for (bit, next) in zip(sorted, sorted.dropFirst()) {
        guard let low = bit.index, let high = next.index, high != low else {
          throw error(
            "bit \(next.index ?? 0) of port '\(groups[group].name)' is listed twice",
            at: next.place)
        }
        guard high == low + 1 else {
          throw error(
            "port '\(groups[group].name)' has no bit between \(low) and \(high): list each bit",
            at: next.place)
        }
      }
      groups[group].bits = sorted.map { ($0.signal, 0) }
    }
    return groups
  }

  private struct PortKey: Hashable {
    let base: String
    let direction: SourceModule.Direction
  }

  /// `a[3]` is bit 3 of a; other names are ports of one bit.
  private static func bit(_ name: String) -> (base: String, index: Int?) {
    let pairs: [(Character, Character)] = [("[", "]"), ("<", ">"), ("(", ")")]
    for (open, close) in pairs where name.last == close {
      guard let start = name.lastIndex(of: open), start > name.startIndex else { continue }
      let digits = name[name.index(after: start)...].dropLast()
      guard !digits.isEmpty, digits.utf8.allSatisfy(\.isASCIIDigit), digits.count <= 9,
        let index = Int(digits)
      else { continue }
      return (String(name[..<start]), index)
    }
    return (name, nil)
  }
}
