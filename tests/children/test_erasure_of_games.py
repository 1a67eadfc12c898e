"""C02: what games keep of a child goes with it; of a pseudonymised one numbers stay, no words."""

from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.features.children.service.children import Children
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.games.scores import publish_scores, scored
from tests.games.steps import send, start
from tests.staff import staff

from .conftest import Participants
from .steps import GRACE, kept, one_row, remove

_EVERYWHERE = {
    "games.play",
    "games.result",
    "games.rewarded",
    "games.save",
    "games.standing",
}
_RESULT = {
    "score": 12.5,
    "sure": True,
    "comment": "민준이가 썼어요",
    "rounds": [{"word": "엄마", "points": 3}, ["아빠", 4, None]],
}


@pytest.mark.parametrize("is_kept", [False, True])
async def test_C02_what_games_keep_of_a_child_ends_with_it(
    system: Dodam,
    settings: Settings,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    participants: Participants,
    clock: StoppedClock,
    *,
    is_kept: bool,
) -> None:
    admin = staff(guardian.http, settings, Role.ADMIN)
    game = await publish_scores(
        admin,
        result_schema={"type": "object", "properties": {"score": {"type": "number"}}},
        rewards=[{"name": "played", "tickets": 1}],
    )
    play = (await start(guardian, child, game))["id"]
    one = scored(game, NOON, result=_RESULT, device="민준이 태블릿", play_id=play)
    assert (await send(guardian, child, one))["created"] == 1
    form = {"version": 0, "data": "민준이의 방"}
    path = f"/children/{child['id']}/games/{game}/save"
    assert (await guardian.call("PUT", path, json=form)).is_success
    before = await kept(system, child)
    assert set(before) >= _EVERYWHERE

    await remove(guardian, child)
    if is_kept:
        participants.ids.add(UUID(child["id"]))
    clock.set(NOON + GRACE)
    async with system.database.transaction() as tx:
        await children.erase_due(tx, UUID(child["id"]))
    after = await kept(system, child)
    if not is_kept:
        assert after == {}
        return
    assert _EVERYWHERE - set(after) == {"games.save"}
    stored = await one_row(system, "select * from games.result where child_id = $1", child)
    assert stored["device"] is None
    assert stored["result"] == {
        "score": 12.5,
        "sure": True,
        "comment": None,
        "rounds": [{"word": None, "points": 3}, [None, 4, None]],
    }
