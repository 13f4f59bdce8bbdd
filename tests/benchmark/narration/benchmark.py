"""How long audio description takes, beside the same mix made by hand with ffmpeg's filters.

    python benchmark.py --program ../../../build/release/bin/sightline [--minutes 10] [--rounds 3] [--work FOLDER]

Both get the same 1080p video with the same cues, copy its picture and sound and add one AAC track. Sightline speaks the cues, finds
speech, schedules, measures the loudness and mixes. By hand the spoken track is there already, at the times that Sightline chose:
ffmpeg measures the loudness (ebur128), lowers the sound under the voice (sidechaincompress) and adds both (amix). Runs alternate.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import time
import wave
from pathlib import Path

import numpy as np

RATE = 22_050
LINES = [
    "Good evening, and welcome to the programme.",
    "I have lived in this town all my life.",
    "What did the old house look like then?",
    "We never went there after dark.",
    "Tomorrow the boat leaves at seven in the morning.",
]
PERIOD = 11  # seconds between two of them
ROOT = Path(__file__).resolve().parents[3]


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def spoken(text: str, folder: Path) -> np.ndarray:
    file = folder / "spoken.wav"
    subprocess.run(["espeak-ng", "-v", "en", "-w", file, text], check=True)
    with wave.open(str(file)) as sound:
        assert sound.getframerate() == RATE
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16)


def write_track(file: Path, seconds: float, clips: list[tuple[float, np.ndarray]]) -> None:
    samples = np.zeros(int(seconds * RATE), np.int16)
    for start, clip in clips:
        at = int(start * RATE)
        part = clip[: len(samples) - at]
        samples[at : at + len(part)] = part
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())


def make_video(folder: Path, minutes: int) -> Path:
    """The sample clip's pictures again and again at 1080p; somebody speaks over noise."""
    video = folder / f"film{minutes}.mp4"
    if video.exists():
        return video
    seconds = minutes * 60
    texts = [spoken(text, folder) for text in LINES]
    clips = [(float(at), texts[i % len(texts)]) for i, at in enumerate(range(3, seconds - 4, PERIOD))]
    write_track(folder / "dialogue.wav", seconds, clips)
    one = folder / "one.mp4"
    if not one.exists():
        ffmpeg("-i", ROOT / "resources/sample.mp4", "-vf", "scale=1920:1080", "-an", "-c:v", "libx264", "-preset", "ultrafast", one)
    ffmpeg(
        "-stream_loop", -1, "-i", one, "-i", folder / "dialogue.wav", "-f", "lavfi", "-i", f"anoisesrc=d={seconds}:c=pink:a=0.02:r=48000",
        "-filter_complex", "[1]aresample=48000[d];[d][2]amix=inputs=2:normalize=0,pan=stereo|c0=c0|c1=c0[a]", "-map", "0:v", "-map", "[a]",
        "-t", seconds, "-c:v", "copy", "-c:a", "aac", "-b:a", "192k", video,
    )  # fmt: skip
    return video


def said(vtt: Path) -> list[tuple[float, float, str]]:
    def seconds(text: str) -> float:
        *hours, minutes, rest = text.split(":")
        return (int(hours[0]) if hours else 0) * 3600 + int(minutes) * 60 + float(rest)

    found = re.findall(r"([\d:.]+) --> ([\d:.]+)[^\n]*\n(.+?)(?:\n\n|\Z)", vtt.read_text(), re.DOTALL)
    return [(seconds(start), seconds(end), text) for start, end, text in found]


def timed(command: list[object], environment: dict[str, str] | None = None) -> tuple[float, float, float]:
    """Wall time and time on processors in seconds, most memory in MiB."""
    begun = time.monotonic()
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    if status != 0:
        raise SystemExit(f"{command} failed")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path("work"))
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    video = make_video(work, options.minutes)
    out = work / f"out{options.minutes}"
    cache = {"XDG_CACHE_HOME": str(work / "cache")}
    annotate = [options.program, "annotate", video, "-o", out, "--quality", "fast", "--threads", 2]
    describe = [*annotate, "--audio-description"]
    stem = out / video.stem
    if not stem.with_suffix(".srt").exists():
        timed(annotate)

    def ours(with_cache: bool) -> tuple[float, float, float]:
        for file in out.glob("*.described*"):
            file.unlink()
        if not with_cache:
            shutil.rmtree(work / "cache", ignore_errors=True)
        return timed(describe, cache)

    ours(False)
    track = work / "track.wav"
    cues = said(Path(f"{stem}.described.vtt"))
    write_track(track, options.minutes * 60, [(start, spoken(text, work)) for start, _, text in cues])
    mix = (
        "[0:a]asplit[o][p];[1:a]aresample=48000,pan=stereo|c0=0.707*c0|c1=0.707*c0,asplit[v][k];"
        "[o][k]sidechaincompress=threshold=0.01:ratio=3:attack=150:release=400[s];[s][v]amix=inputs=2:normalize=0,alimiter=limit=0.84[a];[p]anullsink"
    )
    by_hand = [
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", video, "-vn", "-af", "ebur128", "-f", "null", "-"],
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", video, "-i", track, "-filter_complex", mix, "-map", "0", "-map", "[a]",
         "-c", "copy", "-c:a:1", "aac", "-b:a:1", "192k", work / "hand.mp4"],
    ]  # fmt: skip
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for _ in range(options.rounds):
        rows.setdefault("sightline", []).append(ours(False))
        rows.setdefault("sightline, speech known", []).append(ours(True))
        loudness, mixed = (timed(command) for command in by_hand)
        rows.setdefault("ffmpeg, loudness and mix", []).append((loudness[0] + mixed[0], loudness[1] + mixed[1], max(loudness[2], mixed[2])))
        rows.setdefault("ffmpeg, mix alone", []).append(mixed)
    seconds = options.minutes * 60
    print(f"{options.minutes} min of 1080p, {len(cues)} cues said, {os.cpu_count()} CPUs, load average {os.getloadavg()[0]:.1f}")
    print(f"{'median of ' + str(options.rounds):26}{'s':>8}{'x real time':>13}{'CPU s':>8}{'MiB':>7}")
    for name, runs in rows.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{name:26}{wall:8.2f}{wall / seconds:13.4f}{cpu:8.2f}{memory:7.0f}")


if __name__ == "__main__":
    main()
