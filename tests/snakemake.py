"""A study as a Snakemake workflow, killed half-way and resumed, against `losscope study run`.

    pip install snakemake
    python3 tests/snakemake.py PATH/TO/losscope

Two jobs at once on this machine; the workflow and everything it started are killed by SIGKILL as soon as some of the
cells are there. What comes of the second go must be what `study run` gives: results but for the seconds they took, and
the report but for runs.csv, which holds these.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SNAKEFILE = Path(__file__).parent.parent / "docs/study/Snakefile"

STUDY = {
    "name": "killed",
    "base": {
        "data": {"source": "synthetic", "size": 32, "count": 40, "foreground": 0.1, "split": [0.5, 0.0, 0.5]},
        "network": {"base_channels": 8, "depth": 2},
        "training": {"batch_size": 4, "steps": 60},
    },
    "grid": {
        "datasets": ["polyp", "vessel"],
        "losses": [{"kind": "ce"}, {"kind": "dice"}, {"kind": "asym_unified_focal"}],
        "seeds": [1, 2, 3, 4],
    },
    "bootstrap": {"resamples": 1000},
}


def results(out):
    found = {}
    for file in sorted((out / "cells").glob("*.json")):
        result = json.loads(file.read_text())
        del result["seconds"]
        found[file.name] = result
    return found


def report(out):
    files = sorted((out / "report").iterdir())
    return {file.name: file.read_bytes() for file in files if file.name != "runs.csv"}


def main():
    losscope = str(Path(sys.argv[1]).resolve())
    work = Path(tempfile.mkdtemp())
    study, whole, killed = work / "study.json", work / "whole", work / "killed"
    study.write_text(json.dumps(STUDY))
    subprocess.run([losscope, "study", "run", study, "--out", whole, "--jobs", "2", "--quiet"], check=True)
    subprocess.run([losscope, "study", "report", whole], check=True)
    expected = results(whole)

    snakemake = ["snakemake", "--snakefile", str(SNAKEFILE), "--cores", "2", "--quiet", "all"]
    config = ["--config", f"study={study}", f"out={killed}", f"losscope={losscope}"]
    first = subprocess.Popen(snakemake + config, cwd=work, start_new_session=True)
    while len(list(killed.glob("cells/*.json"))) < len(expected) // 2:
        time.sleep(0.02)
        assert first.poll() is None, "it ended before it could be killed"
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    there = results(killed)
    assert len(there) < len(expected), "it was done before it could be killed"
    print(f"killed with {len(there)} of {len(expected)} cells")

    subprocess.run(snakemake + ["--unlock"] + config, cwd=work, check=True)
    subprocess.run(snakemake + ["--rerun-incomplete"] + config, cwd=work, check=True)
    assert results(killed) == expected, "results differ"
    assert report(killed) == report(whole), "reports differ"
    print(f"resumed: {len(expected)} results and {len(report(whole))} files of the report are those of study run")


if __name__ == "__main__":
    main()
