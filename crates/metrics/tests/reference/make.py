#!/usr/bin/env python3
"""Makes the reference numbers in this folder: `python3 crates/metrics/tests/reference/make.py`.

Needs (the versions the numbers were made with):
    pip install numpy==2.4.6 scipy==1.17.1 scikit-image==0.26.0 scikit-learn==1.9.1 MedPy==0.5.2 \
                monai==1.6.1 torch==2.15.0 torchmetrics==1.9.0 statsmodels==0.15.0

Nothing is shared with the Rust code. masks.json holds pairs of masks, and for each what MONAI, MedPy, scikit-image,
scikit-learn and, where those have no value or another convention, the definition in a line of NumPy say;
calibration.json probabilities and what scikit-learn and TorchMetrics say; statistics.json samples and what SciPy and
statsmodels say. Masks are bits, most significant first, in hexadecimal. null is undefined.
"""

import json
import warnings
from pathlib import Path

import monai.metrics
import numpy as np
import torch
from medpy.metric import binary as medpy
from scipy import ndimage, stats
from skimage.morphology import skeletonize
from sklearn import metrics as sklearn
from statsmodels.stats.multitest import multipletests
from torchmetrics.functional.classification import binary_calibration_error

HERE = Path(__file__).parent
warnings.filterwarnings("ignore")
random = np.random.default_rng(20)


def number(value):
    return None if value is None or not np.isfinite(value) else float(f"{float(value):.12g}")


def bits(mask):
    return np.packbits(mask.astype(bool).ravel()).tobytes().hex()


# Masks


def blob(shape, sigma, share):
    field = ndimage.gaussian_filter(random.normal(size=shape), sigma)
    return field > np.quantile(field, 1 - share)


def vessels(shape):
    """Random walks, some of them thickened."""
    mask = np.zeros(shape, bool)
    for _ in range(random.integers(1, 4)):
        place = np.array([random.integers(0, length) for length in shape])
        step = random.integers(-1, 2, size=len(shape))
        for _ in range(3 * max(shape)):
            mask[tuple(place)] = True
            if random.random() < 0.3:
                step = random.integers(-1, 2, size=len(shape))
            place = np.clip(place + step, 0, np.array(shape) - 1)
    return ndimage.binary_dilation(mask) if random.random() < 0.6 else mask


def one_cell(shape):
    mask = np.zeros(shape, bool)
    mask[tuple(random.integers(0, length) for length in shape)] = True
    return mask


def box(shape):
    """A box that often touches the image's edge."""
    mask = np.zeros(shape, bool)
    ends = [np.sort(random.integers(0, length + 1, size=2)) for length in shape]
    mask[tuple(slice(low, max(high, low + 1)) for low, high in ends)] = True
    return mask


def disturbed(mask):
    shifted = ndimage.shift(mask.astype(np.uint8), random.integers(-2, 3, size=mask.ndim), order=0) > 0
    return shifted ^ (random.random(mask.shape) < random.choice([0.0, 0.01, 0.05]))


def pairs():
    for count, dimensions in [(230, 2), (110, 3)]:
        for _ in range(count):
            longest = 26 if dimensions == 2 else 11
            shape = tuple(int(n) for n in random.integers(3, longest, size=dimensions))
            makers = [
                lambda: blob(shape, random.uniform(0.6, 3), random.uniform(0.02, 0.6)),
                lambda: blob(shape, random.uniform(0.6, 3), random.uniform(0.02, 0.6)),
                lambda: vessels(shape),
                lambda: vessels(shape),
                lambda: box(shape),
                lambda: one_cell(shape),
                lambda: random.random(shape) < random.uniform(0, 1),
                lambda: np.zeros(shape, bool),
                lambda: np.ones(shape, bool),
            ]
            weights = np.array([4, 4, 4, 4, 3, 2, 2, 1, 1]) / 25
            labels = random.choice(makers, p=weights)()
            same = random.random()
            if same < 0.5:
                predicted = disturbed(labels)
            elif same < 0.53:
                predicted = labels.copy()
            else:
                predicted = random.choice(makers, p=weights)()
            if random.random() < 0.4:
                spacing = [1.0] * dimensions
            else:
                spacing = [round(float(s), 3) for s in random.uniform(0.3, 4.0, size=dimensions)]
            yield predicted, labels, spacing
    for dimensions in (2, 3):
        shape = (5, 6, 4)[:dimensions]
        empty, full, dot = np.zeros(shape, bool), np.ones(shape, bool), one_cell(shape)
        for predicted in (empty, full, dot):
            for labels in (empty, full, dot):
                yield predicted, labels, [1.0, 0.5, 2.0][:dimensions]


