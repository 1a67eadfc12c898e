"""What a game saves for itself."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dodam.platform.masking.sensitive import Sensitive

MOST_BYTES = 64 * 1024


class NewSave(Struct, frozen=True, forbid_unknown_fields=True):
    """What to save, and the version it was made from: 0 where nothing was saved before.

    `data` is the client's own, never looked into; at most 64 KiB as UTF-8, without NUL.
    """

    version: Annotated[int, Meta(ge=0, le=2**31 - 2)]
    data: Annotated[str, Meta(max_length=MOST_BYTES, pattern=r"^[^\x00]*\Z"), Sensitive]


class SavedVersion(Struct, frozen=True):
    version: int
    saved_at: datetime


class Save(Struct, frozen=True):
    """What was saved last; `data` is null where nothing was, or where it was deleted."""

    version: int
    data: str | None
    saved_at: datetime | None
