#!/usr/bin/env python3
"""Checks that every message core makes for people is in ui/core_messages.cpp, and nothing else: check_core_messages.py SOURCE_FOLDER

A text of two words and more in core is a message, unless a table below says what it is instead. A message of the list is one such text,
or one whose gaps hold others: "Cannot open {}: {}" and "there is no such file." make "Cannot open {}: there is no such file."

Also that each translation has the gaps of its message, numbered {0}, {1} and so on, because languages order them otherwise.
"""

import errno
import os
import re
import signal
import sys
from fnmatch import fnmatch
from pathlib import Path
from xml.etree import ElementTree

# What some texts of core are instead, by the starts of the file's name and of the text.
NO_MESSAGES = {
    ("core/annotate/annotate_description.cpp", "{}:{} not said, {}: {}"): "a line of the command annotate",
    ("core/annotate/annotate_file.cpp", "annotation 1 {} {} beams {} every {} from {} to {}"): "hashed, not shown",
    ("core/annotate/annotate_file.cpp", "Cannot caption {} from {} s on"): "of --from, which only the command annotate has",
    ("core/annotate/annotate_file.cpp", "it ends at {} s"): "of --from, which only the command annotate has",
    ("core/annotate/annotate_file.cpp", "no picture begins "): "of --from, which only the command annotate has",
    ("core/annotate/annotate_file.cpp", ", or a later one for --to"): "of --from, which only the command annotate has",
    ("core/annotate/annotate_journal.cpp", ""): "details of an error",
    ("core/annotate/annotate_outputs.cpp", ""): "files that only the command annotate writes",
    ("core/annotate/annotate_plan.cpp", ""): "arguments of the command annotate",
    ("core/annotate/former_file.cpp", ""): "files that only the command annotate writes",
    ("core/annotate/hand_edits.cpp", ""): "files that only the command annotate writes",
    ("core/annotate/output_file.cpp", ""): "files that only the command annotate writes",
    ("core/annotate/work_lock.cpp", "sightline-lock 1"): "the mark of a file",
    ("core/base/crash_report.cpp", ""): "the report of a crash, for those who mend it",
    ("core/base/logging.cpp", ""): "said before there is a window",
    ("core/base/machine", ""): "names of processors",
    ("core/base/whole_number.h", ""): "details of an error",
    ("core/benchmark/benchmark_child.cpp", "Nobody reads the benchmark's output."): "said by a child process to nobody",
    ("core/benchmark/benchmark_child.cpp", "This command belongs to "): "said on the terminal",
    ("core/benchmark/cpu_topology.cpp", ""): "part of a report",
    ("core/benchmark/engine_comparison.cpp", ""): "the command bench engines",
    ("core/benchmark/recommendation.cpp", ""): "the answer of the command bench threads; the window words its own",
    ("core/benchmark/repetition.cpp", "a repetition has no captions"): "details of an error",
    ("core/benchmark/report.cpp", "- "): "a report that is written",
    ("core/benchmark/report.cpp", " ({} of them fast)"): "a report that is written",
    ("core/benchmark/report.cpp", "# "): "a report that is written",
    ("core/benchmark/report.cpp", ", cut short"): "a report that is written",
    ("core/benchmark/report.cpp", "| "): "a report that is written",
    ("core/benchmark/setting.cpp", ", "): "a report that is written; the window words its own",
    ("core/benchmark/statistics.cpp", ""): "a report that is written; the window words its own",
    ("core/captions/alert_rules.cpp", "no array"): "details of an error",
    ("core/captions/cue_json.cpp", ""): "details of an error",
    ("core/captions/project.cpp", "the cues are not in order"): "details of an error",
    ("core/captions/project_editor.cpp", "sightline-journal 1 {}"): "the mark of a file",
    ("core/feed/feed_page.cpp", ""): "a page for browsers",
    ("core/feed/feed_server.cpp", "The feed answers to "): "said to other programs",
    ("core/feed/feed_server.cpp", "The token is missing "): "said to other programs",
    ("core/feed/feed_server.cpp", "Too many programs "): "said to other programs",
    ("core/feed/feed_server.cpp", "Authorization, "): "said to other programs",
    ("core/feed/feed_server.cpp", "default-src "): "said to other programs",
    ("core/feed/feed_server.cpp", "text/html"): "said to other programs",
    ("core/feed/feed_server.cpp", "id: "): "said to other programs",
    ("core/feed/feed_server.cpp", ": still here"): "said to other programs",
    ("core/feed/feed_server.cpp", "multipart/"): "said to other programs",
    ("core/feed/feed_server.cpp", "{}Content-Type: "): "said to other programs",
    ("core/inference/bundle.cpp", "not made by this release"): "the command's word; the window has its own",
    ("core/inference/bundle_captioner.cpp", "its archive is damaged"): "for the log",
    ("core/inference/bundle_captioner.cpp", "it looks at other features"): "for the log",
    ("core/inference/bundle_captioner.cpp", "The encoder is of another kind"): "for the log",
    ("core/inference/bundle_captioner.cpp", "The decoder looks at pictures"): "for the log",
    ("core/inference/bundle_check.cpp", "can't allocate memory"): "looked for in what LibTorch says",
    ("core/inference/bundle_check.cpp", "The trial gave no answer."): "details of an error",
    ("core/inference/bundle_check.cpp", "said nothing"): "looked for in another message",
    ("core/inference/bundle_check.cpp", "sightline: this command"): "said on the terminal",
    ("core/inference/decoder_weights.cpp", ""): "for the log, or details of an error",
    ("core/inference/encoder_weights.cpp", ""): "for the log, or details of an error",
    ("core/inference/fused_encoder.cpp", ""): "for the log",
    ("core/inference/kernels/", ""): "names of processors",
    ("core/inference/manifest.cpp", "unknown value {}"): "details of an error",
    ("core/inference/manifest.cpp", "shorter side"): "words of a manifest",
    ("core/inference/manifest.cpp", "byte-level BPE"): "words of a manifest",
    ("core/inference/module_archive.cpp", ""): "for the log, or details of an error",
    ("core/inference/token_search.cpp", ""): "details of an error",
    ("core/media/files/ffmpeg_file_source.cpp", "{} damaged packets or pictures"): "details of an error",
    ("core/media/files/heif_image.cpp", "no pixels"): "details of an error",
    ("core/media/language_code.cpp", ""): "a table",
    ("core/media/live/pipeline_source.cpp", " ! videoconvert"): "an end for pipelines",
    ("core/media/live/source_address.cpp", "Screen, {}x{} at {},{}"): "the name of a source",
    ("core/media/writing/*.h", "Audio description"): "the title of a track",
    ("core/media/writing/caption_filter.cpp", "failed to find"): "looked for in what libass says",
    ("core/media/writing/caption_filter.cpp", "Cannot draw captions: {} is installed."): "listed with each of the words for its gap",
    ("core/media/writing/caption_look.cpp", "Style: "): "part of a file",
    ("core/media/writing/snapshot.cpp", "<?xpacket"): "part of a file",
    ("core/media/writing/snapshot.cpp", "Creation Time"): "part of a file",
    ("core/narration/espeak_voice.cpp", "eSpeak NG's error"): "details of an error",
    ("core/narration/live_speech.cpp", ""): "the name of a thread",
    ("core/narration/narration.cpp", "it has no words"): "why a caption is not said; the window words its own",
    ("core/narration/narration.cpp", "the one before says"): "why a caption is not said; the window words its own",
    ("core/narration/narration.cpp", "somebody speaks all"): "why a caption is not said; the window words its own",
    ("core/narration/narration.cpp", "{} s too long for the gap"): "why a caption is not said; the window words its own",
    ("core/narration/narration.cpp", "surer ones take"): "why a caption is not said; the window words its own",
    ("core/narration/script.cpp", ""): "a document that is written",
    ("core/narration/speech.cpp", "Sightline speech 1"): "the mark of a file",
    ("core/pipeline/waveform.cpp", ""): "the cache's own",
    ("core/subtitles/*_format.h", ""): "the title of a format",
    ("core/subtitles/activitynet.cpp", "{{"): "part of a file",
    ("core/subtitles/ass_format.cpp", "["): "part of a file",
    ("core/subtitles/ass_format.cpp", "Dialogue: "): "part of a file",
    ("core/subtitles/eaf_format.cpp", "The file has tiers that refer to others; {} the tier"): "listed with each of the words for its gap",
    ("core/subtitles/xml.cpp", "<?xml"): "part of a file",
    ("core/torch/scripted_decoder.cpp", ""): "details of an error",
    ("core/torch/torch_networks.cpp", ""): "details of an error",
}
# Files beyond core that make errors as core does. What is missing of theirs is not found: most of their texts are other ones.
OTHER_SOURCES = ["app/model_trust.cpp", "ui/live/history_export.cpp", "ui/video/spell_checker.cpp"]
LIST = "ui/core_messages.cpp"
DEEPEST = 2  # texts within texts

