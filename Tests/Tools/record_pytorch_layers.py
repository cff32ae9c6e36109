#!/usr/bin/env python3
"""Records what PyTorch computes for each kind of layer, a small network and each optimizer.

    python3 Tests/Tools/record_pytorch_layers.py

Writes Tests/Golden/pytorch_layers.json and Tests/TrainingTests/Resources/pytorch_optimizers.json.
Everything is computed in double precision, from numbers that single precision holds exactly.

pytorch_layers.json: `pytorch`, the version, and `cases`, each with
  topology             a topology file, as AxTrain reads it
  examples             examples of the batch
  inputs               [example][channel][row][column]
  labels               classes: the loss is the mean softmax cross-entropy; or null
  logit_gradient       gradient of the loss by the logits: given where there are no labels
  parameters           by name, flat; the names are those of PyTorch's state dictionary
  statistics           running statistics before the pass, by name
  logits               of a training pass, [example][class]
  input_gradient       of the loss
  parameter_gradients  of the loss, by name
  statistics_after     running statistics after the training pass, by name
  inference_logits     of an inference pass, after the training pass
Layers with random draws (dropout) have a probability of 0 here.

pytorch_optimizers.json: `pytorch`, the version, and `cases`, each with
  name
  optimizer            sgd or adam
  learning_rate
  weight_decay         added to the gradient as weight_decay * parameter; if `decoupled` (AdamW), the
                       parameter is first multiplied by 1 - learning_rate * weight_decay
  decoupled            false for sgd
  momentum, nesterov   of sgd, without dampening
  beta1, beta2, epsilon  of adam
  parameters           before the first step
  gradients            [step][parameter]
  after                parameters after each step, [step][parameter]
"""
import json
import os

import torch
from torch import nn

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
generator = torch.Generator().manual_seed(20180723)


def draw(*shape, low=-96, high=96):
    """Multiples of 1/64: few digits, and ties, so that conventions for ties are seen."""
    return torch.randint(low, high + 1, shape, generator=generator).double() / 64


