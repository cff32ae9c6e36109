/// The datasets that are known by name: what they must hold, and where to get them.
public enum KnownDataset: String, CaseIterable, Sendable, Hashable {
  /// UCI optical recognition of handwritten digits, which the project ships.
  case digits
  case mnist
  case fashionMNIST = "fashion-mnist"
  case isolet

  /// What a whole dataset holds.
  public struct Size: Sendable, Hashable {
    public let training: Int
    public let test: Int
    public let features: Int
    public let classes: Int
  }

  /// The examples, features and classes; nil for the digits, which have no test part of their own.
  public var size: Size? {
    switch self {
    case .digits: nil
    case .mnist, .fashionMNIST: Size(training: 60_000, test: 10_000, features: 784, classes: 10)
    case .isolet: Size(training: 6238, test: 1559, features: 617, classes: 26)
    }
  }

  /// One line that says how to get what is missing.
  public var instructions: String {
    switch self {
    case .digits:
      "part of the program: keep the folder AxTrain_Datasets.resources beside it"
    case .mnist:
      "put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
        + "t10k-labels-idx1-ubyte.gz into Data/mnist; torchvision and Keras download them"
    case .fashionMNIST:
      "'apt-get install dataset-fashion-mnist', or put the four files of "
        + "https://github.com/zalandoresearch/fashion-mnist into Data/fashion-mnist"
    case .isolet:
      "get https://archive.ics.uci.edu/dataset/54/isolet and make Data/isolet/isolet.npz as "
        + "Documentation/FileFormats.md shows"
    }
  }
}
