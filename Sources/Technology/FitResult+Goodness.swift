import Files
import Fitting

extension FitResult {
  /// How well the law describes its data, in words: their χ², or, where the data have no standard
  /// deviations that it could be formed with, what the scatter about the law says of them.
  public var goodness: String {
    guard degreesOfFreedom > 0 else { return "as many parameters as points" }
    guard let probability = chiSquaredProbability else {
      return "no weights: residual standard deviation "
        + CellValue.format(residualStandardDeviation, digits: 4)
    }
    return "reduced chi-squared \(CellValue.format(reducedChiSquared, digits: 4)), probability "
      + CellValue.format(probability, digits: 3)
  }

  /// The columns that tables of fits have of it.
  static let goodnessColumns = [
    ColumnDefinition(
      "residual_standard_deviation",
      "Root of the sum of the residuals' squares over the degrees of freedom; empty where there are as many parameters as data."
    ),
    ColumnDefinition(
      "goodness",
      "In words: the reduced chi-squared and its probability, or 'no weights: residual standard deviation …' where the data have no standard deviations of their own."
    ),
  ]

  /// What stands in them.
  var goodnessCells: [CellValue] {
    [degreesOfFreedom > 0 ? .real(residualStandardDeviation) : .missing, .text(goodness)]
  }

  /// The columns of `--covariance`, behind those that say which law it is.
  static let covarianceColumns = [
    ColumnDefinition("parameter", "One parameter."),
    ColumnDefinition("other", "The same or another parameter."),
    ColumnDefinition("covariance", "Their covariance, in the product of their units."),
    ColumnDefinition("correlation", "Their correlation, -1 to 1."),
  ]

  /// A row for each pair of parameters; none where there are as many parameters as data, which give no
  /// covariance.
  var covarianceRows: [[CellValue]] {
    guard degreesOfFreedom > 0 else { return [] }
    let correlation = correlation
    return names.indices.flatMap { row in
      names.indices.map { column in
        let index = row * names.count + column
        return [
          .text(names[row]), .text(names[column]), .real(covariance[index]),
          .real(correlation[index]),
        ]
      }
    }
  }
}
