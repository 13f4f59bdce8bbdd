"""Caption files as other programs read them: number, times and texts of the cues that write_samples wrote."""

import csv
import functools
import html
import http.server
import itertools
import json
import os
import re
import shutil
import subprocess
import threading
import warnings
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import pytest

SAMPLES = Path(os.environ.get("SIGHTLINE_SUBTITLES", "missing"))
WORD_JOINER = "\u2060"
XML = "{http://www.w3.org/XML/1998/namespace}"
TTML = "{http://www.w3.org/ns/ttml}"


@pytest.fixture(scope="module")
def expected() -> dict:
    return json.loads((SAMPLES / "expected.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cues(expected: dict) -> list[tuple[float, float, str]]:
    return [(cue["start"], cue["end"], cue["text"]) for cue in expected["cues"]]


def is_written(read: float, true: float, unit: float) -> bool:
    """Whether `true` was written as `read`: times are rounded down to the `unit` (all in seconds), so that no cue is late."""
    return -1e-6 <= true - read < unit + 1e-6


def same(read: list[tuple[float, float, str]], cues: list[tuple[float, float, str]], unit: float) -> None:
    """Asserts that the cues were read, times rounded down to the `unit` (seconds), and touch as the original ones."""
    assert [text for _, _, text in read] == [text for _, _, text in cues]
    for (start, end, text), (true_start, true_end, _) in zip(read, cues, strict=True):
        assert is_written(start, true_start, unit), text
        assert is_written(end, true_end, unit), text
    for (_, end, text), (start, _, _) in itertools.pairwise(read):
        assert end == start, text


def without_joiners(text: str) -> str:
    """What is shown: the word joiner keeps text from being markup and has no width."""
    return text.replace(WORD_JOINER, "")


def test_pysubs2_reads_srt(cues):
    pysubs2 = pytest.importorskip("pysubs2")
    track = pysubs2.load(str(SAMPLES / "srt.srt"), encoding="utf-8", keep_html_tags=True, keep_unknown_html_tags=True)
    read = [(cue.start / 1000, cue.end / 1000, without_joiners(cue.text.replace("\\N", "\n"))) for cue in track]
    same(read, cues, 0.001)


def test_pysubs2_reads_webvtt(cues):
    pysubs2 = pytest.importorskip("pysubs2")
    track = pysubs2.load(str(SAMPLES / "vtt.vtt"), encoding="utf-8")
    # It strips tags but decodes no references, so the texts are left to the other readers.
    read = [(cue.start / 1000, cue.end / 1000, text) for cue, (_, _, text) in zip(track, cues, strict=True)]
    same(read, cues, 0.001)


def test_pysubs2_reads_ass(expected, cues):
    pysubs2 = pytest.importorskip("pysubs2")
    track = pysubs2.load(str(SAMPLES / "ass.ass"), encoding="utf-8")
    assert track.info["Title"] == expected["title"]
    assert (track.info["PlayResX"], track.info["PlayResY"], track.info["ScaledBorderAndShadow"]) == ("1920", "1080", "yes")
    assert set(track.styles) == {"Default"}
    # It knows \\N, but not libass's escapes of braces.
    read = [(cue.start / 1000, cue.end / 1000, re.sub(r"\\([{}])", r"\1", cue.text.replace("\\N", "\n"))) for cue in track]
    same(read, cues, 0.01)


def test_webvtt_py_reads_webvtt(cues):
    webvtt = pytest.importorskip("webvtt")
    track = webvtt.read(str(SAMPLES / "vtt.vtt"))
    same([(seconds(cue.start), seconds(cue.end), html.unescape(cue.raw_text)) for cue in track], cues, 0.001)


def test_webvtt_py_reads_the_objects_of_metadata(expected, cues):
    webvtt = pytest.importorskip("webvtt")
    track = webvtt.read(str(SAMPLES / "vtt-json.vtt"))
    objects = [json.loads(cue.raw_text) for cue in track]
    same([(seconds(cue.start), seconds(cue.end), value["text"]) for cue, value in zip(track, objects, strict=True)], cues, 0.001)
    assert [value.get("confidence", 0.0) for value in objects] == [cue["confidence"] for cue in expected["cues"]]
    assert [value["origin"] for value in objects] == [cue["origin"] for cue in expected["cues"]]


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_ttconv_reads_ttml(cues):
    reader = pytest.importorskip("ttconv.imsc.reader")
    model = pytest.importorskip("ttconv.model")
    document = reader.to_model(ElementTree.parse(SAMPLES / "ttml.ttml"))
    assert document.get_lang() == "de"
    read = []
    for paragraph in (element for element in document.get_body().dfs_iterator() if isinstance(element, model.P)):
        text = "".join("\n" if isinstance(part, model.Br) else part.get_text() if isinstance(part, model.Text) else ""
                       for part in paragraph.dfs_iterator())  # fmt: skip
        read.append((float(paragraph.get_begin()), float(paragraph.get_end()), text))
    same(read, cues, 0.001)


def test_ttml_says_language_title_and_white_space(expected):
    root = ElementTree.parse(SAMPLES / "ttml.ttml").getroot()
    assert root.get(f"{XML}lang") == expected["language"]
    assert root.findtext(".//{http://www.w3.org/ns/ttml#metadata}title") == expected["title"]
    assert {paragraph.get(f"{XML}space") for paragraph in root.iter(f"{TTML}p")} == {"preserve"}


def test_pympi_reads_eaf(expected, cues):
    elan = pytest.importorskip("pympi.Elan")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it warns of versions that it does not know
        document = elan.Eaf(str(SAMPLES / "eaf.eaf"))
    assert list(document.get_tier_names()) == ["Descriptions"]
    read = [(start / 1000, end / 1000, text) for start, end, text in document.get_annotation_data_for_tier("Descriptions")]
    same(read, cues, 0.001)
    (media,) = document.get_linked_files()
    assert (media["RELATIVE_MEDIA_URL"], media["MIME_TYPE"]) == (f"./{quote(expected['video'])}", "video/mp4")
    assert set(document.get_languages()) == {expected["language"]}


def test_pympi_finds_the_video_of_an_eaf_file():
    elan = pytest.importorskip("pympi.Elan")
    (media,) = elan.Eaf(str(SAMPLES / "placed.eaf")).get_linked_files()
    video = SAMPLES.parent.resolve() / "50% of #1 ä.mp4"
    url = urlsplit(media["MEDIA_URL"])
    assert (url.scheme, url.netloc, url.query, url.fragment) == ("file", "", "", "")
    assert Path(unquote(url.path)) == video
    assert media["MEDIA_URL"] == video.as_uri()
    relative = urlsplit(media["RELATIVE_MEDIA_URL"])
    assert (relative.scheme, relative.query, relative.fragment) == ("", "", "")
    assert (SAMPLES.resolve() / unquote(relative.path)).resolve() == video


def test_eaf_keeps_the_rules_of_the_schema():
    """Order of the elements, required attributes, identifiers and references of EAFv3.0.xsd."""
    root = ElementTree.parse(SAMPLES / "eaf.eaf").getroot()
    assert root.tag == "ANNOTATION_DOCUMENT"
    assert [child.tag for child in root] == ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LANGUAGE"]
    assert {"AUTHOR", "DATE", "VERSION", "FORMAT"} <= set(root.attrib)
    assert datetime.fromisoformat(root.get("DATE")).tzinfo is not None
    slots = [slot.attrib for slot in root.iter("TIME_SLOT")]
    times = [int(slot["TIME_VALUE"]) for slot in slots]
    assert times == sorted(times)
    annotations = list(root.iter("ALIGNABLE_ANNOTATION"))
    identifiers = [slot["TIME_SLOT_ID"] for slot in slots] + [annotation.get("ANNOTATION_ID") for annotation in annotations]
    identifiers += [language.get("LANG_ID") for language in root.iter("LANGUAGE")]
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", identifier) for identifier in identifiers)
    for annotation in annotations:
        assert {annotation.get("TIME_SLOT_REF1"), annotation.get("TIME_SLOT_REF2")} <= set(identifiers)
        assert [child.tag for child in annotation] == ["ANNOTATION_VALUE"]
    tier = root.find("TIER")
    assert tier.get("LINGUISTIC_TYPE_REF") == root.find("LINGUISTIC_TYPE").get("LINGUISTIC_TYPE_ID")
    assert tier.get("LANG_REF") in identifiers
    assert root.find("LINGUISTIC_TYPE").get("TIME_ALIGNABLE") == "true"


def test_python_reads_csv(expected, cues):
    with (SAMPLES / "csv.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    # The apostrophe keeps a spreadsheet from running the text.
    read = [(float(row["start"]), float(row["end"]), re.sub(r"^'(?='*[=+@-])", "", row["text"])) for row in rows]
    same(read, cues, 1e-9)
    assert [float(row["confidence"] or 0) for row in rows] == [cue["confidence"] for cue in expected["cues"]]
    assert [row["origin"] for row in rows] == [cue["origin"] for cue in expected["cues"]]
    assert not [row["text"] for row in rows if row["text"][:1] in "=+-@"]


def test_python_reads_json(expected, cues):
    track = json.loads((SAMPLES / "json.json").read_text(encoding="utf-8"))
    same([(start, end, text) for (start, end), text in zip(track["timestamps"], track["sentences"], strict=True)], cues, 1e-9)
    assert track["duration"] == 60
    assert [confidence or 0 for confidence in track["confidences"]] == [cue["confidence"] for cue in expected["cues"]]


class DenseCaptions:
    """References and predictions as scorers of dense captioning take them in, and the pairs that they compare.

    A submission must have its three members. A prediction is scored against each reference of its video, at each
    overlap of their times (Krishna et al. 2017, section 5.1); videos that only one side has are missed or ignored.
    """

    def __init__(self, references: Path, submission: Path) -> None:
        self.references = json.loads(references.read_text(encoding="utf-8"))
        loaded = json.loads(submission.read_text(encoding="utf-8"))
        assert {"version", "results", "external_data"} <= set(loaded)
        self.predictions = loaded["results"]
        for video, entry in self.references.items():
            assert entry["duration"] > 0, video
            assert len(entry["timestamps"]) == len(entry["sentences"]), video
            assert all(0 <= start <= end for start, end in entry["timestamps"]), video
        for video, entries in self.predictions.items():
            assert all(isinstance(entry["sentence"], str) and len(entry["timestamp"]) == 2 for entry in entries), video

    @staticmethod
    def overlap(one: list[float], other: list[float]) -> float:
        shared = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
        return shared / max(1e-9, max(one[1], other[1]) - min(one[0], other[0]))

    def recall(self, least: float) -> float:
        found = [
            any(self.overlap(entry["timestamp"], times) >= least and entry["sentence"] == sentence for entry in self.predictions[video])
            for video, reference in self.references.items()
            for times, sentence in zip(reference["timestamps"], reference["sentences"], strict=True)
        ]
        return sum(found) / len(found)


def test_a_scorer_of_dense_captions_reads_activitynet(cues):
    scorer = DenseCaptions(SAMPLES / "activitynet.json", SAMPLES / "activitynet-results.json")
    assert list(scorer.references) == list(scorer.predictions) == ["v_one", 'v_two "2"']
    for video, reference in scorer.references.items():
        same([(*times, text) for times, text in zip(reference["timestamps"], reference["sentences"], strict=True)], cues, 1e-9)
        same([(*entry["timestamp"], entry["sentence"]) for entry in scorer.predictions[video]], cues, 1e-9)
    assert [scorer.recall(least) for least in (0.3, 0.5, 0.7, 0.9, 1.0)] == [1.0] * 5


# Debian's package, which is too large to be asked for (115 MB to fetch): without it the test says so.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TRACK_PAGE = """<!DOCTYPE html><video><track kind="descriptions" srclang="de" src="vtt.vtt"></video><pre id="told"></pre>
<script>
const element = document.querySelector("track"), told = document.getElementById("told");
element.addEventListener("error", () => { told.textContent = "ERROR"; });
element.addEventListener("load", () => {
  const track = element.track;
  told.textContent = JSON.stringify({kind: track.kind, language: track.language,
    cues: [...track.cues].map(cue => [cue.startTime, cue.endTime, cue.getCueAsHTML().textContent])});
});
element.track.mode = "hidden";
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="skipped: no Chromium is installed (apt-get install chromium)")
def test_chromium_reads_webvtt_as_descriptions(cues, tmp_path):
    (tmp_path / "page.html").write_text(TRACK_PAGE, encoding="utf-8")
    shutil.copy(SAMPLES / "vtt.vtt", tmp_path)
    handler = functools.partial(QuietHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/page.html"
            command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            command += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=20000", "--dump-dom", address]
            page = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", timeout=200).stdout
        finally:
            server.shutdown()
            thread.join()
    told = re.search(r'<pre id="told">(.*?)</pre>', page, re.DOTALL)
    assert told and told[1].startswith("{"), page
    track = json.loads(html.unescape(told[1]))
    assert (track["kind"], track["language"]) == ("descriptions", "de")
    same([(start, end, text) for start, end, text in track["cues"]], cues, 0.001)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {".html": "text/html", ".vtt": "text/vtt"}

    def log_message(self, *arguments: object) -> None:
        pass


# FFmpeg reads no TTML.
@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="skipped: ffprobe is not installed")
@pytest.mark.parametrize(
    ("name", "codec", "unit"),
    [("srt.srt", "subrip", 0.001), ("vtt.vtt", "webvtt", 0.001), ("ass.ass", "ass", 0.01)],
)
def test_ffprobe_reads(cues, name, codec, unit):
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_packets", "-of", "json", str(SAMPLES / name)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    assert not found.stderr
    found = json.loads(found.stdout)
    assert [stream["codec_name"] for stream in found["streams"]] == [codec]
    assert len(found["packets"]) == len(cues)
    for packet, (true_start, true_end, text) in zip(found["packets"], cues, strict=True):
        start = float(packet["pts_time"])
        end = start + float(packet["duration_time"])
        assert is_written(start, true_start, unit), text
        assert is_written(end, true_end, unit), text


# The texts as FFmpeg's decoders show them: converted to SubRip, which has no escapes.
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="skipped: ffmpeg is not installed")
@pytest.mark.parametrize("name", ["srt.srt", "vtt.vtt", "ass.ass"])
def test_ffmpeg_shows(cues, name):
    command = ["ffmpeg", "-v", "error", "-i", str(SAMPLES / name), "-f", "srt", "-c:s", "text", "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    # Whatever it reads, this encoder leaves its own escapes of braces in the text.
    shown = re.sub(r"\\([{}])", r"\1", without_joiners(shown)).replace("{{}", "{")  # the second from FFmpeg 7 on
    assert [block.split("\n", 2)[2] for block in shown.strip().split("\n\n")] == [text for _, _, text in cues]
