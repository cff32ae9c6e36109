"""Writes small model files by PyTorch, safetensors and onnx, for ModelFilesTests and the fuzzers.

    python3 Tests/Tools/record_model_files.py Tests/ModelFilesTests/Resources Fuzzing/Corpus

Needs torch, safetensors, onnx, onnxruntime and numpy. Beside NAME.onnx and NAME.safetensors stand
NAME.inputs.npy and NAME.outputs.npy: some inputs, and what PyTorch gives for them. The files that are
here were written with torch 1.13.1, safetensors 0.8.0, onnx 1.17.0 and onnxruntime 1.32.0.
"""

import io
import os
import sys
import tempfile

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import onnxruntime
import onnxruntime.quantization
import safetensors.numpy
import safetensors.torch
import torch
from onnxruntime.quantization import QuantType
from torch import nn
from torch.onnx import TrainingMode

resources, corpus = sys.argv[1], sys.argv[2]


def save(data, name, kind=None):
    with open(os.path.join(resources, name), "wb") as file:
        file.write(data)
    if kind:
        os.makedirs(os.path.join(corpus, kind), exist_ok=True)
        with open(os.path.join(corpus, kind, name), "wb") as file:
            file.write(data)


def every_kind():
    """One array of every kind of element that NumPy has, its limits first and last."""
    arrays = {"flags": np.array([True, False, True])}
    for kind in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"):
        info = np.iinfo(kind)
        arrays[kind] = np.array([[info.min, 1], [2, info.max]], kind)
    for kind in ("float16", "float32", "float64"):
        info = np.finfo(kind)
        arrays[kind] = np.array(
            [-info.max, -1.5, -0.0, info.smallest_subnormal, info.tiny, 0.1, info.max, np.inf], kind)
    arrays["number"] = np.array(7, "float32")
    arrays["nothing"] = np.zeros((3, 0, 2), "float32")
    arrays['quote " slash \\ line \n é \u2028 𝄞 \x01'] = np.array([1, 2], "float32")
    return safetensors.numpy.save(arrays, {"written by": "safetensors\tfor a test"})


save(every_kind(), "kinds.safetensors", "Safetensors")
save(safetensors.numpy.save({}), "empty.safetensors", "Safetensors")


torch.manual_seed(5)


class Residuals(nn.Module):
    """Batch normalization, branches with and without layers, groups, dilation, strides, ReLU6."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(2, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6())
        self.depthwise = nn.Sequential(
            nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8), nn.ReLU(), nn.Conv2d(8, 8, 1))
        self.down = nn.Sequential(
            nn.Conv2d(8, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6, eps=1e-3), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1, groups=2))
        self.shortcut = nn.Conv2d(8, 6, 1, stride=2)
        self.pool = nn.AvgPool2d(3, stride=2, padding=1)
        self.max = nn.MaxPool2d(2)
        self.last = nn.Linear(6, 5)

    def logits(self, x):
        x = self.stem(x)
        x = torch.relu(self.depthwise(x) + x)
        x = self.down(x) + self.shortcut(x)
        x = self.max(self.pool(torch.relu(x)))
        x = x.view(x.size(0), -1)
        return self.last(x)

    def forward(self, x):
        return torch.log_softmax(self.logits(x), 1)


def record(name, model, shape, logits=None, training=TrainingMode.EVAL, dynamic=True):
    """Writes a network of PyTorch as ONNX, and its outputs for eight random inputs."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    model.eval()
    inputs = torch.randn(8, *shape)
    out = io.BytesIO()
    torch.onnx.export(
        model, inputs, out, opset_version=13, training=training,
        do_constant_folding=training == TrainingMode.EVAL, input_names=["x"],
        dynamic_axes={"x": {0: "n"}} if dynamic else None)
    save(out.getvalue(), name + ".onnx", "ONNX")
    outputs(name, inputs, (logits or model)(inputs))


def outputs(name, inputs, logits):
    np.save(os.path.join(resources, name + ".inputs.npy"), inputs.detach().numpy())
    np.save(os.path.join(resources, name + ".outputs.npy"), logits.detach().numpy())


def sequential():
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(3, 4, 3, stride=2), nn.Hardtanh(0, 2), nn.Flatten(), nn.Dropout(0.25),
        nn.Linear(16, 5))


with torch.no_grad():
    model = sequential()
    record("sequential", model, (1, 10, 10), training=TrainingMode.PRESERVE)
    save(safetensors.torch.save(model.state_dict()), "sequential.safetensors", "Safetensors")
    np.savez(os.path.join(resources, "sequential.npz"),
             **{name: array.double().numpy() for name, array in model.state_dict().items()})
    halves = {name: array.to(torch.bfloat16 if "weight" in name else torch.float16)
              for name, array in model.state_dict().items() if "num_" not in name}
    save(safetensors.torch.save(halves), "halves.safetensors", "Safetensors")
    model.load_state_dict({name: array.float() for name, array in halves.items()}, strict=False)
    inputs = torch.randn(8, 1, 10, 10)
    outputs("halves", inputs, model(inputs))

    model = Residuals()
    record("residuals", model, (2, 12, 12), model.logits)
    record("residuals-normalized", model, (2, 12, 12), model.logits, TrainingMode.PRESERVE)
    record("residuals-fixed-batch", model, (2, 12, 12), model.logits, dynamic=False)
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(12, 7), nn.ReLU(), nn.Linear(7, 4), nn.Softmax(1))
    record("perceptron", model, (1, 3, 4), model[:-1])


