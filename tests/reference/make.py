#!/usr/bin/env python3
"""Makes the reference numbers in this folder: `python3 tests/reference/make.py` (a minute or two).

Needs Python 3.9 or later and nothing else. The same cases come out byte for byte each time;
`--check` compares them with the files instead of writing them.

It shares nothing with the Rust code. Each loss is its formula as the paper's authors compute it
(arXiv 2102.04525 and their published code), written in the plainest way, in decimals of 50 digits.
Gradients are central differences of those values: no rule of differentiation is applied. With a step of
1e-15 and 50 digits their error is some 1e-30, far below the float64 numbers that are written.

A file holds one case: logits (or probabilities), labels, and for each loss its value and its gradient
with respect to the input, in the layout of the input. Parameters that an entry leaves out have their
defaults.
"""

import itertools
import json
import random
import sys
from decimal import Decimal, getcontext
from pathlib import Path

getcontext().prec = 50
STEP = Decimal("1e-15")
EPSILON = Decimal("1e-7")  # the clip of probabilities, Keras' K.epsilon()
SMALL = Decimal("1e-6")


# Probabilities and labels are lists [image][class][pixel] throughout.


def clip(p):
    return [[[min(max(v, EPSILON), 1 - EPSILON) for v in c] for c in image] for image in p]


def power(base, exponent):
    return Decimal(1) if exponent == 0 else base**exponent


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def pixel_mean(p, y, term):
    """Sum over classes, mean over pixels, of term(class, probability) where the label is that class."""
    pixels = len(p) * len(p[0][0])
    total = Decimal(0)
    for image, labels in zip(p, y):
        for k, (row, is_k) in enumerate(zip(image, labels)):
            for value, here in zip(row, is_k):
                if here:
                    total += term(k, value)
    return total / pixels


def tversky_index(p, y, delta, smooth):
    """[image][class]"""

    def index(p, y):
        tp = sum(a * b for a, b in zip(p, y))
        fn = sum((1 - a) * b for a, b in zip(p, y))
        fp = sum(a * (1 - b) for a, b in zip(p, y))
        return (tp + smooth) / (tp + delta * fn + (1 - delta) * fp + smooth)

    return [[index(a, b) for a, b in zip(image, labels)] for image, labels in zip(p, y)]


def region_mean(indices, exponent):
    """Mean over images and classes of (1 − TI)^exponent(class)."""
    return mean(power(1 - ti, exponent(k)) for image in indices for k, ti in enumerate(image))


# The losses. Class 0 is the background; in those of the paper every other class counts as rare.


def ce(p, y):
    return pixel_mean(p, y, lambda k, v: -v.ln())


def ce_clip(p, y):
    return ce(clip(p), y)


def focal(p, y, gamma=Decimal(2)):
    return pixel_mean(p, y, lambda k, v: power(1 - v, gamma) * -v.ln())


def focal_clip(p, y, gamma=Decimal(2), alpha=None):
    weight = alpha or [Decimal(1)] * len(p[0])
    return pixel_mean(clip(p), y, lambda k, q: weight[k] * power(1 - q, gamma) * -q.ln())


def dice(p, y, smooth=SMALL):
    return region_mean(tversky_index(p, y, Decimal("0.5"), smooth), lambda k: 1)


def tversky(p, y, delta=Decimal("0.7"), smooth=SMALL):
    return region_mean(tversky_index(p, y, delta, smooth), lambda k: 1)


def focal_tversky(p, y, delta=Decimal("0.7"), gamma=Decimal("0.75"), smooth=SMALL):
    return region_mean(tversky_index(clip(p), y, delta, smooth), lambda k: gamma)


def combo(p, y, alpha=Decimal("0.5"), beta=Decimal("0.5")):
    entropy = pixel_mean(clip(p), y, lambda k, q: (beta if k == 0 else 1 - beta) * -q.ln())
    overlaps = tversky_index(p, y, Decimal("0.5"), SMALL)
    return alpha * entropy - (1 - alpha) * mean(itertools.chain(*overlaps))


def sym_focal(p, y, delta=Decimal("0.7"), gamma=Decimal(2)):
    def term(k, q):
        return (1 - delta if k == 0 else delta) * power(1 - q, gamma) * -q.ln()

    return pixel_mean(clip(p), y, term)


