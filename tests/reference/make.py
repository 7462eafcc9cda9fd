#!/usr/bin/env python3
"""Makes the reference numbers in this folder: `python3 tests/reference/make.py` (a minute or two).

Needs Python 3.9 or later and nothing else. The same cases come out byte for byte each time;
`--check` compares them with the files instead of writing them.

It shares nothing with the Rust code. Each loss is its formula, as the authors of arXiv 2102.04525 compute it
in their published code or as the library computes it that the catalogue names, written in the plainest way,
in decimals of 50 digits.
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


class Prediction(list):
    """Probabilities, with the network's own channels beside them for the losses that look at those."""

    def __init__(self, probabilities, channels, activation):
        super().__init__(probabilities)
        self.channels, self.activation = channels, activation

    def labels(self, y):
        """What each channel should be: the one channel of a sigmoid is the foreground's."""
        return [image[1:] for image in y] if self.activation == "sigmoid" else y

    def logits(self):
        """Of probabilities, their logarithms."""
        return self.map(lambda v: v.ln() if self.activation == "probs" else v)

    def odds(self):
        """The logit of each channel against not being of that class."""
        return self.map(lambda v: (v / (1 - v)).ln() if self.activation == "probs" else v)

    def map(self, function):
        return [[[function(v) for v in row] for row in image] for image in self.channels]


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


# The same without the clip, and as the article prints it.


def sym_unified_focal_exact(p, y, **parameters):
    return exact_unified(lambda k, gamma: 1 - gamma, lambda k, gamma: gamma, p, y, parameters)


def asym_unified_focal_exact(p, y, **parameters):
    return exact_unified(
        lambda k, gamma: 1 if k == 0 else 1 - gamma, lambda k, gamma: gamma if k == 0 else 0, p, y, parameters
    )


def exact_unified(region_power, pixel_power, p, y, parameters):
    weight, delta, gamma = ({**UNIFIED, **parameters}[name] for name in UNIFIED)
    region = region_mean(tversky_index(p, y, delta, EPSILON), lambda k: region_power(k, gamma))

    def term(k, v):
        return (1 - delta if k == 0 else delta) * power(1 - v, pixel_power(k, gamma)) * -v.ln()

    return weight * region + (1 - weight) * pixel_mean(p, y, term)


def sym_unified_focal_printed(p, y, **parameters):
    weight, delta, gamma = ({**UNIFIED, **parameters}[name] for name in UNIFIED)
    region = len(p[0]) * region_mean(tversky_index(clip(p), y, delta, EPSILON), lambda k: gamma)
    return weight * delta * focal_clip(p, y, 1 - gamma) + (1 - weight) * region


def asym_unified_focal_printed(p, y, **parameters):
    weight, delta, gamma = ({**UNIFIED, **parameters}[name] for name in UNIFIED)
    region = len(p[0]) * asym_focal_tversky(p, y, delta, gamma)
    return weight * asym_focal(p, y, delta, gamma) + (1 - weight) * region


# Losses of single pixels. A pixel is (class, probabilities).


def pixels(p, y):
    for image, labels in zip(p, y):
        for i in range(len(image[0])):
            yield [row[i] for row in labels].index(1), [row[i] for row in image]


def ce_weighted(p, y, foreground=Decimal(2), weights=None):
    weights = weights or [Decimal(1)] + [foreground] * (len(p[0]) - 1)
    total = sum(weights[k] for k, _ in pixels(p, y))
    return sum(weights[k] * -v[k].ln() for k, v in pixels(p, y)) / total


def ce_label_smoothing(p, y, eps=Decimal("0.1")):
    spread = mean(sum(-u.ln() for u in v) / len(v) for _, v in pixels(p, y))
    return (1 - eps) * ce(p, y) + eps * spread


def bce_logits(p, y, pos_weight=Decimal(1)):
    return mean((1 if k == 0 else pos_weight) * -v[k].ln() for k, v in pixels(p, y))


def focal_alpha(p, y, alpha=Decimal("0.25"), gamma=Decimal(2)):
    return pixel_mean(p, y, lambda k, v: (1 - alpha if k == 0 else alpha) * power(1 - v, gamma) * -v.ln())


