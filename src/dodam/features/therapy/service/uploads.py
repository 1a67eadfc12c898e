"""Taking in play records: any order, days late, twice, partly bad; nothing counts twice."""

from collections.abc import Container, Mapping, Sequence
from datetime import UTC
from uuid import UUID

import msgspec

from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.content.models.motions import Motion
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.therapy import errors
from dodam.features.therapy.models.plausibility import can_be, flags
from dodam.features.therapy.models.plays import (
    DeviceClock,
    Fate,
    PlayRecord,
    UploadReceipt,
    true_start,
)
from dodam.features.therapy.service.attended import Attended
from dodam.features.therapy.service.fates import fingerprint, receipt
from dodam.features.therapy.service.goals import Goals, PlayedDay
from dodam.features.therapy.store import plays as store
from dodam.features.therapy.store.plays import NewPlay, StoredRecord
from dodam.platform.clock import Clock
from dodam.platform.database import Database
from dodam.platform.errors import FieldError
from dodam.platform.group_commit import GroupCommit
from dodam.platform.i18n import Language
from dodam.platform.json_values import json_error
from dodam.platform.metrics import Counter
from dodam.platform.records import MOST_RECORDS, TooManyRecords, WrongRecord

_RECORDS = Counter("dodam_play_records", "Play records that tablets sent, by fate.", "fate")
_ROWS_A_COMMIT = 1_000
_MOST_PAYLOAD_BYTES = 16 * 1024


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
        attended: Attended,
    ) -> None:
        self._database = database
        self._clock = clock
        self._children = children
        self._catalogue = catalogue
        self._goals = goals
        self._attended = attended
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
            raise TooManyRecords(limit=MOST_RECORDS)
        async with self._database.reading() as db:
            child = await self._children.for_storing(db, guardian_id, child_id)
            catalogue = await self._catalogue.motions(db)
        checked = [self._check(child, catalogue, record) for record in records]
        plays: dict[UUID, NewPlay] = {}
        for result in checked:
            if isinstance(result, NewPlay):
                plays.setdefault(result.id, result)
        created, stored = await self._store(Upload(guardian_id, child, list(plays.values())))
        told = receipt(checked, created, stored, language)
        for fate, count in (
            (Fate.CREATED, told.created),
            (Fate.DUPLICATE, told.duplicates),
            (Fate.REJECTED, told.rejected),
        ):
            if count:
                _RECORDS.add(fate.value, count=count)
        return told

    async def _store(
        self, upload: Upload
    ) -> tuple[Mapping[UUID, NewPlay], Mapping[UUID, StoredRecord]]:
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
                added = await store.add_plays(tx, plays.values())
                created = new_of_each(added.plays)
                days = [
                    PlayedDay(upload.guardian_id, upload.child, day)
                    for upload, new in zip(uploads, created, strict=True)
                    for day in {play.therapy_day for play in new.values()}
                ]
                await self._goals.plays_added(tx, days)
                begun = [each for each in days if (each.child.id, each.day) in added.first_days]
                await self._attended.days_begun(tx, begun)
                return created

        return await self._database.retrying(attempt)

    def _check(
        self, child: Child, catalogue: Mapping[str, Motion], record: PlayRecord | WrongRecord
    ) -> NewPlay | WrongRecord:
        if isinstance(record, WrongRecord):
            return record
        motion = catalogue.get(record.motion)
        if motion is None:
            return WrongRecord(record.id, errors.UNKNOWN_MOTION)
        wrong = _what_is_wrong(record)
        return WrongRecord(record.id, wrong) if wrong else self._play(child, motion, record)

    def _play(self, child: Child, motion: Motion, record: PlayRecord) -> NewPlay | WrongRecord:
        received_at = self._clock.now()
        try:
            shown = record.started_at.astimezone(UTC)
        except OverflowError:
            return WrongRecord(record.id, errors.TIME_OUT_OF_RANGE)
        started_at, clock = true_start(shown, record.sent_at, received_at)
        day = child.therapy_day(started_at)
        return NewPlay(
            child_id=child.id,
            id=record.id,
            session_id=record.session_id,
            motion=record.motion,
            hand=record.hand,
            therapy_day=day,
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
            fingerprint=fingerprint(record),
            flags=list(flags(record, motion, child, started_at, day)),
        )


def _what_is_wrong(record: PlayRecord) -> FieldError | None:
    if record.successes > record.repetitions:
        return errors.SUCCESSES_ABOVE_REPETITIONS
    if not can_be(record):
        return errors.MORE_THAN_A_HAND_CAN
    return json_error(record.payload, "payload", most_bytes=_MOST_PAYLOAD_BYTES)
