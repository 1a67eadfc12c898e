"""Words of images, videos and sounds."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.i18n import Text

# Something to read, without what PostgreSQL does not store; `\Z`, for `$` lets a line end through.
WORDS = r"^[^\x00]*[^\x00\s][^\x00]*\Z"
_Words = Annotated[str, Meta(min_length=1, max_length=500, pattern=WORDS)]


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Alternative(Text, frozen=True, forbid_unknown_fields=True):
    """What is to be seen or heard, for those who do not see or hear it."""

    ko: _Words
    en: _Words


class MediumForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What staff say of a medium; they find it by its title."""

    title: _Words
    alt: Alternative


class Medium(Struct, frozen=True):
    """One image, video or sound, as staff know it.

    `name` is the SHA-256 of its content with the extension of its type: what has a name never
    changes. `size` is in bytes.
    """

    id: UUID
    name: str
    content_type: str
    size: int
    title: str
    alt: Text
    uploaded_by: UUID | None
    created_at: datetime


class ListedMedium(Medium, frozen=True):
    """A medium, where it can be fetched for a while, and what shows it, such as `motion:pinch`."""

    url: str
    used_by: list[str]


class MediaPage(Struct, frozen=True):
    """The newest first; `next_cursor` asks for the page after, null on the last."""

    media: list[ListedMedium]
    next_cursor: UUID | None


class ShownMedium(Struct, frozen=True):
    """One image, video or sound, as clients show it.

    `url` is a path on the API's own address; it works without a token for 12 hours at least, and
    stays the same for some hours. What it answers never changes: keep it by the path without the
    query. `size` is in bytes.
    """

    id: UUID
    url: str
    content_type: str
    size: int
    alt: Text


class WantedMedium(Struct, frozen=True):
    """A medium that something is to show: the field that names it, and what it must be."""

    field: str
    id: UUID
    kind: MediaKind


def kind_of(content_type: str) -> MediaKind:
    return MediaKind(content_type.partition("/")[0])
