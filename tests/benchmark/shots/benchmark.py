"""Scores `sightline shots` and PySceneDetect, and the cues of `sightline annotate`, on videos whose shot boundaries are known.

    python benchmark.py --program ../../../build/release/bin/sightline [--split develop] [--work FOLDER]

Clips are made once and kept in the work folder. Photographs are those of scikit-image's package that are free to use and, where
SIGHTLINE_DATA is set, those of its photos/coco_extra. Thresholds are chosen on the develop split; figures come from the report
split, which has other seeds and, of coco_extra, other photographs.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import cv2
import scenedetect
import slideshow

TOLERANCE = 0.1  # seconds around a transition within which a boundary counts
FIRST_SEED = {"develop": 1000, "report": 2000}
CLIPS = 4  # of each content and source of photographs


@dataclasses.dataclass
class Score:
    truth: int = 0
    found: int = 0
    right: int = 0
    errors: list[float] = dataclasses.field(default_factory=list)  # seconds

    def add(self, other: Score) -> None:
        self.truth += other.truth
        self.found += other.found
        self.right += other.right
        self.errors += other.errors

    def text(self) -> str:
        precision = self.right / self.found if self.found else 0.0
        recall = self.right / self.truth if self.truth else 0.0
        f1 = 2 * self.right / max(1, self.found + self.truth)
        error = f"{1000 * sum(self.errors) / len(self.errors):6.1f}" if self.errors else "     -"
        return f"{precision:10.3f}{recall:8.3f}{f1:8.3f}{error:>10}"


def score(truth: list[dict], found: list[float]) -> Score:
    """Each boundary takes the nearest found time within its transition or the tolerance around it; a time counts once."""
    left, result = sorted(found), Score(len(truth), len(found))
    for boundary in truth:
        near = [t for t in left if boundary["start"] - TOLERANCE <= t <= boundary["end"] + TOLERANCE]
        if near:
            best = min(near, key=lambda t: abs(t - boundary["time"]))
            left.remove(best)
            result.right += 1
            result.errors.append(abs(best - boundary["time"]))
    return result


def sightline(program: Path, video: Path) -> dict:
    done = subprocess.run([program, "shots", "--json", video], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def cue_starts(program: Path, video: Path, folder: Path) -> list[float]:
    """Where the cues of `annotate` begin, but for the first, which begins with the video."""
    command = [program, "annotate", video, "-o", folder, "--format", "json", "--existing", "replace"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    cues = json.loads((folder / video.with_suffix(".json").name).read_text())
    return [start for start, _ in cues["timestamps"]][1:]


def pyscenedetect(names: tuple[str, ...], video: Path) -> list[float]:
    """PySceneDetect as its documentation runs it, all settings at their defaults."""
    manager = scenedetect.SceneManager()
    for name in names:
        manager.add_detector(getattr(scenedetect, name)())
    manager.detect_scenes(scenedetect.open_video(str(video)))
    return [scene[0].get_seconds() for scene in manager.get_scene_list()][1:]


def pyscenedetect_ms(names: tuple[str, ...], video: Path) -> float:
    """Milliseconds a frame that detection takes on decoded frames, with the downscaling that its manager chooses."""
    stream = scenedetect.open_video(str(video))
    factor = scenedetect.scene_manager.compute_downscale_factor(stream.frame_size[0])
    size = tuple(round(side / factor) for side in stream.frame_size)
    detectors = [getattr(scenedetect, name)() for name in names]
    spent, frames = 0.0, 0
    while (frame := stream.read()) is not False:
        started = time.perf_counter()
        small = cv2.resize(frame, size, interpolation=cv2.INTER_LINEAR) if factor > 1 else frame
        for detector in detectors:
            detector.process_frame(frames, small)
        spent += time.perf_counter() - started
        frames += 1
    return 1000 * spent / max(1, frames)


def clips(work: Path, split: str, count: int) -> list[tuple[str, Path]]:
    folders: list[Path | None] = [None]
    if data := os.environ.get("SIGHTLINE_DATA"):
        folders.append(Path(data) / "photos/coco_extra")
    made = []
    for folder in folders:
        files = slideshow.photographs(folder, sorted(FIRST_SEED).index(split))
        for contents in slideshow.CONTENTS:
            for i in range(count):
                path = work / f"{'free' if folder is None else folder.name}_{split}_{contents}_{i}.mp4"
                if not path.with_suffix(".json").exists():
                    slideshow.make(path, FIRST_SEED[split] + i, contents, files)
                made.append((contents, path))
    return made


def large_clip(work: Path) -> Path:
    """A clip in 1080p, to time detection on."""
    path = work / "large.mp4"
    if not path.exists():
        source = clips(work, "report", 1)[0][1]
        subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-i", source, "-t", "6", "-vf", "scale=1920:1080",
                        "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", path], check=True)  # fmt: skip
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--split", choices=sorted(FIRST_SEED), default="report")
    parser.add_argument("--clips", type=int, default=CLIPS, help="of each content and source of photographs")
    parser.add_argument("--work", type=Path, default=Path("build/shots"))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)

    contenders: dict[str, Callable[[Path], list[float]]] = {
        "sightline": lambda video: [b["time"] for b in sightline(arguments.program, video)["boundaries"]]
    }
    rivals = [("ContentDetector",), ("AdaptiveDetector",), ("ThresholdDetector",), ("AdaptiveDetector", "ThresholdDetector")]
    for names in rivals:
        contenders["PySceneDetect " + " + ".join(names)] = lambda video, names=names: pyscenedetect(names, video)

    everything = clips(arguments.work, arguments.split, arguments.clips)
    scores: dict[str, dict[str, Score]] = {name: defaultdict(Score) for name in contenders}
    seconds = 0.0
    for contents, path in everything:
        clip = json.loads(path.with_suffix(".json").read_text())
        seconds += clip["frames"] / clip["rate"] if contents == "none" else 0.0
        for name, run in contenders.items():
            result = score(clip["boundaries"], run(path))
            scores[name][contents].add(result)
            scores[name]["all"].add(result)

    print(f"{len(everything)} clips of the {arguments.split} split; boundaries within {1000 * TOLERANCE:.0f} ms of their transition count")
    for contents in ("cut", "fade", "dissolve", "mixed", "all"):
        print(f"\n{contents} ({scores['sightline'][contents].truth} boundaries)".ljust(56)
              + f"{'precision':>10}{'recall':>8}{'F1':>8}{'error ms':>10}")  # fmt: skip
        for name in contenders:
            print(f"  {name:<53}{scores[name][contents].text()}")
    print(f"\nFalse boundaries in {seconds:.0f} s of shots that only move, with flashes")
    for name in contenders:
        print(f"  {name:<53}{scores[name]['none'].found:10}")

    cues, shots = Score(), 0
    for _, path in everything:
        truth = json.loads(path.with_suffix(".json").read_text())["boundaries"]
        cues.add(score(truth, cue_starts(arguments.program, path, arguments.work / "cues")))
        shots += len(truth) + 1
    late = sorted(cues.errors)
    print(f"\nCues of {shots} shots: {cues.found + len(everything)}; {cues.right} of {cues.truth} shots have one that begins with them,"
          f" off by {1000 * sum(late) / len(late):.1f} ms on average, "
          f"{1000 * late[int(0.95 * len(late))]:.1f} ms at the 95th percentile")  # fmt: skip

    print("\nDetection alone, milliseconds a frame of 1080p, least of three runs")
    video = large_clip(arguments.work)
    ours = min(sightline(arguments.program, video)["detect_ms_per_frame"] for _ in range(3))
    print(f"  {'sightline':<53}{ours:10.3f}")
    for names in rivals:
        theirs = min(pyscenedetect_ms(names, video) for _ in range(3))
        print(f"  {'PySceneDetect ' + ' + '.join(names):<53}{theirs:10.3f}   {theirs / ours:.1f} times ours")


if __name__ == "__main__":
    main()
