"""Taking in what games tell: any order, days late, twice, partly bad; nothing is taken twice."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from dodam.features.insight import errors, store
from dodam.features.insight.models.events import SendBehaviourEvent
from dodam.features.insight.models.registry import MOST_EVENTS, App, GameEvent
from dodam.features.insight.models.uploads import (
    EventFate,
    EventOutcome,
    EventReceipt,
    Upload,
    WrongEvent,
)
from dodam.features.insight.service.people import People
from dodam.features.insight.service.recording import told
from dodam.features.therapy.models.plays import CLOCK_TOLERANCE, Reason, true_start
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.i18n import Language
from dodam.platform.rate_limit import Limit, RateLimits

# A tablet that got no answer sends again within minutes, or when it is next switched on.
_REPEATED_WITHIN = timedelta(days=7)


class _Timed(Struct, frozen=True):
    event: GameEvent
    at: datetime


class Uploads:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: People,
        rate_limits: RateLimits,
        limit: Limit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._rate_limits = rate_limits
        self._limit = limit

    async def receive(self, account_id: UUID, upload: Upload, language: Language) -> EventReceipt:
        """What became of each event, once those that were accepted are durable.

        Raises TooManyEvents, TooManyRequests.
        """
        if len(upload.events) > MOST_EVENTS:
            raise errors.TooManyEvents(limit=MOST_EVENTS)
        await self._rate_limits.spend(self._limit, account_id)
        now = self._clock.now()
        checked = [_timed(each, upload.sent_at, now) for each in upload.events]
        timed = [each for each in checked if isinstance(each, _Timed)]
        async with self._database.transaction() as tx:
            fates = iter(await self._take(tx, account_id, timed, upload.app))
        outcomes = [
            EventOutcome(index, each.event.id, next(fates))
            if isinstance(each, _Timed)
            else _rejected(index, each, language)
            for index, each in enumerate(checked)
        ]
        accepted = sum(each.fate is EventFate.ACCEPTED for each in outcomes)
        return EventReceipt(accepted, outcomes)

    async def forget_taken(self, tx: Transaction) -> None:
        """Drop what remembers events too old to be sent again."""
        await store.FORGET_TAKEN.execute(tx, before=self._clock.now() - _REPEATED_WITHIN)

    async def _take(
        self, tx: Transaction, account_id: UUID, events: Sequence[_Timed], app: App | None
    ) -> list[EventFate]:
        if not events:
            return []
        person = await self._people.hold(tx, account_id)
        if isinstance(person, EventFate):
            return [person] * len(events)
        # A tablet's clock may be a little behind ours.
        since = person.consented_at - CLOCK_TOLERANCE
        agreed: dict[UUID, _Timed] = {}
        for each in events:
            if each.at >= since:
                agreed.setdefault(each.event.id, each)
        taken = await store.TAKE.all(
            tx, distinct_id=person.distinct_id, ids=sorted(agreed), at=self._clock.now()
        )
        new = [agreed[each.id] for each in taken]
        await tx.enqueue(
            *(
                SendBehaviourEvent(
                    event=told(person, each.event, at=each.at, fact=str(each.event.id), app=app)
                )
                for each in new
            )
        )
        accepted = set(map(id, new))
        return [
            EventFate.NOT_CONSENTED
            if each.at < since
            else EventFate.ACCEPTED
            if id(each) in accepted
            else EventFate.DUPLICATE
            for each in events
        ]


def _timed(
    event: GameEvent | WrongEvent, sent_at: datetime | None, received_at: datetime
) -> _Timed | WrongEvent:
    """With the time at which it really happened, by the rules for plays."""
    if isinstance(event, WrongEvent):
        return event
    try:
        shown = event.at.astimezone(UTC)
    except OverflowError:
        return WrongEvent(event.id, errors.TIME_OUT_OF_RANGE)
    return _Timed(event, true_start(shown, sent_at, received_at)[0])


def _rejected(index: int, wrong: WrongEvent, language: Language) -> EventOutcome:
    error = wrong.error
    reason = Reason(error.code, error.text.read(language), error.field)
    return EventOutcome(index, wrong.id, EventFate.REJECTED, reason)