def focal_ovr(p, y, gamma=Decimal(2)):
    def term(z, here):
        s = 1 / (1 + (-z if here else z).exp())
        return power(1 - s, gamma) * -s.ln()

    channels = zip(itertools.chain(*p.odds()), itertools.chain(*p.labels(y)))
    return mean(term(z, here) for row, labels in channels for z, here in zip(row, labels))


def poly1_ce(p, y, eps=Decimal(1)):
    return mean(-v[k].ln() + eps * (1 - v[k]) for k, v in pixels(p, y))


def poly1_focal(p, y, eps=Decimal(1), gamma=Decimal(2)):
    return mean(
        power(1 - v[k], gamma) * -v[k].ln() + eps * power(1 - v[k], gamma + 1) for k, v in pixels(p, y)
    )


def topk_ce(p, y, k=Decimal(10)):
    hardest = sorted((-v[c].ln() for c, v in pixels(p, y)), reverse=True)
    return mean(hardest[: max(1, int(len(hardest) * k / 100))])


def ohem_ce(p, y, thresh=Decimal("0.7"), min_kept_frac=Decimal("0.0625")):
    right = sorted(v[k] for k, v in pixels(p, y))
    least = right[max(1, int(len(right) * min_kept_frac)) - 1]
    kept = [v for v in right if (v <= least if least > thresh else v < thresh)]
    return mean(-v.ln() for v in kept) if kept else Decimal(0)


# Overlaps. `sums` are (true positive, predicted, labelled) of each image and class.


def sums(p, y):
    return [[(sum(u * v for u, v in zip(a, b)), sum(a), sum(b)) for a, b in zip(i, j)] for i, j in zip(p, y)]


def batch_sums(p, y):
    return [tuple(sum(parts) for parts in zip(*of_class)) for of_class in zip(*sums(p, y))]


def dice_monai(p, y, smooth=Decimal("1e-5"), include_background=True, squared=False, jaccard=False):
    def loss(a, b):
        both, sum_p, sum_y = sum(u * v for u, v in zip(a, b)), sum(a), sum(b)
        if squared:
            sum_p = sum(v * v for v in a)
        denominator = 2 * (sum_p + sum_y - both) if jaccard else sum_p + sum_y
        return 1 - (2 * both + smooth) / (denominator + smooth)

    first = 0 if include_background else 1
    return mean(loss(a, b) for i, j in zip(p, y) for a, b in zip(i[first:], j[first:]))


def tversky_monai(p, y, alpha=Decimal("0.3"), beta=Decimal("0.7"), smooth=Decimal("1e-5")):
    return mean(
        1 - (tp + smooth) / (tp + alpha * (a - tp) + beta * (b - tp) + smooth)
        for image in sums(p, y)
        for tp, a, b in image
    )


def smp(p, y, score):
    return mean(1 - score(*of_class) if of_class[2] > 0 else Decimal(0) for of_class in batch_sums(p, y))


def dice_smp(p, y):
    return smp(p, y, lambda tp, a, b: 2 * tp / (a + b))


def jaccard_smp(p, y):
    return smp(p, y, lambda tp, a, b: tp / (a + b - tp))


def tversky_smp(p, y, alpha=Decimal("0.3"), beta=Decimal("0.7"), gamma=Decimal("0.75")):
    return power(smp(p, y, lambda tp, a, b: tp / (tp + alpha * (a - tp) + beta * (b - tp))), gamma)


def log_cosh_dice(p, y, smooth=SMALL):
    value = dice(p, y, smooth)
    return ((value.exp() + (-value).exp()) / 2).ln()


def generalised_dice_monai(p, y, smooth=Decimal("1e-5")):
    def score(image):
        weights = [Decimal(1) / (b * b) if b > 0 else None for _, _, b in image]
        largest = max(w for w in weights if w is not None)
        weights = [largest if w is None else w for w in weights]
        both = sum(w * tp for w, (tp, _, _) in zip(weights, image))
        return (2 * both + smooth) / (sum(w * (a + b) for w, (_, a, b) in zip(weights, image)) + smooth)

    return mean(1 - score(image) for image in sums(p, y))


