// QuantizedNetworks