WORD = re.compile(r"[A-Za-z]{2,}")
GAP = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|^\s*#[^\n]*|R"(?P<mark>[^(\s]*)\((?P<raw>.*?)\)(?P=mark)"|(?:u8|[LuU])?"(?P<text>(?:[^"\\\n]|\\.)*)"|'
    r"'(?:[^'\\\n]|\\.)+'|[A-Za-z_]\w*|\d[\w'.]*|\+=|\+\+|->|::|[=!<>]=|&&|\|\||<<|\s+|.", re.DOTALL | re.MULTILINE)
SEPARATORS = {",", ";", "?", ":", "=", "==", "!=", "&&", "||", "<<", "+=", "return"}
LOGGED = {"debug", "info", "warn", "error", "critical"}


def one_gap(text: str) -> str:
    """Gaps that touch are one to whoever reads the message."""
    return re.sub(r"(\{\})+", "{}", text)


def plain(gap: re.Match[str]) -> str:
    return gap[0] if gap[0] in ("{{", "}}") else "{}"


class Level:
    """What stands between two brackets, up to the last separator."""

    def __init__(self, called: str, by: str) -> None:
        self.formats = called in ("format", "QT_TRANSLATE_NOOP")
        self.is_skipped = called == "static_assert" or (called in LOGGED and by == "->")
        self.is_string = called == "string"
        self.terms: list[list[str | None]] = [[]]
        self.all: list[str] = []  # that stood here

    def ended(self) -> list[str]:
        """The messages of what stands here: terms of a sum make one, with a gap for each that is no literal."""
        pure = [term[0] if len(term) == 1 and term[0] is not None else None for term in self.terms]
        texts = [text for term in self.terms for text in term if text is not None and len(term) > 1]
        if any(text is not None for text in pure):
            texts.append("".join("{}" if text is None else text for text in pure))
        self.terms = [[]]
        self.all += texts
        return [] if self.is_skipped else texts


