#!/usr/bin/env bash
# A menu that is hidden in Qt's menu bar still takes its letter: Alt and that letter then do nothing at all.
#
# Expected: a menu whose menuAction() is not visible has no mnemonic; a button with the same letter is clicked, as when
#   the menu is not there. For a menu that is shown, an ambiguous letter moves the focus instead.
# Seen: with the menu hidden, Alt and the letter neither click the button nor give it the focus, and no menu opens. Once
#   its action is taken out of the bar, the button is clicked.
# Source: Qt's documentation of QAction::visible: an action that is not visible cannot be seen or chosen by the user;
#   programs that show other menus for each page of a window hide those of the others so.
# Needs libEGL and libxkbcommon, which Qt loads.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages pyside6-essentials==6.10.1
QT_QPA_PLATFORM=offscreen PYTHONPATH=packages python3 - <<'EOF' 2>errors || { cat errors >&2; exit 1; }
import sys

from PySide6 import QtCore, QtTest, QtWidgets

application = QtWidgets.QApplication([])
print("Qt", QtCore.qVersion())


def what_happens(prepare):
    """Clicks of the button, whether it has the focus, the menu that opened."""
    window = QtWidgets.QMainWindow()
    window.menuBar().addMenu("&File")
    menu = QtWidgets.QMenu("&Playback", window)
    menu.addAction("Pause")
    button = QtWidgets.QPushButton("&Pick")
    window.setCentralWidget(button)
    clicks = []
    button.clicked.connect(lambda: clicks.append(1))
    prepare(window.menuBar(), menu)
    window.show()
    window.activateWindow()
    QtTest.QTest.qWaitForWindowActive(window)
    QtTest.QTest.keyClick(button, QtCore.Qt.Key.Key_P, QtCore.Qt.KeyboardModifier.AltModifier)
    QtTest.QTest.qWait(300)
    popup = application.activePopupWidget()
    title = popup.title() if popup else ""
    if popup:
        popup.close()
    return len(clicks), button.hasFocus(), title


def hide(bar, menu):
    bar.addMenu(menu)
    menu.menuAction().setVisible(False)


def take_out(bar, menu):
    bar.addMenu(menu)
    bar.removeAction(menu.menuAction())


ways = {"no menu": lambda bar, menu: None, "shown": lambda bar, menu: bar.addMenu(menu), "hidden": hide, "taken out": take_out}
found = {name: what_happens(prepare) for name, prepare in ways.items()}
for name, (clicks, focus, title) in found.items():
    print(f"{name}: {clicks} clicks, {'with' if focus else 'without'} the focus, menu open: {title or 'none'}")
if [found["no menu"][0], found["hidden"], found["taken out"][0]] != [1, (0, False, ""), 1]:
    sys.exit("This has changed.")
EOF
