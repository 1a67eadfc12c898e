"""A picture drawn from nothing: a PNG (ISO/IEC 15948) of one star."""

import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_BY_PALETTE = 3
_NIGHT, _STAR = bytes((26, 32, 74)), bytes((255, 204, 64))


def icon(size: int = 64) -> bytes:
    """A star in the night, `size` pixels wide and high."""
    header = size.to_bytes(4) + size.to_bytes(4) + bytes((8, _COLOUR_BY_PALETTE, 0, 0, 0))
    # Each row begins with how it was filtered: not at all.
    rows = b"".join(b"\0" + bytes(_is_star(x, y, size) for x in range(size)) for y in range(size))
    return (
        _SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", _NIGHT + _STAR)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _is_star(x: int, y: int, size: int) -> bool:
    """Inside an astroid, a star of four points."""
    across, down = abs(2 * x / size - 1), abs(2 * y / size - 1)
    return across ** (2 / 3) + down ** (2 / 3) < 1


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return len(content).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)