def texts_in(source: str) -> list[str]:
    """String literals as messages: neighbours joined, sums with gaps, whatever fmt is told about a gap left away."""
    texts: list[str] = []
    levels = [Level("", "")]
    words = ["", ""]  # the last ones
    joined = False  # the last token was a literal
    for match in TOKEN.finditer(source):
        token = match[0]
        if token.isspace() or token.startswith(("//", "/*")) or token.lstrip().startswith("#"):
            continue
        level = levels[-1]
        text = match["text"] if match["raw"] is None else match["raw"].replace("\\", "\\\\").replace('"', '\\"')
        if text is not None:
            text = GAP.sub(plain, text) if level.formats else text.replace("{", "{{").replace("}", "}}")
            if joined:
                level.terms[-1][-1] = (level.terms[-1][-1] or "") + text
            else:
                level.terms[-1].append(text)
        elif token in "([{":
            levels.append(Level(words[1] if token == "(" else "", words[0]))
        elif token in ")]}" and len(levels) > 1:
            texts += level.ended()
            levels.pop()
            is_literal = level.is_string and len(level.all) == 1
            if is_literal:
                levels[-1].terms[-1] = [texts.pop()]
            else:
                levels[-1].terms[-1].append(None)
            if token == "}":
                texts += levels[-1].ended()
        elif token == "+":
            level.terms.append([])
        elif token in SEPARATORS:
            texts += level.ended()
        else:
            level.terms[-1].append(None)
        joined = text is not None
        words = [words[1], token]
    return texts