def asym_focal(p, y, delta=Decimal("0.7"), gamma=Decimal(2)):
    def term(k, q):
        return (1 - delta) * power(1 - q, gamma) * -q.ln() if k == 0 else delta * -q.ln()

    return pixel_mean(clip(p), y, term)


def sym_focal_tversky(p, y, delta=Decimal("0.7"), gamma=Decimal("0.75")):
    return region_mean(tversky_index(clip(p), y, delta, EPSILON), lambda k: 1 - gamma)


def asym_focal_tversky(p, y, delta=Decimal("0.7"), gamma=Decimal("0.75")):
    return region_mean(tversky_index(clip(p), y, delta, EPSILON), lambda k: 1 if k == 0 else 1 - gamma)


UNIFIED = {"lambda": Decimal("0.5"), "delta": Decimal("0.6"), "gamma": Decimal("0.5")}


def unified(region, distribution, p, y, parameters):
    # `lambda` is a keyword of Python, so these parameters stay in a dictionary.
    weight, delta, gamma = ({**UNIFIED, **parameters}[name] for name in UNIFIED)
    return weight * region(p, y, delta, gamma) + (1 - weight) * distribution(p, y, delta, gamma)


def sym_unified_focal(p, y, **parameters):
    return unified(sym_focal_tversky, sym_focal, p, y, parameters)


def asym_unified_focal(p, y, **parameters):
    return unified(asym_focal_tversky, asym_focal, p, y, parameters)


# What is evaluated: each loss at its defaults and away from them; an alpha has one weight per class.
ENTRIES = [
    (ce, {}),
    (ce_clip, {}),
    (focal, {}),
    (focal, {"gamma": 0.7}),
    (focal, {"gamma": 0}),
    (focal_clip, {}),
    (focal_clip, {"gamma": 1.5, "alpha": [0.2, 0.9, 0.4]}),
    (dice, {}),
    (dice, {"smooth": 0.5}),
    (tversky, {}),
    (tversky, {"delta": 0.35, "smooth": 0.01}),
    (focal_tversky, {}),
    (focal_tversky, {"delta": 0.4, "gamma": 1.8, "smooth": 0.001}),
    (combo, {}),
    (combo, {"alpha": 0.3, "beta": 0.8}),
    (sym_focal, {}),
    (sym_focal, {"delta": 0.55, "gamma": 0.4}),
    (asym_focal, {}),
    (asym_focal, {"delta": 0.9, "gamma": 3}),
    (sym_focal_tversky, {}),
    (sym_focal_tversky, {"delta": 0.45, "gamma": 0.3}),
    (asym_focal_tversky, {}),
    (asym_focal_tversky, {"delta": 0.8, "gamma": 0.15}),
    (sym_unified_focal, {}),
    (sym_unified_focal, {"lambda": 0.25, "delta": 0.7, "gamma": 0.2}),
    (sym_unified_focal, {"lambda": 1, "delta": 0.5, "gamma": 0}),
    (asym_unified_focal, {}),
    (asym_unified_focal, {"lambda": 0.8, "delta": 0.65, "gamma": 0.3}),
    (asym_unified_focal, {"lambda": 0, "delta": 0.75, "gamma": 0.9}),
]


def exact(value):
    """What the loss's function takes: decimals of exactly the numbers that JSON shows."""
    return [Decimal(str(v)) for v in value] if isinstance(value, list) else Decimal(str(value))


def probabilities(values, activation):
    """The class probabilities of one pixel, from its channels."""
    if activation == "probs":
        return values
    if activation == "sigmoid":
        s = 1 / (1 + (-values[0]).exp())
        return [1 - s, s]
    powers = [v.exp() for v in values]
    return [v / sum(powers) for v in powers]


