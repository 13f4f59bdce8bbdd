#!/usr/bin/env python3
"""Injects faults into the real program and checks what it says and what it leaves:

    faults.py PROGRAM [FAULT...] [--times 50] [--work FOLDER]

README.md beside this file has the table. Without names all faults are tried. Needs root (file systems are mounted in a mount
namespace of its own, which ends with it) and ffmpeg; `clock` needs libfaketime, `display_gone` Xvfb, `killed_window` also openbox
and xdotool, `killed_import` to be run by the Python of the tests' environment (torch and transformers).
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "desktop"))

from desk import Hands, desk, wait

SOURCE = Path(__file__).resolve().parents[2]
CAPTION_FORMATS = {"srt": "srt", "vtt": "vtt", "vtt-json": "json.vtt", "ass": "ass", "ttml": "ttml", "csv": "csv", "json": "json", "eaf": "eaf"}
CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE}


class Broken(Exception):
    """What a fault must not do, and did."""


def expect(holds: object, what: str) -> None:
    if not holds:
        raise Broken(what)


def undated(text: str) -> str:
    """ELAN's files say when they were written."""
    return re.sub(r'DATE="[^"]*"', "", text, count=1)


def pictures(path: Path) -> int:
    """How many can be decoded."""
    told = subprocess.run(["ffprobe", "-v", "quiet", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames",
                           "-of", "csv=p=0", path], check=False, capture_output=True, text=True)  # fmt: skip
    count = told.stdout.strip().strip(",")
    return int(count) if count.isdigit() else 0


