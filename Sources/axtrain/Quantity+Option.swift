import Files
import Quantities

extension Quantity {
  /// The value of an option, a number with a unit.
  ///
  /// - Throws: `InputError` 64 if the text is none.
  init(_ text: String, option: String) throws {
    do throws(QuantityError) {
      self = try Self(parsing: text)
    } catch {
      throw InputError(.usage, "\(option): \(error)")
    }
  }
}
