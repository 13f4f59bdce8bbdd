#!/usr/bin/env python3
"""Prints what the reader was proven on, as a Markdown table: reading_table.py MEDIA_TEST

MEDIA_TEST is the built test program; its fixtures must have been made (ctest -R fixtures).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.argv[1], "--gtest_filter=Files/ExactReading.*", f"--gtest_output=json:{report}"]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        tests = [test for suite in json.loads(report.read_text())["testsuites"] for test in suite["testsuite"]]
    rows: dict[str, dict] = {}
    for test in tests:
        name = test["value_param"].encode("latin-1").decode("utf-8")  # GoogleTest escapes bytes, not characters
        row = rows.setdefault(name, {})
        kind = "seeks" if test["name"].startswith("EverySeek") else "straight"
        row.update({key: test[key] for key in ("what", "pictures", "seeks") if key in test})
        row[kind + "_result"] = "fails" if "failures" in test else "exact"
    print("| file | what | pictures | numbers and times | seeks | picture and time after each |")
    print("|---|---|---:|---|---:|---|")
    for name, row in rows.items():
        print(f"| `{name}` | {row.get('what', '')} | {row.get('pictures', '')} | {row['straight_result']} "
              f"| {row.get('seeks', '')} | {row['seeks_result']} |")  # fmt: skip
    sys.exit(result.returncode)


if __name__ == "__main__":
    main()
