"""Writes small model files by PyTorch, safetensors and onnx, for ModelFilesTests and the fuzzers.

    python3 Tests/Tools/record_model_files.py Tests/ModelFilesTests/Resources Fuzzing/Corpus

Needs torch, safetensors, onnx and numpy. Beside NAME.onnx and NAME.safetensors stand NAME.inputs.npy
and NAME.outputs.npy: some inputs, and what PyTorch (or, where a file has no PyTorch network, the onnx
reference evaluator) gives for them.
"""

import os
import sys

import numpy as np
import safetensors.numpy

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
