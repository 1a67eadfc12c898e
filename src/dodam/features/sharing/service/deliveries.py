"""Sending messages to outside systems: at least once, and told apart by their `webhook-id`.

What is to be sent waits as rows. An endpoint is sent its rows by one task at a time, which stops
at the first failure and leaves the endpoint alone for a while, longer after each in a row: one
that is down or slow takes one place of the lane, and holds up nobody else.
"""

import time
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import structlog
from msgspec import json

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.sharing.models.deliveries import (
    PATIENCE,
    Answer,
    ChangedDays,
    DailyLogMessage,
    DailyResultMessage,
    DeliverAgain,
    DeliverAll,
    pause,
)
from dodam.features.sharing.models.endpoints import DisabledBy, MessageType
from dodam.features.sharing.models.feeds import SharedResult, as_consented
from dodam.features.sharing.service.endpoints import Endpoints
from dodam.features.sharing.service.grants import Grants
from dodam.features.sharing.store import deliveries as store
from dodam.features.sharing.store import endpoints as endpoint_store
from dodam.features.sharing.store import feeds as feed_store
from dodam.features.sharing.store import grants as grant_store
from dodam.features.sharing.store.deliveries import Taken
from dodam.features.sharing.store.endpoints import Target
from dodam.features.therapy.events import DailyResultReady
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.work import CannotBeDone

_LOG = structlog.get_logger(__name__)
# One who has taken a message has an answer by then, or has died.
_TAKEN_FOR = timedelta(minutes=1)
# Then the others of the lane have their turn.
_TURN_SECONDS = 60
_GIVEN_UP_TOGETHER = 1_000
_KEPT = timedelta(days=90)


