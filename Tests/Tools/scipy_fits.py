#!/usr/bin/env python3
"""Fits every law of every shipped technology with scipy's least_squares, as an independent referee.

    python3 Tests/Tools/scipy_fits.py > Tests/Golden/scipy_fits.csv

Writes technology, temperature_k, law, gate, parameter, value, standard_error. The laws are written
here anew from Documentation/Models.md; Jacobians are exact (complex step). Needs numpy and scipy.
"""

import collections
import csv
import glob
import os
import re
import sys

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import norm

FOLDER = os.path.join(os.path.dirname(__file__), "../../HardwareSpecs/Technology")
BOLTZMANN_OVER_CHARGE = 1.380649e-23 / 1.602176634e-19


def softplus(u):
    return np.where(u.real > 30, u, np.log(1 + np.exp(np.where(u.real > 30, 0, u))))


def ekv(p, v, kelvin):
    x = softplus((v - p[1]) / (2 * p[2] * BOLTZMANN_OVER_CHARGE * kelvin))
    return np.log(p[0] * v * (1 + p[3] * x) / x**2)


def alpha_power(p, v, kelvin):
    return np.log(p[0] * v) - p[2] * np.log(v - p[1])


def parabola(p, v, kelvin):
    return p[0] + p[1] * v + p[2] * v**2


def line(p, v, kelvin):
    return p[0] + p[1] * v


def probit(p, v, kelvin):
    return (v - p[0]) / p[1]


def density(p, aspect, kelvin):
    return np.log(p[0] + p[1] * aspect)


def gate_induced(p, v, kelvin):
    distance = v - p[4]
    on = distance.real > 0
    channel = np.exp(p[0] + p[1] * v)
    drain = np.exp(p[2] - p[3] / np.where(on, distance, 1))
    return np.log(channel + np.where(on, drain, 0))


def jacobian(law, p, v, kelvin):
    columns = []
    for index in range(len(p)):
        q = np.array(p, dtype=complex)
        q[index] += 1e-30j
        columns.append(law(q, v.astype(complex), kelvin).imag / 1e-30)
    return np.array(columns).T


def fit(law, names, starts, v, y, kelvin=298.15, sigma=None):
    """(name, value, standard error) of the best search."""
    v, y = np.array(v), np.array(y)
    weight = 1 / np.array(sigma) if sigma is not None else np.ones(len(v))
    best = None
    for start in starts:
        def residual(p):
            with np.errstate(all="ignore"):
                r = (law(np.array(p, dtype=complex), v.astype(complex), kelvin).real - y) * weight
            return np.where(np.isfinite(r), r, 1e15)

        def derivative(p):
            with np.errstate(all="ignore"):
                j = jacobian(law, p, v, kelvin) * weight[:, None]
            return np.where(np.isfinite(j), j, 0)

        end = least_squares(residual, start, derivative, method="lm", x_scale="jac",
                            xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=20000)
        if best is None or end.cost < best.cost:
            best = end
    j = derivative(best.x)
    covariance = np.linalg.inv(j.T @ j)
    if sigma is None:
        covariance *= 2 * best.cost / (len(v) - len(best.x))
    return list(zip(names, best.x, np.sqrt(np.diag(covariance))))


def rows(name):
    with open(os.path.join(FOLDER, name)) as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def volts(text, key, otherwise):
    found = re.search(rf"^ *{key}: ([0-9.]+) V", text, re.M)
    return float(found.group(1)) if found else otherwise


EKV = (ekv, ["k_ps_per_v", "vt_v", "n", "theta"], [[200, 0.45, 1.4, 0.4], [700, 0.6, 1.4, 0.3]])
ALPHA = (alpha_power, ["k", "vt_v", "alpha"], [[10, 0.3, 1.3], [12, 0.5, 1.5], [60, 0.95, 1.5]])
ENERGY = (parabola, ["c0_ff", "c1_ff_per_v", "c2_ff_per_v2"], [[1, 0, 0]])
LEAKAGE = (parabola, ["ln_i0_na", "a_per_v", "b_per_v2"], [[-2, 4, 0]])
DRAIN = (gate_induced, ["ln_i0_na", "a_per_v", "ln_i1_na", "b_v", "e_v"], None)
SLOPE = (line, ["ln_i0_na", "l_per_v"], [[-2, 4]])
PROBIT = (probit, ["v0_v", "sigma_v"], [[0.3, 0.1], [0.42, 0.035]])
DENSITY = (density, ["c_um2", "a_um2"], [[1, 0.1]])
COLUMNS = (density, ["c_nw", "a_nw"], [[30, 30]])
PARABOLA = (parabola, ["a", "b_per_v", "c_per_v2"], [[0, 5, 5]])


