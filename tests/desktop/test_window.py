"""The real window under a window manager, by real keys and mouse. SIGHTLINE_PROGRAM: the program."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import desk
import person
import pytest

pytestmark = pytest.mark.skipif(bool(desk.missing()), reason=f"not installed: {', '.join(desk.missing())}")


class Window:
    """The program, started by someone with a home of their own."""

    def __init__(self, home: Path, display: str, **environment: str):
        self.home = home
        self.environment = {**os.environ, "HOME": str(home), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "XDG_RUNTIME_DIR": str(home),
                            **environment}  # fmt: skip
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            self.environment.pop(name, None)
        self.hands = desk.Hands(self.environment)
        self.settings = home / ".config/Sightline/Sightline.conf"

    @contextmanager
    def running(self, *arguments: object) -> Iterator[None]:
        with (self.home / "log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen([os.environ["SIGHTLINE_PROGRAM"], "--log-level", "info", *map(str, arguments)],
                                       env=self.environment, stderr=log)  # fmt: skip
        try:
            desk.wait("the window", lambda: self.says("Window on screen") and self.id())
            yield
            assert process.poll() is None, f"it ended with {process.returncode}"
            desk.wait("its end", lambda: self.hands.press("alt+F4") or process.poll() is not None)  # a key may be too early
            assert process.returncode == 0
        finally:
            process.kill()
            process.wait()

    def says(self, text: str) -> bool:
        return text in (self.home / "log").read_text(encoding="utf-8")

    def id(self) -> str:
        """Of the main window; empty while there is none."""
        return next((window for window, title in self.hands.windows().items() if title.endswith("Sightline")), "")

    def place(self) -> tuple[int, int, int, int]:
        return self.hands.place(self.id())

    def keep(self, **settings: str) -> None:
        """As an earlier start left them."""
        self.settings.parent.mkdir(parents=True, exist_ok=True)
        self.settings.write_text("[live]\n" + "".join(f"{key}={value}\n" for key, value in settings.items()), encoding="utf-8")


@pytest.mark.parametrize(("size", "scale"), [("1366x768", "1"), ("1280x720", "1.5"), ("1920x1080", "2")])
def test_the_first_window_lies_on_the_screen(tmp_path: Path, size: str, scale: str) -> None:
    width, height = map(int, size.split("x"))
    with desk.desk(size) as display:
        window = Window(tmp_path, display, QT_SCALE_FACTOR=scale)
        with window.running():
            left, top, wide, high = window.place()
            assert left >= 0
            assert top >= 0
            assert left + wide <= width
            assert top + high <= height
            assert wide >= width // 2


def test_a_window_that_was_maximized_opens_so_again(tmp_path: Path) -> None:
    with desk.desk() as display:
        window = Window(tmp_path, display)
        with window.running():
            left, top, wide, _ = window.place()
            window.hands.do("mousemove", left + wide // 2, top - 8, "click", "--repeat", 2, "--delay", 60, 1)
            desk.wait("the title bar takes a double click", lambda: window.place()[2] >= 1364)
        with window.running():
            assert window.place()[2] >= 1364


def test_a_caption_is_corrected_and_exported_by_keys_alone() -> None:
    with desk.desk() as display:
        person.run(Path(os.environ["SIGHTLINE_PROGRAM"]), {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}, 0.5)


def test_an_area_of_the_screen_is_picked_by_dragging(tmp_path: Path) -> None:
    with desk.desk() as display:
        window = Window(tmp_path, display)
        window.keep(source="screen:")
        with window.running():
            window.hands.press("ctrl+2", "alt+s")
            desk.wait("the window says that it watches itself", lambda: window.says("This window is on the screen that is watched"))
            window.hands.press("alt+p")
            time.sleep(2)  # until the window is out of the way and the screen's picture stands
            window.hands.drag((100, 80), (420, 320))
            desk.wait("the area is watched", lambda: "source=screen:/321x241+100+80" in window.settings.read_text(encoding="utf-8"))


def test_a_window_that_ours_hides_is_told(tmp_path: Path) -> None:
    if not shutil.which("xclock"):
        pytest.skip("not installed: xclock")
    with desk.desk() as display:
        window = Window(tmp_path, display)
        clock = subprocess.Popen(["xclock", "-geometry", "200x200+500+300"], env=window.environment)
        try:
            numbers: list[str] = []  # a list that is taken while windows come may lack some
            desk.wait("the clock", lambda: numbers.extend(k for k, title in window.hands.windows().items() if title == "xclock") or numbers)
            window.keep(source=f"screen:/window={numbers[0]}")
            with window.running():
                window.hands.press("ctrl+2", "alt+s")
                desk.wait("the window says that it hides the clock", lambda: window.says("This window hides the one that is watched"))
                clock.kill()
                desk.wait("the window says that the clock is closed", lambda: window.says("it was closed or minimized"))
        finally:
            clock.kill()
            clock.wait()
