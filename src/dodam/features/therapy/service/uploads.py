"""Taking in play records: any order, days late, twice, partly bad; nothing counts twice."""

import re
from collections.abc import Container, Mapping, Sequence
from datetime import UTC
from hashlib import blake2b
from uuid import UUID

import msgspec

from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.content.models import Motion
from dodam.features.content.service import Catalogue
from dodam.features.therapy import errors
from dodam.features.therapy.models.plays import (
    DeviceClock,
    Fate,
    PlayRecord,
    Reason,
    RecordFate,
    UploadReceipt,
    WrongRecord,
    true_start,
)
from dodam.features.therapy.service.goals import Goals, PlayedDay
from dodam.features.therapy.store import plays as store
from dodam.features.therapy.store.plays import NewPlay, StoredPlay
from dodam.platform.clock import Clock
from dodam.platform.database import Database
from dodam.platform.errors import FieldError
from dodam.platform.group_commit import GroupCommit
from dodam.platform.i18n import Language

MOST_RECORDS = 500
_ROWS_A_COMMIT = 1_000
_MOST_PAYLOAD_BYTES = 16 * 1024
# An escaped NUL that is not itself behind an escaped backslash; PostgreSQL cannot store it.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_NOTICES = {
    DeviceClock.CORRECTED: errors.CLOCK_CORRECTED,
    DeviceClock.UNTRUSTED: errors.CLOCK_UNTRUSTED,
}


class Upload(msgspec.Struct, frozen=True):
    """The plays of one upload that are to be stored."""

    guardian_id: UUID
    child: Child
    plays: list[NewPlay]


