"""A display of its own with a window manager, and the hands of a person on it: real keys, real mouse."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NEEDED = ("Xvfb", "openbox", "xdotool", "xwininfo")


def missing() -> list[str]:
    """Programs that a desk is made of and that are not installed."""
    return [name for name in NEEDED if not shutil.which(name)]


@contextmanager
def desk(size: str = "1366x768") -> Iterator[str]:
    """The display's name; everything on it ends with it."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-noreset"], pass_fds=[write],
                              stderr=subprocess.DEVNULL)  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:  # in pieces
        display = f":{told.readline().strip()}"
    with tempfile.TemporaryDirectory() as folder:
        begun = Path(folder) / "begun"
        manager = subprocess.Popen(["openbox", "--startup", f"touch {begun}"], env={**os.environ, "DISPLAY": display},
                                   stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            wait("the window manager has begun", begun.exists)  # before, it may leave a window hidden that comes
            yield display
        finally:
            for process in (manager, server):
                process.terminate()
                process.wait()


def wait(what: str, done: Callable[[], object], seconds: float = 120) -> None:
    """Until it is so; AssertionError, with `what`, when it does not come."""
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.02)


class Hands:
    """`pause`: seconds that a person looks before each key."""

    def __init__(self, environment: dict[str, str], pause: float = 0.5):
        self.environment, self.pause = environment, pause

    def do(self, *arguments: object) -> str:
        return subprocess.run(["xdotool", *map(str, arguments)], capture_output=True, text=True, check=False, env=self.environment).stdout

    def windows(self) -> dict[str, str]:
        """Ids of what is to be seen, with their titles."""
        found = self.do("search", "--onlyvisible", "--name", ".").split()
        return {window: self.do("getwindowname", window).strip() for window in found}

    def titles(self) -> list[str]:
        return list(self.windows().values())

    def place(self, window: str) -> tuple[int, int, int, int]:
        """Left, top, width, height, without its frame."""
        # xdotool of Debian 12 counts the frame twice.
        told = subprocess.run(["xwininfo", "-id", window], capture_output=True, text=True, check=True, env=self.environment).stdout
        lines = dict(line.strip().split(":", 1) for line in told.splitlines() if ":" in line)
        return tuple(int(lines[name]) for name in ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height"))  # type: ignore[return-value]

    def press(self, *keys: str) -> None:
        time.sleep(self.pause)
        for key in keys:
            self.do("key", key)

    def write(self, text: str) -> None:
        self.do("type", "--delay", "60", text)

    def drag(self, begin: tuple[int, int], end: tuple[int, int]) -> None:
        self.do("mousemove", *begin, "mousedown", 1)
        for step in range(1, 5):
            self.do("mousemove", *(int(a + (b - a) * step / 4) for a, b in zip(begin, end, strict=True)))
        self.do("mouseup", 1)
