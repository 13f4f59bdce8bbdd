"""Scores `sightline shots` and PySceneDetect on videos with known shot boundaries.

    python benchmark.py --program build/release/bin/sightline [--photographs FOLDER] [--split develop|report]

A boundary counts as found when one lies inside its transition or within the tolerance of it; each is matched once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import make_slideshow

TOLERANCE = 0.12  # seconds: three frames
CLIPS = 24
FIRST_SEED = {"develop": 1000, "report": 2000}


def match(truth: list[dict], found: list[float]) -> tuple[list[tuple[dict, float]], list[float]]:
    """Pairs of a boundary and the time found for it, and the times that match none."""
    pairs, left = [], sorted(found)
    for boundary in truth:
        near = [t for t in left if boundary["start"] - TOLERANCE <= t <= boundary["end"] + TOLERANCE]
        if near:
            best = min(near, key=lambda t: abs(t - boundary["time"]))
            pairs.append((boundary, best))
            left.remove(best)
    return pairs, left


def sightline(program: Path) -> Callable[[Path], list[float]]:
    def run(video: Path) -> list[float]:
        out = subprocess.run([program, "shots", "--json", video], check=True, stdout=subprocess.PIPE).stdout
        return [b["time"] for b in json.loads(out)["boundaries"]]

    return run


def scenedetect(*detectors: str) -> Callable[[Path], list[float]]:
    """PySceneDetect with its defaults; several detectors together, as its own command line allows."""
    import scenedetect as library

    def run(video: Path) -> list[float]:
        manager = library.SceneManager()
        for name in detectors:
            manager.add_detector(getattr(library, name)())
        manager.detect_scenes(library.open_video(str(video)))
        return [scene[0].get_seconds() for scene in manager.get_scene_list()][1:]

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--photographs", type=Path, help="folder of photographs; default: those of scikit-image")
    parser.add_argument("--split", choices=sorted(FIRST_SEED), default="report")
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--work", type=Path, default=Path("build/shots"))
    parser.add_argument("--only-ours", action="store_true", help="leave PySceneDetect out")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)

    contenders = {"sightline": sightline(arguments.program)}
    if not arguments.only_ours:
        contenders |= {
            "PySceneDetect content": scenedetect("ContentDetector"),
            "PySceneDetect adaptive": scenedetect("AdaptiveDetector"),
            "PySceneDetect adaptive + threshold": scenedetect("AdaptiveDetector", "ThresholdDetector"),
        }
    clips = []
    for i in range(arguments.clips):
        seed = FIRST_SEED[arguments.split] + i
        source = "own" if arguments.photographs is None else arguments.photographs.name
        path = arguments.work / f"{source}_{seed}.mp4"
        if not path.with_suffix(".json").exists():
            make_slideshow.make(path, seed, arguments.photographs)
        clips.append((path, json.loads(path.with_suffix(".json").read_text())["boundaries"]))
    total = {kind: sum(b["transition"] == kind for _, truth in clips for b in truth) for kind in make_slideshow.TRANSITIONS}
    print(f"{len(clips)} clips of the {arguments.split} seeds, " + ", ".join(f"{n} {k}s" for k, n in total.items()))
    print(f"{'':<36}{'F1':>7}{'precision':>11}{'recall':>8}" + "".join(f"{k:>10}" for k in total) + f"{'error ms':>10}{'seconds':>9}")
    for name, run in contenders.items():
        hits, extra, seconds, errors = dict.fromkeys(total, 0), 0, 0.0, []
        for path, truth in clips:
            started = time.monotonic()
            found = run(path)
            seconds += time.monotonic() - started
            pairs, left = match(truth, found)
            extra += len(left)
            for boundary, at in pairs:
                hits[boundary["transition"]] += 1
                errors.append(abs(at - boundary["time"]) * 1000)
            if arguments.only_ours and (left or len(pairs) < len(truth)):
                missed = [f"{b['transition']} {b['time']:.2f}" for b in truth if b not in [p[0] for p in pairs]]
                print(f"  {path.name}: missed {missed}, false {[round(t, 2) for t in left]}")
        right = sum(hits.values())
        recall, precision = right / sum(total.values()), right / max(1, right + extra)
        f1 = 2 * recall * precision / max(1e-9, recall + precision)
        kinds = "".join(f"{hits[k] / max(1, total[k]):>10.3f}" for k in total)
        error = sum(errors) / max(1, len(errors))
        print(f"{name:<36}{f1:>7.3f}{precision:>11.3f}{recall:>8.3f}{kinds}{error:>10.1f}{seconds:>9.1f}")
    print("Columns cut, dissolve, fade: recall. Seconds: decoding and detection of all clips, one process a clip for sightline.")


if __name__ == "__main__":
    main()
