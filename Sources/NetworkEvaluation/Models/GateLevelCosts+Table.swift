import Accelerators
import Files
import Quantities

extension GateLevelCosts {
  /// The columns that an operating point adds to `axtrain simulate`.
  public static let columns = [
    ColumnDefinition("technology", "Whose measured cells delays, energies and leakage are of."),
    ColumnDefinition("multiplier_netlist", "The multiplier whose gates were simulated."),
    ColumnDefinition(
      "operands", "What its gates saw: `uniform` words, or those of the `network`'s images."),
    ColumnDefinition("supply_v", "Supply of the logic rail, volts."),
    ColumnDefinition(
      "memory_supply_v",
      "Supply of the memory rail, volts; empty where the technology has no memory."),
    ColumnDefinition(
      "clock_period_ns", "Guard band × the longest path of the typical die, nanoseconds."),
    ColumnDefinition(
      "multiplier_pj",
      "Switching of the multipliers, with what negates products of sign-magnitude words; picojoules, as all that follow."
    ),
    ColumnDefinition("accumulator_pj", "Switching of the adders, those of zero points too."),
    ColumnDefinition(
      "registers_pj",
      "Clock edges in the elements' flip-flops and the bank's, and changes of what they hold."),
    ColumnDefinition(
      "output_stage_pj",
      "Bias, zero-point correction and scaling of the outputs; empty, as those of SRAM, memory leakage and DRAM, where the technology has no figures of it."
    ),
    ColumnDefinition(
      "sram_pj", "Words read from and written to the buffers, by the size of a bank."),
    ColumnDefinition(
      "logic_leakage_pj",
      "Leakage of multipliers, adders, flip-flops and clock tree over all cycles."),
    ColumnDefinition(
      "memory_leakage_pj",
      "Leakage of the buffers over all cycles: of bit cells, or of whole memories (`energy_sources`)."
    ),
    ColumnDefinition("dram_pj", "Words fetched from and stored to DRAM."),
    ColumnDefinition("on_chip_pj", "The sum of all components here but DRAM."),
    ColumnDefinition("total_pj", "The sum of all components here."),
    ColumnDefinition(
      "tops_per_watt", "Two operations a multiplication over `total_pj`, 10¹² a joule."),
    ColumnDefinition(
      "energy_delay_product_js", "`total_pj` × total cycles × clock period, joule-seconds."),
    ColumnDefinition(
      "energy_sources",
      "Where each component comes from: `gates` (the simulated netlists), `cells` (measured cells of the technology), `macros` (whole memories; `macros_extrapolated` beyond their sizes), `published` (figures that its file cites), `cells+published` (gates and wires of the clock) or `stated` (the accelerator's own)."
    ),
    ColumnDefinition("energy_not_counted", "What no source here knows, `;` between them."),
    ColumnDefinition(
      "multiplier_area_um2",
      "Of all multipliers, square micrometers as the cell library counts them; empty where it has no area, as all that follow of cells."
    ),
    ColumnDefinition("accumulator_area_um2", "Of all adders."),
    ColumnDefinition(
      "registers_area_um2",
      "Of all flip-flops, those of the bank too: eleven inverters each, or laid-out flip-flops where the library's cells are laid out."
    ),
    ColumnDefinition("area_not_counted", "Components without an area, `;` between them."),
    ColumnDefinition("accumulator_netlist", "The adder whose gates were simulated."),
    ColumnDefinition(
      "estimated_register_toggles",
      "Flip-flops that changed: valid bits as the closed form counts them, data at the rate of registers that were stepped with a part of the operands."
    ),
    ColumnDefinition(
      "energy_extrapolated",
      "Buffers of `sram_pj` whose banks are smaller or larger than the memories that the technology knows, `;` between them."
    ),
    ColumnDefinition(
      "weight_buffer_area_um2",
      "Of all banks of the weight buffer, by the law of `buffer_area_source`; empty where a bank has more than one port, or there is no law."
    ),
    ColumnDefinition("activation_buffer_area_um2", "Of the half that a layer reads."),
    ColumnDefinition("output_buffer_area_um2", "Of the half that it writes."),
    ColumnDefinition(
      "buffer_area_source",
      "The technology's file of memories that the law of area was fitted on; empty without one."),
    ColumnDefinition(
      "area_extrapolated",
      "Buffers whose banks have other words, widths or bits than those memories, `;` between them."
    ),
    ColumnDefinition(
      "vector_unit_pj",
      "The vector unit's comparisons and additions, each as an accumulator's addition; empty without the unit."
    ),
    ColumnDefinition(
      "vector_unit_area_um2",
      "Of an accumulator's adder a lane; empty without the unit, or where the cell library has no area."
    ),
    ColumnDefinition(
      "register_toggles_source",
      "Which changes `registers_pj` is of: `counted` (of every register in this run, `--level register`) or `estimated` (`estimated_register_toggles`)."
    ),
    ColumnDefinition(
      "total_area_um2",
      "The sum of all areas here, buffers and vector unit too; without what `area_not_counted` names."
    ),
    ColumnDefinition(
      "interconnect_pj",
      "Changes of the wires into each element, from the one before it or the array's edge, and from the last row to the bank; empty where the technology has no `interconnect`."
    ),
    ColumnDefinition(
      "clock_tree_pj",
      "Inverters and gates of the clock before the flip-flops, and its wires to the elements where there is `interconnect_pj`."
    ),
    ColumnDefinition(
      "link_toggles",
      "Changes that `interconnect_pj` is of, counted or estimated as `register_toggles_source` says."
    ),
    ColumnDefinition(
      "element_side_um",
      "Side of the square that an element takes as it is laid out, micrometers: the length of those wires; empty without `interconnect_pj`."
    ),
    ColumnDefinition(
      "clock_tree_area_um2",
      "Of the clock's inverters and gates, as the cell library counts them; empty where it has no area."
    ),
    ColumnDefinition(
      "area_library",
      "The cell library (`--cells`) that the areas of multipliers, adders, flip-flops and clock are of; empty, as they are, where it is another technology's (`cells.area_library` of its file)."
    ),
    ColumnDefinition(
      "multiplier_slowest_path_ns",
      "Longest path of the multiplier on the slowest of the simulated dies, nanoseconds: above `clock_period_ns` products are late there, which no energy knows."
    ),
    ColumnDefinition(
      "accumulator_slowest_path_ns",
      "The same of the accumulators' adder: above the period sums are wrong."),
  ]

