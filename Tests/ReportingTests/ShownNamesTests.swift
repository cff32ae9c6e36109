import Testing

@testable import Reporting

@Suite("Names as reports show them") struct ShownNamesTests {
  @Test("methods have their names, with what is left out and which bits are hardened behind them")
  func methods() {
    for (name, shown) in [
      ("pas", "AxTrain-pas"), ("weight_clipping", "weight clipping"), ("axtrain", "AxTrain"),
      ("axtrain/no_clean_pass", "AxTrain/no clean pass"),
      ("axtrain/no_averaging/magnitude1%", "AxTrain/no averaging/magnitude1%"),
      ("pas/sensitivity_layer1%", "AxTrain-pas/sensitivity layer1%"), ("/a_b", "/a b"),
    ] {
      #expect(ReportRows.shown(name) == shown)
    }
  }
}
