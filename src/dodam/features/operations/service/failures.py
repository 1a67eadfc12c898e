"""Errors that nobody expected: counted by what they have in common, and told of when it is news."""

import asyncio
from contextlib import suppress

import structlog

from dodam.features.operations import store
from dodam.features.operations.models.failures import Seen, Tally, Why
from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.notices import Notices
from dodam.platform.clock import Clock
from dodam.platform.context import CONTEXT
from dodam.platform.database import Database, Transaction
from dodam.platform.logging.fingerprint import fingerprint, kind, where

_LOG = structlog.get_logger(__name__)
_MOST = 500
_MOST_NOTICES = 5
_PERIOD_SECONDS = 5.0
_WITHIN_SECONDS = 5.0
_OTHERS = "furtherkinds"


class Failures:
    """Counts errors in memory, and writes them down, with those of all instances, every 5 seconds.

    While the database is away they are kept, up to 500 kinds of them; more are counted as one kind.
    What a process has not written down when it is killed is not counted, and is in its log.
    """

    def __init__(
        self, database: Database, notices: Notices, clock: Clock, *, version: str, instance: str
    ) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock
        self._version = version
        self._instance = instance
        self._seen = dict[str, Seen]()

    def note(self, place: str, error: Exception) -> None:
        """Count an error that happened at a place: a route, a kind of job, a part of a process.

        To be called on the event loop's thread. The place is one of a few: it says nothing of what
        was asked for.
        """
        now, context = self._clock.now(), CONTEXT.get()
        self._add(
            Seen(
                fingerprint=fingerprint(error, place),
                place=place,
                kind=kind(error),
                line=where(error),
                version=self._version,
                instance=self._instance,
                request_id=context.request_id if context else None,
                first_at=now,
                last_at=now,
            )
        )

    async def keep_counting(self, end: asyncio.Event) -> None:
        """Write down what was noted, until the end and once more then."""
        while not end.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_PERIOD_SECONDS):
                    await end.wait()
            await self.write_down()

    async def write_down(self) -> None:
        """Count what was noted since the last time; never raises. What fails is tried again."""
        seen, self._seen = self._seen, dict[str, Seen]()
        if not seen:
            return
        try:
            async with asyncio.timeout(_WITHIN_SECONDS), self._database.transaction() as tx:
                await self._count(tx, seen)
        except Exception as error:  # noqa: BLE001 - whoever has news of a failure must not fail
            later, self._seen = self._seen, seen
            for each in later.values():
                self._add(each)
            count = sum(each.count for each in self._seen.values())
            _LOG.warning("errors wait to be counted", count=count, reason=type(error).__name__)

    def _add(self, seen: Seen) -> None:
        known = self._seen.get(seen.fingerprint)
        if known is not None:
            known.add(seen)
        elif len(self._seen) < _MOST or seen.fingerprint == _OTHERS:
            self._seen[seen.fingerprint] = seen
        else:
            seen.fingerprint, seen.place, seen.kind = _OTHERS, "many places", "Further kinds"
            self._add(seen)

    async def _count(self, tx: Transaction, seen: dict[str, Seen]) -> None:
        tallies = await store.hold_failures(tx, list(seen.values()))
        now = self._clock.now()
        news = [(each, why) for each in tallies if (why := each.add(seen[each.fingerprint], now))]
        await store.count_failures(tx, tallies)
        for tally, why in news[:_MOST_NOTICES]:
            await self._tell(tx, seen[tally.fingerprint], tally, why)
        if rest := [tally.fingerprint for tally, _ in news[_MOST_NOTICES:]]:
            title = f"{len(rest)} further kinds of errors"
            await self._notices.tell(tx, Level.ERROR, title, "See `GET /v1/staff/failures`.")

    async def _tell(self, tx: Transaction, seen: Seen, tally: Tally, why: Why) -> None:
        """Not in the error's own words, which may name a person."""
        said = [
            f"`{tally.fingerprint}`, {tally.hour_count} within an hour, {tally.count} in all",
            f"at `{tally.line or 'no line of ours'}`",
            f"last {tally.last_at:%H:%M:%S} UTC on `{tally.last_instance}` {tally.last_version}",
        ]
        if tally.last_request_id is not None:
            said.append(f"request `{tally.last_request_id}`")
        title = f"{why}: {seen.kind} in {seen.place}"
        await self._notices.tell(tx, Level.ERROR, title, ", ".join(said))
