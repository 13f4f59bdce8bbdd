"""A data folder as training reads it, written for a test."""

import gzip
import json
from pathlib import Path


def write_captions(folder: Path, rows: list[dict], texts: dict[str, list[dict]]) -> None:
    """Records of captioned photographs, and by file those of captions without photographs."""
    (folder / "captions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for name, records in texts.items():
        with gzip.open(folder / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
