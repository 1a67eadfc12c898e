"""Lists of records that clients send, each of which has its own fate."""

from uuid import UUID

from msgspec import Struct

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text

MOST_RECORDS = 500


class WrongRecord(Struct, frozen=True):
    """A record that is none; `id` where it could still be read."""

    id: UUID | None
    error: FieldError


class TooManyRecords(DodamError):
    kind = Kind.TOO_LARGE
    code = "too_many_records"
    text = Text(
        en="An upload takes at most {limit} records; send the rest in another.",
        ko="한 번에 {limit}개까지 올릴 수 있어요. 나머지는 나누어 보내 주세요.",
    )
