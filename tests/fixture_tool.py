#!/usr/bin/env python3
"""Makes the pictures of the video fixtures, and breaks files the way cameras, recorders and disks do.

Numbered pictures carry their own number as twelve blocks in a row, black or white: white, black (which tell a mirrored
or upside-down picture), nine bits with the highest first, and a bit that makes the white ones among these ten even. Each
is a fourteenth of the width wide and stands between one and three eighths of the height: legible after lossy coding and
scaling. tests/support/numbered_picture.h reads them.
"""

import struct
import sys
from pathlib import Path

WIDTH, HEIGHT = 168, 128


def numbered(number: int) -> bytes:
    """One 4:2:0 picture: the blocks on a pattern that moves, so that coders find work and motion."""
    bits = [1, 0] + [number >> bit & 1 for bit in range(8, -1, -1)]
    bits.append(sum(bits[2:]) % 2)
    cell = WIDTH // 14
    blocks = b"".join(bytes([235 if bit else 16]) * cell for bit in bits)
    ramp = bytes(60 + (x % 84 if x % 84 < 42 else 84 - x % 84) * 3 for x in range(WIDTH + 84))
    luma = []
    for y in range(HEIGHT):
        row = ramp[(y + 3 * number) % 84 :][:WIDTH]
        if HEIGHT // 8 <= y < 3 * HEIGHT // 8:
            row = row[:cell] + blocks + row[-cell:]
        luma.append(row)
    chroma = bytes([110]) * (WIDTH * HEIGHT // 4) + bytes([140]) * (WIDTH * HEIGHT // 4)
    return b"".join(luma) + chroma


def write_numbers(first: int, count: int) -> None:
    out = sys.stdout.buffer
    out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F25:1 Ip A1:1 C420mpeg2\n".encode())
    for number in range(first, first + count):
        out.write(b"FRAME\n" + numbered(number))


def write_moving_bar(count: int) -> None:
    """Interlaced, top field first: a white bar moves 8 pixels from field to field, so weaving the two shows a comb."""
    out = sys.stdout.buffer
    out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F25:1 It A1:1 C420mpeg2\n".encode())
    for number in range(count):
        rows = []
        for field in (0, 1):
            left = 16 + 8 * ((2 * number + field) % 14)
            rows.append(bytes([16]) * left + bytes([235]) * 24 + bytes([16]) * (WIDTH - 24 - left))
        out.write(b"FRAME\n" + (rows[0] + rows[1]) * (HEIGHT // 2) + bytes([128]) * (WIDTH * HEIGHT // 2))


def write_patches(*luma_codes: int) -> None:
    """Ten bits, grey: one patch of 32 x 64 pixels for each luma code, three pictures."""
    out = sys.stdout.buffer
    width = 32 * len(luma_codes)
    out.write(f"YUV4MPEG2 W{width} H64 F25:1 Ip A1:1 C420p10 XYSCSS=420P10\n".encode())
    row = b"".join(struct.pack("<H", code) * 32 for code in luma_codes)
    for _ in range(3):
        out.write(b"FRAME\n" + row * 64 + struct.pack("<H", 512) * (width * 64 // 2))


def box(data: bytes, name: bytes) -> int:
    """Where the contents of the first box (or chunk) of that name begin."""
    return data.index(name) + 4


def turn(data: bytearray, a: int, b: int, c: int, d: int) -> None:
    """The display matrix in an MP4's track header: x' = a x + c y, y' = b x + d y (ISO/IEC 14496-12, 8.3.2)."""
    struct.pack_into(">9i", data, box(data, b"tkhd") + 40, a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)


def huge_mp4(data: bytearray) -> None:
    """65535 x 65535 in the sample entry, while the coded pictures keep their size."""
    struct.pack_into(">HH", data, box(data, b"avc1") + 24, 65535, 65535)


def unknown_codec(data: bytearray) -> None:
    """A codec nobody knows."""
    at = box(data, b"stsd") + 12
    data[at : at + 4] = b"zzzz"


def huge_gif(data: bytearray) -> None:
    """A canvas of 65535 x 65535, and a first picture as large."""
    struct.pack_into("<HH", data, 6, 65535, 65535)
    at = data.index(b"\x2c\0\0\0\0")
    struct.pack_into("<HH", data, at + 5, 65535, 65535)


def zero_rate(data: bytearray) -> None:
    """An AVI whose headers give 0/0 pictures a second."""
    struct.pack_into("<I", data, box(data, b"avih") + 4, 0)
    struct.pack_into("<II", data, box(data, b"strh") + 4 + 20, 0, 0)


def drop_index(data: bytearray) -> None:
    """An AVI without its index, as a crashed recorder leaves it."""
    del data[data.rindex(b"idx1") :]


def cut_front(data: bytearray, packets: int) -> None:
    """A transport stream that begins in the middle of a group of pictures."""
    del data[: 188 * packets]


def roll(data: bytearray, degrees: int) -> None:
    """The display's rotation in a Matroska file without an index: ProjectionPoseRoll (RFC 9559, 5.1.4.1.28.44)."""
    kind_and_roll = b"\x76\x71\x81\x00" + b"\x76\x75\x84" + struct.pack(">f", degrees)
    projection = b"\x76\x70" + bytes([0x80 | len(kind_and_roll)]) + kind_and_roll

    def size_at(at: int) -> tuple[int, int]:
        """How long the size is, and what it says."""
        length = 9 - data[at].bit_length()
        return length, int.from_bytes(data[at : at + length], "big") & ~(1 << 7 * length)

    def child(at: int, name: bytes) -> int:
        """Where the size of the first child of that name stands, `at` being where its parent's size stands."""
        at += size_at(at)[0]
        while not data.startswith(name, at):
            at += 9 - data[at].bit_length()
            at += sum(size_at(at))
        return at + len(name)

    segment = data.index(b"\x18\x53\x80\x67") + 4
    tracks = child(segment, b"\x16\x54\xae\x6b")
    track = child(tracks, b"\xae")
    picture = child(track, b"\xe0")
    at = picture + sum(size_at(picture))
    parents = (tracks, track, picture)
    for parent in parents:
        length, size = size_at(parent)
        data[parent : parent + length] = (size + len(projection) | 1 << 7 * length).to_bytes(length, "big")
    data[at:at] = projection


def damage(data: bytearray, start: float, share: float) -> None:
    """Noise over a share of the file, from a fraction of its length on."""
    begin = int(len(data) * start)
    state = 1
    for at in range(begin, begin + int(len(data) * share)):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        data[at] = state >> 16 & 255


def main() -> None:
    command, *arguments = sys.argv[1:]
    writers = {"numbers": write_numbers, "moving_bar": write_moving_bar, "patches": write_patches}
    if command in writers:
        writers[command](*map(int, arguments))
        return
    source, target, *values = arguments
    data = bytearray(Path(source).read_bytes())
    breakers = {f.__name__: f for f in (turn, huge_mp4, unknown_codec, huge_gif, zero_rate, drop_index, cut_front, roll, damage)}
    breakers[command](data, *(float(value) if "." in value else int(value) for value in values))
    Path(target).write_bytes(data)


if __name__ == "__main__":
    main()
