#!/usr/bin/env python3
"""Prints what becomes of videos that are written with captions, as a Markdown table: copying_table.py PROGRAM FIXTURES [NAME...]

PROGRAM is the built sightline, FIXTURES the folder of the tests' videos (ctest -R '^fixtures$'). Further kinds of files are made
with ffmpeg. All are captioned with --mux --burn-in in one run, then ffprobe counts streams and pictures before and after. A row passes
when all picture and sound is in both files, or when the run says which stream is not. NAME: only inputs whose name has it.
Exit code 1 when a row fails.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# Those of the tests' own fixtures that recorders, cameras and editors write, each with what it is.
FIXTURES = {
    "copy_h264.webm": "H.264 and Opus named .webm, as browsers record",
    "copy_vp8.mp4": "WebM named .mp4",
    "copy_wmv2.wmv": "Windows Media",
    "copy_gif.gif": "GIF",
    "copy_flv1.flv": "Sorenson H.263, MP3 in FLV",
    "copy_h263.3gp": "H.263, AAC in 3GP",
    "copy_dv.dv": "DV",
    "copy_dnxhd.mxf": "DNxHD, PCM in MXF",
    "copy_huffyuv.avi": "HuffYUV, MP3",
    "copy_utvideo.avi": "UT Video, MP3",
    "copy_cinepak.avi": "Cinepak, MP3",
    "copy_rgb.avi": "uncompressed RGB",
    "copy_cfhd.mov": "CineForm, AAC",
    "copy_prores.mp4": "ProRes, QuickTime named .mp4",
    "copy_pcm.mp4": "H.264, big-endian PCM in MP4",
    "copy_pcm_quicktime.mp4": "H.264, PCM, QuickTime named .mp4",
    "copy_mulaw.avi": "MPEG-4, mu-law",
    "copy_ima.avi": "MPEG-4, IMA ADPCM",
    "copy_upper.MOV": "H.264, AAC, name in capitals",
    "copy_rotated.MOV": "turned by 90 degrees, name in capitals",
    "copy_rotated.3gp": "turned by 90 degrees, 3GP",
    "copy_rotated.mkv": "turned by 90 degrees, Matroska",
    "mirror.mp4": "mirrored left to right",
    "export.mp4": "two sounds, subtitle, chapters",
    "export.mkv": "the same in Matroska",
    "export.webm": "VP8, Opus",
    "attached.mkv": "with an attached file",
    "cover_and_video.mp4": "a cover before the video",
    "two_videos.mkv": "two videos",
    "edited.mp4": "edit list hides the first pictures",
    "delayed.mp4": "video starts after its sound",
    "vfr.mp4": "variable frame rate",
    "interlaced.mkv": "interlaced",
    "alpha.mov": "QuickTime Animation, transparent",
    "alpha.webm": "VP9, transparent",
    "pq.mkv": "FFV1, 10 bits, HDR",
    "grey_odd.mp4": "H.264, 4:4:4, 321 x 241",
    "motion_jpeg.avi": "Motion JPEG",
    "theora.ogv": "Theora",
    "animation.mov": "QuickTime Animation",
    "lossless.mkv": "FFV1",
    "fragments.mp4": "fragmented MP4",
    "piped.flv": "FLV without duration",
    "elementary.h264": "H.264 without container",
    "elementary.hevc": "HEVC without container",
    "elementary.m2v": "MPEG-2 without container",
    "open_gop_hevc.mkv": "HEVC, 10 bits, open groups of pictures",
    "no_key.ts": "begins without a keyframe",
    "intra_refresh.mp4": "one keyframe only",
    "leap_back.ts": "two joined, times start over",
    "leap_ahead.ts": "two joined, an hour apart",
    "offset.ts": "times start at 37.5 s",
    "wrap.ts": "33-bit times wrap",
    "no_index.avi": "AVI without its index",
    "cover.m4a": "sound with a cover, no video",
}

PICTURES = "-f lavfi -i testsrc2=size=128x96:rate=25:duration=1"
SOUND = "-f lavfi -i sine=duration=1"
BOTH = f"{PICTURES} {SOUND}"
# What ffmpeg makes for this table: name, what it is, arguments before the name. Later ones may read earlier ones.
MADE = [
    ("animated.webp", "animated WebP", f"{PICTURES} -c:v libwebp_anim"),
    ("animated.apng", "APNG", f"{PICTURES} -f apng"),
    ("pictures.mjpeg", "JPEGs one after another", f"{PICTURES} -c:v mjpeg"),
    ("av1.webm", "AV1, Opus", f"{BOTH} -c:v libsvtav1 -c:a libopus"),
    ("av1.avif", "animated AVIF", f"{PICTURES} -c:v libsvtav1 -f avif"),
    ("two_sounds.ts", "two sounds, MP2 and AC-3", f"{BOTH} {SOUND} -map 0 -map 1 -map 2 -c:v libx264 -c:a:0 mp2 -c:a:1 ac3"),
    ("two_sounds.avi", "two sounds, PCM and MP3", f"{BOTH} {SOUND} -map 0 -map 1 -map 2 -c:v mpeg4 -c:a:0 pcm_s16le -c:a:1 libmp3lame"),
    ("dts.ts", "DTS", f"{BOTH} -c:v libx264 -c:a dca -strict -2"),
    ("s302m.ts", "SMPTE 302M", f"{BOTH} -c:v mpeg2video -c:a s302m -ar 48000 -ac 2 -strict -2"),
    ("lpcm.vob", "DVD's PCM", f"{BOTH} -c:v mpeg2video -c:a pcm_dvd -ar 48000 -ac 2 -f vob"),
    ("blu_ray.m2ts", "Blu-ray's PCM", f"{BOTH} -c:v libx264 -c:a pcm_bluray -ar 48000 -ac 2"),
    ("speex.flv", "Speex in FLV", f"{BOTH} -c:v flv1 -c:a libspeex -ar 16000 -ac 1"),
    ("nellymoser.flv", "Nellymoser in FLV", f"{BOTH} -c:v flv1 -c:a nellymoser -ar 22050 -ac 1"),
    ("flac.mp4", "FLAC in MP4", f"{BOTH} -c:v libx264 -c:a flac -strict -2"),
    ("opus.mp4", "Opus in MP4", f"{BOTH} -c:v libx264 -c:a libopus"),
    ("alac.mov", "Apple Lossless", f"{BOTH} -c:v libx264 -c:a alac"),
    ("alaw.mov", "A-law in QuickTime", f"{BOTH} -c:v mjpeg -c:a pcm_alaw"),
    ("v210.mov", "uncompressed 10 bits, 24-bit PCM", f"{BOTH} -c:v v210 -c:a pcm_s24le"),
    ("jpeg2000.mxf", "JPEG 2000 in MXF", f"{BOTH} -c:v jpeg2000 -c:a pcm_s16le -ar 48000"),
    ("mpeg1.mpg", "MPEG-1", f"{BOTH} -c:v mpeg1video -c:a mp2"),
    ("vorbis.ogv", "Theora, Vorbis", f"{BOTH} -c:v libtheora -c:a libvorbis"),
    ("real.rm", "RealVideo 1", f"{PICTURES} -c:v rv10"),
    ("msvideo1.avi", "Microsoft Video 1", f"{PICTURES} -c:v msvideo1"),
    ("png.mov", "PNG in QuickTime", f"{BOTH} -c:v png -c:a pcm_s16le"),
    ("timecode.mov", "time code track", f"{BOTH} -c:v libx264 -c:a aac -timecode 01:00:00:00"),
    ("timecode.mxf", "time code in MXF", f"{BOTH} -c:v mpeg2video -c:a pcm_s16le -ar 48000 -timecode 01:00:00:00"),
    ("negative.mp4", "times start below zero, MP4", f"{BOTH} -c:v libx264 -c:a aac -output_ts_offset -0.5 -avoid_negative_ts disabled"),
    ("odd_base.mp4", "time base 1/90001", f"{BOTH} -c:v libx264 -c:a aac -video_track_timescale 90001"),
    ("ntsc.avi", "30000/1001 pictures a second", "-f lavfi -i testsrc2=size=128x96:rate=30000/1001:duration=1 -c:v mpeg4"),
    ("one_pixel.mkv", "1 x 1", "-f lavfi -i color=red:size=2x2:rate=5:duration=1 -vf crop=1:1:exact=1,format=yuv444p -c:v ffv1"),
    ("small.mkv", "3 x 5, 4:4:4", "-f lavfi -i color=red:size=3x5:rate=5:duration=1 -c:v ffv1 -pix_fmt yuv444p"),
    ("one_picture.mp4", "one picture under a second of sound", f"{BOTH} -frames:v 1 -c:v libx264 -c:a aac"),
    ("prores4444.mov", "ProRes 4444, transparent", f"{PICTURES} -c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"),
    ("three_subtitles.mkv", "three subtitles, SubRip, ASS and WebVTT",
     (f"{BOTH} -i words.srt -i words.srt -i words.srt -map 0 -map 1 -map 2 -map 3 -map 4 -c:v libx264 -c:a aac "
      "-c:s:0 srt -c:s:1 ass -c:s:2 webvtt")),
    ("dvd_subtitles.vob", "DVD subtitles", f"{BOTH} -i words.srt -map 0 -map 1 -c:v mpeg2video -c:a mp2 -f vob"),
    ("data.ts", "data stream", f"{BOTH} -f data -i words.srt -map 0 -map 1 -map 2 -c:v libx264 -c:a aac -c:d copy"),
    ("eight_channels.mkv", "7.1 PCM",
     f"{PICTURES} -f lavfi -i aevalsrc=0.1|0.1|0.1|0.1|0.1|0.1|0.1|0.1:duration=1:channel_layout=7.1 -c:v libx264 -c:a pcm_s24le"),
    ("sound_alone_longer.mkv", "sound three times as long", f"{PICTURES} -f lavfi -i sine=duration=3 -c:v libx264 -c:a aac"),
    ("four.ts", "four joined, with sound", None),
    ("four.vob", "four joined, DVD", None),
]  # fmt: skip


@dataclass
class Streams:
    video: int
    sound: int
    subtitles: int
    other: int
    pictures: int  # of the first video that is no cover

    def __str__(self) -> str:
        other = f" +{self.other}" if self.other else ""
        return f"{self.video}v {self.sound}a {self.subtitles}s{other}, {self.pictures}"


def ffmpeg(arguments: str, target: str, folder: Path) -> bool:
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *arguments.split(), target]
    return subprocess.run(command, cwd=folder, check=False).returncode == 0


def make_inputs(folder: Path) -> dict[str, str]:
    (folder / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nWords\n")
    made = {}
    for name, what, arguments in MADE:
        if arguments is None:
            codecs = "-c:v mpeg2video -c:a mp2 -f " + ("vob" if name.endswith("vob") else "mpegts")
            later = "" if name.endswith("vob") else " -output_ts_offset 3600"
            done = ffmpeg(f"{BOTH} {codecs}", "first", folder) and ffmpeg(f"{BOTH} {codecs}{later}", "second", folder)
            parts = [(folder / part).read_bytes() for part in ("first", "second")]
            (folder / name).write_bytes(b"".join(parts * 2))
        else:
            done = ffmpeg(arguments, name, folder)
        if done:
            made[name] = what
        else:
            print(f"{name}: this ffmpeg does not make it", file=sys.stderr)
    return made


def count(file: Path) -> Streams:
    """As ffprobe sees the file. Animated WebP it finds, but does not decode."""
    entries = "stream=codec_type,nb_read_frames:stream_disposition=attached_pic"
    command = ["ffprobe", "-loglevel", "quiet", "-count_frames", "-show_entries", entries, "-of", "json", str(file)]
    kinds = Counter()
    pictures = 0
    for stream in json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout).get("streams", []):
        is_cover = stream["disposition"]["attached_pic"] == 1
        kind = "other" if is_cover else stream.get("codec_type", "other")
        kinds[kind] += 1
        if kind == "video" and kinds[kind] == 1:
            pictures = int(stream.get("nb_read_frames", 0))
    if file.suffix == ".webp":
        pictures = file.read_bytes().count(b"ANMF")
    known = kinds["video"] + kinds["audio"] + kinds["subtitle"]
    return Streams(kinds["video"], kinds["audio"], kinds["subtitle"], kinds.total() - known, pictures)


def judge(before: Streams, written: Path | None, said: str, burned: bool) -> tuple[str, bool]:
    """A cell of the table, and whether it passes. Burning in keeps the first video, and may split a long picture."""
    if written is None:
        why = re.search(r"(?:keeps|keep|decode) (?:the rotation of )?(stream \d+ \([^)]*\))|(has no video stream)", said)
        return f"refused: {why[1] or why[2]}" if why else "none, and not said why", bool(why)
    after = count(written)
    missing = max(0, before.sound - after.sound) + (0 if burned else max(0, before.video - after.video))
    named = set(re.findall(r"stream \d+ \((?:video|audio), [^)]*\) of .* left out", said))
    good = after.video > 0 and missing <= len(named) and (burned or after.subtitles > 0)
    return f"{written.suffix} {after}", good and after.pictures >= before.pictures


def main() -> None:
    program, fixtures, *wanted = sys.argv[1:]
    failed = 0
    print("| input | what | streams, pictures | copy with a caption track | captions in the picture | |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "in", Path(name) / "out"
        folder.mkdir()
        kinds = FIXTURES | make_inputs(folder)
        for file in FIXTURES:
            shutil.copy(Path(fixtures) / file, folder)
        inputs = [folder / file for file in kinds if not wanted or any(part in file for part in wanted)]
        command = [program, "annotate", *map(str, inputs), "--mux", "--burn-in", "--quality", "fast", "-o", str(out)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        for file in inputs:
            said = "\n".join(line for line in (run.stdout + run.stderr).splitlines() if str(file) in line)
            before = count(file)
            cells = []
            for mark, burned in ((".captioned.", False), (".burned-in.", True)):
                # Inputs of one name and several extensions keep theirs.
                names = (file.name + mark, file.stem + mark)
                written = next((path for start in names for path in out.glob(start + "*")), None)
                cells.append(judge(before, written, said, burned))
            good = all(passes for _, passes in cells)
            failed += not good
            row = [f"`{file.name}`", kinds[file.name], str(before), *(cell for cell, _ in cells), "passes" if good else "FAILS"]
            print("| " + " | ".join(row) + " |", flush=True)
            if not good:
                print(f"{file.name}:\n{said}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
