// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "AxTrainBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "AxTrain", path: "..")],
  targets: [
    .executableTarget(
      name: "axtrain-bench",
      dependencies: [
        .product(name: "AxTrainHardware", package: "AxTrain"),
        .product(name: "AxTrainNetworks", package: "AxTrain"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