  private var sources: String {
    let hasWires = model.elementSide != nil
    let all = [
      ("multiplier", "gates"), ("accumulator", "gates"), ("registers", "cells"),
      ("output_stage", "published"), ("sram", "published"), ("logic_leakage", "cells"),
      ("memory_leakage", model.spec.memoryLeakageSource(model.technology)),
      ("dram", model.spec.dramEnergyPerBit == nil ? "published" : "stated"),
    ]
    let known =
      all.filter { !model.unknown.contains($0.0) }
      + (hasWires ? [("interconnect", "published")] : [])
      + [("clock_tree", hasWires ? "cells+published" : "cells")]
      + (hasVectorUnit ? [("vector_unit", "gates")] : [])
    return known.map { "\($0)=\($1)" }.joined(separator: ";")
  }
  private var hasVectorUnit: Bool { model.spec.vectorLanes != nil }
  private static let areaNotCounted = ["wires", "controller", "output_stage"]

  /// A table of layers and their total with these columns.
  ///
  /// - Parameter counted: flip-flops that changed, of each layer that the array does, where a run
  ///   counted them.
  /// - Precondition: a row for each layer, and one for all.
  public func table(
    adding layers: ResultTable, of estimates: [LayerEstimate], counted: [RegisterToggles]? = nil
  ) -> ResultTable {
    precondition(layers.rows.count == estimates.count + 1, "a row for each layer and the total")
    let onArray = estimates.filter(\.isOnArray)
    precondition(counted.map { $0.count == onArray.count } ?? true, "toggles of other layers")
    var (total, stalls, allEstimated) = (AccessCounts(), 0, 0)
    var activities = activities(of: onArray)[...]
    var toggles = (counted ?? [])[...]
    var cells = estimates.map { estimate in
      var (counts, estimated) = (estimate.counts, RegisterToggles())
      if estimate.isOnArray, let activity = activities.popFirst() {
        estimated = AnalyticalModel(spec: model.spec).toggles(of: estimate, at: activity)
        counts.toggles = toggles.popFirst() ?? estimated
      }
      total += counts
      stalls += estimate.stallCycles
      allEstimated += estimated.all
      return self.cells(counts, estimate.stallCycles, estimated.all, isCounted: counted != nil)
    }
    cells.append(self.cells(total, stalls, allEstimated, isCounted: counted != nil))
    return ResultTable(
      columns: layers.columns + Self.columns, rows: zip(layers.rows, cells).map { $0 + $1 })
  }

