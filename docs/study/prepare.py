"""Lays sets of images and masks out so that a split does not leak.

    python3 docs/study/prepare.py SETS OUT

SETS holds one folder for each of the six sets below: `images/000.png`, `masks/000.png`, …, and a `manifest.json` that
says of each number the file it came from, as in [{"n": "000", "source": "CHASEDB1/Image_01L.jpg"}, …]. By their numbers
alone, slices of one patient would count as images of their own, and be trained on and tested with. OUT gets a copy of
each set with names that Losscope reads a source from, images/case003_014.png: image 14, of the source that comes fourth.

Nothing but Python is needed.
"""

import json
import re
import shutil
import sys
from pathlib import Path

# Numbers that are less than this apart are taken for neighbours, of one patient or one examination.
APART = 10

# Images of BUSI that are there twice, or nearly so: of all pairs in the excerpt, those that correlate by more than 0.9
# when both are 48 × 48 pixels. (Pawłowska et al., 2023, found such pairs all over the set.)
TWICE = [
    ("benign (204)", "benign (249)"),
    ("benign (312)", "benign (421)"),
    ("benign (316)", "benign (426)"),
    ("benign (211)", "benign (254)"),
    ("benign (85)", "benign (164)"),
    ("benign (226)", "benign (278)"),
    ("benign (219)", "benign (272)"),
    ("benign (216)", "benign (265)"),
    ("malignant (39)", "malignant (40)"),
    ("benign (244)", "benign (251)"),
]


def itself(names):
    """Each image is a source: nothing is known of what it was taken from."""
    return {name: name for name in names}


def first_number(names):
    """The number that a name begins with is the patient's."""
    return {name: name.split("_")[0] for name in names}


def child(names):
    """Image_01L is the left eye of child 01: both eyes and all tiles of them belong together."""
    return {name: re.fullmatch(r"(Image_\d\d)[LR]", name)[1] for name in names}


def neighbours(names):
    """What numbers those are is not told, but neighbours look alike: a run of them is one source."""
    sources = {}
    before = None
    for name in sorted(names, key=lambda name: int(name)):
        apart = before is None or int(name) - int(before) >= APART
        sources[name] = name if apart else sources[before]
        before = name
    return sources


def examination(names):
    """PolypGen: 176OLCV1_100H0002 is frame 2 of patient 176; elsewhere runs of neighbouring frames, as above."""
    sources = {}
    runs = {}
    for name in names:
        patient = re.match(r"(\d+OLCV1)_", name)
        # Frames of one sequence, by the sequence's number.
        patient = patient or re.match(r"(\d+_endocv2021)_", name)
        if patient:
            sources[name] = patient[1]
        else:
            series, frame = re.fullmatch(r"(.*?)(\d+)", name).groups()
            runs.setdefault(series, {})[frame] = name
    for frames in runs.values():
        for frame, source in neighbours(frames).items():
            sources[frames[frame]] = frames[source]
    return sources


def twice(names):
    """Images that are there twice count as one."""
    sources = itself(names)
    for one, other in TWICE:
        if one in sources and other in sources:
            sources[other] = sources[one]
    return sources


SETS = {
    "brisc2025_brain": neighbours,
    "busi_ultrasound": twice,
    "chase_tiles": child,
    "dsb2018_nuclei": itself,
    "kits19_kidney": first_number,
    "polypgen": examination,
}


def prepare(folder, out, sources_of):
    """Copies a set, and says how many images of how many sources it has."""
    manifest = json.loads((folder / "manifest.json").read_text())
    stems = {entry["n"]: Path(entry["source"]).name for entry in manifest}
    stems = {n: re.sub(r"\.(png|jpe?g)$", "", stem) for n, stem in stems.items()}
    sources = sources_of(set(stems.values()))
    numbers = {}
    for kind in ("images", "masks"):
        shutil.rmtree(out / kind, ignore_errors=True)
        (out / kind).mkdir(parents=True)
    for n, stem in stems.items():
        number = numbers.setdefault(sources[stem], len(numbers))
        for kind in ("images", "masks"):
            [file] = (folder / kind).glob(f"{n}.*")
            shutil.copyfile(file, out / kind / f"case{number:03}_{n}{file.suffix}")
    return len(stems), len(numbers)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sets, out = Path(sys.argv[1]), Path(sys.argv[2])
    for name, sources_of in SETS.items():
        if (sets / name / "manifest.json").exists():
            images, sources = prepare(sets / name, out / name, sources_of)
            print(f"{name}: {images} images of {sources} sources")
        else:
            print(f"{name}: not there", file=sys.stderr)


if __name__ == "__main__":
    main()