class FakeQuantized(nn.Module):
    """A perceptron whose weights and activations PyTorch quantizes and makes real again."""

    def __init__(self, active):
        super().__init__()
        self.active = active
        self.first = nn.Linear(6, 5)
        self.second = nn.Linear(5, 3)

    def forward(self, x):
        if not self.active:
            return self.second(torch.relu(self.first(x)))
        quantize = torch.fake_quantize_per_tensor_affine
        channels = torch.fake_quantize_per_channel_affine
        x = quantize(x, 0.05, 128, 0, 255)
        scales = torch.arange(1, 6) * 0.01
        weight = channels(self.first.weight, scales, torch.zeros(5, dtype=torch.int32), 0, -128, 127)
        x = torch.relu(nn.functional.linear(x, weight, self.first.bias))
        x = quantize(x, 0.025, 0, 0, 255)
        weight = quantize(self.second.weight, 0.0078125, 0, -128, 127)
        return nn.functional.linear(x, weight, self.second.bias)


with torch.no_grad():
    model = FakeQuantized(True)
    plain = FakeQuantized(False)
    plain.load_state_dict(model.state_dict())
    record("qdq", model, (6,), plain, TrainingMode.PRESERVE)


class Calibration(onnxruntime.quantization.CalibrationDataReader):
    def __init__(self, shape):
        self.batches = iter([{"x": torch.randn(16, *shape).numpy()} for _ in range(4)])

    def get_next(self):
        return next(self.batches, None)


def quantized(name, model, shape, activations):
    """Lets onnxruntime quantize a network; the outputs are those of onnxruntime, rounded to 8 bits."""
    model.eval()
    inputs = torch.randn(8, *shape)
    with tempfile.TemporaryDirectory() as folder:
        plain, path = os.path.join(folder, "plain.onnx"), os.path.join(folder, "quantized.onnx")
        torch.onnx.export(
            model, inputs, plain, opset_version=13, input_names=["x"],
            dynamic_axes={"x": {0: "n"}})
        onnxruntime.quantization.quantize_static(
            plain, path, Calibration(shape), per_channel=True, activation_type=activations,
            quant_format=onnxruntime.quantization.QuantFormat.QDQ)
        with open(path, "rb") as file:
            data = file.read()
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        logits, = session.run(None, {"x": inputs.numpy()})
    save(data, name + ".onnx", "ONNX")
    outputs(name, inputs, torch.from_numpy(logits))


with torch.no_grad():
    for name, kind in ("unsigned", QuantType.QUInt8), ("signed", QuantType.QInt8):
        quantized("quantized-" + name, nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3), nn.ReLU6(),
            nn.Flatten(), nn.Linear(54, 5)), (2, 10, 10), kind)


def constant(name, value, kind=np.float32):
    return onnx.numpy_helper.from_array(np.array(value, kind), name)


def by_hand(name, nodes, constants, size, version=13, domains=()):
    """Writes a model of nodes; returns it."""
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes, name, [info("x", onnx.TensorProto.FLOAT, ["n", size])],
        [info("y", onnx.TensorProto.FLOAT, ["n", None])], constants)
    opsets = [onnx.helper.make_opsetid("", version)]
    opsets += [onnx.helper.make_opsetid(domain, 1) for domain in domains]
    model = onnx.helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 8
    save(model.SerializeToString(), name + ".onnx", "ONNX")
    return model


def qonnx():
    """A layer whose inputs and weights QONNX quantizes to 4 and 3 bits."""
    domain = "qonnx.custom_op.general"
    node = onnx.helper.make_node
    weight = np.arange(-6, 6).reshape(4, 3) / 8
    by_hand("qonnx", [
        node("Quant", ["x", "xs", "xz", "xb"], ["xq"], name="xq", domain=domain, signed=0, narrow=0,
             rounding_mode="ROUND"),
        node("Quant", ["w", "ws", "wz", "wb"], ["wq"], name="wq", domain=domain, signed=1, narrow=1,
             rounding_mode="ROUND"),
        node("MatMul", ["xq", "wq"], ["m"], name="m"),
        node("Add", ["b", "m"], ["y"], name="a"),
    ], [
        constant("xs", 0.25), constant("xz", 3), constant("xb", 4), constant("w", weight),
        constant("ws", [[0.5, 0.25, 0.125]]), constant("wz", 0), constant("wb", 3),
        constant("b", [[1, 2, 3]]),
    ], 4, domains=[domain])


def stored_integers():
    """A layer with weights of 8 bits and a bias of 32, as onnxruntime's quantizer writes them."""
    node = onnx.helper.make_node
    weight = np.array([[-128, 5, 127], [0, -3, 64]], np.int8)
    bias = np.array([100, -50], np.int32)
    by_hand("stored-integers", [
        node("QuantizeLinear", ["x", "xs", "xz"], ["xq"], name="xq"),
        node("DequantizeLinear", ["xq", "xs", "xz"], ["xd"], name="xd"),
        node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], name="wd", axis=0),
        node("DequantizeLinear", ["b", "bs"], ["bd"], name="bd", axis=0),
        node("Gemm", ["xd", "wd", "bd"], ["y"], name="g", transB=1),
    ], [
        constant("xs", 0.05), constant("xz", 10, np.uint8), constant("w", weight, np.int8),
        constant("ws", [0.01, 0.02]), constant("wz", [0, 0], np.int8), constant("b", bias, np.int32),
        constant("bs", [0.0005, 0.001]),
    ], 3)


qonnx()
stored_integers()
