import Files
import Technology
import Training

extension Evaluation {
  /// The columns that a sweep has because its spec, or its technology, chose something: none for those
  /// that do not.
  static func chosenColumns(_ inputs: EvaluationInputs) -> [Column] {
    let setup = inputs.setup
    var columns: [Column] = []
    if setup.encodings != [.offset] || setup.multipliers.contains(where: \.isNarrow) {
      columns += wordColumns
    }
    if setup.givesBitErrorRates {
      columns.append(
        Column(
          "bit_error_supply_v",
          "Supply of the memory rail at which the technology's failure law has the given rate of wrong bits, in volts: the inverse of the law, whatever memory_supply_v; extrapolated says whether it lies outside the range of the fit. Empty for a rate of 0, where the law has no such supply, and outside that range without extrapolate_memory_law."
        ) { $0.memoryErrors.supplyOfRate.map { .real($0.value) } ?? .missing })
    }
    columns += timingColumns(setup)
    if !setup.characterized.isEmpty {
      columns.append(
        Column(
          "error_tables",
          "The folder of 'axtrain characterize' that the point's error or transition tables are from; own: made by the sweep."
        ) { .text($0.characterizedFolder ?? "own") })
    }
    if setup.hardensBits { columns += hardeningColumns(setup.hardenedCell) }
    if setup.memory != .standard { columns += memoryColumns(setup.memory) }
    if setup.training.methods.contains(where: \.usesPenalty) {
      columns.append(
        Column(
          "penalty_noise",
          "What act's penalty weighs at the point: weight_bits, multiplier and timing, joined by +; none: nothing errs, the penalty is 0 and act only fine-tunes in floating point; empty for other methods."
        ) { row in
          row.penaltyNoise.map { .text(PenaltyNoise.text(of: $0)) } ?? .missing
        })
    }
    if setup.training.methods.contains(.differenceGradient), setup.training.searchesGradientWindow {
      columns.append(
        Column(
          "gradient_window",
          "Words to each side that the difference gradient smooths over, as each network's training found them, in the order of training_seeds, separated by blanks; empty for other methods."
        ) { row in
          let windows = row.gradientWindows
          return windows.isEmpty
            ? .missing : .text(windows.map(String.init).joined(separator: " "))
        })
    }
    if setup.training.startBiases != [.trained] {
      columns.append(
        Column(
          "start_biases",
          "The biases that fine-tuning begins with. trained: those of the clipped network; corrected: moved, as bias_correction moves them, by what the multiplier adds on training examples, which method says by corrected_start behind a slash; empty for methods that do not begin with corrected ones, and without products."
        ) { row in
          let point = row.point
          return point.method.canCorrectStart && point.without != .products
            ? .text(point.startBiases.rawValue) : .missing
        })
    }
    if setup.measuresSensitivity { columns += sensitivityColumns }
    if let probability = inputs.technology.rejectedMemoryLawProbability {
      columns.append(
        Column(
          "memory_law_probability",
          "That data of the memory's failure law give its chi-squared or a larger one: the data reject the law, which the technology accepts; empty where the rate of wrong bits is given."
        ) { $0.point.bitErrorRate == nil ? .real(probability) : .missing })
    }
    if let external = setup.training.external {
      columns.append(
        Column(
          "trainer",
          "What trained the networks: axtrain, or the command of method external, which was told how many passes to take; whether it did is not known here."
        ) { .text($0.point.method == .external ? external.text : "axtrain") })
    }
    return columns
  }

  private static let sensitivityColumns: [Column] = {
    @Sendable func list(_ values: [Double]?) -> CellValue {
      values.map { .text($0.map { CellValue.real($0).formatted }.joined(separator: " ")) }
        ?? .missing
    }
    return [
      Column(
        "sensitivity_layers",
        "Paths in the topology of the layers with weights, separated by blanks: the order of the two columns behind."
      ) { $0.sensitivity.map { .text($0.layers.joined(separator: " ")) } ?? .missing },
      Column(
        "sensitivity_before",
        "½·Σ s²·(∂L/∂w)² over the weights of each layer, separated by blanks, of the networks that fine-tuning began with, mean over training_seeds: s the standard deviation of the noise that the point gives a weight (wrong bits, multiplier and timing, as act's penalty weighs them, before codes and hardened bits), L the mean loss of a batch of batch_size, mean over the first 4,096 training examples; empty for methods that do not fine-tune."
      ) { list($0.sensitivity?.before) },
      Column(
        "sensitivity_after",
        "The same of the networks that the row evaluates. L has the logit scale that a network was trained with."
      ) { list($0.sensitivity?.after) },
    ]
  }()

  private static let wordColumns = [
    Column(
      "encoding",
      "How stored words are multiplied: offset, unsigned words of the multiplier's width; sign_magnitude, magnitudes through the multiplier, whose product is negated where the signs differ."
    ) { .text($0.words.encoding.rawValue) },
    Column("weight_bits", "Bits of a stored weight.") { .integer($0.words.weightBits) },
    Column("activation_bits", "Bits of a stored activation.") {
      .integer($0.words.activationBits)
    },
  ]

