"""Runs quantized ONNX models by onnxruntime, and a QONNX one by NumPy, for QuantizedModelTests.

    python3 Tests/Tools/record_quantized_runs.py Tests/ModelFilesTests/Resources

Needs numpy, onnx and onnxruntime; the files that are here were written with numpy 2.4.6, onnx 1.23.2
and onnxruntime 1.32.0. `quantized-*.onnx`, which record_model_files.py made with onnxruntime's
quantize_static, must be there. Inputs are (u - 128) / 74 of bytes u.
"""

import os
import sys

import numpy as np
import onnx
import onnxruntime
import onnxruntime.quantization as quantization
from onnx import helper, numpy_helper

folder = sys.argv[1]
random = np.random.default_rng(11)


def path(name):
    return os.path.join(folder, name)


def reals(words):
    return (words.astype(np.float32) - np.float32(128)) / np.float32(74)


def run(name, words):
    """Keeps what onnxruntime makes of a file's inputs."""
    session = onnxruntime.InferenceSession(path(name + ".onnx"), providers=["CPUExecutionProvider"])
    logits, = session.run(None, {session.get_inputs()[0].name: reals(words)})
    np.save(path(name + ".logits.npy"), logits)


words = random.integers(0, 256, (200, 2, 10, 10), dtype=np.uint8)
np.save(path("quantized.words.npy"), words)
for name in "quantized-unsigned", "quantized-signed":
    run(name, words)


# A perceptron in QONNX: 5-bit inputs, weights of 4 bits (a scale for each output) and 3, activations of
# 4 bits without a sign.
inputs, hidden, classes = 12, 8, 4
first, second = random.normal(0, 0.5, (inputs, hidden)), random.normal(0, 0.5, (hidden, classes))
first_bias, second_bias = random.normal(0, 0.5, hidden), random.normal(0, 0.5, classes)
first, second, first_bias, second_bias = (
    array.astype(np.float32) for array in (first, second, first_bias, second_bias))
scales = (np.abs(first).max(0, keepdims=True) / 7).astype(np.float32)
# A weight between two integers: ties to even makes 2 of 2.5.
first[0, 0] = scales[0, 0] * np.float32(2.5)
# name: scale, zero point, bits, signed, narrow
quantizers = {
    "x": (np.float32(0.2357), 0, 5, 1, 0),
    "w1": (scales, 0, 4, 1, 1),
    "b1": (np.float32(0.03), 0, 8, 1, 0),
    "a": (np.float32(0.35), 0, 4, 0, 0),
    "w2": (np.float32(np.abs(second).max() / 3), 0, 3, 1, 0),
}


def quant(value, name):
    scale, zero, bits, signed, narrow = quantizers[name]
    low = -2 ** (bits - 1) + narrow if signed else 0
    high = 2 ** (bits - 1) - 1 if signed else 2 ** bits - 1 - narrow
    integers = np.clip(np.round(value / scale + np.float32(zero)), low, high)
    return ((integers - zero) * scale).astype(np.float64)


def node(source, name):
    scale, zero, bits, signed, narrow = quantizers[name]
    for suffix, value in ("s", scale), ("z", np.float32(zero)), ("n", np.float32(bits)):
        constants.append(numpy_helper.from_array(np.asarray(value, np.float32), name + suffix))
    return helper.make_node(
        "Quant", [source, name + "s", name + "z", name + "n"], [name + "q"], name=name + "q",
        domain="qonnx.custom_op.general", signed=signed, narrow=narrow, rounding_mode="ROUND")


constants = []
for name, value in ("w1", first), ("b1", first_bias), ("w2", second), ("b2", second_bias):
    constants.append(numpy_helper.from_array(value, name))
nodes = [
    node("x", "x"), node("w1", "w1"), node("b1", "b1"),
    helper.make_node("MatMul", ["xq", "w1q"], ["m"], name="m"),
    helper.make_node("Add", ["m", "b1q"], ["h"], name="h"),
    helper.make_node("Relu", ["h"], ["r"], name="r"),
    node("r", "a"), node("w2", "w2"),
    helper.make_node("MatMul", ["aq", "w2q"], ["k"], name="k"),
    helper.make_node("Add", ["k", "b2"], ["y"], name="y"),
]
info = helper.make_tensor_value_info
graph = helper.make_graph(
    nodes, "qonnx-perceptron", [info("x", onnx.TensorProto.FLOAT, ["n", inputs])],
    [info("y", onnx.TensorProto.FLOAT, ["n", classes])], constants)
model = helper.make_model(graph, opset_imports=[
    helper.make_opsetid("", 13), helper.make_opsetid("qonnx.custom_op.general", 1)])
model.ir_version = 8
onnx.save(model, path("qonnx-perceptron.onnx"))
words = random.integers(0, 256, (200, inputs), dtype=np.uint8)


def run(bias):
    """The logits, with biases that `bias` makes of a bias and the scale of the sums."""
    x = quant(reals(words), "x")
    first_scale = np.float64(quantizers["x"][0]) * scales.astype(np.float64)
    second_scale = np.float64(quantizers["a"][0]) * np.float64(quantizers["w2"][0])
    sums = x @ quant(first, "w1") + bias(quant(first_bias, "b1"), first_scale[0])
    h = quant(np.maximum(sums, 0), "a")
    return h @ quant(second, "w2") + bias(second_bias.astype(np.float64), second_scale)