def bit_cell(text):
    law = re.search(r"^ *law: (probit\w*)", text, re.M).group(1)
    data = re.search(r"^ *data: (\S*sram\S*)", text, re.M).group(1)
    low, high = re.findall(r"^ *fit_(?:from|to): ([0-9.]+) V", text, re.M)[-2:]
    v, z, sigma = [], [], []
    for row in rows(data):
        supply = float(row["supply_v"])
        if not float(low) - 1e-9 <= supply <= float(high) + 1e-9:
            continue
        v.append(supply)
        if "faults" in row:
            bits = float(row["bits"])
            p = float(row["faults"]) / bits
            z.append(norm.isf(p))
            sigma.append(np.sqrt(p * (1 - p) / bits) / norm.pdf(z[-1]))
        elif "bit_error_rate" in row:
            z.append(norm.isf(float(row["bit_error_rate"])))
        else:
            z.append(norm.isf(float(row["failure_probability"]) / 2))
            cells = float(row["cells"])
            sigma.append(np.sqrt(1 / cells + z[-1] ** 2 / (2 * cells)))
    if not sigma:
        spread = (v[1] - v[0]) / (z[1] - z[0])
        return law, [("v0_v", v[0] - spread * z[0], None), ("sigma_v", spread, None)]
    return law, fit(*(PROBIT if law == "probit" else PARABOLA), v, z, sigma=sigma)


def technology(path, out):
    text = open(path).read()
    name = os.path.basename(path)[:-5]
    law = re.search(r"^  law: (\w+)", text, re.M)
    law = law.group(1) if law and law.group(1) in ("alpha_power", "single_supply") else "ekv"
    if law == "single_supply":
        return
    drain = "leakage_law: gate_induced" in text
    cells_part = text[text.index("\ncells:"):text.index("threshold_variation:")]
    low, high = volts(cells_part, "fit_from", 0), volts(cells_part, "fit_to", 9)
    points = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in rows(re.search(r"data: (\S+_cells\S*\.csv)", cells_part).group(1)):
        supply = float(row["supply_v"])
        if low - 1e-9 <= supply <= high + 1e-9:
            kelvin = float(row["temperature_c"]) + 273.15
            points[kelvin, row["cell"]][supply].append(
                [float(row[key]) for key in ("delay_ps", "energy_per_transition_fj", "leakage_nw")])
    gates = re.findall(r"^    ([\w.]+): \{measured: ([\w.]+)", cells_part, re.M)
    for gate, cell in gates:
        for kelvin in sorted({key[0] for key in points}):
            curve = sorted(points[kelvin, cell].items())
            v = np.array([supply for supply, _ in curve])
            t, e, p = np.array([np.mean(arcs, axis=0) for _, arcs in curve]).T
            laws = [("delay", EKV if law == "ekv" else ALPHA, np.log(t)),
                    ("energy", ENERGY, e / v**2)]
            y = np.log(p / v)
            leakage = LEAKAGE
            if drain:
                starts = [[y[0] - 0.5, 2, 2, 5, 0], [y[0] - 0.5, 2, 2, 3, -0.1]]
                leakage = (*DRAIN[:2], starts)
            laws.append(("leakage", leakage, y))
            for title, (function, names, starts), values in laws:
                for row in fit(function, names, starts, v, values, kelvin):
                    out.writerow([name, f"{kelvin:g}", title, gate, row[0], *map(repr, map(float, row[1:]))])
            if "drain_coupled" in text and gate == "INV.Y":
                keep = v <= volts(text, "leakage_to", 0) + 1e-9
                for row in fit(*SLOPE, v[keep], y[keep]):
                    out.writerow([name, f"{kelvin:g}", "slope", "", row[0], *map(repr, map(float, row[1:]))])
                keep = v >= volts(text, "alpha_from", 9) - 1e-9
                for row in fit(*ALPHA, v[keep], np.log(t[keep])):
                    out.writerow([name, f"{kelvin:g}", "alpha", "", row[0], *map(repr, map(float, row[1:]))])
    failures = re.search(r"failures: (\S+)", text)
    sram = open(os.path.join(FOLDER, failures.group(1))).read() if failures else text
    if "\nsram:" in text:
        memory(name, sram, out)
    macros = re.search(r"macros: (\S+)", text)
    if macros:
        table = [[float(row[key]) for key in ("words", "width_bits", "area_um2")]
                 for row in rows(macros.group(1))]
        words, width, area = np.array(table).T
        for row in fit(*DENSITY, width / words, np.log(area / (words * width))):
            out.writerow([name, "", "sram_area", "", row[0], *map(repr, map(float, row[1:]))])
        power = np.array([float(row["leakage_nw"]) for row in rows(macros.group(1))])
        for row in fit(*COLUMNS, 1 / words, np.log(power / (words * width))):
            out.writerow([name, "", "sram_leakage", "", row[0], *map(repr, map(float, row[1:]))])


def memory(name, text, out):
    _, found = bit_cell(text)
    for row in found:
        error = "" if row[2] is None else repr(float(row[2]))
        out.writerow([name, "", "sram", "", row[0], repr(float(row[1])), error])


def main():
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["technology", "temperature_k", "law", "gate", "parameter", "value",
                  "standard_error"])
    for path in sorted(glob.glob(os.path.join(FOLDER, "*.yaml"))):
        name = os.path.basename(path)[:-5]
        if name.startswith("sram_"):
            memory(name, open(path).read(), out)
        else:
            technology(path, out)


main()