def dice_plus_plus(p, y, gamma=Decimal(2)):
    def loss(a, b):
        tp = sum(u * v for u, v in zip(a, b))
        error = sum(power(1 - u if v else u, gamma) for u, v in zip(a, b))
        return 1 - (2 * tp + EPSILON) / (2 * tp + error + EPSILON)

    return mean(loss(a, b) for i, j in zip(clip(p), y) for a, b in zip(i, j))


def asymmetric_similarity(p, y, beta=Decimal("1.5"), smooth=Decimal(1)):
    weight = beta * beta / (1 + beta * beta)
    return region_mean(tversky_index(p, y, weight, smooth), lambda k: 1)


def sensitivity_specificity(p, y, r=Decimal("0.1"), smooth=Decimal(1)):
    def loss(a, b):
        inside = sum((1 - u) ** 2 for u, v in zip(a, b) if v) / (sum(b) + smooth)
        outside = sum(u**2 for u, v in zip(a, b) if not v) / (len(b) - sum(b) + smooth)
        return r * inside + (1 - r) * outside

    return mean(loss(a, b) for i, j in zip(p, y) for a, b in zip(i, j))


def mcc(p, y, eps=Decimal("1e-5")):
    pixels = len(p) * len(p[0][0])

    def loss(tp, a, b):
        fp, fn, tn = a - tp + eps, b - tp + eps, pixels - a - b + tp + eps
        tp = tp + eps
        return 1 - (tp * tn - fp * fn) / ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).sqrt()

    return mean(loss(*of_class) for of_class in batch_sums(p, y)[1:])


def lovasz(errors, members):
    """Walks from the largest error down; each weighs by what the Jaccard loss grows when it is added."""
    order = sorted(range(len(errors)), key=lambda i: -errors[i])
    total, before, missed, alarms = Decimal(0), Decimal(0), 0, 0
    for i in order:
        missed, alarms = missed + members[i], alarms + 1 - members[i]
        loss = 1 - Decimal(sum(members) - missed) / (sum(members) + alarms)
        total, before = total + errors[i] * (loss - before), loss
    return total


def lovasz_softmax(p, y, classes="present", per_image=False):
    groups = [([i], [j]) for i, j in zip(p, y)] if per_image else [(p, y)]

    def of_group(p, y):
        losses = []
        for k in range(len(p[0])):
            values, members = [v for i in p for v in i[k]], [v for j in y for v in j[k]]
            if classes == "all" or any(members):
                losses.append(lovasz([abs(m - v) for v, m in zip(values, members)], members))
        return mean(losses)

    return mean(of_group(*group) for group in groups)


def lovasz_hinge(p, y):
    def of_class(k):
        values, members = [v for i in p for v in i[k]], [v for j in y for v in j[k]]
        margins = [(v / (1 - v)).ln() for v in values]
        return lovasz([max(Decimal(0), 1 - (2 * m - 1) * z) for z, m in zip(margins, members)], members)

    return mean(of_class(k) for k in range(1, len(p[0])))


def exp_log(p, y, w_dice=Decimal("0.8"), w_ce=Decimal("0.2"), gamma=Decimal("0.3"), smooth=Decimal("1e-5")):
    near = Decimal("1e-12")  # nearer to a perfect prediction, nothing pushes
    scores = (min((2 * tp + smooth) / (a + b + smooth), 1 - near) for tp, a, b in batch_sums(p, y))
    dice = mean(power(-score.ln(), gamma) for score in scores)
    count = len(p) * len(p[0][0])
    sizes = [b for _, _, b in batch_sums(p, y)]
    entropy = mean((Decimal(count) / sizes[k]).sqrt() * power(max(-v[k].ln(), near), gamma) for k, v in pixels(p, y))
    return w_dice * dice + w_ce * entropy


def dice_ce(p, y, smooth=Decimal("1e-5")):
    return dice_monai(p, y, smooth) + ce(p, y)


def dice_focal(p, y, gamma=Decimal(2), smooth=Decimal("1e-5")):
    return dice_monai(p, y, smooth) + focal(p, y, gamma)


def dice_focal_monai(p, y, gamma=Decimal(2), smooth=Decimal("1e-5")):
    return dice_monai(p, y, smooth) + focal_ovr(p, y, gamma)


def dice_topk(p, y, k=Decimal(10), smooth=Decimal("1e-5")):
    return dice_monai(p, y, smooth) + topk_ce(p, y, k)