def surface(mask):
    return mask & ~ndimage.binary_erosion(mask)


def surface_distances(predicted, labels, spacing):
    def directed(a, b):
        return ndimage.distance_transform_edt(~surface(b), sampling=spacing)[surface(a)]

    return directed(predicted, labels), directed(labels, predicted)


def pieces(mask):
    return ndimage.label(mask, structure=np.ones((3,) * mask.ndim))[1]


def cldice(predicted, labels, method):
    """0 where one mask is empty or the lines miss, undefined where both are empty."""
    if not predicted.any() and not labels.any():
        return None
    if not predicted.any() or not labels.any():
        return 0.0
    lines = skeletonize(predicted, method=method) > 0, skeletonize(labels, method=method) > 0
    precision = (lines[0] & labels).sum() / lines[0].sum()
    sensitivity = (lines[1] & predicted).sum() / lines[1].sum()
    both = precision + sensitivity
    return 2 * precision * sensitivity / both if both else 0.0


def mask_case(predicted, labels, spacing):
    one_hot = [torch.tensor(mask[None, None].astype(np.float32)) for mask in (predicted, labels)]
    # MONAI's flags: the only channel is not a background.
    flags = {"include_background": True}
    both = predicted.any() and labels.any()
    tolerance = round(float(random.uniform(0.2, 4.0)), 4)
    p, g = predicted.ravel(), labels.ravel()
    tn, fp, fn, tp = (int(n) for n in sklearn.confusion_matrix(g, p, labels=[False, True]).ravel())
    case = {
        "shape": ([1] + list(labels.shape))[-3:],
        "spacing": ([1.0] + spacing)[-3:],
        "predicted": bits(predicted),
        "labels": bits(labels),
        "tolerance": tolerance,
        "dice": number(2 * tp / (2 * tp + fp + fn)) if tp + fp + fn else None,
        "iou": number(sklearn.jaccard_score(g, p)) if tp + fp + fn else None,
        "precision": number(sklearn.precision_score(g, p)) if tp + fp else None,
        "recall": number(sklearn.recall_score(g, p)) if tp + fn else None,
        "specificity": number(sklearn.recall_score(~g, ~p)) if tn + fp else None,
        "accuracy": number(sklearn.accuracy_score(g, p)),
        # scikit-learn gives 0 where it is undefined.
        "mcc": number(sklearn.matthews_corrcoef(g, p)) if p.any() and g.any() and not p.all() and not g.all() else None,
        "size_ratio": number((tp + fp) / (tp + fn)) if tp + fn else None,
        "hd": None,
        "hd95": None,
        "assd": None,
        "masd": None,
        "nsd": (0.0 if predicted.any() or labels.any() else None),
        "cldice": number(cldice(predicted, labels, "lee")),
        # Of the skeletons that scikit-image makes by default, another algorithm in planes.
        "cldice_default": number(cldice(predicted, labels, None)),
        "skeleton": bits(skeletonize(labels, method="lee")),
        # Whether scikit-image loses a whole piece of a mask.
        "lost": any(pieces(skeletonize(m, method="lee")) < pieces(m) for m in (predicted, labels)),
    }
    if both:
        distances = surface_distances(predicted, labels, spacing)
        together = np.concatenate(distances)
        case |= {
            "hd": number(together.max()),
            "hd95": number(max(np.percentile(d, 95) for d in distances)),
            "assd": number(together.mean()),
            "masd": number(np.mean([d.mean() for d in distances])),
            "nsd": number((together <= tolerance).mean()),
            "monai": {
                "hd": number(monai.metrics.compute_hausdorff_distance(*one_hot, spacing=spacing, **flags)),
                "hd95": number(
                    monai.metrics.compute_hausdorff_distance(*one_hot, spacing=spacing, percentile=95, **flags)
                ),
                "assd": number(
                    monai.metrics.compute_average_surface_distance(*one_hot, symmetric=True, spacing=spacing, **flags)
                ),
                "nsd": number(
                    monai.metrics.compute_surface_dice(*one_hot, [tolerance], spacing=spacing, **flags)
                ),
            },
            "medpy": {
                "hd": number(medpy.hd(predicted, labels, spacing)),
                "hd95": number(medpy.hd95(predicted, labels, spacing)),
                "assd": number(medpy.assd(predicted, labels, spacing)),
            },
        }
    return case


