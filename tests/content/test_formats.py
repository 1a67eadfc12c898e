"""G01: formats are told by content, whatever the content is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.content.models.formats import HEAD_BYTES, format_named, format_of
from dodam.features.content.models.media import MediaKind

from .steps import mp4, png

_FILES = {
    "image/png": png(),
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100),
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(100),
    "image/gif": b"GIF89a" + bytes(100),
    "audio/mp4": b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom" + bytes(100),
    "audio/mpeg": b"ID3\4\0\0" + bytes(100),
    "audio/ogg": b"OggS\0\2" + bytes(100),
    "video/mp4": mp4(),
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm" + bytes(100),
}
_OTHERS = {
    "Matroska": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x88matroska" + bytes(100),
    "WAV": b"RIFF\x24\0\0\0WAVEfmt " + bytes(100),
    "QuickTime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100),
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100),
}


@pytest.mark.parametrize("content_type", _FILES)
def test_G01_every_format_that_is_taken_is_told(content_type: str) -> None:
    found = format_of(_FILES[content_type][:HEAD_BYTES])
    assert found is not None
    assert found.content_type == content_type
    assert found.kind is MediaKind(content_type.partition("/")[0])
    assert format_named(f"{'0' * 64}.{found.extension}") is found


@pytest.mark.parametrize("other", _OTHERS)
def test_G01_other_formats_in_the_same_containers_are_not_taken(other: str) -> None:
    assert format_of(_OTHERS[other]) is None


_BEGINNINGS = st.sampled_from([*_FILES.values(), *_OTHERS.values()])


@given(_BEGINNINGS, st.integers(0, 40), st.binary(max_size=64))
def test_G01_no_content_is_more_than_unknown(beginning: bytes, cut: int, rest: bytes) -> None:
    found = format_of(beginning[:cut] + rest)
    assert found is None or found.content_type in _FILES


@given(st.integers(0, 2**32 - 1), st.binary(max_size=64))
def test_G01_a_container_that_lies_about_its_length_is_not_more(length: int, rest: bytes) -> None:
    found = format_of(length.to_bytes(4) + b"ftyp" + rest)
    assert found is None or found.content_type in {"video/mp4", "audio/mp4"}