class Faults:
    def __init__(self, program: Path, work: Path, times: int, seed: int):
        self.program, self.work, self.times = program, work, times
        self.random = random.Random(seed)
        self.clip = work / "clip.mp4"  # five seconds with a cut
        if not self.clip.exists():
            subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-ss", "2", "-t", "5", "-i", SOURCE / "resources/sample.mp4",
                            "-c:v", "libx264", "-preset", "veryfast", self.clip], check=True)  # fmt: skip
        self.captions = work / "captions.srt"
        self.captions.write_text("".join(f"{i + 1}\n00:{i // 60:02}:{i % 60:02},000 --> 00:{i // 60:02}:{i % 60:02},900\nline {i}\n\n"
                                         for i in range(400)))  # fmt: skip

    # Running

    def folder(self, name: str) -> Path:
        path = self.work / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def environment(self, **more: str) -> dict[str, str]:
        home = self.work / "home"
        home.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, "HOME": str(home), "SIGHTLINE_RESOURCES": str(SOURCE), "QT_QPA_PLATFORM": "offscreen", **more}

    def start(self, *arguments: object, env: dict[str, str] | None = None, **options: object) -> subprocess.Popen:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen([str(self.program), *map(str, arguments)], env=env or self.environment(), text=True,
                                **{**streams, **options})  # type: ignore[call-overload]  # fmt: skip

    def run(self, *arguments: object, env: dict[str, str] | None = None, seconds: float = 240, **options: object) -> subprocess.CompletedProcess:
        process = self.start(*arguments, env=env, **options)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Broken(f"{arguments[0]} still ran after {seconds} s") from None
        expect(process.returncode not in CRASHES, f"{arguments[0]} crashed with {process.returncode}: {err[-2000:]}")
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def killed(self, within: float, *arguments: object) -> bool:
        """Whether it was killed before its end, after a random time."""
        process = self.start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.random.uniform(0, within))
        process.kill()
        return process.wait() == -signal.SIGKILL

    # Checking

    def expect_whole(self, path: Path) -> None:
        if path.suffix in (".mp4", ".mkv"):
            told = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", path, "-f", "null", "-"], check=False,
                                  capture_output=True, text=True)  # fmt: skip
            expect(told.returncode == 0 and not told.stderr, f"{path.name} does not play to its end: {told.stderr[:300]}")
        elif path.suffix == ".sightline":
            expect(json.loads(path.read_text())["format"] == "sightline-project", f"{path.name} is no project")
        elif path.suffix != ".txt":
            read = self.run("convert", path, "--format", "json")
            expect(read.returncode == 0 and "left out" not in read.stderr, f"{path.name} is half written: {read.stderr}")

    def expect_all_whole(self, folder: Path, *, killed: bool = False) -> list[str]:
        """Every file under a name that somebody asked for; what a killed program leaves beside them is told apart by its name."""
        whole = []
        for path in sorted(folder.iterdir()):
            is_working_file = path.name.endswith((".journal", ".sightline-run", ".tmp", "-lock")) or path.name.startswith(".sightline-")
            expect(killed or not is_working_file, f"{path.name} is left")
            if not is_working_file and path.name != "filler":
                self.expect_whole(path)
                whole.append(path.name)
        return whole

    # Faults

    def full_disk(self) -> str:
        """A disk without room, or with little, under everything that writes."""
        disk = self.folder("disk")
        formats = ("--format", ",".join(CAPTION_FORMATS), "--quality", "fast")
        writers: dict[str, Callable[[], tuple]] = {
            "captions": lambda: ("annotate", self.clip, "-o", disk, *formats),
            "copy": lambda: ("annotate", self.clip, "-o", disk, "--quality", "fast", "--mux"),
            "burn-in": lambda: ("annotate", self.clip, "-o", disk, "--quality", "fast", "--burn-in"),
            "audio description": lambda: ("annotate", self.clip, "-o", disk, "--quality", "fast", "--audio-description"),
            "convert": lambda: ("convert", self.captions, "-o", disk / "new.ass"),
            "convert over": lambda: ("convert", self.captions, "-o", disk / "old.ass", "--existing", "replace"),
            "report": lambda: ("bench", "engine", "--pictures", 1, "--rounds", 1, "-o", disk / "report.txt"),
            "recording": lambda: ("live", "--source", self.clip, "--record", disk / "recorded.mkv", "--duration", "4s"),
            "caption file": lambda: ("live", "--source", self.clip, "--caption-file", disk / "now.txt", "--duration", "4s"),
        }
        refused = 0
        old = "[Script Info]\n; somebody's\n"
        for name, command in writers.items():
            for room in (0, 24, 400) if name == "recording" else (0, 24):  # kilobytes
                subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
                try:
                    if name == "convert over":
                        (disk / "old.ass").write_text(old)
                    self.fill(disk, room)
                    before = {path.name for path in disk.iterdir()}
                    result = self.run(*command())
                    if result.returncode != 0:
                        refused += 1
                        expect("space" in result.stderr.lower(), f"{name}, {room} kB: it does not say why: {result.stderr}")
                    if name == "convert over" and result.returncode != 0:
                        expect((disk / "old.ass").read_text() == old, "the former file was lost")
                        (disk / "old.ass").unlink()
                    for path in list(disk.iterdir()):
                        if path.suffix == ".mkv" and name == "recording":  # ends where the disk does
                            expect(pictures(path) > 0, f"{path.name} has no picture")
                            path.unlink()
                        elif path.name not in before:
                            self.expect_whole(path)
                    self.expect_all_whole(disk)
                except Broken as broken:
                    raise Broken(f"{name} with {room} kB of room: {broken}") from None
                finally:
                    subprocess.run(["umount", disk], check=True)
        expect(refused >= len(writers), f"only {refused} runs met the end of the disk")
        return f"{len(writers)} writers, without room and with 24 kB; {refused} runs said that the disk is full, none left half a file"

    @staticmethod
    def fill(disk: Path, room: int) -> None:
        """Leaves so many kilobytes."""
        status = os.statvfs(disk)
        size = status.f_bavail * status.f_frsize - room * 1024
        with (disk / "filler").open("wb") as file:
            file.write(bytes(max(0, size)))

    def killed_annotate(self) -> str:
        """kill -9 while videos are captioned and files written."""
        formats = ("--format", "srt,json,eaf", "--quality", "fast")
        return self.killed_often("annotate", lambda out: ("annotate", self.clip, "-o", out, *formats))

    def killed_export(self) -> str:
        """kill -9 while copies of the video are written."""
        out = self.folder("exported")
        self.run("annotate", self.clip, "-o", out, "--quality", "fast")
        project = (out / "clip.sightline").read_bytes()

        def command(target: Path) -> tuple:
            if not (target / "clip.sightline").exists():
                (target / "clip.sightline").write_bytes(project)
            return ("annotate", self.clip, "-o", target, "--quality", "fast", "--mux", "--burn-in")

        return self.killed_often("export", command)

    def killed_often(self, name: str, command: Callable[[Path], tuple]) -> str:
        reference = self.folder(f"{name}-undisturbed")
        begun = time.monotonic()
        expect(self.run(*command(reference)).returncode == 0, "it does not even work undisturbed")
        length = time.monotonic() - begun
        caught = 0
        out = self.folder(f"{name}-killed")
        for i in range(self.times):
            if i % 10 == 0:
                out = self.folder(f"{name}-killed")  # a few runs go on from where others were killed
            caught += self.killed(length * 1.1, *command(out))
            self.expect_all_whole(out, killed=True)
        expect(self.run(*command(out)).returncode == 0, "after the kills it does not work any more")
        for path in reference.iterdir():
            if path.suffix in (".srt", ".json", ".eaf"):
                same = undated((out / path.name).read_text()) == undated(path.read_text())
                expect(same, f"{path.name} is another than undisturbed")
            else:
                expect((out / path.name).exists(), f"{path.name} is missing")
        left = [path.name for path in out.iterdir() if path.name.endswith(".tmp") or path.name.startswith(".sightline-")]
        return f"killed {caught} of {self.times} times; every file whole or absent, the run after it complete ({len(left)} working files left)"

    def killed_convert(self) -> str:
        """kill -9 while a caption file is replaced."""
        out = self.folder("converted")
        begun = time.monotonic()
        self.run("convert", self.captions, "-o", out / "a.ass")
        length = time.monotonic() - begun
        caught = 0
        for _ in range(self.times):
            caught += self.killed(length * 1.1, "convert", self.captions, "-o", out / "a.ass", "--existing", "replace")
            expect((out / "a.ass").exists(), "the file is gone")
            self.expect_all_whole(out, killed=True)
        return f"killed {caught} of {self.times} times; the file was always there and whole"

    def killed_recording(self) -> str:
        """kill -9 while a stream is recorded: what was recorded until then plays."""
        out = self.folder("recording-killed")
        lost, caught = [], 0
        for i in range(self.times):
            recorded = out / f"{i}.mkv"
            process = self.start("live", "--source", SOURCE / "resources/sample.mp4", "--record", recorded, "--duration", "14s",
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            while not recorded.exists():
                expect(process.poll() is None, f"it ended with {process.returncode} before it recorded")
                time.sleep(0.01)
            began = time.monotonic()
            time.sleep(self.random.uniform(0, 5))
            process.kill()
            caught += process.wait() == -signal.SIGKILL
            lasted = time.monotonic() - began
            probe = subprocess.run(["ffprobe", "-v", "error", "-count_packets", "-select_streams", "v", "-show_entries",
                                    "packet=pts_time", "-of", "csv=p=0", recorded], check=False, capture_output=True, text=True)  # fmt: skip
            times = [float(line.strip(",")) for line in probe.stdout.split() if line.strip(",") not in ("", "N/A")]
            lost.append(lasted - max(times, default=0.0))
            expect(times or lasted < 3, f"nothing plays of {lasted:.1f} s")
            recorded.unlink()
            for path in out.iterdir():
                if path.suffix == ".sightline":
                    self.expect_whole(path)
        return (f"killed {caught} of {self.times} times; all but the last {sorted(lost)[len(lost) // 2]:.1f} s "
                f"(at most {max(lost):.1f}) play")  # fmt: skip

    def killed_window(self) -> str:
        """kill -9 of the window while captions are written and the project is saved."""
        with self.screen() as environment:
            out = self.folder("window-killed")
            shutil.copy(self.clip, out / "clip.mp4")
            self.run("annotate", out / "clip.mp4", "-o", out, "--quality", "fast")
            project = out / "clip.sightline"
            keys = Hands(environment, 0.1)
            for i in range(self.times):
                window = self.start("--new-instance", out / "clip.mp4", env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                wait("the window", lambda: "clip.mp4" in keys.do("getactivewindow", "getwindowname"))
                time.sleep(1.5)
                text = f"written in round {i}"
                keys.press("e", "ctrl+a")
                keys.write(text)
                time.sleep(self.random.uniform(0, 0.4))
                keys.press("ctrl+s")
                time.sleep(self.random.uniform(0, 0.3))
                window.kill()
                window.wait()
                self.expect_whole(project)
                if text not in project.read_text():
                    window = self.start("--new-instance", out / "clip.mp4", env=environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)  # fmt: skip
                    wait("the window", lambda: "clip.mp4" in keys.do("getactivewindow", "getwindowname"))
                    begun = time.monotonic()
                    while text not in project.read_text():
                        expect(time.monotonic() - begun < 30, f"round {i}: what was written is lost")
                        time.sleep(1)
                        keys.press("ctrl+s")
                    window.kill()
                    window.wait()
        return f"killed {self.times} times; the project was always whole and what was written came back"

    def killed_import(self) -> str:
        """kill -9 while a captioner from elsewhere becomes a bundle."""
        folder, out = self.work / "foreign", self.folder("imported")
        python = [sys.executable, "-c"]
        environment = {**os.environ, "PYTHONPATH": f"{SOURCE / 'models'}:{SOURCE}"}
        make = ("import sys, pathlib; from tests.models import foreign_models as f; "
                "p = pathlib.Path(sys.argv[1]); p.mkdir(exist_ok=True); f.make('vit-gpt2', p, f.SMALL['vit-gpt2'])")  # fmt: skip
        made = subprocess.run([*python, make, folder], env=environment, check=False, capture_output=True, text=True)
        expect(made.returncode == 0, f"no model to import: {made.stderr[-600:]}")
        bundle = out / "imported.pt"
        command = [sys.executable, "-m", "sightline_models", "import", folder, "-o", bundle]
        begun = time.monotonic()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        length = time.monotonic() - begun
        whole = bundle.read_bytes()
        bundle.unlink()
        caught = 0
        for _ in range(self.times):
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.random.uniform(length * 0.4, length * 1.05))
            process.kill()
            caught += process.wait() == -signal.SIGKILL
            expect(not bundle.exists() or len(bundle.read_bytes()) == len(whole), "half a bundle lies there")
        subprocess.run(command, env=environment, check=True, capture_output=True)
        return f"killed {caught} of {self.times} times; the bundle was whole or absent, the import after it complete"

    def sweep_child(self) -> str:
        """The process that measures a setting is killed, as when memory runs out."""
        process = self.start("bench", "threads", "--threads", "1,2", "--pictures", "8", "--repetitions", "9", "--patience", "1s",
                             "--format", "json")  # fmt: skip
        child: list[str] = []
        while not child:
            expect(process.poll() is None, "it ended before its child was found")
            child = subprocess.run(["pgrep", "-P", str(process.pid), "-f", "bench-child"], check=False, capture_output=True,
                                   text=True).stdout.split()  # fmt: skip
            time.sleep(0.02)
        os.kill(int(child[0]), signal.SIGKILL)
        out, err = process.communicate(timeout=240)
        results = json.loads(out)["results"]
        expect("signal 9" in err, f"it does not say why: {err[-600:]}")
        expect(process.returncode == 1, f"code {process.returncode}")
        measured = [len(result["repetitions"]) for result in results]
        expect(max(measured) > 0, "the other setting was not measured")
        return "the setting's line says that it was ended by signal 9, the other is measured, code 1"

    @contextmanager
    def screen(self):
        """A display of its own with a window manager; gives the environment of programs on it."""
        with desk() as display:
            yield self.environment(DISPLAY=display, QT_QPA_PLATFORM="xcb")

    def read_only_home(self) -> str:
        """A home that cannot be written, settings and caches with it."""
        home, out = self.folder("readonly"), self.folder("readonly-out")
        subprocess.run(["mount", "--bind", home, home], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", home], check=True)
        try:
            env = self.environment(HOME=str(home))
            for command in (("caption", self.clip), ("annotate", self.clip, "-o", out, "--quality", "fast", "--format", "srt"),
                            ("live", "--source", self.clip, "--duration", "3s"),
                            ("--screenshot", out / "window.png", self.clip)):  # fmt: skip
                result = self.run(*command, env=env)
                expect(result.returncode == 0, f"{command[0]} ended with {result.returncode}: {result.stderr}")
            self.expect_whole(out / "clip.srt")
            expect((out / "window.png").stat().st_size > 10_000, "the window has no picture")
        finally:
            subprocess.run(["umount", home], check=True)
        return "caption, annotate, live and the window work; nothing is remembered"

    def no_display(self) -> str:
        """The window without a display."""
        env = self.environment()
        del env["QT_QPA_PLATFORM"]
        result = self.run(self.clip, env=env, seconds=60)
        expect(result.returncode not in (0, *CRASHES), f"it ended with {result.returncode}")
        expect("display" in result.stderr, f"it does not say why: {result.stderr}")
        captions = self.run("caption", self.clip, env=env)
        expect(captions.returncode == 0 and captions.stdout, "the terminal's commands need a display")
        return f"code {result.returncode}, '{result.stderr.strip().splitlines()[-1]}'; the commands work"

    def display_gone(self) -> str:
        """The X server ends while the window is open."""
        server = subprocess.Popen(["Xvfb", ":77", "-screen", "0", "1280x800x24"], stderr=subprocess.DEVNULL)
        try:
            begun = time.monotonic()
            while not Path("/tmp/.X11-unix/X77").exists():  # noqa: S108 - X11 has it there
                expect(time.monotonic() - begun < 30 and server.poll() is None, "Xvfb does not start")
                time.sleep(0.1)
            env = self.environment(DISPLAY=":77", QT_QPA_PLATFORM="xcb")
            window = self.start(self.clip, "--loop", env=env)
            time.sleep(12)
            expect(window.poll() is None, "the window did not open")
            server.terminate()
            _, err = window.communicate(timeout=30)
        finally:
            server.kill()
            server.wait()
        expect(window.returncode not in CRASHES, f"it crashed with {window.returncode}: {err[-1500:]}")
        return f"the program ends with code {window.returncode}; what was edited is in the journal"

    def drip(self) -> str:
        """A stream that gives a byte a second."""

        class Dripping(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "video/mp2t")
                self.end_headers()
                try:
                    for _ in range(600):
                        self.wfile.write(b"G")
                        self.wfile.flush()
                        time.sleep(1)
                except OSError:
                    return

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/live.ts"
        begun = time.monotonic()
        result = self.run("live", "--source", address, "--duration", "20s", seconds=120)
        first = time.monotonic() - begun
        expect(result.returncode != 0 or result.stderr, f"nothing was said: {result}")
        process = self.start("live", "--source", address)
        time.sleep(6)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Broken("it could not be interrupted") from None
        server.shutdown()
        return (f"after {first:.0f} s code {result.returncode}, '{result.stderr.strip().splitlines()[-1][:120]}'; "
                f"Ctrl-C ends it within {time.monotonic() - begun:.1f} s")  # fmt: skip

    @contextmanager
    def live(self, seconds: int, *more: object, env: dict[str, str] | None = None):
        """A program that captions a picture stream of `seconds`, and the lines it has said so far."""
        lines: list[dict] = []
        process = self.start("live", "--source", SOURCE / "resources/sample.mp4", "--json", "--steadiness", "0", "--duration", f"{seconds}s",
                             *more, env=env)  # fmt: skip
        errors: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(json.loads(line) for line in process.stdout))
        listener = threading.Thread(target=lambda: errors.extend(process.stderr))
        reader.start()
        listener.start()
        begun = time.monotonic()
        while not lines:
            expect(time.monotonic() - begun < 60 and process.poll() is None, f"no caption came: {''.join(errors)}")
            time.sleep(0.1)
        try:
            yield process, lines
            expect(process.wait(timeout=seconds + 60) == 0, f"it ended with {process.returncode}: {''.join(errors)[-1500:]}")
        finally:
            process.kill()
            process.wait()
            reader.join()
            listener.join()

    def clock(self) -> str:
        """The system's clock jumps an hour ahead, then two back, while live."""
        found = sorted(Path("/usr/lib").rglob("libfaketime.so.1"))
        expect(found, "install libfaketime")
        offset = self.work / "offset"
        offset.write_text("+0\n")
        env = self.environment(LD_PRELOAD=str(found[0]), FAKETIME_TIMESTAMP_FILE=str(offset), FAKETIME_NO_CACHE="1",
                               FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1")  # fmt: skip
        with self.live(14, env=env) as (_, lines):
            counts = []
            for jump in ("+3600\n", "-3600\n"):
                time.sleep(4)
                counts.append(len(lines))
                offset.write_text(jump)
        counts.append(len(lines))
        expect(counts[0] < counts[1] < counts[2], f"captions stopped: {counts}")
        expect(all(0 <= line["age_ms"] < 10_000 for line in lines), "an age is beyond reason")
        return f"captions go on ({counts[0]}, {counts[1]}, {counts[2]} by then), no age is wrong"

    def suspended(self) -> str:
        """The program stands still for a while, as over a suspend."""
        with self.live(40) as (process, lines):
            process.send_signal(signal.SIGSTOP)
            time.sleep(15)
            before = len(lines)
            process.send_signal(signal.SIGCONT)
            begun = time.monotonic()
            while len(lines) == before:
                expect(time.monotonic() - begun < 15, "no caption came afterwards")
                time.sleep(0.05)
            took = time.monotonic() - begun
        return f"the next caption came {took:.1f} s after it went on"

    def two_programs(self) -> str:
        """Two runs on one video and folder at once."""
        out = self.folder("two")
        command = ("annotate", self.clip, "-o", out, "--quality", "best", "--format", "srt")
        first = self.start(*command)
        while not list(out.glob("*lock*")):
            expect(first.poll() is None, "the first run was too quick")
            time.sleep(0.02)
        second = self.run(*command)
        _, err = first.communicate(timeout=240)
        expect(first.returncode == 0, f"the first run failed: {err}")
        expect("captioned by" in second.stderr, f"the second does not say who works on it: {second.stderr}")
        self.expect_all_whole(out)
        return f"the second leaves it to the first (code {second.returncode})"

    def bundle(self) -> str:
        """The bundle of weights is deleted, replaced or cut short while the program runs."""
        for what in ("deleted", "replaced", "cut short"):
            path = self.work / "bundle.pt"
            shutil.copy(SOURCE / "models/sightline-base.pt", path)
            out = self.folder("bundle")
            with self.live(12, "--model", path) as (_, lines):
                before = len(lines)
                if what == "deleted":
                    path.unlink()
                elif what == "replaced":
                    (self.work / "other").write_bytes(b"not a bundle")
                    (self.work / "other").replace(path)
                else:
                    os.truncate(path, 1000)
            expect(len(lines) > before, f"{what}: captions stopped")
            result = self.run("annotate", self.clip, "-o", out, "--model", path)
            expect(result.returncode == 3 and not list(out.iterdir()), f"{what}: {result.returncode}, {list(out.iterdir())}")
            expect(path.name in result.stderr, f"{what}: the message names no bundle: {result.stderr}")
        return "captions go on with what was loaded; the next start says what is wrong with the file (code 3)"

    def source_gone(self) -> str:
        """The video is deleted, or cut short, while it is captioned."""
        told = []
        for what in ("deleted", "cut short"):
            video, out = self.work / "going.mp4", self.folder("going")
            shutil.copy(SOURCE / "resources/sample.mp4", video)
            process = self.start("annotate", video, "-o", out, "--quality", "best", "--format", "srt")
            while not list(out.glob("*journal*")):
                expect(process.poll() is None, "it was too quick")
                time.sleep(0.02)
            time.sleep(0.5)
            video.unlink() if what == "deleted" else os.truncate(video, 60_000)
            _, err = process.communicate(timeout=240)
            expect(process.returncode not in CRASHES, f"{what}: it crashed: {err}")
            self.expect_all_whole(out, killed=process.returncode != 0)
            told.append(f"{what}: code {process.returncode}")
        return ", ".join(told)


FAULTS = ("full_disk", "killed_annotate", "killed_export", "killed_convert", "killed_recording", "killed_window", "killed_import",
          "sweep_child", "read_only_home", "no_display", "display_gone", "drip", "clock", "suspended", "two_programs", "bundle",
          "source_gone")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("faults", nargs="*", choices=[[], *FAULTS], default=[])
    parser.add_argument("--times", type=int, default=50, help="kills of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "sightline-faults")
    arguments = parser.parse_args()
    if os.environ.get("SIGHTLINE_FAULTS_INSIDE") is None:
        environment = {**os.environ, "SIGHTLINE_FAULTS_INSIDE": "1"}
        os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv], environment)
    arguments.work.mkdir(exist_ok=True)
    faults = Faults(arguments.program.resolve(), arguments.work, arguments.times, arguments.seed)
    broken = 0
    for name in arguments.faults or FAULTS:
        begun = time.monotonic()
        try:
            found = getattr(faults, name)()
            print(f"{name}: {found} ({time.monotonic() - begun:.0f} s)", flush=True)
        except (Broken, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            broken += 1
            print(f"{name}: BROKEN: {error} ({time.monotonic() - begun:.0f} s)", flush=True)
    sys.exit(broken > 0)


if __name__ == "__main__":
    main()
