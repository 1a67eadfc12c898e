"""A worker's capacity: so many tasks of a lane at a time, and while a service is away, none."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from random import uniform
from typing import NamedTuple

import structlog

from dodam.platform.context import CONTEXT, Context, together
from dodam.platform.jobs.kinds import Kind
from dodam.platform.rate_limit import RateLimits, TooManyRequests
from dodam.platform.tracing import Span, current_span, joined
from dodam.platform.work import Lane, Policy, TryLater

_LOG = structlog.get_logger(__name__)

Outcome = Exception | None
_GATHER_SECONDS = 0.02
# So many times what is done at once is taken from the queue, so that the worker never idles.
_AHEAD = 8
_GROUPS_AHEAD = 2


class LaneCapacity:
    """What a worker took of one lane, and how much of it is under way."""

    def __init__(self, lane: Lane, rate_limits: RateLimits, stopping: asyncio.Event) -> None:
        self.lane = lane
        self.taken: set[int] = set()
        self._room = lane.at_once * _AHEAD
        self._rate_limits = rate_limits
        self._stopping = stopping
        self._under_way = asyncio.Semaphore(lane.at_once)

    @property
    def is_full(self) -> bool:
        return len(self.taken) >= self._room

    def make_room_for(self, kind: Kind) -> None:
        """Room for the next group of what is done together while one is under way."""
        self._room = max(self._room, kind.most * _GROUPS_AHEAD)

    async def attempt(self, kind: Kind, payloads: Sequence[bytes]) -> Sequence[Outcome]:
        """Do them once, or, while the service is away, again for as long as the lane waits."""
        async with self._under_way:
            deadline = asyncio.get_running_loop().time() + self.lane.waits.total_seconds()
            for tries in count():
                try:
                    await self._spend_rate()
                    async with asyncio.timeout(kind.policy.timeout.total_seconds()):
                        return await kind.perform(payloads)
                except (TryLater, TimeoutError) as error:
                    later = error if isinstance(error, TryLater) else TryLater("it took too long")
                    pause = later.after or delay(kind.policy, tries)
                    if not await self._pause(pause, deadline):
                        raise later from error
        raise AssertionError

    async def _spend_rate(self) -> None:
        if self.lane.rate is None:
            return
        while True:
            try:
                await self._rate_limits.spend(self.lane.rate)
            except TooManyRequests as refusal:
                seconds = refusal.retry_after or 1
                if not await self._pause(timedelta(seconds=seconds), float("inf")):
                    raise TryLater("the rate of its lane is used up") from None
            else:
                return

    async def _pause(self, pause: timedelta, deadline: float) -> bool:
        """Whether the pause was made: not if it ends too late, nor if the worker is to stop."""
        seconds = pause.total_seconds()
        if asyncio.get_running_loop().time() + seconds > deadline or self._stopping.is_set():
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        return not self._stopping.is_set()


class _Waiting(NamedTuple):
    payload: bytes
    tries: int
    context: Context
    span: Span
    outcome: asyncio.Future[Outcome]


class Gathering:
    """Jobs of one kind that are under way at the same time are done together, in their order."""

    def __init__(self, kind: Kind, lane: LaneCapacity) -> None:
        self._kind = kind
        self._lane = lane
        self._waiting: list[_Waiting] = []
        self._doing: asyncio.Task[None] | None = None

    async def add(self, payload: bytes, tries: int, context: Context) -> None:
        """Returns when it is done; raises why it is not. `tries` were made before."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(payload, tries, context, current_span(), outcome))
        if self._doing is None or self._doing.done():
            self._doing = asyncio.create_task(self._do_all())
        try:
            error = await outcome
        except asyncio.CancelledError:
            # The worker hands its jobs back, all of them.
            self._doing.cancel()
            raise
        if error is not None:
            raise error

    async def _do_all(self) -> None:
        while self._waiting:
            # Those that arrive with this one are to go with it.
            await asyncio.sleep(_GATHER_SECONDS)
            group = self._waiting[: self._kind.most]
            del self._waiting[: self._kind.most]
            for waiting, outcome in zip(group, await self._do(group), strict=True):
                if not waiting.outcome.done():
                    waiting.outcome.set_result(outcome)

    async def _do(self, group: Sequence[_Waiting]) -> Sequence[Outcome]:
        CONTEXT.set(together([each.context for each in group]))
        _LOG.debug("jobs are done together", jobs=[each.context.job for each in group])
        try:
            with joined(f"process {self._kind.name} together", [each.span for each in group]):
                return await self._lane.attempt(self._kind, [each.payload for each in group])
        except TryLater as error:
            # They come back together, and so in their order.
            error.after = error.after or delay(self._kind.policy, max(each.tries for each in group))
            return [error] * len(group)
        except Exception as error:  # noqa: BLE001 - it is raised in each job
            return [error] * len(group)


def delay(policy: Policy, tries: int) -> timedelta:
    """How long to wait after so many earlier tries."""
    doubled = policy.first_delay * 2 ** min(tries, 30)
    return min(doubled, policy.longest_delay) * uniform(0.5, 1)  # noqa: S311 - not a secret
