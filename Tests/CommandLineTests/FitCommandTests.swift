import Files
import Foundation
import TestSupport
import Testing

/// A file, options, and what `axtrain fit` says, as `Tests/Golden/fit_messages.txt` has them.
private struct FitCase {
  let options: String
  let text: String
  let message: String

  /// A line `=== options`, the file, a line `---`, the exit status and the message.
  static func all(in golden: String) -> [FitCase] {
    golden.components(separatedBy: "\n=== ").dropFirst().compactMap { part in
      guard let end = part.firstIndex(of: "\n"), let middle = part.range(of: "\n---") else {
        return nil
      }
      let text = part[end..<middle.lowerBound].dropFirst()
      return FitCase(
        options: String(part[..<end]), text: text.isEmpty ? "" : text + "\n",
        message: part[middle.upperBound...].trimmingCharacters(in: .newlines))
    }
  }

  var actual: String {
    get throws {
      let folder = try TemporaryFolder()
      let path = try folder.write(text, to: "data.csv")
      let run = try AxTrainProgram.run(
        ["fit", path] + options.split(separator: " ").map(String.init))
      let errors = run.errors.replacing(path, with: "data.csv")
      return "\(run.status) \(errors)".trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}

@Suite("axtrain fit")
struct FitCommandTests {
  static let cells = Repository.path("HardwareSpecs/Technology/ptm45_hp_cells.csv")
  static let inverter = [
    "fit", cells, "--law", "ekv", "--x", "supply_v", "--y", "delay_ps", "--where", "cell=inv",
  ]

  @Test("each refusal says exactly what the golden file has, on one line")
  func fitMessages() throws {
    let path = Repository.path("Tests/Golden/fit_messages.txt")
    let golden = try InputFile.text(of: path)
    if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
      let head = golden.components(separatedBy: "\n=== ")[0]
      let cases = try FitCase.all(in: golden).map {
        "\n=== \($0.options)\n\($0.text)---\n\(try $0.actual)"
      }
      try OutputFile.write(head + cases.joined() + "\n", to: path)
    }
    let all = FitCase.all(in: try InputFile.text(of: path))
    #expect(all.count >= 30)
    for item in all {
      let actual = try item.actual
      #expect(actual == item.message, "\(item.options)\n\(item.text)")
      #expect(actual.split(separator: "\n").count == 1)
    }
  }

  @Test(
    "the CSV has the parameters with errors, and covariance, residuals and predictions on request")
  func tables() throws {
    func table(_ options: [String], _ columns: [String]) throws -> CSVTable {
      let run = try AxTrainProgram.run(Self.inverter + options + ["--format", "csv"])
      #expect(run.status == 0, "\(run.errors)")
      return try CSVTable(text: run.output, file: "out", requiring: columns)
    }
    let parameters = try table([], ["parameter", "value", "standard_error", "from_x", "to_x"])
    let values = try parameters.rows.map { try parameters.number($0, "value") }
    for (found, expected) in zip(values, [134.0, 0.4834, 1.3818, 0.6150]) {
      // Reference file of the project's definitions.
      #expect(abs(found / expected - 1) < 1e-3)
    }
    #expect(try parameters.text(parameters.rows[0], "chi_squared_probability") == "")
    let covariance = try table(["--covariance"], ["parameter", "other", "correlation"])
    #expect(covariance.rows.count == 16)
    // K and θ are correlated: the reference file says so.
    #expect(try covariance.number(covariance.rows[3], "correlation") < -0.99)
    let residuals = try table(["--residuals"], ["line", "residual", "normalized_residual"])
    #expect(residuals.rows.count == 18)
    let largest = try residuals.rows.map { abs(try residuals.number($0, "residual")) }.max() ?? 0
    #expect(abs(100 * largest - 1.96) < 0.05)
    let predictions = try table(
      ["--at", "0.5", "--at", "1.5", "--extrapolate"], ["x", "y", "low", "high", "extrapolated"])
    #expect(
      try predictions.rows.map { try predictions.text($0, "extrapolated") } == ["false", "true"])
  }

