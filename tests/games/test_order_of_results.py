"""G03: however results arrive, in whatever order, grouping and repetition, they add up the same."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dodam.features.accounts.models.permissions import Role
from dodam.features.games.models.tallies import Counted
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.families import sign_up
from tests.staff import staff

from .naive import naive_aggregates
from .scores import publish_scores, reached, scored
from .steps import balance, send

_AGGREGATES = [
    {"name": "best", "kind": "best", "of": "/score"},
    {"name": "least", "kind": "best", "of": "/score", "order": "lowest"},
    {"name": "last", "kind": "last", "of": "/score"},
    {"name": "sum", "kind": "sum", "of": "/score"},
    {"name": "count", "kind": "count"},
    {"name": "leaders", "kind": "leaders", "of": "/score", "most": 3},
    {"name": "slowest", "kind": "leaders", "of": "/score", "order": "lowest", "most": 3},
]
_REWARD = {"name": "played", "tickets": 1, "most_a_day": 2}
_DAYS_THAT_EARN = ["2026-03-17", "2026-03-18"]
_scores = st.sampled_from([0, 1, 2, 0.1, 0.3, 1e15]) | st.floats(0, 1e15, allow_subnormal=False)


@st.composite
def _arrivals(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Some results of three days, and uploads that hold each of them at least once."""
    results = [
        scored("", NOON - timedelta(hours=draw(st.integers(0, 70))), score, id=str(id_))
        for id_, score in draw(
            st.lists(
                st.tuples(st.uuids(version=4), _scores),
                min_size=1,
                max_size=10,
                unique_by=lambda each: each[0],
            )
        )
    ]
    again = draw(st.lists(st.sampled_from(results), max_size=6))
    rest = draw(st.permutations([*results, *again]))
    uploads: list[list[dict[str, Any]]] = []
    while rest:
        size = draw(st.integers(1, len(rest)))
        uploads.append(rest[:size])
        rest = rest[size:]
    return results, uploads


@given(_arrivals(), st.booleans())
@hypothesis_settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_G03_the_order_and_number_of_arrivals_change_no_aggregate_and_no_reward(
    http: httpx.AsyncClient,
    settings: Settings,
    arrivals: tuple[list[dict[str, Any]], list[list[dict[str, Any]]]],
    at_once: bool,  # noqa: FBT001 - drawn
) -> None:
    results, uploads = arrivals
    admin = staff(http, settings, Role.ADMIN)
    game = await publish_scores(admin, aggregates=_AGGREGATES, rewards=[_REWARD])
    guardian = await sign_up(http)
    child = await guardian.register_child()
    bodies = [[{**each, "game": game} for each in upload] for upload in uploads]
    if at_once:
        receipts = await asyncio.gather(*(send(guardian, child, body) for body in bodies))
    else:
        receipts = [await send(guardian, child, body) for body in bodies]

    assert sum(receipt["created"] for receipt in receipts) == len(results)
    counted = [
        Counted(
            UUID(each["id"]),
            msgspec.convert(each["started_at"], type=type(NOON)),
            each["result"],
        )
        for each in results
    ]
    assert await reached(guardian, child, game) == msgspec.to_builtins(naive_aggregates(counted))
    by_id = {each["id"]: each["therapy_day"] for receipt in receipts for each in receipt["records"]}
    days = list(by_id.values())
    earned = sum(min(2, days.count(day)) for day in _DAYS_THAT_EARN)
    assert await balance(guardian, child) == earned
