#!/usr/bin/env python3
"""Writes every multiplier that ArithsGen (PyPI: ariths-gen) generates, for the tests of the readers.

Usage: arithsgen_circuits.py FOLDER WIDTH [short | recursive]

For each circuit NAME: NAME.flat.v, NAME.hier.v, NAME.flat.blif, NAME.hier.blif and NAME.table, the
product of each operand pair by ArithsGen's own Python model, as 32-bit little-endian words of the
product's bits. `pairs.table` has the pairs, a | b << 16: all of them up to 8 bits with a counting
first, else 2^14. `circuits.txt` lists the names, `refused.txt` what ArithsGen itself cannot build.
`short` takes one final adder and fewer cuts; `recursive` only recursive multipliers of accurate
blocks, with adders whose hierarchy drives the blocks' nets a second time.
"""
import inspect
import io
import os
import sys

import numpy
from ariths_gen.multi_bit_circuits import adders, approximate_multipliers, multipliers
from ariths_gen.multi_bit_circuits.approximate_multipliers import recursive_multiplier
from ariths_gen.wire_components import Bus


def classes(module, prefix, suffix):
    return [
        value for name, value in sorted(vars(module).items())
        if inspect.isclass(value) and name.startswith(prefix) and name.endswith(suffix)]


def choices(kind, width, adder_classes, short):
    """The keyword arguments to try, each with a suffix for the name."""
    parameters = inspect.signature(kind.__init__).parameters
    chosen = [("", {})]
    if "horizontal_cut" in parameters:
        cuts = [(h, v) for h in range(0, width, 2 if short or width > 4 else 1)
                for v in range(h, 2 * width - 1, 3 if short or width > 4 else 1)]
        chosen = [
            (f"_h{h}_v{v}", {"horizontal_cut": h, "vertical_cut": v}) for h, v in cuts]
    elif "truncation_cut" in parameters:
        chosen = [(f"_t{t}", {"truncation_cut": t}) for t in range(0, width)]
    elif "submultipliers" in parameters:
        blocks = [
            value for name, value in sorted(vars(recursive_multiplier).items())
            if "TwoBitMultiplier" in name and name.startswith("Unsigned")]
        count = (width // 2) ** 2
        chosen = [
            (f"_{block.__name__[8:]}", {"submultipliers": [block] * count}) for block in blocks]
        # M1 and M2 share a name in ArithsGen, and cannot stand in one circuit.
        mixable = [block for block in blocks if not block.__name__.endswith("M2")]
        mixed = [mixable[index % len(mixable)] for index in range(count)]
        chosen.append(("_mixed", {"submultipliers": mixed}))
    elif "use_csa" in parameters:
        chosen = [("", {}), ("_noncsa", {"use_csa": False})]
    if "unsigned_adder_class_name" in parameters:
        # The first adder with every cut, every adder with the first and the last.
        ends = {chosen[0][0], chosen[-1][0]}
        chosen = [
            (f"{suffix}_{adder.__name__[8:]}",
             {**arguments, "unsigned_adder_class_name": adder})
            for suffix, arguments in chosen
            for adder in (adder_classes if suffix in ends else adder_classes[:1])]
    return chosen


def pairs(width):
    """Operand pairs a, b: all of them up to 8 bits, else 2^14 of a fixed sequence."""
    if width <= 8:
        b, a = numpy.divmod(numpy.arange(1 << 2 * width, dtype=numpy.int64), 1 << width)
        return a, b
    mask = (1 << width) - 1
    index = numpy.arange(1 << 14, dtype=numpy.uint64)
    mixed = index * numpy.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> numpy.uint64(40)) & numpy.uint64(mask)).astype(numpy.int64), (
        (mixed >> numpy.uint64(20)) & numpy.uint64(mask)).astype(numpy.int64)


def table(circuit, name, width):
    code = io.StringIO()
    circuit.get_python_code_flat(code, retype=False)
    scope = {}
    exec(code.getvalue(), scope)
    a, b = pairs(width)
    product = scope[name](a, b)
    product = numpy.broadcast_to(product, a.shape) & ((1 << 2 * width) - 1)
    return product.astype("<u4").tobytes()


def main():
    folder, width = sys.argv[1], int(sys.argv[2])
    adder_classes = [
        adder for adder in classes(adders, "Unsigned", "Adder")
        if "c" not in inspect.signature(adder.__init__).parameters]  # Of two operands.
    mode = sys.argv[3] if len(sys.argv) > 3 else ""
    short = mode == "short"
    if short:
        adder_classes = adder_classes[:1]
    names, refused = [], []
    kinds = []
    for module in (multipliers, approximate_multipliers):
        kinds += classes(module, "", "Multiplier")
    kinds += [
        value for name, value in sorted(vars(recursive_multiplier).items())
        if "TwoBitMultiplier" in name and value not in kinds]
    if mode == "recursive":
        kinds = [kind for kind in kinds if kind.__name__ == "UnsignedRecursiveMultiplier"]
        chosen = ("CarryLookahead", "CarrySkip", "ConditionalSum", "RippleCarry")
        adder_classes = [
            adder for adder in adder_classes if adder.__name__[8:-5] in chosen]
    a, b = pairs(width)
    with open(os.path.join(folder, "pairs.table"), "wb") as file:
        file.write((a | b << 16).astype("<u4").tobytes())
    for kind in kinds:
        for suffix, arguments in choices(kind, width, adder_classes, short):
            name = f"{kind.__name__}{suffix}".lower()
            if "TwoBit" in kind.__name__ and width != 2:
                continue
            if mode == "recursive" and "_accurate" not in name:
                continue
            try:
                buses = [Bus(N=width, prefix=prefix) for prefix in "ab"]
                circuit = kind(a=buses[0], b=buses[1], name=name, **arguments)
                files = {}
                for form in ("flat", "hier"):
                    for extension, kind_of_file in (("v", "v"), ("blif", "blif")):
                        text = io.StringIO()
                        getattr(circuit, f"get_{kind_of_file}_code_{form}")(text)
                        files[f"{form}.{extension}"] = text.getvalue()
                products = table(circuit, name, width)
            except Exception as error:  # Whatever ArithsGen cannot build is listed, not tested.
                refused.append(f"{name}: {type(error).__name__}: {error}")
                continue
            for ending, text in files.items():
                with open(os.path.join(folder, f"{name}.{ending}"), "w") as file:
                    file.write(text)
            with open(os.path.join(folder, f"{name}.table"), "wb") as file:
                file.write(products)
            names.append(name)
    with open(os.path.join(folder, "circuits.txt"), "w") as file:
        file.write("".join(f"{name}\n" for name in names))
    with open(os.path.join(folder, "refused.txt"), "w") as file:
        file.write("".join(f"{line}\n" for line in refused))


if __name__ == "__main__":
    main()
