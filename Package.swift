// swift-tools-version: 6.1
import PackageDescription

// Targets stand in the order in which data flows through them: a target imports only targets above
// it. The bands are those of the pipeline in README.md.

// Tests that run the program or read what it writes compute little themselves: compiled without
// optimization they are built in a fraction of the time.
let unoptimized: [SwiftSetting] = [.unsafeFlags(["-Onone"])]

let package = Package(
  name: "AxTrain",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "axtrain", targets: ["axtrain"]),
    .library(
      name: "AxTrainHardware",
      targets: [
        "Netlists", "LaneKernels", "LogicSimulation", "Technology", "ErrorTables",
        "Characterization",
        "Accelerators",
      ]),
    .library(
      name: "AxTrainNetworks",
      targets: [
        "ErrorTables", "TableArithmetic", "Datasets", "Networks", "QuantizedNetworks", "ModelFiles",
        "Training",
      ]),
    .library(name: "AxTrainData", targets: ["ArrayFiles", "Datasets"]),
    .library(name: "AxTrainExploration", targets: ["NetworkEvaluation", "DesignSpaceExploration"]),
  ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // MARK: - Ground: values, random streams, files
    .target(name: "Quantities"),
    .target(name: "Randomness"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "Files",
      dependencies: ["Quantities", "COpenSSL", .product(name: "Yams", package: "Yams")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "ArrayFiles", dependencies: ["Files", "CZlib"]),
    .target(name: "ConcurrentWork", dependencies: ["Files"]),

    // MARK: - Fitting
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .target(name: "Fitting", dependencies: ["CGSL", "Files"]),

    // MARK: - Hardware: gates and volts
    .target(name: "Netlists", dependencies: ["Files", "Quantities"]),
    .target(name: "CLaneKernels"),
    .target(name: "LaneKernels", dependencies: ["CLaneKernels"]),
    .target(name: "LogicSimulation", dependencies: ["Netlists", "LaneKernels"]),
    .target(
      name: "Technology",
      dependencies: ["Files", "Quantities", "Randomness", "Fitting", "Netlists"]),

    // MARK: - The seam: tables
    .target(
      name: "ErrorTables",
      dependencies: ["Files", "Quantities", "Randomness", "Fitting", "LaneKernels"]),
    .target(
      name: "Characterization",
      dependencies: [
        "Files", "ConcurrentWork", "Quantities", "Netlists", "LogicSimulation", "Technology",
        "ErrorTables",
        "Randomness", "Fitting",
      ]),

    // MARK: - Networks
    .target(name: "CTableKernels"),
    .target(
      name: "TableArithmetic", dependencies: ["ErrorTables", "Randomness", "CTableKernels"]),
    .target(
      name: "Datasets", dependencies: ["Files", "ArrayFiles", "Randomness"],
      resources: [.copy("Resources")]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CAllocator"),
    .target(name: "CTrainingKernels"),
    .target(
      name: "Networks",
      dependencies: ["CTrainingKernels", "Files", "Randomness", "COpenBLAS", "CAllocator"],
      resources: [.embedInCode("Presets")]),
    .target(
      name: "QuantizedNetworks",
      dependencies: ["Networks", "TableArithmetic", "ErrorTables", "Datasets", "Randomness"]),
    .target(
      name: "ModelFiles",
      dependencies: [
        "Files", "ArrayFiles", "Networks", "QuantizedNetworks",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["ONNX/ONNXModel.proto"]),
    .target(
      name: "Training",
      dependencies: [
        "Randomness", "Files", "Fitting", "ModelFiles", "Networks", "QuantizedNetworks",
        "TableArithmetic",
        "ErrorTables", "Datasets",
      ]),

    // MARK: - The array
    .target(name: "CArrayKernels"),
    .target(
      name: "Accelerators",
      dependencies: [
        "TableArithmetic", "CArrayKernels", "Files", "Quantities", "Randomness", "ErrorTables",
        "Netlists",
        "LogicSimulation", "Characterization", "Technology", "Networks", "QuantizedNetworks",
      ]),
    .target(
      name: "HardwareExport",
      dependencies: [
        "Files", "Netlists", "ErrorTables", "Characterization", "TableArithmetic",
        "QuantizedNetworks", "Accelerators",
      ],
      resources: [.embedInCode("Verilog")]),

    // MARK: - Exploration
    .target(
      name: "NetworkEvaluation",
      dependencies: [
        "ErrorTables", "Files", "Netlists", "Networks", "Quantities", "QuantizedNetworks",
        "Randomness", "TableArithmetic", "Technology", "Accelerators", "Characterization",
        "ConcurrentWork", "LogicSimulation", "ModelFiles",
        "Training", "Datasets", "Fitting",
      ]),
    .target(
      name: "DesignSpaceExploration",
      dependencies: [
        "Accelerators", "Characterization", "ErrorTables", "LogicSimulation", "Netlists",
        "Quantities", "QuantizedNetworks", "Training", "NetworkEvaluation", "Datasets", "Files",
        "ConcurrentWork",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Reporting",
      dependencies: [
        "NetworkEvaluation", "Quantities", "DesignSpaceExploration", "Characterization",
        "Technology", "ErrorTables", "Files",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Templates")]),
    .executableTarget(
      name: "axtrain",
      dependencies: [
        "Randomness", "TableArithmetic", "Reporting", "DesignSpaceExploration", "NetworkEvaluation",
        "Accelerators",
        "Characterization", "ConcurrentWork", "Datasets", "ErrorTables", "Netlists",
        "LogicSimulation", "Technology", "Networks", "QuantizedNetworks", "Quantities", "Files",
        "ModelFiles", "Training", "HardwareExport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // MARK: - Benchmarks
    .executableTarget(
      name: "axtrain-bench",
      dependencies: [
        "Accelerators", "Characterization", "Datasets", "ErrorTables", "LogicSimulation",
        "Netlists", "Networks", "Quantities", "QuantizedNetworks", "Randomness",
        "TableArithmetic", "Technology", "Training",
      ],
      path: "Benchmarks/Sources/axtrain-bench"),

    // MARK: - Tests
    .target(name: "TestSupport", dependencies: ["Files", "Netlists"], path: "Tests/TestSupport"),
    .testTarget(name: "FittingTests", dependencies: ["Fitting", "Randomness", "TestSupport"]),
    .testTarget(
      name: "TechnologyTests",
      dependencies: ["Files", "Fitting", "Quantities", "Randomness", "Technology", "TestSupport"]),
    .testTarget(
      name: "AcceleratorsTests",
      dependencies: [
        "ErrorTables", "Quantities", "Randomness", "TableArithmetic", "Technology", "Accelerators",
        "Characterization", "Files", "Netlists", "Networks", "QuantizedNetworks",
        "TestSupport",
      ]),
    .testTarget(
      name: "HardwareExportTests",
      dependencies: [
        "HardwareExport", "Accelerators", "QuantizedNetworks", "TableArithmetic", "Netlists",
        "Quantities", "Randomness", "Files", "TestSupport",
      ]),
    .testTarget(
      name: "NetworkEvaluationTests",
      dependencies: [
        "Accelerators", "Characterization", "ConcurrentWork", "Datasets", "ErrorTables", "Files",
        "LogicSimulation", "Netlists", "Networks", "Quantities", "QuantizedNetworks", "Randomness",
        "TableArithmetic", "Technology", "Training", "NetworkEvaluation", "TestSupport",
      ]),
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "Accelerators", "DesignSpaceExploration", "Characterization", "Datasets",
        "NetworkEvaluation", "Files", "TestSupport", "Training",
      ]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "Accelerators", "ErrorTables", "Files", "Netlists", "Randomness", "axtrain", "ModelFiles",
        "Networks", "TestSupport",
      ], swiftSettings: unoptimized),
    .testTarget(name: "ArrayFilesTests", dependencies: ["ArrayFiles", "Files", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "ArrayFiles", "Files", "Randomness", "TestSupport"]),
    .testTarget(
      name: "TableArithmeticTests",
      dependencies: [
        "TableArithmetic", "ErrorTables", "Characterization", "Netlists", "Randomness",
        "TestSupport",
      ]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Files", "Randomness", "TestSupport"]),
    .testTarget(
      name: "ModelFilesTests",
      dependencies: [
        "ModelFiles", "ArrayFiles", "Networks", "QuantizedNetworks", "Files", "Randomness",
        "TestSupport",
      ],
      exclude: ["Resources"]),
    .testTarget(
      name: "QuantizedNetworksTests",
      dependencies: [
        "Networks", "QuantizedNetworks", "TableArithmetic", "ErrorTables", "Datasets", "Randomness",
        "TestSupport",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Networks", "QuantizedNetworks", "TableArithmetic", "ErrorTables", "Datasets",
        "Randomness", "Files", "ModelFiles", "TestSupport",
      ],
      resources: [.copy("Resources")]),
    .testTarget(
      name: "NetlistsTests",
      dependencies: [
        "Quantities", "Netlists", "LogicSimulation", "Characterization", "ErrorTables", "Files",
        "Randomness",
        "TestSupport",
      ]),
    .testTarget(
      name: "LogicSimulationTests",
      dependencies: ["LogicSimulation", "LaneKernels", "Netlists", "Randomness", "TestSupport"]),
    .testTarget(
      name: "ErrorTablesTests",
      dependencies: [
        "Fitting", "Quantities", "ErrorTables", "LaneKernels", "Randomness", "TestSupport",
      ]),
    .testTarget(
      name: "CharacterizationTests",
      dependencies: [
        "Characterization", "ErrorTables", "Netlists", "LogicSimulation", "Technology",
        "Quantities", "Randomness", "Files", "TestSupport",
      ],
      resources: [.copy("Resources")]),
    .testTarget(
      name: "FilesTests", dependencies: ["Files", "Quantities", "Randomness", "TestSupport"]),
    .testTarget(
      name: "DesignSpaceExplorationTests",
      dependencies: [
        "Characterization", "ErrorTables", "NetworkEvaluation", "DesignSpaceExploration",
        "ConcurrentWork", "Files", "Networks", "Quantities", "Randomness", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Reporting", "Accelerators", "DesignSpaceExploration", "ErrorTables", "Files",
        "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
