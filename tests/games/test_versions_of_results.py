"""G02, G03: versions of a game live together, and each child's standing follows the newest."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from dodam.bootstrap import Dodam
from dodam.features.games.service import publishing, recounting
from dodam.features.games.store import standings
from tests.clock import NOON
from tests.families import Guardian, sign_up
from tests.house import Elsewhere, House
from tests.staff import Staff
from tests.therapy.steps import rows
from tests.worker import working

from .scores import BEST, COUNT, SUM, publish_scores, reached, scored
from .steps import send

_PATIENCE_SECONDS = 30
_POINTS = {
    "type": "object",
    "properties": {"points": {"type": "integer", "maximum": 100}},
    "required": ["points"],
    "additionalProperties": False,
}
_TOTAL_POINTS = {"name": "total_points", "kind": "sum", "of": "/points"}


async def test_G02_results_of_old_and_new_versions_live_together(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, aggregates=[BEST, COUNT])
    old = scored(game, NOON, 7)
    await send(guardian, child, old)
    await publish_scores(admin, game, result_schema=_POINTS, aggregates=[_TOTAL_POINTS, COUNT])
    receipt = await send(
        guardian,
        child,
        [
            old,
            scored(game, NOON, 8),
            scored(game, NOON, version=2, result={"points": 5}),
            scored(game, NOON, version=2),
            scored(game, NOON, version=1, result={"points": 5}),
        ],
    )
    fates = [each["fate"] for each in receipt["records"]]
    assert fates == ["duplicate", "created", "created", "rejected", "rejected"]
    assert await reached(guardian, child, game) == {"total_points": 5, "times": 3}
    page = await guardian.get(f"/children/{child['id']}/games/{game}/results")
    assert sorted(each["version"] for each in page["results"]) == [1, 1, 2]


async def test_G03_other_aggregates_hold_at_once_for_whoever_reads_or_adds(
    system: Dodam, guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    """Nobody counts anew in the background here."""
    game = await publish_scores(admin, aggregates=[BEST])
    await send(guardian, child, [scored(game, NOON, score) for score in (3, 5)])
    for aggregates, expected, after in (
        ([SUM], {"total_score": 8}, {"total_score": 9}),
        ([COUNT, BEST], {"times": 3, "best_score": 5}, {"times": 4, "best_score": 5}),
        # The same name means something else.
        ([{**BEST, "order": "lowest"}], {"best_score": 1}, {"best_score": 1}),
        ([{**BEST, "kind": "sum"}], {"best_score": 11}, {"best_score": 12}),
    ):
        await publish_scores(admin, game, aggregates=aggregates)
        assert await reached(guardian, child, game) == expected
        await send(guardian, child, scored(game, NOON, 1))
        assert await reached(guardian, child, game) == after
    [kept] = await rows(
        system, "select version from games.standing where child_id = $1", UUID(child["id"])
    )
    assert kept == {"version": 5}


async def test_G03_more_results_than_are_read_at_once_are_counted_anew(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, aggregates=[BEST])
    for _ in range(3):
        await send(guardian, child, [scored(game, NOON, 1) for _ in range(500)])
    await publish_scores(admin, game, aggregates=[COUNT, SUM])
    assert await reached(guardian, child, game) == {"times": 1500, "total_score": 1500}


async def _versions(system: Dodam) -> list[int]:
    found = await rows(system, "select version from games.standing order by version")
    return [each["version"] for each in found]


async def test_G03_every_child_is_counted_anew_while_uploads_go_on_and_a_worker_fails(
    house: House, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    guardian = await sign_up(house.http)
    children = [await guardian.register_child() for _ in range(6)]
    game = await publish_scores(house.admin, aggregates=[BEST])
    for number, child in enumerate(children, start=1):
        await send(guardian, child, [scored(game, NOON, score) for score in (number, 1)])
    monkeypatch.setattr(publishing, "_HEARD_OF", timedelta(0))
    await publish_scores(house.admin, game, aggregates=[SUM])
    # While the other instance still adds up as before; two children at a time, and the second time
    # the connection breaks.
    monkeypatch.setattr(recounting, "_TOGETHER", 2)
    tried = 0

    async def keep_unless_broken(tx: Any, tallies: Any) -> None:
        nonlocal tried
        tried += 1
        await standings.keep(tx, tallies)
        if tried == 2:
            raise asyncpg.ConnectionDoesNotExistError

    store = SimpleNamespace(HOLD_OLDER=standings.HOLD_OLDER, keep=keep_unless_broken)
    monkeypatch.setattr(recounting, "store", store)
    # The other instance may not have heard of the new version.
    there = elsewhere.same(guardian)
    async with working(house.dodam.jobs), asyncio.timeout(_PATIENCE_SECONDS):
        await asyncio.gather(
            *(
                send(who, child, scored(game, NOON, 100))
                for child in children[:3]
                for who in (guardian, there)
            )
        )
        while await _versions(house.dodam) != [2] * 6:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.05)
    assert tried > 2
    for number, child in enumerate(children, start=1):
        expected = number + 1 + (200 if number <= 3 else 0)
        for who in (guardian, there):
            assert (await reached(who, child, game))["total_score"] == expected


async def test_G03_an_instance_that_did_not_hear_of_a_new_version_spoils_no_standing(
    house: House,
    elsewhere: Elsewhere,
) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    there = elsewhere.same(guardian)
    game = await publish_scores(house.admin, aggregates=[BEST])
    await send(guardian, child, scored(game, NOON, 1))
    # The other instance learns of the first version, and looks again only a second later.
    path = f"/children/{child['id']}/games/{game}"
    while (await there.call("GET", path)).status_code != 200:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.05)
    await publish_scores(house.admin, game, aggregates=[SUM])
    await send(guardian, child, scored(game, NOON, 2))
    await send(there, child, scored(game, NOON, 3))
    assert await reached(there, child, game) == {"total_score": 6}
    assert await reached(guardian, child, game) == {"total_score": 6}
    assert await _versions(house.dodam) == [2]
