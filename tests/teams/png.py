"""Reads the pixels of a PNG of the plain kind: 8 bits, RGB or RGBA, not interlaced."""

import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """`pixels` are (red, green, blue, opacity), row by row."""

    width: int
    height: int
    pixels: list[tuple[int, int, int, int]]


def read(data: bytes) -> Picture:
    """The picture. Raises ValueError for another kind of file."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at, packed, header = 8, b"", b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        header = body if kind == b"IHDR" else header
        packed += body if kind == b"IDAT" else b""
        at += 12 + size
    width, height, bits, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if (bits, interlaced) != (8, 0) or colours not in (2, 6):
        raise ValueError("a kind of PNG that is not read here")
    channels = 4 if colours == 6 else 3
    rows = _unfiltered(zlib.decompress(packed), width * channels, channels)
    flat = [row[i : i + channels] for row in rows for i in range(0, len(row), channels)]
    pixels = [(p[0], p[1], p[2], p[3] if channels == 4 else 255) for p in flat]
    return Picture(width, height, pixels)


def _unfiltered(raw: bytes, length: int, step: int) -> list[bytearray]:
    """Each row is told as what differs from its neighbours (PNG specification, 9.2)."""
    rows: list[bytearray] = []
    above = bytearray(length)
    for at in range(0, len(raw), length + 1):
        how, row = raw[at], bytearray(raw[at + 1 : at + 1 + length])
        for i in range(length):
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            near = (0, left, above[i], (left + above[i]) // 2, _nearest(left, above[i], corner))
            row[i] = (row[i] + near[how]) % 256
        rows.append(row)
        above = row
    return rows


def _nearest(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))