def save(name, array):
    np.save(path("qonnx-perceptron." + name + ".npy"), array)


save("words", words)
save("logits", run(lambda bias, scale: bias).astype(np.float32))
save("rounded", run(lambda bias, scale: np.round(bias / scale) * scale).astype(np.float32))


class Batches(quantization.CalibrationDataReader):
    def __init__(self, shape):
        self.batches = iter([{"x": random.normal(size=(16, *shape)).astype(np.float32)}
                             for _ in range(4)])

    def get_next(self):
        return next(self.batches, None)


def residuals():
    """Two residuals, one with an empty shortcut, and average pooling."""
    constants, nodes = [], []

    def weighted(operation, source, target, *shape, **attributes):
        deviation = 1 / np.sqrt(np.prod(shape[1:]))
        for suffix, size in ("w", shape), ("b", shape[:1]):
            values = random.normal(0, deviation, size).astype(np.float32)
            constants.append(numpy_helper.from_array(values, target + suffix))
        nodes.append(helper.make_node(
            operation, [source, target + "w", target + "b"], [target], name=target, **attributes))

    def plain(operation, sources, target, **attributes):
        nodes.append(helper.make_node(operation, sources, [target], name=target, **attributes))

    same = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    weighted("Conv", "x", "stem", 6, 2, 3, 3, **same)
    plain("Relu", ["stem"], "stem_relu")
    weighted("Conv", "stem_relu", "a", 6, 6, 3, 3, **same)
    plain("Relu", ["a"], "a_relu")
    weighted("Conv", "a_relu", "b", 6, 6, 3, 3, **same)
    plain("Add", ["b", "stem_relu"], "first")
    plain("Relu", ["first"], "first_relu")
    weighted("Conv", "first_relu", "c", 8, 6, 3, 3, strides=[2, 2], **same)
    plain("Relu", ["c"], "c_relu")
    weighted("Conv", "c_relu", "d", 8, 8, 3, 3, **same)
    weighted("Conv", "first_relu", "e", 8, 6, 1, 1, kernel_shape=[1, 1], strides=[2, 2])
    plain("Add", ["d", "e"], "second")
    plain("Relu", ["second"], "second_relu")
    plain("AveragePool", ["second_relu"], "mean", kernel_shape=[3, 3], strides=[3, 3])
    plain("Flatten", ["mean"], "flat")
    weighted("Gemm", "flat", "y", 5, 32, transB=1)
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "residuals", [info("x", onnx.TensorProto.FLOAT, ["n", 2, 12, 12])],
        [info("y", onnx.TensorProto.FLOAT, ["n", 5])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    return model


name = "quantized-residuals"
onnx.save(residuals(), path(name + ".onnx"))
quantization.quantize_static(
    path(name + ".onnx"), path(name + ".onnx"), Batches((2, 12, 12)), per_channel=True,
    quant_format=quantization.QuantFormat.QDQ, activation_type=quantization.QuantType.QUInt8)
words = random.integers(0, 256, (100, 2, 12, 12), dtype=np.uint8)
np.save(path(name + ".words.npy"), words)
run(name, words)


def padded():
    """Zeros from `Pad` nodes, around what an average counts and around what a convolution reads."""
    constants, nodes = [], []

    def constant(name, values):
        constants.append(numpy_helper.from_array(values, name))
        return name

    def weighted(operation, source, target, *shape, **attributes):
        deviation = 1 / np.sqrt(np.prod(shape[1:]))
        names = [constant(target + suffix, random.normal(0, deviation, size).astype(np.float32))
                 for suffix, size in (("w", shape), ("b", shape[:1]))]
        nodes.append(helper.make_node(
            operation, [source, *names], [target], name=target, **attributes))

    def plain(operation, sources, target, **attributes):
        nodes.append(helper.make_node(operation, sources, [target], name=target, **attributes))

    widths = constant("widths", np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64))
    zero = constant("zero", np.float32(0))
    weighted("Conv", "x", "a", 6, 2, 3, 3, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    plain("Relu", ["a"], "a_relu")
    plain("Pad", ["a_relu", widths, zero], "a_pad")
    plain("AveragePool", ["a_pad"], "mean", kernel_shape=[3, 3], strides=[2, 2])
    plain("Pad", ["mean", widths], "mean_pad")
    weighted("Conv", "mean_pad", "b", 8, 6, 3, 3, kernel_shape=[3, 3])
    plain("Relu", ["b"], "b_relu")
    plain("Flatten", ["b_relu"], "flat")
    weighted("Gemm", "flat", "y", 5, 200, transB=1)
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "padded", [info("x", onnx.TensorProto.FLOAT, ["n", 2, 10, 10])],
        [info("y", onnx.TensorProto.FLOAT, ["n", 5])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    return model


name = "quantized-padded"
onnx.save(padded(), path(name + ".onnx"))
quantization.quantize_static(
    path(name + ".onnx"), path(name + ".onnx"), Batches((2, 10, 10)),
    quant_format=quantization.QuantFormat.QDQ, activation_type=quantization.QuantType.QUInt8,
    weight_type=quantization.QuantType.QInt8)
words = random.integers(0, 256, (100, 2, 10, 10), dtype=np.uint8)
np.save(path(name + ".words.npy"), words)
run(name, words)
