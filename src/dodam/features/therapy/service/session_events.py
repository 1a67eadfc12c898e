"""Taking in what tablets tell of sessions: any order, days late, twice, partly bad."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.therapy import errors
from dodam.features.therapy.events import SessionFinished
from dodam.features.therapy.models.plays import (
    DeviceClock,
    UploadReceipt,
    true_start,
)
from dodam.features.therapy.models.sessions import SessionEvent, SessionEventKind
from dodam.features.therapy.service.fates import fingerprint, receipt
from dodam.features.therapy.store import sessions as store
from dodam.features.therapy.store.sessions import NewEvent
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction
from dodam.platform.i18n import Language
from dodam.platform.records import MOST_RECORDS, TooManyRecords, WrongRecord


class SessionEvents:
    def __init__(self, clock: Clock, children: Children) -> None:
        self._clock = clock
        self._children = children

    async def receive(
        self,
        tx: Transaction,
        guardian_id: UUID,
        child_id: UUID,
        records: Sequence[SessionEvent | WrongRecord],
        language: Language,
    ) -> UploadReceipt:
        """Store what is new and say what became of each event.

        Raises ChildNotFound, ConsentRequired, TooManyRecords.
        """
        if len(records) > MOST_RECORDS:
            raise TooManyRecords(limit=MOST_RECORDS)
        child = await self._children.for_storing(tx, guardian_id, child_id)
        checked = [self._check(child, record) for record in records]
        events: dict[UUID, NewEvent] = {}
        for each in checked:
            if isinstance(each, NewEvent):
                events.setdefault(each.id, each)
        if not events:
            return receipt(checked, events, {}, language)
        added = await store.add_events(tx, events.values())
        created = {each: events[each] for each in added}
        await self._tell(tx, guardian_id, created.values())
        stored = await store.STORED_EVENTS.all(tx, child=child.id, ids=list(events.keys() - added))
        return receipt(checked, created, {each.id: each for each in stored}, language)

    def _check(self, child: Child, record: SessionEvent | WrongRecord) -> NewEvent | WrongRecord:
        if isinstance(record, WrongRecord):
            return record
        received_at = self._clock.now()
        try:
            shown = record.at.astimezone(UTC)
        except OverflowError:
            return WrongRecord(record.id, errors.EVENT_OUT_OF_RANGE)
        at, clock = true_start(shown, record.sent_at, received_at)
        return NewEvent(
            child_id=child.id,
            id=record.id,
            session_id=record.session_id,
            kind=record.kind,
            therapy_day=child.therapy_day(at),
            at=at,
            clock=clock,
            device_at=None if clock is DeviceClock.TRUSTED else shown,
            device_id=record.device_id,
            received_at=received_at,
            fingerprint=fingerprint(record),
        )

    async def _tell(self, tx: Transaction, guardian_id: UUID, events: Iterable[NewEvent]) -> None:
        """Publish that sessions are finished, unless it was before."""
        finished = {
            each.session_id: each for each in events if each.kind is SessionEventKind.FINISHED
        }
        # In order of their keys, so that two uploads wait for each other.
        for session_id, event in sorted(finished.items()):
            noted = await store.NOTE_FINISHED.first(
                tx,
                child_id=event.child_id,
                session_id=session_id,
                noted_at=event.received_at,
            )
            if noted is not None:
                await tx.publish(
                    SessionFinished(
                        child_id=event.child_id,
                        account_id=guardian_id,
                        session_id=session_id,
                        therapy_day=event.therapy_day,
                    )
                )
