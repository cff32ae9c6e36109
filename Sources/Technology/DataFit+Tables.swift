import Files
import Fitting

extension DataFit {
  /// The columns of `axtrain fit DATA.csv`.
  public static let columns =
    [
      ColumnDefinition("law", "The law that was fitted."),
      ColumnDefinition("parameter", "The parameter, with its unit where it has one of volts."),
      ColumnDefinition("value", "Its value."),
      ColumnDefinition("standard_error", "One standard deviation of it."),
      ColumnDefinition("points", "How many points were fitted."),
      ColumnDefinition("degrees_of_freedom", "Points less parameters."),
      ColumnDefinition(
        "chi_squared",
        "Sum of squared residuals of the fitted quantity, each over its standard deviation where there "
          + "is a column of them."),
      ColumnDefinition(
        "reduced_chi_squared",
        "chi_squared over degrees_of_freedom; empty without standard deviations."),
      ColumnDefinition(
        "chi_squared_probability",
        "That data of this law give such a chi-squared or a larger one; empty without standard "
          + "deviations."),
      ColumnDefinition("rms_residual", "Root mean square of the residuals of the fitted quantity."),
      ColumnDefinition("from_x", "Smallest x of the points: the law holds from here."),
      ColumnDefinition("to_x", "Largest x of the points: the law holds up to here."),
    ] + FitResult.goodnessColumns

  public var table: ResultTable {
    var table = ResultTable(columns: Self.columns)
    for (index, name) in fit.names.enumerated() {
      table.append(
        [
          .text(request.law.rawValue), .text(name), .real(fit.parameters[index]),
          .real(fit.standardErrors[index]), .integer(points.count),
          .integer(fit.degreesOfFreedom), .real(fit.chiSquared),
          fit.isWeighted ? .real(fit.reducedChiSquared) : .missing,
          fit.chiSquaredProbability.map { .real($0) } ?? .missing, .real(fit.rootMeanSquare),
          .real(fit.range.lowerBound), .real(fit.range.upperBound),
        ] + fit.goodnessCells)
    }
    return table
  }

  /// The columns of `--covariance`.
  public static let covarianceColumns = FitResult.covarianceColumns

  public var covarianceTable: ResultTable {
    ResultTable(columns: Self.covarianceColumns, rows: fit.covarianceRows)
  }

  /// The columns of `--residuals`.
  public static let residualColumns = [
    ColumnDefinition("line", "The point's line in the data file."),
    ColumnDefinition("x", "Its x."),
    ColumnDefinition("y", "Its y."),
    ColumnDefinition("fitted_y", "The law's y there."),
    ColumnDefinition(
      "residual", "Fitted less observed, of the fitted quantity: ln y, y/V2, ln(y/V), z or y."),
    ColumnDefinition(
      "normalized_residual",
      "The residual over its standard deviation, or over the root mean square without one."),
  ]

  public var residualTable: ResultTable {
    var table = ResultTable(columns: Self.residualColumns)
    for (index, point) in points.enumerated() {
      table.append([
        .integer(point.line), .real(point.x), .real(point.y),
        .real(prediction(at: point.x).y), .real(fit.residuals[index]),
        .real(fit.normalizedResiduals[index]),
      ])
    }
    return table
  }

  /// The columns of `--at`.
  public static let predictionColumns = [
    ColumnDefinition("x", "Where the law was asked."),
    ColumnDefinition("y", "The law's y."),
    ColumnDefinition(
      "low", "Lower end of y's band: 2 standard deviations of the law by its covariance."),
    ColumnDefinition("high", "Upper end of it."),
    ColumnDefinition("extrapolated", "Whether x lies outside the fitted range."),
  ]

  /// - Parameter extrapolating: whether x may lie outside the fitted range.
  /// - Throws: `InputError` 64 for an x outside the range unless `extrapolating`.
  public func predictionTable(at values: [Double], extrapolating: Bool) throws -> ResultTable {
    var table = ResultTable(columns: Self.predictionColumns)
    for x in values {
      let isInside = fit.range.contains(x)
      guard isInside || extrapolating else {
        throw InputError(
          .usage,
          "--at: \(x) is outside \(fit.range.lowerBound) … \(fit.range.upperBound), where the law "
            + "was fitted: choose a value inside, or say --extrapolate")
      }
      let prediction = prediction(at: x)
      table.append([
        .real(x), .real(prediction.y), .real(prediction.low), .real(prediction.high),
        .flag(!isInside),
      ])
    }
    return table
  }
}
