"""What becomes of records that tablets send, plays or events of sessions, and how they are told."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET

from dodam.features.therapy import errors
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.models.plays import (
    DeviceClock,
    Fate,
    Reason,
    RecordFate,
    UploadReceipt,
)
from dodam.platform.errors import FieldError
from dodam.platform.i18n import Language
from dodam.platform.records import WrongRecord

_NOTICES = {
    DeviceClock.CORRECTED: errors.CLOCK_CORRECTED,
    DeviceClock.UNTRUSTED: errors.CLOCK_UNTRUSTED,
}


class Known(Protocol):
    """A record that was stored."""

    @property
    def therapy_day(self) -> date: ...
    @property
    def fingerprint(self) -> int: ...


class Checked(Known, Protocol):
    """A record that can be stored."""

    @property
    def id(self) -> UUID: ...
    @property
    def clock(self) -> DeviceClock: ...
    @property
    def flags(self) -> Sequence[Flag]: ...


Record = TypeVar("Record", bound=Checked)


def receipt(
    checked: Sequence[Record | WrongRecord],
    created: Mapping[UUID, Record],
    stored: Mapping[UUID, Known],
    language: Language,
    notices: Mapping[UUID, FieldError] | None = None,
) -> UploadReceipt:
    """The answer to an upload, of which `created` were new and `stored` was there before.

    `notices` on records that were created go before what is said of their clocks.
    """
    of_clocks = {id_: _NOTICES.get(each.clock) for id_, each in created.items()}
    told = of_clocks | dict(notices or {})
    fates = [
        _rejected(index, each.id, each.error, language)
        if isinstance(each, WrongRecord)
        else _fate(index, each, created, stored, told, language)
        for index, each in enumerate(checked)
    ]
    count = [fate.fate for fate in fates].count
    return UploadReceipt(
        created=count(Fate.CREATED),
        duplicates=count(Fate.DUPLICATE),
        rejected=count(Fate.REJECTED),
        records=fates,
    )


def fingerprint(record: msgspec.Struct) -> int:
    """64 bits of a record's content; `sent_at`, when it was sent, is not part of it."""
    content = msgspec.json.encode(msgspec.structs.replace(record, sent_at=None), order="sorted")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)


def _fate(
    index: int,
    record: Record,
    created: Mapping[UUID, Record],
    stored: Mapping[UUID, Known],
    notices: Mapping[UUID, FieldError | None],
    language: Language,
) -> RecordFate:
    first = created.get(record.id)
    if first is record:
        notice = notices.get(record.id)
        return RecordFate(
            index,
            record.id,
            Fate.CREATED,
            therapy_day=record.therapy_day,
            notice=notice and _reason(notice, language),
            flags=[_reason(errors.FLAGGED[flag], language) for flag in record.flags] or UNSET,
        )
    kept = first or stored.get(record.id)
    if kept is not None and kept.fingerprint != record.fingerprint:
        return _rejected(index, record.id, errors.ID_REUSED, language)
    return RecordFate(
        index, record.id, Fate.DUPLICATE, therapy_day=kept.therapy_day if kept else None
    )


def _rejected(
    index: int, record_id: UUID | None, error: FieldError, language: Language
) -> RecordFate:
    return RecordFate(index, record_id, Fate.REJECTED, reason=_reason(error, language))


def _reason(error: FieldError, language: Language) -> Reason:
    return Reason(error.code, error.text.read(language), error.field)