# Shapes and distances. Images are flat; `side` is a row's length. Distances have no gradient: they are of the
# labels, or of which pixels have p > 0.5.

SIDE = 0  # set for each case


def at(index):
    return divmod(index, SIDE)


def around(index, pixels, reach):
    row, column = at(index)
    for r, c in reach:
        r, c = row + r, column + c
        if 0 <= c < SIDE and 0 <= r < pixels // SIDE:
            yield r * SIDE + c


LINES = [[(-1, 0), (0, 0), (1, 0)], [(0, -1), (0, 0), (0, 1)]]
BOX = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)]


def distances(region, to):
    """Of each pixel to the nearest of those whose value in the region is `to`; 0 in an image without both."""
    targets = [at(i) for i, v in enumerate(region) if v == to]
    if not targets or len(targets) == len(region):
        return [Decimal(0)] * len(region)
    here = (at(i) for i in range(len(region)))
    return [Decimal(min((r - a) ** 2 + (c - b) ** 2 for a, b in targets)).sqrt() for r, c in here]


def boundary(p, y):
    def term(a, b):
        outside, inside = distances(b, 1), distances(b, 0)
        return [v * (o - max(i - 1, 0)) for v, o, i in zip(a, outside, inside)]

    return mean(v for i, j in zip(p, y) for a, b in zip(i[1:], j[1:]) for v in term(a, b))


def hausdorff_dt(p, y, alpha=Decimal(2)):
    def field(region):
        return [power(max(o, i), alpha) for o, i in zip(distances(region, 1), distances(region, 0))]

    def term(a, b):
        predicted = field([int(v > Decimal("0.5")) for v in a])
        return [(u - v) ** 2 * (f + g) for u, v, f, g in zip(a, b, predicted, field(b))]

    return mean(v for i, j in zip(p, y) for a, b in zip(i[1:], j[1:]) for v in term(a, b))


def nacl(p, y, alpha=Decimal("0.1")):
    def apart(row, labels):
        n = len(row)
        # Beyond the image is no class: always a ninth.
        shares = (Decimal(sum(labels[j] for j in around(i, n, BOX))) / 9 for i in range(n))
        return [abs(share - z) for share, z in zip(shares, row)]

    channels = zip(itertools.chain(*p.logits()), itertools.chain(*p.labels(y)))
    return ce(p, y) + alpha * mean(v for row, labels in channels for v in apart(row, labels))