  private static func hardeningColumns(_ cell: HardenedCell) -> [Column] {
    [
      Column(
        "hardened_by",
        "How the weights' bits in hardened cells were chosen: sensitivity, magnitude or random, by weight or by layer; none."
      ) {
        .text(
          $0.point.protection.map { "\($0.choice.rawValue) \($0.granularity.rawValue)" } ?? "none")
      },
      Column(
        "hardened_percent",
        "Share of the weights' bits in hardened cells, which do not fail, of the first network; in percent."
      ) { .real(100 * $0.hardenedShare) },
      Column(
        "hardened_area_percent",
        "What the hardened cells add to the area of the weight buffer's cells, in percent."
      ) { .real(100 * $0.hardenedShare * (cell.area - 1)) },
      Column(
        "energy_hardened_nj",
        "What access and leakage of hardened cells cost more than those of others, contained in energy_sram_nj and energy_memory_leakage_nj, in nanojoules an inference."
      ) { .real($0.hardenedEnergy.in(.nano)) },
    ]
  }

  private static let tableRate = Column(
    "table_error_rate",
    "Share of wrong products in the error table that errors are drawn from, on the characterization's operands, in [0, 1]."
  ) { .real($0.timing.proportion.value) }

  private static func timingColumns(_ setup: EvaluationSetup) -> [Column] {
    let (choice, measuresSensitivity) = (setup.timingErrors, setup.measuresSensitivity)
    var columns = choice.fidelity == .statistical ? [tableRate] : []
    if choice.drawing != TimingErrorChoice.standard.drawing {
      columns.append(
        Column(
          "timing_error_model",
          "What is drawn where errors are not simulated, in training or in the row. masks: whole masks of wrong bits; bits: output bits go wrong independently; both keyed by image and weight; mask_run: masks in one run over all images; else differences: what wrong products are off by. Empty where none is drawn."
        ) { row in
          choice.readsDrawing(row.point.method, measuringSensitivity: measuresSensitivity)
            ? .text(choice.drawing.rawValue) : .missing
        })
    }
    let isCaptured = choice.training == .transition
    if isCaptured {
      columns.append(
        Column(
          "training_variants",
          "Dies that training captured products on, each step's elements anew; none is the evaluation's. Empty for methods whose training captures none."
        ) { row in
          choice.capturesProducts(for: row.point.method)
            ? .integer(choice.trainingVariants) : .missing
        })
    }
    guard choice.fidelity != .statistical || isCaptured else { return columns }
    let emptiness =
      choice.fidelity == .statistical ? " Empty for methods whose training captures none." : ""
    if choice.fidelity == .transition {
      columns.append(
        Column(
          "die_variants",
          choice.draws > 1
            ? "Dies that stand for all elements of all chips of a draw."
            : "Dies that stand for all elements of all chips; the intervals do not contain their draw."
        ) { _ in .integer(choice.variants) })
    }
    if choice.draws > 1 {
      columns.append(
        Column(
          "timing_draws",
          "Draws of die_variants dies each, counted from 0: chip c has its elements' dies from draw c mod timing_draws. The intervals contain what another draw would change."
        ) { _ in .integer(choice.draws) })
    }
    return columns + [
      Column(
        "time_steps",
        "Time steps to the longest path of the typical die.\(emptiness)"
      ) { row in
        choice.simulatesElements(for: row.point.method) ? .integer(choice.steps) : .missing
      },
      Column(
        "pulses",
        "inertial or transport: what becomes of pulses shorter than a gate's delay.\(emptiness)"
      ) { row in
        choice.simulatesElements(for: row.point.method)
          ? .text(choice.pulses.rawValue) : .missing
      },
    ]
  }

  private static func memoryColumns(_ memory: MemoryChoice) -> [Column] {
    [
      Column(
        "fault_maps",
        "How the chips' fault maps are drawn: per_cell, a random number for each cell, or banded."
      ) { _ in .text(memory.drawing.rawValue) },
      Column("weight_memory", "How cells of the weight buffer fail and are protected.") { _ in
        .text(memory.weights.description)
      },
      Column("activation_memory", "The same of the activation buffer.") { _ in
        .text(memory.activations.description)
      },
      Column(
        "weight_storage_overhead_percent",
        "Check bits over data bits of the weight buffer, in percent: more cells, and more bits at each access."
      ) { _ in .real(100 * memory.weights.storageOverhead) },
      Column(
        "activation_storage_overhead_percent", "The same of the activation buffer."
      ) { _ in .real(100 * memory.activations.storageOverhead) },
      Column(
        "energy_protection_nj",
        "Access and leakage energy of the check bits, contained in energy_sram_nj and energy_memory_leakage_nj, in nanojoules an inference; encoders and decoders are not modelled."
      ) { .real($0.checkBitEnergy.in(.nano)) },
      Column(
        "weight_bits_wrong",
        "Share of the networks' weight bits that are read wrong after protection, mean over chips and networks."
      ) { .real($0.wrongWeightBits) },
    ]
  }
}