class Deliveries:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        grants: Grants,
        endpoints: Endpoints,
        results: ResultsOfDays,
    ) -> None:
        self._database = database
        self._clock = clock
        self._grants = grants
        self._endpoints = endpoints
        self._results = results

    async def share(self, tx: Transaction, ready: DailyResultReady) -> None:
        """Let every system that is granted it have the result of a day."""
        now = self._clock.now()
        day = ready.therapy_day
        for grant in await grant_store.OF_CHILD_ON.all(
            tx, scope=Scope.READ_DAILY_RESULTS, child=ready.child_id, day=day
        ):
            system = grant.system_id
            await feed_store.SHARE_RESULT.execute(
                tx, system=system, grant=grant.id, day=day, now=now
            )
            about = {"grant": grant.id, "day": day, "days": None}
            await self._tell(tx, system, MessageType.DAILY_RESULT, about)

    async def tell_of_changes(
        self, tx: Transaction, system_id: UUID, changed: Mapping[UUID, list[date]]
    ) -> None:
        """Have endpoints told of days whose logs changed, by grant: one message for each."""
        for grant_id, days in changed.items():
            about = {"grant": grant_id, "day": None, "days": sorted(days)}
            await self._tell(tx, system_id, MessageType.DAILY_LOG, about)

    async def begin(self, tx: Transaction) -> None:
        """Have every endpoint sent what is due now; give up what has waited for too long."""
        now = self._clock.now()
        for given_up in await store.GIVE_UP.all(tx, before=now - PATIENCE, most=_GIVEN_UP_TOGETHER):
            await endpoint_store.MARK_FAILING.execute(tx, endpoint=given_up.endpoint_id, now=now)
            await tx.enqueue(DeliverAgain(delivery_id=given_up.id))
        for due in await store.DUE.all(tx, now=now):
            await self._begin(tx, due.endpoint_id)

    async def deliver_all(self, endpoint_id: UUID) -> None:
        """Send an endpoint what is due, until nothing is, it fails, or its turn is over.

        Opens its own scopes, for it calls outside.
        """
        until = time.monotonic() + _TURN_SECONDS
        while time.monotonic() < until:
            now = self._clock.now()
            async with self._database.transaction() as tx:
                to = await endpoint_store.TARGET.first(tx, endpoint=endpoint_id)
                if to is None or to.disabled_by or (to.rests_until and to.rests_until > now):
                    return
                taken = await store.TAKE.first(
                    tx, endpoint=endpoint_id, now=now, until=now + _TAKEN_FOR
                )
            if taken is None:
                return
            answer = await self._send(to, taken)
            if answer is not None and not answer.is_taken:
                return

    async def deliver_again(self, delivery_id: UUID) -> None:
        """Hold what was given up; once it was held, send it. Raises CannotBeDone."""
        async with self._database.transaction() as tx:
            is_new = await store.HOLD.execute(tx, delivery=delivery_id)
        if is_new:
            reason = f"an outside system did not take it for {PATIENCE.days} days"
            raise CannotBeDone(reason)
        async with self._database.transaction() as tx:
            held = await store.TAKE_HELD.first(tx, delivery=delivery_id)
            to = held and await endpoint_store.TARGET.first(tx, endpoint=held.endpoint_id)
        if held is None or to is None:
            return
        if to.disabled_by is not None:
            reason = "its endpoint is off"
            raise CannotBeDone(reason)
        answer = await self._send(to, held)
        if answer is not None and not answer.is_taken:
            raise CannotBeDone(_reason(answer))

    async def forget_old(self, tx: Transaction) -> None:
        await store.FORGET.execute(tx, before=self._clock.now() - _KEPT)

    async def _tell(
        self, tx: Transaction, system_id: UUID, what: MessageType, about: Mapping[str, object]
    ) -> None:
        now = self._clock.now()
        for endpoint in await endpoint_store.TAKES.all(tx, system=system_id, type=what):
            await store.ADD.execute(tx, id=new_id(), endpoint=endpoint.id, now=now, **about)
            await self._begin(tx, endpoint.id)

    async def _begin(self, tx: Transaction, endpoint_id: UUID) -> None:
        await tx.enqueue(
            DeliverAll(endpoint_id=endpoint_id), dedupe_key=f"sharing.deliver_all:{endpoint_id}"
        )

    async def _send(self, to: Target, message: Taken) -> Answer | None:
        """The answer; none if it was no longer to be sent."""
        async with self._database.reading() as db:
            body = await self._body(db, message)
        if body is None:
            async with self._database.transaction() as tx:
                await store.DROP.execute(tx, delivery=message.id, was=message.state)
            return None
        answer = await self._endpoints.post(to.id, to.url, str(message.id), body)
        async with self._database.transaction() as tx:
            if answer.is_taken:
                await self._taken(tx, to, message, answer)
            else:
                await self._refused(tx, to, message, answer)
        return answer

    async def _body(self, db: Reading, message: Taken) -> bytes | None:
        day, days = message.therapy_day, message.days or []
        scope = Scope.READ_DAILY_LOGS if day is None else Scope.READ_DAILY_RESULTS
        grant = (await self._grants.in_force(db, scope, [message.grant_id])).get(message.grant_id)
        if grant is None:
            return None
        if day is None:
            return json.encode(DailyLogMessage(message.created_at, ChangedDays(grant.id, days)))
        result = await self._results.of(db, grant.child_id, day)
        if result is None:
            return None
        shared = SharedResult(grant.id, as_consented(result, grant.consent_version))
        return json.encode(DailyResultMessage(result.summed_up_at, shared))

    async def _taken(self, tx: Transaction, to: Target, message: Taken, answer: Answer) -> None:
        await store.DELIVERED.execute(
            tx,
            delivery=message.id,
            status=answer.status,
            reason=answer.reason,
            now=self._clock.now(),
        )
        await endpoint_store.TAKES_AGAIN.execute(tx, endpoint=to.id)

    async def _refused(self, tx: Transaction, to: Target, message: Taken, answer: Answer) -> None:
        _LOG.warning("a webhook was not taken", endpoint=str(to.id), tries=message.tries)
        now = self._clock.now()
        wanted = answer.retry_after or timedelta()
        await store.REFUSED.execute(
            tx,
            delivery=message.id,
            was=message.state,
            status=answer.status,
            reason=answer.reason,
            next_try=now + max(wanted, pause(message.tries)),
        )
        failures = to.failures + 1
        until = now + max(wanted, pause(failures))
        await endpoint_store.REST.execute(tx, endpoint=to.id, failures=failures, until=until)
        if answer.is_gone:
            await self._endpoints.disable(tx, to.id, DisabledBy.GONE)


def _reason(answer: Answer) -> str:
    return f"it answered {answer.status}" if answer.status else f"no answer: {answer.reason}"
