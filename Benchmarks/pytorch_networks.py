#!/usr/bin/env python3
"""Images per second of PyTorch, forward and backward, for the rows of axtrain-bench.

    python3 Benchmarks/pytorch_networks.py NETWORK THREADS BATCH BATCHES RUNS

NETWORK is 784-128-10 or lenet-5. Prints the figure of the fastest run.
"""
import sys
import time

import torch
from torch import nn

name, threads, batch, batches, runs = sys.argv[1], *map(int, sys.argv[2:])
torch.set_num_threads(threads)
torch.manual_seed(1)
if name == "784-128-10":
    shape = (784,)
    network = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
else:
    shape = (1, 28, 28)
    network = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84),
        nn.ReLU(), nn.Linear(84, 10))
inputs = torch.rand(batch, *shape)
gradient = torch.rand(batch, 10) / batch


def run():
    start = time.perf_counter()
    for _ in range(batches):
        network.zero_grad()
        network(inputs).backward(gradient)
    return time.perf_counter() - start


print(batch * batches / min(run() for _ in range(runs)))
