#!/usr/bin/env python3
"""Fine-tunes a network for wrong bits of its stored weights: an external trainer of axtrain.

    python3 Examples/pytorch_trainer.py [--products] FOLDER

The folder holds a request, which Documentation/FileFormats.md describes. Each step has two passes:
one with weights as they are stored, one with bits inverted at the rate of the point. Rounding and
inverting count as the identity in the backward pass. With --products the multiplier's own products
take the place of exact ones in dense layers. Layers: dense, convolution, max_pooling, relu, flatten.
Needs PyTorch and NumPy.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
from torch.nn import functional


def read_arrays(path):
    """The arrays of a safetensors file in single precision."""
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    arrays = {}
    for name, entry in json.loads(data[8:end]).items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            numbers = numpy.frombuffer(data[end + first : end + last], dtype="<f4")
            arrays[name] = torch.tensor(numbers.reshape(entry["shape"]))
    return arrays


def write_arrays(path, arrays):
    header, body = {}, b""
    for name, array in arrays.items():
        numbers = array.detach().numpy().astype("<f4").tobytes()
        offsets = [len(body), len(body) + len(numbers)]
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": offsets}
        body += numbers
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


class Words:
    """Real numbers as stored words: a scale, a zero point and an encoding."""

    def __init__(self, low, high, bits, encoding, symmetric):
        self.bits, self.signed = bits, encoding == "sign_magnitude"
        side, low, high = 2 ** (bits - 1) - 1, min(low, 0.0), max(high, 0.0)
        if self.signed or symmetric:
            self.scale = (max(-low, high) or 1.0) / side
            self.zero = 0 if self.signed else 2 ** (bits - 1)
            self.least, self.most = self.zero - side, self.zero + side
        else:
            self.scale = (high - low or 1.0) / (2**bits - 1)
            self.zero = round(-low / self.scale)
            self.least, self.most = 0, 2**bits - 1

    def store(self, values):
        # In double precision and with halves away from zero, as axtrain rounds.
        steps = values.detach().double() / self.scale
        integers = torch.sign(steps) * torch.floor(steps.abs() + 0.5) + self.zero
        integers = integers.clamp(self.least, self.most).long()
        if not self.signed:
            return integers
        return integers.abs() | (integers < 0).long() << (self.bits - 1)

    def integers(self, words):
        """What words stand for, in steps of the scale; of words of all bits, not only stored ones."""
        if not self.signed:
            return words
        magnitude = words & 2 ** (self.bits - 1) - 1
        return torch.where(words >> (self.bits - 1) == 1, -magnitude, magnitude)

    def read(self, words):
        return (self.integers(words) - self.zero) * self.scale


def inverted(words, bits, rate):
    """Words whose bits are inverted independently."""
    for bit in range(bits):
        words = words ^ (torch.rand(words.shape) < rate).long() << bit
    return words


def straight_through(values, read):
    return values + (read - values).detach()


class Network:
    def __init__(self, folder, request, use_products):
        self.quantization = request["quantization"]
        self.layers = [
            (layer, {}) if isinstance(layer, str) else next(iter(layer.items()))
            for layer in request["topology"]["layers"]
        ]
        self.arrays = read_arrays(folder / request["start"] / "weights.safetensors")
        for array in self.arrays.values():
            array.requires_grad_()
        self.products = None
        if use_products:
            table = numpy.load(folder / request["multiplier"]["products"])
            self.products = torch.tensor(table, dtype=torch.float32)

    def words(self, low, high, kind):
        bits, encoding = self.quantization[f"{kind}_bits"], self.quantization["encoding"]
        scheme = self.quantization[f"{kind}_scheme"]
        return Words(low, high, bits, encoding, scheme == "symmetric")

    def product_errors(self, inputs, stored, weights, words):
        """What the multiplier's products add to a dense layer's exact ones."""
        a, w = torch.arange(self.products.shape[0]), torch.arange(self.products.shape[1])
        exact = inputs.integers(a)[:, None] * words.integers(w)[None, :]
        errors = (self.products - exact)[stored[:, None, :], weights[None, :, :]]
        return errors.sum(2) * inputs.scale * words.scale

    def logits(self, values, rate):
        span = self.quantization["input_range"]
        for number, (kind, settings) in enumerate(self.layers):
            if kind in ("dense", "convolution"):
                weight = self.arrays[f"layers.{number}.weight"]
                bias = self.arrays.get(f"layers.{number}.bias")
                reach = weight.detach().abs().max().item()
                inputs, words = self.words(*span, "activation"), self.words(-reach, reach, "weight")
                weights = inverted(words.store(weight), words.bits, rate)
                stored = inputs.store(values)
                values = straight_through(values, inputs.read(stored))
                read = straight_through(weight, words.read(weights))
                if kind == "dense":
                    values = functional.linear(values, read, bias)
                    if self.products is not None:
                        values = values + self.product_errors(inputs, stored, weights, words)
                else:
                    names = ("stride", "padding", "dilation", "groups")
                    chosen = {name: settings[name] for name in names if name in settings}
                    values = functional.conv2d(values, read, bias, **chosen)
            elif kind == "max_pooling":
                values = functional.max_pool2d(
                    values, settings["kernel"], settings.get("stride"), settings.get("padding", 0)
                )
            elif kind == "relu":
                values = functional.relu(values)
            elif kind == "flatten":
                values = values.flatten(1)
            else:
                sys.exit(f"layer {number} is {kind}, which this trainer does not have")
            span = self.quantization["output_ranges"].get(str(number), span)
        return values


def main():
    *options, place = sys.argv[1:] or sys.exit("a folder is needed")
    if set(options) - {"--products"}:
        sys.exit(f"unknown options: {' '.join(options)}")
    folder = Path(place)
    request = json.loads((folder / "request.json").read_text())
    if request["protocol"] != 3:
        sys.exit(f"protocol {request['protocol']} is not known here")
    data, training = request["dataset"], request["training"]
    rate = request["hardware"]["weight_bit_error_rate"]
    torch.manual_seed(request["seed"])
    torch.set_num_threads(1)  # the fastest for small networks
    features = torch.tensor(numpy.load(folder / data["features"])) / data["feature_maximum"]
    labels = torch.tensor(numpy.load(folder / data["labels"])).long()
    if isinstance(request["topology"]["input"], dict):
        features = features.reshape(len(features), *image_shape(request["topology"]["input"]))
    else:
        features = features.flatten(1)
    network = Network(folder, request, "--products" in options)
    optimizer = torch.optim.Adam(network.arrays.values(), lr=training["learning_rate"])
    epochs = max(1, training["passes"] // 2)
    for epoch in range(epochs):
        for group in optimizer.param_groups:
            group["lr"] = training["learning_rate"] * (1 - epoch / epochs)
        total = 0.0
        for batch in torch.randperm(len(labels)).split(training["batch_size"]):
            optimizer.zero_grad()
            for share in (0.0, rate):
                logits = training["logit_scale"] * network.logits(features[batch], share)
                loss = functional.cross_entropy(logits, labels[batch]) / 2
                loss.backward()
                total += loss.item() * len(batch)
            optimizer.step()
            for name, array in network.arrays.items():
                if name.endswith(".weight"):
                    array.data.clamp_(-training["weight_clip"], training["weight_clip"])
        print(f"progress {epoch + 1} {epochs} loss {total / len(labels):.4f}", flush=True)
    write_arrays(folder / request["result"], network.arrays)


def image_shape(shape):
    return shape["channels"], shape["rows"], shape["columns"]


if __name__ == "__main__":
    main()