# Probabilities


def calibration_case(classes, cells, sharpness):
    """Probabilities in 8192ths, which single precision holds exactly and none of which but 1/2 ends an interval."""
    labels = random.integers(0, classes, size=cells) * (random.random(cells) < 0.4)
    logits = random.normal(size=(classes, cells)) + sharpness * (labels == np.arange(classes)[:, None])
    p = np.exp(logits * random.uniform(0.5, 3))
    parts = np.maximum(np.floor(p / p.sum(0) * 4095).astype(int), 0) * 2 + 1
    parts[0] = 8192 - parts[1:].sum(0)
    p = parts / 8192
    predicted = p.argmax(0)
    bins = int(random.choice([5, 10, 10, 15]))
    per_class = []
    for c in range(classes):
        def scores(where):
            if not where.any():
                return [None] * 3
            y, q = (labels == c)[where], p[c][where]
            ece = binary_calibration_error(torch.tensor(q), torch.tensor(y.astype(int)), n_bins=bins, norm="l1")
            place = np.clip(np.ceil(q * bins), 1, bins)
            plain = sum(abs(y[place == k].sum() - q[place == k].sum()) for k in range(1, bins + 1)) / len(y)
            assert abs(plain - float(ece)) < 1e-6, (plain, float(ece))
            return [
                number(plain),
                number(np.mean((q - y) ** 2) if y.all() else sklearn.brier_score_loss(y, q, pos_label=True, labels=[False, True])),
                number(sklearn.log_loss(y, np.stack([1 - q, q], 1), labels=[False, True])),
            ]

        everywhere = np.ones(cells, bool)
        per_class.append(
            {
                "all": scores(everywhere),
                "foreground": scores((labels == c) | (predicted == c)),
            }
        )
    return {
        "bins": bins,
        "labels": labels.tolist(),
        "predicted": predicted.tolist(),
        "parts": parts.tolist(),
        "per_class": per_class,
    }


# Statistics


def wilcoxon_case(size, digits, shift):
    differences = np.round(random.normal(shift, 1, size=size), digits) + 0.0
    rest = differences[differences != 0]
    case = {"differences": differences.tolist(), "p": None}
    if len(rest):
        exact = len(rest) <= 50 and len(np.unique(np.abs(rest))) == len(rest)
        method = {"method": "exact"} if exact else {"method": "asymptotic", "correction": True}
        ranks = stats.rankdata(np.abs(rest))
        case |= {
            "exact": exact,
            "p": number(stats.wilcoxon(rest, zero_method="wilcox", **method).pvalue),
            "effect": number((ranks * np.sign(rest)).sum() / ranks.sum()),
        }
    return case


def bootstrap_case(size):
    values = np.round(random.beta(3, 1.5, size=size), 4)
    result = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=200_000, rng=np.random.default_rng(1), batch=10_000
    )
    interval = result.confidence_interval
    return {"values": values.tolist(), "low": number(interval.low), "high": number(interval.high)}


def holm_case(size):
    p = random.random(size) ** 3
    return {"p": [number(v) for v in p], "adjusted": [number(v) for v in multipletests(p, method="holm")[1]]}


def write(name, value):
    lines = ",\n".join(f'"{key}": [\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]"
                       for key, cases in value.items())
    (HERE / name).write_text("{\n" + lines + "\n}\n")


write("masks.json", {"cases": [mask_case(*pair) for pair in pairs()]})
write(
    "calibration.json",
    {"cases": [calibration_case(int(random.integers(2, 4)), 40, random.uniform(0, 3)) for _ in range(40)]},
)
write(
    "statistics.json",
    {
        "wilcoxon": [
            wilcoxon_case(int(random.integers(1, 71)), int(random.choice([1, 2, 12, 12])), random.choice([0, 0.3, 1]))
            for _ in range(120)
        ],
        "bootstrap": [bootstrap_case(size) for size in (2, 3, 5, 10, 30, 100)],
        "holm": [holm_case(size) for size in (1, 2, 5, 12)],
    },
)