class Uploads:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        children: Children,
        catalogue: Catalogue,
        goals: Goals,
    ) -> None:
        self._database = database
        self._clock = clock
        self._children = children
        self._catalogue = catalogue
        self._goals = goals
        self._intake = GroupCommit(
            self._commit,
            size=lambda upload: len(upload.plays),
            most=_ROWS_A_COMMIT,
            lanes=2,
        )

    async def receive(
        self,
        guardian_id: UUID,
        child_id: UUID,
        records: Sequence[PlayRecord | WrongRecord],
        language: Language,
    ) -> UploadReceipt:
        """Store what is new and say what became of each record, once all of it is durable.

        Raises ChildNotFound, ConsentRequired, TooManyRecords.
        """
        if len(records) > MOST_RECORDS:
            raise errors.TooManyRecords(limit=MOST_RECORDS)
        async with self._database.reading() as db:
            child = await self._children.for_storing(db, guardian_id, child_id)
            catalogue = await self._catalogue.motions(db)
        checked = [self._check(child, catalogue, record) for record in records]
        plays: dict[UUID, NewPlay] = {}
        for result in checked:
            if isinstance(result, NewPlay):
                plays.setdefault(result.id, result)
        created, stored = await self._store(Upload(guardian_id, child, list(plays.values())))

        fates = [
            _fate(index, result, created, stored, language) for index, result in enumerate(checked)
        ]
        count = [fate.fate for fate in fates].count
        return UploadReceipt(
            created=count(Fate.CREATED),
            duplicates=count(Fate.DUPLICATE),
            rejected=count(Fate.REJECTED),
            records=fates,
        )

    async def _store(
        self, upload: Upload
    ) -> tuple[Mapping[UUID, NewPlay], Mapping[UUID, StoredPlay]]:
        """The plays that were new, and what was stored before under the ids of the others."""
        if not upload.plays:
            return {}, {}
        created = await self._intake.add(upload)
        known = [each.id for each in upload.plays if each.id not in created]
        if not known:
            return created, {}
        async with self._database.reading() as db:
            stored = await store.STORED_PLAYS.all(db, child=upload.child.id, ids=known)
        return created, {play.id: play for play in stored}

    async def _commit(self, uploads: Sequence[Upload]) -> Sequence[Mapping[UUID, NewPlay]]:
        """Store several uploads at once; of each, the plays that were new."""
        plays: dict[tuple[UUID, UUID], NewPlay] = {}
        for upload in uploads:
            for play in upload.plays:
                plays.setdefault((play.child_id, play.id), play)

        def new_of_each(
            created: Container[tuple[UUID, UUID]],
        ) -> Sequence[Mapping[UUID, NewPlay]]:
            return [
                {
                    play.id: play
                    for play in upload.plays
                    if (key := (play.child_id, play.id)) in created and plays[key] is play
                }
                for upload in uploads
            ]

        async def attempt() -> Sequence[Mapping[UUID, NewPlay]]:
            async with self._database.transaction() as tx:
                created = new_of_each(await store.add_plays(tx, plays.values()))
                days = [
                    PlayedDay(upload.guardian_id, upload.child, day)
                    for upload, new in zip(uploads, created, strict=True)
                    for day in {play.therapy_day for play in new.values()}
                ]
                await self._goals.plays_added(tx, days)
                return created

        return await self._database.retrying(attempt)

    def _check(
        self, child: Child, catalogue: Mapping[str, Motion], record: PlayRecord | WrongRecord
    ) -> NewPlay | WrongRecord:
        if isinstance(record, WrongRecord):
            return record
        if record.successes > record.repetitions:
            return WrongRecord(record.id, errors.SUCCESSES_ABOVE_REPETITIONS)
        if record.motion not in catalogue:
            return WrongRecord(record.id, errors.UNKNOWN_MOTION)
        payload = msgspec.json.encode(record.payload)
        if len(payload) > _MOST_PAYLOAD_BYTES:
            return WrongRecord(record.id, errors.PAYLOAD_TOO_LARGE)
        if _NUL.search(payload):
            return WrongRecord(record.id, errors.PAYLOAD_HAS_NUL)
        return self._play(child, record)

    def _play(self, child: Child, record: PlayRecord) -> NewPlay | WrongRecord:
        received_at = self._clock.now()
        try:
            shown = record.started_at.astimezone(UTC)
        except OverflowError:
            return WrongRecord(record.id, errors.TIME_OUT_OF_RANGE)
        started_at, clock = true_start(shown, record.sent_at, received_at)
        return NewPlay(
            child_id=child.id,
            id=record.id,
            session_id=record.session_id,
            motion=record.motion,
            hand=record.hand,
            therapy_day=child.therapy_day(started_at),
            started_at=started_at,
            duration_ms=record.duration_ms,
            repetitions=record.repetitions,
            successes=record.successes,
            accuracy_bp=None if record.accuracy is None else round(record.accuracy * 10_000),
            score=record.score,
            difficulty=record.difficulty,
            label=record.label,
            device=record.device,
            payload=record.payload,
            clock=clock,
            device_started_at=None if clock is DeviceClock.TRUSTED else shown,
            received_at=received_at,
            fingerprint=_fingerprint(record),
        )


def _fate(
    index: int,
    result: NewPlay | WrongRecord,
    created: Mapping[UUID, NewPlay],
    stored: Mapping[UUID, StoredPlay],
    language: Language,
) -> RecordFate:
    if isinstance(result, WrongRecord):
        return RecordFate(index, result.id, Fate.REJECTED, reason=_reason(result.error, language))
    first = created.get(result.id)
    if first is result:
        notice = _NOTICES.get(result.clock)
        return RecordFate(
            index,
            result.id,
            Fate.CREATED,
            therapy_day=result.therapy_day,
            notice=notice and _reason(notice, language),
        )
    kept = first or stored.get(result.id)
    if kept is not None and kept.fingerprint != result.fingerprint:
        return RecordFate(
            index, result.id, Fate.REJECTED, reason=_reason(errors.ID_REUSED, language)
        )
    return RecordFate(
        index, result.id, Fate.DUPLICATE, therapy_day=kept.therapy_day if kept else None
    )


def _reason(error: FieldError, language: Language) -> Reason:
    return Reason(error.code, error.text.read(language), error.field)


def _fingerprint(record: PlayRecord) -> int:
    """64 bits of the record's content; when it was sent is not part of it."""
    content = msgspec.json.encode(msgspec.structs.replace(record, sent_at=None), order="sorted")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)