  /// How often registers change in each layer of the array: the network's own rate, or that of
  /// uniform words.
  func activities(of estimates: [LayerEstimate]) -> [RegisterActivity] {
    if let network, case .encoded(let multiplier) = products {
      let linears = network.integers.linears
      precondition(estimates.count % linears.count == 0, "other layers than the network's")
      return stride(from: 0, to: estimates.count, by: linears.count).flatMap { first in
        // As many images as a batch has: how often weights change counts, too.
        let batch = estimates[first].layer.shape.m / linears[0].output.positions
        let images = max(1, min(Self.images, batch, network.test.count))
        return RegisterActivity.layers(
          of: network.integers,
          inputs: Array(network.words.prefix(images * network.test.featureCount)),
          images: images, multiplier: multiplier, on: model.spec)
      }
    }
    var known: [RegisterActivity.Sample: RegisterActivity] = [:]
    return estimates.map { estimate in
      let sample = RegisterActivity.sample(of: estimate.layer.shape, on: model.spec)
      let activity =
        known[sample] ?? RegisterActivity(uniform: sample, products: products, seed: seed)
      known[sample] = activity
      return activity
    }
  }

  private func cells(
    _ counts: AccessCounts, _ stallCycles: Int, _ estimatedToggles: Int, isCounted: Bool
  ) -> [CellValue] {
    let energy = energy(of: counts, stallCycles: stallCycles)
    let time = Double(counts.cycles + stallCycles) * clockPeriod
    let components: [Energy?] = [
      energy.multiplier, energy.accumulator, energy.registers, energy.outputStage, energy.sram,
      energy.logicLeakage, energy.memoryLeakage, energy.dram, energy.onChip, energy.total,
    ]
    let areas = [
      ("multiplier", multiplierArea, model.spec.processingElements),
      ("accumulator", adderArea, model.adders), ("registers", flipFlopArea, model.flipFlops),
    ]
    let law = model.technology.sram?.area
    let buffers = model.spec.memories.map { buffer, memory in
      (buffer.rawValue, law.flatMap { memory.area(by: $0) })
    }
    let beyond = model.spec.memories.filter { _, memory in
      law.map { memory.area(by: $0) != nil && !memory.isCovered(by: $0) } ?? false
    }
    let lanes = (hasVectorUnit ? adderArea : nil).map { Double(model.vectorAdders) * $0 }
    let unknown =
      areas.filter { $0.1 == nil }.map(\.0) + buffers.filter { $0.1 == nil }.map(\.0)
      + (clockTreeArea == nil ? ["clock_tree"] : [])
      + (hasVectorUnit && lanes == nil ? ["vector_unit"] : []) + Self.areaNotCounted
    let known =
      areas.compactMap { _, area, count in area.map { Double(count) * $0 } }
      + buffers.compactMap(\.1) + [lanes, clockTreeArea].compactMap { $0 }
    return [
      .text(model.technology.name), .text(multiplier), .text(operands.rawValue),
      .real(model.logicSupply.value),
      model.technology.sram == nil ? .missing : .real(model.memorySupply.value),
      .real(clockPeriod.in(.nano)),
    ] + components.map { $0.map { .real($0.in(.pico)) } ?? .missing } + [
      .real(2e-12 * Double(counts.multiplications) / energy.total.value),
      .real(energy.total.value * time.value), .text(sources),
      .text(model.notCounted.joined(separator: ";")),
    ]
      + areas.map { _, area, count in
        area.map { .real(1e12 * Double(count) * $0.value) } ?? .missing
      } + [
        .text(unknown.joined(separator: ";")), .text(adder), .integer(estimatedToggles),
        .text(model.extrapolatedBuffers.map(\.rawValue).joined(separator: ";")),
      ]
      + buffers.map { _, area in area.map { .real(1e12 * $0.value) } ?? .missing } + [
        law.map { .text($0.source) } ?? .missing,
        .text(beyond.map(\.buffer.rawValue).joined(separator: ";")),
        hasVectorUnit ? .real(energy.vectorUnit.in(.pico)) : .missing,
        lanes.map { .real(1e12 * $0.value) } ?? .missing,
        .text(isCounted ? "counted" : "estimated"),
        known.isEmpty ? .missing : .real(1e12 * known.reduce(0) { $0 + $1.value }),
        energy.interconnect.map { .real($0.in(.pico)) } ?? .missing,
        .real(energy.clockTree.in(.pico)), .integer(counts.linkBitToggles),
        model.elementSide.map { .real(1e6 * $0) } ?? .missing,
        clockTreeArea.map { .real(1e12 * $0.value) } ?? .missing,
        areaLibrary.map { .text($0) } ?? .missing,
        .real(1e9 * model.multiplier.slowestDieCriticalPath),
        .real(1e9 * model.adder.slowestDieCriticalPath),
      ]
  }
}
