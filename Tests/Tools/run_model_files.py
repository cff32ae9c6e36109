"""Runs ONNX models by onnxruntime and compares their logits with ours.

    python3 Tests/Tools/run_model_files.py FOLDER

FOLDER has pairs N.onnx and N.safetensors, the second with arrays `inputs` and `logits`. Prints how many
there are, and the largest difference relative to the largest logit of its file. Each file is checked by
onnx's own checker first.
"""

import glob
import os
import sys

import numpy as np
import onnx
import onnxruntime
import safetensors.numpy

onnxruntime.set_default_logger_severity(3)
largest = 0.0
paths = glob.glob(os.path.join(sys.argv[1], "*.onnx"))
for path in paths:
    onnx.checker.check_model(onnx.load(path), full_check=True)
    arrays = safetensors.numpy.load_file(path[:-5] + ".safetensors")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    shape = session.get_inputs()[0].shape[1:]
    outputs, = session.run(["logits"], {"input": arrays["inputs"].reshape(-1, *shape)})
    assert outputs.shape == arrays["logits"].shape, (path, outputs.shape)
    scale = max(np.abs(arrays["logits"]).max(), 1e-3)
    error = float(np.abs(outputs - arrays["logits"]).max() / scale)
    if error > 1e-5:
        print(path, error, file=sys.stderr)
    largest = max(largest, error)
print(f"{len(paths)} models, largest difference {largest:.2e}")