def numbers(tensor):
    """Nine digits: what single precision tells apart."""
    values = [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]
    return [int(value) if value == int(value) else value for value in values]


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body = nn.Sequential(*body)
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class Net(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


class GlobalAverage(nn.Module):
    def forward(self, x):
        return x.mean(dim=(2, 3))


def convolution(channels, filters, kernel, bias=True, **settings):
    text = {"filters": filters, "kernel": kernel, **settings, "bias": bias}
    return ("convolution", text, nn.Conv2d(channels, filters, kernel, bias=bias, **settings))


def dense(inputs, outputs, bias=True):
    return ("dense", {"outputs": outputs, "bias": bias}, nn.Linear(inputs, outputs, bias=bias))


def max_pooling(**settings):
    return (
        "max_pooling", settings,
        nn.MaxPool2d(settings["kernel"], settings.get("stride"), settings.get("padding", 0)))


def average_pooling(**settings):
    return (
        "average_pooling", settings,
        nn.AvgPool2d(
            settings["kernel"], settings.get("stride"), settings.get("padding", 0),
            count_include_pad=settings.get("counts_padding", False)))


def batch_norm(channels, epsilon=1e-5, momentum=0.1, flat=False):
    kind = nn.BatchNorm1d if flat else nn.BatchNorm2d
    return (
        "batch_normalization", {"epsilon": epsilon, "momentum": momentum},
        kind(channels, eps=epsilon, momentum=momentum))


def group_norm(channels, groups, epsilon=1e-5):
    return (
        "group_normalization", {"groups": groups, "epsilon": epsilon},
        nn.GroupNorm(groups, channels, eps=epsilon))


def relu():
    return ("relu", None, nn.ReLU())


def clipped_relu(ceiling):
    return ("clipped_relu", {"ceiling": ceiling}, nn.Hardtanh(0, ceiling))


def flatten():
    return ("flatten", None, nn.Flatten())


def global_average():
    return ("global_average_pooling", None, GlobalAverage())


def dropout():
    return ("dropout", {"probability": 0}, nn.Dropout(0))


def residual(body, shortcut=()):
    return (
        "residual", {"body": list(body), "shortcut": list(shortcut)},
        Residual([layer[2] for layer in body], [layer[2] for layer in shortcut]))


def yaml_layers(layers, indent):
    lines = []
    for name, settings, _ in layers:
        if name == "residual":
            lines.append(f"{indent}- residual:")
            for branch in ("body", "shortcut"):
                inner = yaml_layers(settings[branch], indent + "      ")
                lines.append(f"{indent}    {branch}:" + ("" if inner else " []"))
                lines += inner
        elif settings is None:
            lines.append(f"{indent}- {name}")
        else:
            fields = ", ".join(
                f"{key}: {str(value).lower() if isinstance(value, bool) else value}"
                for key, value in settings.items())
            lines.append(f"{indent}- {name}: {{{fields}}}")
    return lines


def build(name, shape, layers, examples):
    """The text of a topology, its network with drawn numbers, and drawn inputs."""
    channels, rows, columns = shape
    flat = rows == columns == 1
    text = [f"name: {name}"]
    text.append(
        f"input: {channels}" if flat
        else f"input: {{channels: {channels}, rows: {rows}, columns: {columns}}}")
    text += ["layers:"] + yaml_layers(layers, "  ")
    net = Net([layer[2] for layer in layers]).double().train()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(draw(*parameter.shape, low=-48, high=48))
        for key, buffer in net.named_buffers():
            if key.endswith("running_mean"):
                buffer.copy_(draw(*buffer.shape))
            elif key.endswith("running_var"):
                buffer.copy_(draw(*buffer.shape, low=16, high=128))
    inputs = draw(examples, channels) if flat else draw(examples, channels, rows, columns)
    return "\n".join(text) + "\n", net, inputs.requires_grad_()


def layer_case(name, shape, layers, examples=2, labels=False):
    text, net, inputs = build(name, shape, layers, examples)

    def statistics():
        return {k: numbers(v) for k, v in net.named_buffers() if "running" in k}

    before = statistics()
    logits = net(inputs)
    classes = None
    if labels:
        classes = torch.randint(0, logits.shape[1], (examples,), generator=generator)
        logits.retain_grad()
        nn.functional.cross_entropy(logits, classes).backward()
        upstream = logits.grad
    else:
        upstream = draw(*logits.shape)
        logits.backward(upstream)
    after = statistics()
    net.eval()
    return {
        "topology": text, "examples": examples, "inputs": numbers(inputs),
        "labels": None if classes is None else classes.tolist(),
        "logit_gradient": numbers(upstream),
        "parameters": {k: numbers(v) for k, v in net.named_parameters()},
        "statistics": before, "logits": numbers(logits), "input_gradient": numbers(inputs.grad),
        "parameter_gradients": {k: numbers(v.grad) for k, v in net.named_parameters()},
        "statistics_after": after, "inference_logits": numbers(net(inputs)),
    }


def layer_cases(case=layer_case):
    image = (4, 5, 4)
    return [
        case("dense", (7, 1, 1), [dense(7, 5)]),
        case("dense-no-bias", (7, 1, 1), [dense(7, 5, bias=False)]),
        case("convolution", image, [convolution(4, 3, 3), flatten()]),
        case("convolution-stride-padding", image, [
            convolution(4, 6, 3, stride=2, padding=1), flatten()]),
        case("convolution-dilation", image, [
            convolution(4, 3, 2, padding=2, dilation=3, bias=False), flatten()]),
        case("convolution-groups", image, [
            convolution(4, 6, 3, padding=1, groups=2, stride=2), flatten()]),
        case("convolution-depthwise", image, [convolution(4, 8, 3, groups=4), flatten()]),
        case("convolution-pointwise", image, [convolution(4, 5, 1), flatten()]),
        case("convolution-pointwise-stride", image, [convolution(4, 5, 1, stride=2), flatten()]),
        case("convolution-wide-padding", (2, 2, 3), [convolution(2, 2, 3, padding=4), flatten()]),
        case("max-pooling", image, [max_pooling(kernel=2), flatten()]),
        case("max-pooling-overlap", image, [max_pooling(kernel=3, stride=2, padding=1), flatten()]),
        case("average-pooling", image, [average_pooling(kernel=2), flatten()]),
        case("average-pooling-overlap", image, [
            average_pooling(kernel=3, stride=2, padding=1), flatten()]),
        case("average-pooling-counts-padding", image, [
            average_pooling(kernel=3, stride=2, padding=1, counts_padding=True), flatten()]),
        case("global-average-pooling", image, [global_average()]),
        case("relu", image, [relu(), flatten()]),
        case("clipped-relu", image, [clipped_relu(0.75), flatten()]),
        case("batch-normalization", image, [batch_norm(4, 1e-3, 0.25), flatten()]),
        case("batch-normalization-vector", (9, 1, 1), [batch_norm(9, flat=True)], examples=5),
        case("group-normalization", image, [group_norm(4, 2), flatten()]),
        case("group-normalization-one", image, [group_norm(4, 1, 1e-2), flatten()]),
        case("group-normalization-channels", image, [group_norm(4, 4), flatten()]),
        case("residual", image, [
            residual([convolution(4, 4, 3, padding=1), relu()]), flatten()]),
        case("residual-shortcut", image, [
            residual(
                [convolution(4, 6, 3, bias=False, padding=1, stride=2), batch_norm(6)],
                [convolution(4, 6, 1, stride=2, bias=False), batch_norm(6)]), flatten()]),
        case("network-of-all-kinds", (3, 9, 8), [
            convolution(3, 8, 3, padding=1, bias=False), batch_norm(8), relu(),
            residual([convolution(8, 8, 3, padding=1, groups=8), group_norm(8, 2), relu()]),
            max_pooling(kernel=3, stride=2, padding=1),
            residual(
                [convolution(8, 8, 3, padding=2, dilation=2), clipped_relu(6.0),
                 residual([convolution(8, 8, 1)])],
                [convolution(8, 8, 1, bias=False), batch_norm(8)]),
            average_pooling(kernel=2, stride=1), dropout(),
            residual([convolution(8, 6, 3)], [convolution(8, 6, 3, groups=2)]),
            flatten(), dense(12, 10), relu(), dense(10, 4)], examples=5, labels=True),
        case("global-classifier", image, [
            convolution(4, 8, 3), clipped_relu(1.0), global_average(), dense(8, 3)], labels=True),
    ]


def optimizer_case(name, optimizer, learning_rate, weight_decay=0.0, decoupled=False,
                   momentum=0.0, nesterov=False, beta1=0.9, beta2=0.999, epsilon=1e-8,
                   parameters=6, steps=6):
    start = draw(parameters)
    start[0] = 0
    tensor = start.clone().requires_grad_()
    if optimizer == "sgd":
        stepper = torch.optim.SGD(
            [tensor], lr=learning_rate, momentum=momentum, weight_decay=weight_decay,
            nesterov=nesterov)
    else:
        kind = torch.optim.AdamW if decoupled else torch.optim.Adam
        stepper = kind(
            [tensor], lr=learning_rate, betas=(beta1, beta2), eps=epsilon,
            weight_decay=weight_decay)
    gradients, after = [], []
    for _ in range(steps):
        gradient = draw(parameters)
        gradient[1] = 0
        gradient[2] /= 4096
        tensor.grad = gradient
        gradients.append(numbers(gradient))
        stepper.step()
        after.append(numbers(tensor))
    result = {
        "name": name, "optimizer": optimizer, "learning_rate": learning_rate,
        "weight_decay": weight_decay, "decoupled": decoupled}
    if optimizer == "sgd":
        result |= {"momentum": momentum, "nesterov": nesterov}
    else:
        result |= {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    return result | {"parameters": numbers(start), "gradients": gradients, "after": after}


def optimizer_cases():
    return [
        optimizer_case("sgd", "sgd", 0.125),
        optimizer_case("sgd-momentum", "sgd", 0.0625, momentum=0.9),
        optimizer_case("sgd-weight-decay", "sgd", 0.125, weight_decay=0.01),
        optimizer_case("sgd-momentum-weight-decay", "sgd", 0.05, momentum=0.9, weight_decay=0.01),
        optimizer_case(
            "sgd-nesterov", "sgd", 0.05, momentum=0.9, nesterov=True),
        optimizer_case(
            "sgd-nesterov-weight-decay", "sgd", 0.05, momentum=0.8, nesterov=True,
            weight_decay=0.05),
        optimizer_case("adam", "adam", 0.001),
        optimizer_case("adam-fast", "adam", 0.1, beta1=0.8, beta2=0.9, epsilon=1e-4),
        optimizer_case("adam-weight-decay", "adam", 0.01, weight_decay=0.05),
        optimizer_case(
            "adam-decoupled-weight-decay", "adam", 0.01, weight_decay=0.05, decoupled=True),
    ]


def write(path, cases):
    """One case a line, so that a change of one is seen."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    head = json.dumps(torch.__version__)
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
        file.write(f'{{"pytorch":{head},"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    write("Tests/Golden/pytorch_layers.json", layer_cases())
    generator.manual_seed(20180724)
    write("Tests/TrainingTests/Resources/pytorch_optimizers.json", optimizer_cases())
