import Files
import Fitting
import Foundation

/// A law fitted to the points of a CSV file.
public struct DataFit: Sendable {
  /// Which rows and columns are fitted, and by what.
  public struct Request: Sendable {
    public var law: DataLaw
    public var x: String
    public var y: String
    /// The column of y's standard deviations; nil weighs all points alike.
    public var sigma: String?
    /// Only the rows with these values: text alike, or the same number.
    public var conditions: [(column: String, value: String)] = []
    /// Kelvins, of the law `ekv`.
    public var temperature = 298.15

    public init(law: DataLaw, x: String, y: String) {
      self.law = law
      self.x = x
      self.y = y
    }
  }

  public static let maximumPoints = 10_000
  /// A weighted fit whose χ² is less probable than this does not describe its data.
  public static let leastProbability = FitResult.leastProbability

  public let request: Request
  public let file: String
  /// In the units of the file, ascending in x.
  public let points: [DataPoint]
  /// The fit of the law's transformed quantity against x.
  public let fit: FitResult

  /// Why no law is fitted to points, and what a page can show of it.
  public struct Failure: Error {
    public let refusal: InputError
    /// The points, with the curve where the search ended; nil where there is no point.
    public let curve: FittedCurve?
  }

  /// - Throws: `InputError` 66 if the file is missing; 65 at the line of a value that the law cannot
  ///   take or of a repeated x, or if the points are too few, the law overflows at
  ///   supplies that are none in volts, or the search does not converge.
  public init(contentsOf path: String, _ request: Request) throws {
    switch try Self.result(contentsOf: path, request) {
    case .success(let fit): self = fit
    case .failure(let failure): throw failure.refusal
    }
  }

  /// The fit, or why there is none although the file can be read.
  ///
  /// - Throws: `InputError` 66 if the file is missing; 65 at the line of a value that the law cannot
  ///   take or of a repeated x.
  public static func result(
    contentsOf path: String, _ request: Request
  ) throws -> Result<DataFit, Failure> {
    let points = try DataPoint.read(path, request)
    return Result { () throws(Failure) in try DataFit(points, of: path, request) }
  }

  private init(_ points: [DataPoint], of path: String, _ request: Request) throws(Failure) {
    let law = request.law
    let x = points.map(\.x)
    let y = points.map { law.transformed($0.y, at: $0.x) }
    var sigmas: [Double]?
    if request.sigma != nil {
      sigmas = points.map { law.transformedSigma($0.sigma ?? 0, y: $0.y, at: $0.x) }
    }
    let deviations = sigmas
    func failure(_ reason: String, at parameters: [Double] = []) -> Failure {
      let curve = request.curve(
        .failed(reason: reason, x: x, y: y, sigma: deviations, parameters: parameters))
      return Failure(
        refusal: InputError(
          .badData, at: SourceLocation(file: path), "law '\(law.rawValue)'\(reason)"),
        curve: points.isEmpty ? nil : curve)
    }
    let model = law.model(kelvin: request.temperature)
    let starts = law.starts(x: x, y: y, kelvin: request.temperature).filter { start in
      start.allSatisfy(\.isFinite) && x.allSatisfy { model(start, $0).isFinite }
    }
    guard points.count > law.parameterNames.count else {
      let error = FittingError.tooFewPoints(
        points: points.count, parameters: law.parameterNames.count)
      throw failure(": \(error)")
    }
    guard !starts.isEmpty else {
      throw failure(
        " has no finite value at '\(request.x)' = \(x[0]) … \(x[x.count - 1]), which are taken for "
          + "volts: give supplies in volts")
    }
    do throws(FittingError) {
      fit = try NonlinearLeastSquares.bestFit(
        names: law.parameterNames, starts: starts, x: x, y: y, sigma: sigmas, model: model)
    } catch {
      var last: [Double] = []
      if case .notConverged(_, let parameters) = error { last = parameters }
      throw failure(": \(error)", at: last)
    }
    if let complaint = fit.indetermination(positive: law.positiveParameters) {
      throw failure(": \(complaint)", at: fit.parameters)
    }
    self.request = request
    self.file = path
    self.points = points
  }

  /// Whether the data's own standard deviations reject the law.
  public var isRejected: Bool {
    fit.chiSquaredProbability.map { $0 < Self.leastProbability } ?? false
  }

  /// y at x with the band of ±2 standard deviations of the fitted law.
  public struct Prediction: Sendable, Equatable {
    public let x: Double
    public let y: Double
    /// The band's ends in ascending order.
    public let low: Double
    public let high: Double
  }

  /// The law at x.
  ///
  /// - Parameter x: positive; whether it lies inside `fit.range` is the caller's to judge.
  public func prediction(at x: Double) -> Prediction {
    let model = request.law.model(kelvin: request.temperature)
    let fitted = model(fit.parameters, x)
    let deviation = fit.standardDeviation(at: x, of: model)
    let ends = [-2.0, 2.0].map { request.law.value(of: fitted + $0 * deviation, at: x) }
    return Prediction(
      x: x, y: request.law.value(of: fitted, at: x), low: min(ends[0], ends[1]),
      high: max(ends[0], ends[1]))
  }
}
