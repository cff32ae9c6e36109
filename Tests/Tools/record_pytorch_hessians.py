#!/usr/bin/env python3
"""Records Hessian-vector products that PyTorch computes by double backward, for each kind of layer
and a small network, and the gradients of the sensitivity penalties, on the loss and on the outputs.

    python3 Tests/Tools/record_pytorch_hessians.py

Writes Tests/Golden/pytorch_hessians.json. Everything is computed in double precision, from numbers
that single precision holds exactly: `pytorch`, the version, and `cases`, each with
  topology             a topology file, as AxTrain reads it, without its logit scale
  examples             examples of the batch
  inputs               [example][channel][row][column]
  labels               classes: the loss is the mean softmax cross-entropy of scale * logits
  smoothing            of the labels
  scale                of the logits
  learned              whether the scale is a parameter, logit_scale, the last
  parameters           by name, flat; the names are those of PyTorch's state dictionary
  statistics           running statistics before the pass, by name
  gradients            of the loss, by name
  direction            v, by name
  products             H v, by name
  deviations           s, by name
  strength             lambda
  penalty              lambda / 2 * sum of s^2 * gradient^2
  penalty_gradients    of the penalty, by name
  projection           u, [example][class]: +1 or -1 over the root of the examples
  output_penalty       lambda / 2 * sum of s^2 * h^2, h the gradient of the sum of u * scale * logits
  output_penalty_gradients  of that penalty, by name
  output_penalty_mean  its mean over all u
Layers with random draws (dropout) have a probability of 0 here.
"""
import torch
from torch import nn

import record_pytorch_layers as layers
from record_pytorch_layers import draw, generator, numbers


def hessian_case(name, shape, stack, examples=2, labels=False):
    del labels  # Every case has some: a linear loss would leave no curvature to linear layers.
    text, net, inputs = layers.build(name, shape, stack, examples)
    inputs = inputs.detach()
    index = len(done)
    done.append(name)
    smoothing = (0.0, 0.125)[index % 2]
    scale = torch.tensor([0.375 if index % 4 else 0.75], dtype=torch.double)
    parameters = dict(net.named_parameters())
    # A network without parameters has the scale at least.
    learned = index % 3 == 0 or not parameters
    if learned:
        parameters["logit_scale"] = scale.requires_grad_()
    statistics = {k: numbers(v) for k, v in net.named_buffers() if "running" in k}
    logits = net(inputs)
    classes = torch.randint(0, logits.shape[1], (examples,), generator=generator)
    loss = nn.functional.cross_entropy(scale * logits, classes, label_smoothing=smoothing)
    names, tensors = list(parameters), list(parameters.values())
    gradients = torch.autograd.grad(loss, tensors, create_graph=True)
    direction = [draw(*tensor.shape) for tensor in tensors]
    deviations = [draw(*tensor.shape, low=1, high=32) for tensor in tensors]
    strength = 0.5

    def derivative(value):
        # The slopes of outputs that are linear in all parameters are constant.
        if not value.requires_grad:
            return [torch.zeros_like(t) for t in tensors]
        result = torch.autograd.grad(value, tensors, retain_graph=True, allow_unused=True)
        return [torch.zeros_like(t) if r is None else r for r, t in zip(result, tensors)]

    total = sum(((g * v).sum() for g, v in zip(gradients, direction)), torch.zeros(()))
    penalty = strength / 2 * sum(
        ((s * g).square().sum() for s, g in zip(deviations, gradients)), torch.zeros(()))

    signs_count = (examples, logits.shape[1])
    signs = torch.randint(0, 2, signs_count, generator=sign_generator) * 2.0 - 1
    # In single precision, as AxTrain draws it.
    projection = (signs / torch.tensor(float(examples)).sqrt()).double()
    outputs = scale * logits

    def output_penalty(directions):
        slopes = torch.autograd.grad(
            (directions * outputs).sum(), tensors, create_graph=True, allow_unused=True)
        return strength / 2 * sum(
            ((s * h).square().sum() for s, h in zip(deviations, slopes) if h is not None),
            torch.zeros((), dtype=torch.double))

    ones = torch.eye(outputs.numel(), dtype=torch.double).reshape(-1, *outputs.shape)
    mean = sum(output_penalty(one).item() for one in ones) / examples
    projected = output_penalty(projection)

    def by_name(values):
        return {name: numbers(value) for name, value in zip(names, values)}

    return {
        "topology": text, "examples": examples, "inputs": numbers(inputs),
        "labels": classes.tolist(), "smoothing": smoothing, "scale": scale.item(),
        "learned": learned, "parameters": by_name(tensors), "statistics": statistics,
        "gradients": by_name(gradients), "direction": by_name(direction),
        "products": by_name(derivative(total)), "deviations": by_name(deviations),
        "strength": strength, "penalty": penalty.item(),
        "penalty_gradients": by_name(derivative(penalty)),
        "projection": numbers(projection), "output_penalty": projected.item(),
        "output_penalty_gradients": by_name(derivative(projected)), "output_penalty_mean": mean,
    }


done = []
# Of its own, so that all other numbers stay.
sign_generator = torch.Generator().manual_seed(20180726)

if __name__ == "__main__":
    generator.manual_seed(20180725)
    layers.write("Tests/Golden/pytorch_hessians.json", layers.layer_cases(hessian_case))