def soft_cldice(p, y, iters=3, smooth=Decimal(1)):
    def erode(image):
        n = len(image)
        return [min(image[j] for line in LINES for j in around(i, n, line)) for i in range(n)]

    def open_(image):
        image, n = erode(image), len(image)
        return [max(image[j] for j in around(i, n, BOX)) for i in range(n)]

    def skeleton(image):
        lost = [max(Decimal(0), a - b) for a, b in zip(image, open_(image))]
        result = lost
        for _ in range(int(iters)):
            image = erode(image)
            lost = [max(Decimal(0), a - b) for a, b in zip(image, open_(image))]
            result = [s + max(Decimal(0), v - s * v) for s, v in zip(result, lost)]
        return result

    def within(a, b):
        both = sum(u * v for i, j in zip(a, b) for k, m in zip(i[1:], j[1:]) for u, v in zip(skeleton(k), m))
        return (both + smooth) / (sum(v for i in a for k in i[1:] for v in skeleton(k)) + smooth)

    precision, sensitivity = within(p, y), within(y, p)
    return 1 - 2 * precision * sensitivity / (precision + sensitivity)


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
    (sym_unified_focal_exact, {}),
    (sym_unified_focal_exact, {"lambda": 0.25, "delta": 0.7, "gamma": 0.2}),
    (asym_unified_focal_exact, {}),
    (asym_unified_focal_exact, {"lambda": 0.8, "delta": 0.65, "gamma": 0.3}),
    (sym_unified_focal_printed, {"lambda": 0.3, "delta": 0.7, "gamma": 0.2}),
    (asym_unified_focal_printed, {"lambda": 0.3, "delta": 0.7, "gamma": 0.2}),
    (ce_weighted, {}),
    (ce_weighted, {"weights": [0.5, 1.5, 3]}),
    (ce_label_smoothing, {}),
    (bce_logits, {}),
    (bce_logits, {"pos_weight": 3}),
    (focal_alpha, {}),
    (focal_alpha, {"alpha": 0.8, "gamma": 0.7}),
    (focal_ovr, {}),
    (focal_ovr, {"gamma": 0.7}),
    (poly1_ce, {"eps": 2}),
    (poly1_focal, {"eps": -0.5, "gamma": 1.3}),
    (topk_ce, {}),
    (topk_ce, {"k": 35}),
    (ohem_ce, {}),
    (ohem_ce, {"thresh": 0.1, "min_kept_frac": 0.3}),
    (dice_monai, {}),
    (dice_monai, {"smooth": 0.1, "include_background": False}),
    (dice_monai, {"squared": True}),
    (dice_monai, {"jaccard": True, "smooth": 0.1}),
    (dice_monai, {"squared": True, "jaccard": True, "include_background": False}),
    (tversky_monai, {}),
    (dice_smp, {}),
    (jaccard_smp, {}),
    (tversky_smp, {}),
    (log_cosh_dice, {}),
    (generalised_dice_monai, {}),
    (dice_plus_plus, {}),
    (dice_plus_plus, {"gamma": 1.6}),
    (asymmetric_similarity, {}),
    (sensitivity_specificity, {}),
    (mcc, {}),
    (lovasz_softmax, {}),
    (lovasz_softmax, {"per_image": True}),
    (lovasz_softmax, {"classes": "all"}),
    (lovasz_hinge, {}),
    (exp_log, {}),
    (dice_ce, {}),
    (dice_focal, {}),
    (dice_focal_monai, {}),
    (dice_focal_monai, {"gamma": 1.3, "smooth": 0.1}),
    (dice_topk, {"k": 30}),
    (nacl, {}),
    (nacl, {"alpha": 0.6}),
    (boundary, {}),
    (hausdorff_dt, {}),
    (hausdorff_dt, {"alpha": 1}),
    (soft_cldice, {}),
    (soft_cldice, {"iters": 1, "smooth": 0.2}),
]

# Those that put pixels or neighbours in order have no single gradient where pixels are equal.
ORDERED = (topk_ce, ohem_ce, lovasz_softmax, lovasz_hinge, dice_topk, soft_cldice)
# Left out of the case of probabilities: one needs them to sum to one; its 0.5 is a threshold, its 1e-9 and
# 1 - 1e-9 are equal errors, and the power of the logarithm of the latter is known to few digits in float64.
NOT_OF_PROBABILITIES = (lovasz_hinge, hausdorff_dt, lovasz_softmax, exp_log)


def exact(value):
    """What the loss's function takes: decimals of exactly the numbers that JSON shows."""
    if isinstance(value, (bool, str)):
        return value
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
    global SIDE
    batch, channels, height, SIDE = case["shape"]
    pixels, classes = height * SIDE, case["num_classes"]
    values = [Decimal(str(v)) for v in case["input"]]
    labels = [case["labels"][b * pixels : (b + 1) * pixels] for b in range(batch)]
    y = [[[int(label == k) for label in image] for k in range(classes)] for image in labels]

    def pixel(values, b, i):
        here = [values[(b * channels + c) * pixels + i] for c in range(channels)]
        return probabilities(here, case["activation"])

    def at(values):
        rows = [[pixel(values, b, i) for i in range(pixels)] for b in range(batch)]
        planes = [values[n : n + pixels] for n in range(0, len(values), pixels)]
        own = [planes[b * channels : (b + 1) * channels] for b in range(batch)]
        return Prediction([[list(plane) for plane in zip(*image)] for image in rows], own, case["activation"])

    def moved(position, step):
        return at([v + step if n == position else v for n, v in enumerate(values)])

    centre = at(values)
    around = [(moved(n, STEP), moved(n, -STEP)) for n in range(len(values))]
    tied = len({tuple(row[i] for row in image) for image in centre for i in range(pixels)}) < batch * pixels
    for loss, parameters in ENTRIES:
        if (tied and loss in ORDERED) or (case["activation"] == "probs" and loss in NOT_OF_PROBABILITIES):
            continue
        lists = {name: value[:classes] for name, value in parameters.items() if isinstance(value, list)}
        parameters = {**parameters, **lists}
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
