#!/usr/bin/env python3
"""Many runs of `sightline annotate` on one folder of small videos, of which some are killed:

    archive.py PROGRAM [ROUND...] [--files 200] [--workers 6] [--work FOLDER]

Rounds: one run alone; a race, where every run is given the whole folder; a race of which a third of the runs are killed with
SIGKILL; shares (--shard K/N), a third killed and begun again; slurm, as root and with Debian's slurm-wlm: the last by
packaging/cluster/annotate.slurm, on a cluster of this one host that ends with it. Without names all but slurm.

Whatever is killed: every file is captioned, by no two runs, to the bytes of the first round; no lock and no journal is left.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

SOURCE = Path(__file__).resolve().parents[2]
ROUNDS = ("alone", "race", "killed_race", "shares", "slurm")
PATIENCE = 1800  # seconds for a round


class Broken(Exception):
    """What must not happen, and did."""


def expect(holds: object, what: str) -> None:
    if not holds:
        raise Broken(what)


def make_videos(folder: Path, count: int) -> None:
    """Videos of a second each, in folders of 25."""
    if folder.is_dir() and len(list(folder.rglob("*.mp4"))) == count:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-stream_loop", "-1", "-i", SOURCE / "resources/sample.mp4", "-t", str(count), "-an",
               "-vf", "scale=160:-2,fps=5", "-c:v", "libx264", "-preset", "veryfast", "-g", "5", "-keyint_min", "5", "-sc_threshold", "0",
               "-f", "segment", "-segment_time", "1", "-reset_timestamps", "1", folder / "%03d.mp4"]  # fmt: skip
    subprocess.run(command, check=True)
    for i, path in enumerate(sorted(folder.glob("*.mp4"))):
        tape = folder / f"tape{i // 25 + 1}"
        tape.mkdir(exist_ok=True)
        path.rename(tape / path.name)


class Round:
    """Runs that write into one folder, each with its own log."""

    def __init__(self, archive: Archive, name: str):
        self.archive = archive
        self.out = archive.work / name
        self.logs = archive.work / f"{name}-logs"
        for folder in (self.out, self.logs):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self.begun = time.monotonic()

    def start(self, label: str, *more: str) -> subprocess.Popen:
        with (self.logs / f"{label}.log").open("w") as log:
            return subprocess.Popen([self.archive.program, "annotate", self.archive.videos, "-o", self.out, *self.archive.options, *more],
                                    stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)  # fmt: skip

    def done(self) -> int:
        return len(list(self.out.rglob("*.srt")))

    def wait_for_some(self) -> None:
        """Until a third of the files is captioned."""
        begun = time.monotonic()
        while self.done() < self.archive.files // 3:
            expect(time.monotonic() - begun < PATIENCE, "the runs caption nothing")
            time.sleep(0.02)

    def kill(self, processes: list[int]) -> str:
        """SIGKILL to a third of them, each when it is at work on a file."""
        done = self.done()
        chosen = self.archive.random.sample(processes, max(1, len(processes) // 3))
        for process in chosen:
            begun = time.monotonic()
            while not self.is_at_work(process):
                expect(time.monotonic() - begun < PATIENCE and Path(f"/proc/{process}").exists(), "a run ended before it was killed; take more files")
                time.sleep(0.005)
            os.kill(process, signal.SIGKILL)
        return f"{len(chosen)} of {len(processes)} killed when {done} files were done"

    def is_at_work(self, process: int) -> bool:
        return any(f'"process":{process},' in text for text in self.locks())

    def locks(self) -> list[str]:
        texts = []
        for path in self.out.rglob("*.sightline-lock"):
            try:
                texts.append(path.read_text().replace(" ", ""))
            except FileNotFoundError:
                continue  # given back meanwhile
        return texts

    def end(self, runs: Iterable[subprocess.Popen]) -> None:
        for run in runs:
            code = run.wait(timeout=PATIENCE)
            expect(code in (0, -signal.SIGKILL), f"a run ended with {code}: see {self.logs}")

    def check(self) -> str:
        told: collections.Counter[str] = collections.Counter()
        workers = 0
        for log in self.logs.glob("*.log"):
            files = re.findall(r"^\S+/(tape\d+/\d+)\.mp4: \d+ cues.* -> ", log.read_text(), re.MULTILINE)
            told.update(files)
            workers += bool(files)
        twice = [name for name, times in told.items() if times > 1]
        expect(not twice, f"captioned more than once: {', '.join(sorted(twice))}")
        written = {path.relative_to(self.out).as_posix(): path.read_bytes() for path in self.out.rglob("*.srt")}
        expect(len(written) == self.archive.files, f"{len(written)} of {self.archive.files} files are captioned")
        if self.archive.captions:
            other = [name for name, text in written.items() if text != self.archive.captions[name]]
            expect(not other, f"other captions than in the first round: {', '.join(sorted(other))}")
        else:
            self.archive.captions = written
        left = [path.name for path in self.out.rglob("*") if path.is_file() and path.suffix not in (".srt", ".sightline")]
        unfinished = [name for name in left if name.endswith(".tmp")]  # a killed run cannot take them away
        expect(len(left) == len(unfinished), f"left lying: {', '.join(sorted(set(left) - set(unfinished)))}")
        return (f"{len(written)} files, {len(told)} told of by the {workers} runs that captioned some, none twice; "
                f"no lock and no journal left, {len(unfinished)} unfinished files of killed runs; {time.monotonic() - self.begun:.0f} s")  # fmt: skip


class Archive:
    def __init__(self, program: Path, files: int, workers: int, work: Path, seed: int):
        self.program, self.files, self.workers, self.work = program, files, workers, work
        self.options = ("--quality", "fast", "--threads", "1", "--format", "srt")
        self.random = random.Random(seed)
        self.captions: dict[str, bytes] = {}  # of the first round
        self.videos = work / "footage"
        make_videos(self.videos, files)

    def alone(self) -> str:
        """One run."""
        this = Round(self, "alone")
        this.end([this.start("1")])
        return this.check()

    def race(self) -> str:
        """Every run is given all files."""
        this = Round(self, "race")
        this.end([this.start(str(i)) for i in range(self.workers)])
        told = this.check()
        expect(told.startswith(f"{self.files} files, {self.files} told"), told)
        return told

    def killed_race(self) -> str:
        """The same; a third is killed, and the others do what they leave."""
        this = Round(self, "killed-race")
        runs = [this.start(str(i)) for i in range(self.workers)]
        this.wait_for_some()
        killed = this.kill([run.pid for run in runs if run.poll() is None])
        this.end(runs)
        return f"{killed}; {this.check()}"

    def shares(self) -> str:
        """Every run has its share; a third is killed and begun again."""
        this = Round(self, "shares")
        runs = [this.start(str(i), "--shard", f"{i}/{self.workers}") for i in range(1, self.workers + 1)]
        this.wait_for_some()
        killed = this.kill([run.pid for run in runs if run.poll() is None])
        this.end(runs)
        lost = [i for i, run in enumerate(runs, 1) if run.returncode != 0]
        this.end([this.start(f"{i}-again", "--shard", f"{i}/{self.workers}") for i in lost])
        return f"{killed}; {this.check()}"

    def slurm(self) -> str:
        """The shares as an array of Slurm jobs; a third is killed, and the same is submitted again."""
        this = Round(self, "slurm")
        with Cluster(self.work / "cluster", self.workers) as cluster:
            script = SOURCE / "packaging/cluster/annotate.slurm"
            # The script calls `sightline`; what is tested may be called otherwise.
            commands = self.work / "commands"
            shutil.rmtree(commands, ignore_errors=True)
            commands.mkdir()
            (commands / "sightline").symlink_to(self.program)

            def submit(name: str) -> None:
                cluster.call("sbatch", f"--array=1-{self.workers}", f"--output={this.logs}/{name}-%a.log", "--cpus-per-task=1", "--mem=0",
                             script, self.videos, this.out, "--quality", "fast", "--format", "srt",
                             env={**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"})  # fmt: skip

            submit("first")
            this.wait_for_some()
            mine = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if str(this.out) in self.command_of(path)]
            killed = this.kill(mine)
            cluster.wait()
            submit("again")
            cluster.wait()
        return f"{killed}; {this.check()}"

    @staticmethod
    def command_of(path: Path) -> str:
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return ""
        return " ".join(words) if Path(words[0]).name == "sightline" else ""


class Cluster:
    """Slurm's controller and one node on this host, with a configuration, state and key of their own."""

    def __init__(self, folder: Path, cpus: int):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.configuration = folder / "slurm.conf"
        host = socket.gethostname()
        self.key = folder / "munge.key"
        self.key.write_bytes(os.urandom(128))
        self.key.chmod(0o400)
        self.socket = folder / "munge.socket"
        ports = self.free_ports(2)
        self.configuration.write_text(
            f"ClusterName=sightline\nSlurmctldHost={host}(127.0.0.1)\nSlurmUser=root\nSlurmctldPort={ports[0]}\nSlurmdPort={ports[1]}\n"
            f"StateSaveLocation={folder}/state\nSlurmdSpoolDir={folder}/spool\nSlurmctldPidFile={folder}/slurmctld.pid\n"
            f"SlurmdPidFile={folder}/slurmd.pid\nSlurmctldLogFile={folder}/slurmctld.log\nSlurmdLogFile={folder}/slurmd.log\n"
            f"AuthInfo=socket={self.socket}\nProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nMpiDefault=none\n"
            "SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\nSlurmdParameters=config_overrides\nReturnToService=2\n"
            # More than the host has, so that all tasks of the array run at once.
            f"NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN\nPartitionName=all Nodes={host} Default=YES State=UP\n"
        )
        self.processes: list[subprocess.Popen] = []

    @staticmethod
    def free_ports(count: int) -> list[int]:
        sockets = [socket.socket() for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        ports = [one.getsockname()[1] for one in sockets]
        for one in sockets:
            one.close()
        return ports

    def __enter__(self) -> Self:
        for command in (["munged", "--foreground", "--force", f"--key-file={self.key}", f"--socket={self.socket}",
                         f"--pid-file={self.folder}/munged.pid", f"--seed-file={self.folder}/munged.seed", f"--log-file={self.folder}/munged.log"],
                        ["slurmctld", "-D", "-i", "-f", self.configuration],
                        ["slurmd", "-D", "-f", self.configuration]):  # fmt: skip
            with (self.folder / f"{command[0]}.out").open("w") as log:
                self.processes.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL))
            if command[0] == "munged":
                self.until(self.socket.exists)
        self.until(lambda: "idle" in self.call("sinfo", "-h", "-o", "%T", check=False))
        return self

    def __exit__(self, *_: object) -> None:
        self.call("scancel", "--user=root", check=False)
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def call(self, *command: object, check: bool = True, env: dict[str, str] | None = None) -> str:
        environment = {**(env or os.environ), "SLURM_CONF": str(self.configuration)}
        done = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True, env=environment)
        expect(not check or done.returncode == 0, f"{command[0]}: {done.stderr}")
        return done.stdout

    def until(self, holds, seconds: float = 60) -> None:
        begun = time.monotonic()
        while not holds():
            expect(time.monotonic() - begun < seconds, f"the cluster does not answer; its logs are in {self.folder}")
            time.sleep(0.2)

    def wait(self) -> None:
        self.until(lambda: not self.call("squeue", "-h").strip(), PATIENCE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("rounds", nargs="*", choices=[[], *ROUNDS], default=[])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "sightline-archive")
    arguments = parser.parse_args()
    arguments.work.mkdir(exist_ok=True)
    archive = Archive(arguments.program.resolve(), arguments.files, arguments.workers, arguments.work.resolve(), arguments.seed)
    broken = 0
    for name in arguments.rounds or ROUNDS[:-1]:
        try:
            print(f"{name}: {getattr(archive, name)()}", flush=True)
        except (Broken, OSError, subprocess.SubprocessError) as error:
            broken += 1
            print(f"{name}: BROKEN: {error}", flush=True)
    sys.exit(broken > 0)


if __name__ == "__main__":
    main()
