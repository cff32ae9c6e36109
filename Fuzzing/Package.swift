// swift-tools-version: 6.1
import PackageDescription

// One libFuzzer target a reader. Built and run by `make fuzz`, with -sanitize=fuzzer,address.

let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "AxTrain", path: "..")],
  targets: [
    .target(name: "FuzzDriver"),
    .executableTarget(
      name: "FuzzVerilog",
      dependencies: ["FuzzDriver", .product(name: "AxTrainHardware", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzBLIF",
      dependencies: ["FuzzDriver", .product(name: "AxTrainHardware", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzLiberty",
      dependencies: ["FuzzDriver", .product(name: "AxTrainHardware", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzIDX",
      dependencies: ["FuzzDriver", .product(name: "AxTrainData", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzNPZ",
      dependencies: ["FuzzDriver", .product(name: "AxTrainData", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzSafetensors",
      dependencies: ["FuzzDriver", .product(name: "AxTrainNetworks", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzONNX",
      dependencies: ["FuzzDriver", .product(name: "AxTrainNetworks", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzCSV",
      dependencies: ["FuzzDriver", .product(name: "AxTrainData", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzModelYAML",
      dependencies: ["FuzzDriver", .product(name: "AxTrainNetworks", package: "AxTrain")]),
    .executableTarget(
      name: "FuzzSpecs",
      dependencies: [
        "FuzzDriver", .product(name: "AxTrainHardware", package: "AxTrain"),
        .product(name: "AxTrainExploration", package: "AxTrain"),
      ]),
    .executableTarget(
      name: "FuzzCheckpoint",
      dependencies: [
        "FuzzDriver", .product(name: "AxTrainNetworks", package: "AxTrain"),
        .product(name: "AxTrainData", package: "AxTrain"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