class Core:
    """All texts of core."""

    def __init__(self, root: Path) -> None:
        self.found: dict[str, list[str]] = {}  # and where
        files = [path for path in sorted((root / "core").rglob("*")) if path.suffix in (".cpp", ".h")]
        self.files = len(files)
        for path in [*files, *(root / name for name in OTHER_SOURCES)]:
            for text in texts_in(path.read_text(encoding="utf-8")):
                self.found.setdefault(text, []).append(path.relative_to(root).as_posix())
        self.parts = {one_gap(text) for text in self.found} | {"", "{}"}
        forms = [re.escape(text).replace(r"\{\}", "(.*?)") for text in self.found if "{}" in text]
        # Of two gaps that touch, one may be what a message has a gap for.
        forms += [form.replace("(.*?)(.*?)", one) for form in [*forms, "(.*?)(.*?)"] if "(.*?)(.*?)" in form
                  for one in (r"\{\}(.*?)", r"(.*?)\{\}")]
        self.forms = [re.compile(form + r"\Z", re.DOTALL) for form in forms]

    def makes(self, message: str, depth: int = 0) -> bool:
        """Whether the message is a text of core, or one with others in its gaps."""
        if message in self.parts:
            return True
        for form in self.forms if depth < DEEPEST else []:
            match = form.match(message)
            if match and message not in match.groups() and all(self.makes(gap, depth + 1) for gap in match.groups()):
                return True
        return False

    def messages(self) -> tuple[dict[str, str], list[str]]:
        """Those for people, and where they are; and problems of the table of what is none."""
        unused = set(NO_MESSAGES)
        messages = {}
        for text, files in self.found.items():
            for file in files:
                rules = {(name, start) for name, start in NO_MESSAGES if fnmatch(file, name + "*") and text.startswith(start)}
                unused -= rules
                if file.startswith("core/") and " " in text and len(WORD.findall(text.replace("\\n", " "))) >= 2 and not rules:
                    messages[one_gap(text)] = file
        return messages, [f"NO_MESSAGES names a text that is not there: {file} {start}" for file, start in sorted(unused)]


def problems_of_translations(root: Path, language: str) -> list[str]:
    problems = []
    tree = ElementTree.parse(root / "resources" / "translations" / f"sightline_{language}.ts")
    for context in tree.getroot().iter("context"):
        for message in context.iter("message") if context.findtext("name") == "core" else []:
            source, translation = message.findtext("source") or "", message.findtext("translation") or ""
            gaps = [gap for gap in GAP.findall(source) if gap == "{}"]
            numbers = {gap for gap in GAP.findall(translation) if gap not in ("{{", "}}")}
            if numbers != {f"{{{number}}}" for number in range(len(gaps))}:
                problems.append(f"{language}: has not the gaps of its message, numbered from {{0}}: {translation}")
    return problems


def main() -> None:
    root = Path(sys.argv[1])
    core = Core(root)
    messages, problems = core.messages()
    listed = [text for text in texts_in((root / LIST).read_text(encoding="utf-8")) if text != "core" and not text.endswith(".h")]
    problems += [f"{where}: not in {LIST}, nor in a table of {Path(__file__).name}: {text}" for text, where in messages.items()
                 if not any(text in whole for whole in listed)]
    system = {os.strerror(number) for number in errno.errorcode} | {signal.strsignal(number) for number in signal.valid_signals()}
    problems += [f"{LIST}: not in core any more: {text}" for text in listed if text not in system and not core.makes(text)]
    problems += [f"{LIST}: there twice: {text}" for text in sorted({text for text in listed if listed.count(text) > 1})]
    problems += [problem for language in ("de", "zh_CN") for problem in problems_of_translations(root, language)]
    if core.files < 100 or len(listed) < 200:
        problems.append(f"only {core.files} files and {len(listed)} messages found under {root}: wrong folder?")
    print("\n".join(problems) or f"{len(listed)} messages for {len(messages)} texts of core")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
