import Training

extension TrainCommand {
  /// The keys of a spec that say in another way what options of the command line say, or that nothing
  /// reads beside these: the options take their place, as they take that of keys of the same name.
  ///
  /// To be asked before anything of the spec is taken.
  ///
  /// - Parameter without: ingredients that the recipe leaves out by the spec.
  func excludedKeys(without: Set<RecipeIngredient>) -> Set<String> {
    // A name that is none is refused with the options.
    let leftOut = method.without.map { names in
      Set(names.split(separator: ",").compactMap { RecipeIngredient(rawValue: String($0)) })
    }
    let drawsSupplies = hardware.drawnSupplies != nil
    let pairs: [(isGiven: Bool, keys: [String])] = [
      (preset != nil || topology != nil || method.start != nil, ["preset", "topology", "start"]),
      (method.start != nil, ["pas_epochs", "pas_learning_rate"]),
      (seed != nil || seeds != nil, ["seed", "seeds"]),
      (training.optimizer == .adam, ["momentum", "nesterov"]),
      (drawsSupplies, ["drawn_rates", "drawn_activation_rates"]),
      // Without drawn rates the recipe trains at the one supply.
      (drawsSupplies && !(leftOut ?? without).contains(.drawnRates), ["supply"]),
      (
        hardware.point.supply != nil || method.drawnRates != nil
          || method.drawnActivationRates != nil, ["drawn_supplies"]
      ),
      (hardware.bitErrorRate != nil, ["memory_supply", "extrapolate_memory_law"]),
      (hardware.point.memorySupply != nil, ["bit_error_rate"]),
      (hardware.timingErrors == .statistical, ["training_variants"]),
      (leftOut?.contains(.products) == true, ["timing_errors", "training_variants"]),
    ]
    return Set(pairs.filter(\.isGiven).flatMap(\.keys))
  }
}
