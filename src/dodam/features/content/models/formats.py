"""Which formats of images, videos and sounds are taken, told by what they begin with.

Tablets and browsers play each of them, and none can hold script: no SVG, no HTML, no PDF.
"""

import filetype  # pyright: ignore[reportMissingTypeStubs]
from filetype.types import audio, image, video  # pyright: ignore[reportMissingTypeStubs]
from msgspec import Struct

from dodam.features.content.models.media import MediaKind, kind_of

# What `format_of` looks at, at most: Matroska names its kind somewhere in its first elements.
HEAD_BYTES = 8192

# M4A before MP4, whose container it is in.
_MATCHERS = (
    image.Png(),
    image.Jpeg(),
    image.Webp(),
    image.Gif(),
    audio.M4a(),
    audio.Mp3(),
    audio.Ogg(),
    video.Mp4(),
    video.Webm(),
)


class Format(Struct, frozen=True):
    """`also` are names senders use for the same type."""

    content_type: str
    extension: str
    also: frozenset[str] = frozenset()

    @property
    def kind(self) -> MediaKind:
        return kind_of(self.content_type)

    def is_called(self, content_type: str) -> bool:
        return content_type == self.content_type or content_type in self.also


_FORMATS = (
    Format("image/png", "png"),
    Format("image/jpeg", "jpg", frozenset({"image/jpg"})),
    Format("image/webp", "webp"),
    Format("image/gif", "gif"),
    Format("audio/mp4", "m4a", frozenset({"audio/x-m4a", "audio/m4a"})),
    Format("audio/mpeg", "mp3", frozenset({"audio/mp3"})),
    Format("audio/ogg", "ogg", frozenset({"application/ogg"})),
    Format("video/mp4", "mp4"),
    Format("video/webm", "webm"),
)
_BY_TYPE = {each.content_type: each for each in _FORMATS}
_BY_EXTENSION = {each.extension: each for each in _FORMATS}

# A name of ours; `\Z`, for `$` would let a line end through.
MEDIA_NAME = rf"^[0-9a-f]{{64}}\.({'|'.join(_BY_EXTENSION)})\Z"


def format_of(head: bytes) -> Format | None:
    """The format of what begins so, if it is one that is taken."""
    found = filetype.match(head, _MATCHERS)  # pyright: ignore[reportUnknownMemberType]
    return None if found is None else _BY_TYPE[found.mime]


def format_named(name: str) -> Format:
    """The format of a medium with this name."""
    return _BY_EXTENSION[name.rpartition(".")[2]]