def evaluate(case):
    """Fills in the entries of a case."""
    batch, channels, height, width = case["shape"]
    pixels, classes = height * width, case["num_classes"]
    values = [Decimal(str(v)) for v in case["input"]]
    labels = [case["labels"][b * pixels : (b + 1) * pixels] for b in range(batch)]
    y = [[[int(label == k) for label in image] for k in range(classes)] for image in labels]

    def pixel(values, b, i):
        here = [values[(b * channels + c) * pixels + i] for c in range(channels)]
        return probabilities(here, case["activation"])

    def at(values):
        rows = [[pixel(values, b, i) for i in range(pixels)] for b in range(batch)]
        return [[list(plane) for plane in zip(*image)] for image in rows]

    def moved(position, step):
        return at([v + step if n == position else v for n, v in enumerate(values)])

    centre = at(values)
    around = [(moved(n, STEP), moved(n, -STEP)) for n in range(len(values))]
    for loss, parameters in ENTRIES:
        if "alpha" in parameters and isinstance(parameters["alpha"], list):
            parameters = {**parameters, "alpha": parameters["alpha"][:classes]}
        given = {name: exact(value) for name, value in parameters.items()}
        differences = ((loss(p, y, **given) - loss(m, y, **given)) / (2 * STEP) for p, m in around)
        case["entries"].append(
            {
                "loss": loss.__name__,
                "params": parameters,
                "value": float(loss(centre, y, **given)),
                "grad": [float(d) for d in differences],
            }
        )
    return case


def case(name, note, shape, classes, activation, values, labels):
    return {
        "format": 1,
        "id": name,
        "note": note,
        "shape": shape,
        "num_classes": classes,
        "activation": activation,
        "input": values,
        "labels": labels,
        "entries": [],
    }


def cases():
    r = random.Random(20240607)

    def logits(count, spread):
        return [round(r.gauss(0, spread), 3) for _ in range(count)]

    def some(count, *weights):
        return r.choices(range(len(weights)), weights, k=count)

    yield case(
        "two_classes_batch_of_two",
        "Random logits; the images have different shares of foreground.",
        [2, 2, 3, 4],
        2,
        "softmax",
        logits(48, 1.5),
        some(12, 3, 1) + some(12, 1, 2),
    )
    yield case(
        "three_classes_one_absent",
        "Class 2 is nowhere in the labels.",
        [1, 3, 3, 4],
        3,
        "softmax",
        logits(36, 2.0),
        some(12, 2, 1),
    )
    yield case(
        "sigmoid_empty_foreground",
        "One logit a pixel; the first image has no foreground, the second has.",
        [2, 1, 3, 3],
        2,
        "sigmoid",
        logits(18, 2.0),
        [0] * 9 + some(9, 2, 1),
    )
    # Where logits are 50 apart, probabilities are beyond the clip and gradients through it exactly zero;
    # cross entropy and focal loss without clip still have one. Some pixels are undecided.
    certain = [25.0, 25.0, -25.0, 25.0, -25.0, 0.375, 25.0, -1.25]
    yield case(
        "certain_right_and_wrong",
        "Logits of ±25: right and wrong in both classes, and two pixels that are undecided.",
        [1, 2, 2, 4],
        2,
        "softmax",
        certain + [-value for value in certain],
        [0, 1, 1, 0, 0, 1, 0, 0],
    )
    yield case(
        "sigmoid_certain_right_and_wrong",
        "The same of one logit.",
        [1, 1, 2, 4],
        2,
        "sigmoid",
        certain,
        [0, 1, 1, 0, 0, 1, 0, 0],
    )
    yield case(
        "probabilities",
        "Probabilities by themselves, which need not sum to one; some are beyond the clip.",
        [2, 2, 2, 3],
        2,
        "probs",
        [round(r.uniform(0.02, 0.98), 3) for _ in range(20)] + [1e-9, 0.5, 0.999999999, 0.25],
        some(6, 1, 1) + [0, 1, 0, 0, 1, 1],
    )


def text(case):
    """JSON with one line for each member, and for each entry."""
    lines = [f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in case.items() if name != "entries"]
    entries = ",\n".join(f"  {json.dumps(entry)}" for entry in case["entries"])
    return "{\n" + ",\n".join(lines) + ',\n "entries": [\n' + entries + "\n ]\n}\n"


def main():
    folder, check, same = Path(__file__).parent, "--check" in sys.argv[1:], True
    for given in cases():
        path, made = folder / f"{given['id']}.json", text(evaluate(given))
        if not check:
            path.write_text(made, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != made:
            same = False
            print(f"{path.name} differs", file=sys.stderr)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