  @Test("a page is written, also of a fit that is refused, without script and with names escaped")
  func page() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "v,<script>alert(1)</script>,s\n0.3,0.4,0.001\n0.4,0.05,0.001\n0.5,0.04,0.001\n0.6,0.001,0.0001\n",
      to: "data.csv")
    let html = folder.file("fit.html")
    let options = [
      "fit", path, "--law", "probit", "--x", "v", "--y", "<script>alert(1)</script>", "--sigma",
      "s",
      "--html", html,
    ]
    let refused = try AxTrainProgram.run(options)
    #expect(refused.status == 65)
    #expect(refused.output.isEmpty)
    #expect(refused.errors.contains("see \(html), and choose another law or range"))
    let page = try InputFile.text(of: html)
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;script&gt;alert(1)"))
    #expect(page.contains("the data reject this law"))
    #expect(page.components(separatedBy: "<svg").count == 3)
    let accepted = try AxTrainProgram.run(options + ["--accept-poor-fit"])
    #expect(accepted.status == 0)
    #expect(accepted.output.contains("sigma_v"))
    let again = try InputFile.text(of: html)
    #expect(again == page)
  }

  @Test("points that no law is fitted to are drawn all the same, and the refusal names the page")
  func unfittedPage() throws {
    let folder = try TemporaryFolder()
    let html = folder.file("fit.html")
    for (values, reason, hasCurve) in [
      // The law's parameters run away, or are not determined: the curve is where the search ended.
      (["1", "1", "1", "1", "1"], "the fit does not converge", nil),
      (["1", "3", "9", "20", "60"], "the points do not determine 'k'", true),
      (["10", "3", "1", "0.5"], "4 points cannot determine 4 parameters", false),
    ] as [([String], String, Bool?)] {
      let rows = zip(["0.3", "0.4", "0.5", "0.6", "0.7"], values).map { "\($0),\($1)\n" }
      let path = try folder.write("v,t\n" + rows.joined(), to: "data.csv")
      let options = ["fit", path, "--law", "ekv", "--x", "v", "--y", "t"]
      let plain = try AxTrainProgram.run(options)
      let run = try AxTrainProgram.run(options + ["--html", html])
      #expect(run.status == 65 && run.output.isEmpty)
      #expect(run.errors.contains(reason))
      #expect(run.errors == plain.errors.dropLast() + "; see \(html)\n")
      let page = try InputFile.text(of: html)
      #expect(page.components(separatedBy: "<svg").count == 2)
      #expect(page.contains("No law is fitted to \(values.count) points. Law ekv: "))
      #expect(!page.contains("±2σ"))
      if let hasCurve { #expect(page.contains("where the search ended") == hasCurve) }
    }
    let empty = try folder.write("v,t\n", to: "empty.csv")
    let without = try AxTrainProgram.run([
      "fit", empty, "--law", "ekv", "--x", "v", "--y", "t", "--html", folder.file("none.html"),
    ])
    #expect(without.status == 65 && !without.errors.contains("see "))
    #expect(!FileManager.default.fileExists(atPath: folder.file("none.html")))
  }

  @Test("a technology's covariances are those of the same rows in a CSV; a memory's are its own")
  func technologyCovariance() throws {
    func table(_ options: [String]) throws -> CSVTable {
      let run = try AxTrainProgram.run(options + ["--covariance", "--format", "csv"])
      #expect(run.status == 0, "\(run.errors)")
      return try CSVTable(
        text: run.output, file: "out",
        requiring: ["parameter", "other", "covariance", "correlation"])
    }
    let technology = Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    let all = try table(["fit", technology])
    let inverter = try all.rows.filter {
      try all.text($0, "gate") == "INV.Y" && all.text($0, "law") == "delay ekv_saturation"
    }
    let data = try table(Self.inverter)
    try #require(inverter.count == 16 && data.rows.count == 16)
    for (found, expected) in zip(inverter, data.rows) {
      let value = try data.number(expected, "covariance")
      #expect(abs(try all.number(found, "covariance") / value - 1) < 1e-3)
    }
    // K and θ are correlated: the reference file says so.
    #expect(try all.text(inverter[3], "other") == "theta")
    #expect(try all.number(inverter[3], "correlation") < -0.99)
    #expect(Set(try all.rows.map { try all.text($0, "law") }).count == 6)
    let memory = try table(["fit", Repository.path("HardwareSpecs/Technology/sram_kc705b.yaml")])
    #expect(memory.rows.count == 4)
    let exact = try AxTrainProgram.run([
      "fit", Repository.path("HardwareSpecs/Technology/asap7_rvt_tt.yaml"), "--covariance",
    ])
    #expect(exact.status == 64 && exact.errors.contains("as many parameters as data"))
  }

  @Test("without standard deviations the scatter about the law is stated in place of chi-squared")
  func noWeights() throws {
    let run = try AxTrainProgram.run(Self.inverter + ["--format", "csv"])
    let data = try CSVTable(
      text: run.output, file: "out", requiring: ["rms_residual", "goodness"])
    let row = data.rows[0]
    // 18 points, 4 parameters.
    let deviation = try data.number(row, "residual_standard_deviation")
    let expected = try data.number(row, "rms_residual") * (18.0 / 14).squareRoot()
    #expect(abs(deviation / expected - 1) < 1e-8)
    let words = "no weights: residual standard deviation 0.01"
    #expect(try data.text(row, "goodness").hasPrefix(words))
    #expect(try AxTrainProgram.run(Self.inverter).output.hasPrefix("ln y: \(words)"))
    let folder = try TemporaryFolder()
    let technology = Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    let html = folder.file("hp.html")
    let fits = try AxTrainProgram.run(["fit", technology, "--format", "csv", "--html", html])
    let table = try CSVTable(text: fits.output, file: "out", requiring: ["law", "goodness"])
    for row in table.rows {
      let isMemory = try table.text(row, "law").hasPrefix("sram")
      let begin = isMemory ? "reduced chi-squared " : "no weights: residual standard deviation "
      #expect(try table.text(row, "goodness").hasPrefix(begin))
    }
    let page = try InputFile.text(of: html)
    #expect(page.contains("no weights: residual standard deviation 0.01"))
    #expect(page.contains("correlation with <code>theta</code>"))
  }

  @Test("a technology's fits are printed at a temperature, and their page has each of them")
  func technology() throws {
    let folder = try TemporaryFolder()
    let html = folder.file("lp.html")
    let run = try AxTrainProgram.run([
      "fit", Repository.path("HardwareSpecs/Technology/ptm45_lp.yaml"), "--temperature", "320 K",
      "--html", html, "--format", "csv",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let table = try CSVTable(
      text: run.output, file: "out", requiring: ["law", "gate", "temperature_k", "parameter"])
    let temperatures = Set(try table.rows.map { try table.text($0, "temperature_k") })
    #expect(temperatures == ["298.15", "358.15", ""])
    let page = try InputFile.text(of: html)
    #expect(page.components(separatedBy: "<svg").count == 1 + 2 * 37)
    let far = try AxTrainProgram.run([
      "fit", Repository.path("HardwareSpecs/Technology/ptm45_lp.yaml"), "--temperature", "400 K",
    ])
    #expect(far.status == 65)
    #expect(far.errors.contains("was measured at 273.15 … 358.15 K"))
  }

  @Test("a memory law's own file is fitted and drawn; one that its data reject needs the flag")
  func memoryLaw() throws {
    let folder = try TemporaryFolder()
    let html = folder.file("law.html")
    func path(_ name: String) -> String {
      Repository.path("HardwareSpecs/Technology/sram_\(name).yaml")
    }
    let good = try AxTrainProgram.run([
      "fit", path("kc705b"), "--html", html, "--format", "csv",
    ])
    #expect(good.status == 0, "\(good.errors)")
    let table = try CSVTable(
      text: good.output, file: "out",
      requiring: ["parameter", "standard_error", "chi_squared_probability", "from_v", "to_v"])
    #expect(try table.rows.map { try table.text($0, "parameter") } == ["v0_v", "sigma_v"])
    #expect(abs(try table.number(table.rows[0], "chi_squared_probability") - 0.02333) < 1e-4)
    #expect(try InputFile.text(of: html).components(separatedBy: "<svg").count == 3)
    let refused = try AxTrainProgram.run(["fit", path("vc707"), "--html", html])
    #expect(refused.status == 65 && refused.output.isEmpty)
    #expect(
      refused.errors
        == "\(path("vc707")):6:6: error: SRAM failures: the data reject the law 'probit': "
        + "chi-squared 79.26 with 5 degrees of freedom has a probability of 1.2e-15; see \(html), "
        + "and choose another law or range, or say --accept-poor-fit\n")
    #expect(try InputFile.text(of: html).contains("the data reject this law"))
    let accepted = try AxTrainProgram.run(["fit", path("vc707"), "--accept-poor-fit"])
    #expect(accepted.status == 0 && accepted.output.contains("sigma_v"))
    let warm = try AxTrainProgram.run(["fit", path("kc705b"), "--temperature", "300 K"])
    #expect(warm.status == 64)
  }

  @Test("a technology's law that is off its data is refused unless the flag or its file accepts it")
  func poorTechnology() throws {
    let folder = try TemporaryFolder()
    let path = try folder.technology("ptm45_hp_0_85c") {
      $0.replacing("failures: sram_ptm45_hp.yaml", with: "failures: sram_vc707.yaml")
    }
    let refused = try AxTrainProgram.run(["fit", path])
    #expect(refused.status == 65 && refused.errors.split(separator: "\n").count == 1)
    #expect(refused.errors.contains("draw it by --html, choose another law or range, or say"))
    #expect(try AxTrainProgram.run(["fit", path, "--accept-poor-fit"]).status == 0)
    let text = try InputFile.text(of: path)
    _ = try folder.write(
      text.replacing(
        "failures: sram_vc707.yaml", with: "failures: sram_vc707.yaml\n  accept_poor_fit: true"),
      to: "edited.yaml")
    let accepted = try AxTrainProgram.run(["fit", path])
    #expect(accepted.status == 0)
    #expect(
      accepted.errors.contains("note: A poor fit is accepted: SRAM failures: the data reject"))
  }

  @Test("the energy law of the full adder's carry says that it holds the sum's energy")
  func energyIncludes() throws {
    let path = Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    let run = try AxTrainProgram.run(["fit", path, "--format", "csv"])
    let table = try CSVTable(
      text: run.output, file: "out", requiring: ["law", "gate", "energy_includes"])
    let including = try table.rows.filter { try table.text($0, "energy_includes") != "" }
    #expect(including.count == 3)
    for row in including {
      #expect(try table.text(row, "law") == "energy" && table.text(row, "gate") == "FA.CO")
      #expect(try table.text(row, "energy_includes") == "FA.S")
    }
  }

  @Test(
    "options that do not go together are wrong usage",
    arguments: [
      ["--law", "ekv"], ["--x", "supply_v"], ["--residuals"], ["--sigma", "s"],
      ["--law", "ekv", "--x", "supply_v", "--y", "delay_ps", "--covariance", "--residuals"],
      ["--law", "ekv", "--x", "supply_v", "--y", "delay_ps", "--at", "-1"],
      ["--law", "cubic", "--x", "supply_v", "--y", "delay_ps"],
    ])
  func usage(options: [String]) throws {
    let run = try AxTrainProgram.run(["fit", Self.cells] + options)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
  }
}
