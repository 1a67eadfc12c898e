"""T05, T06: corrections and uploads in any order, at the same time, come to a plain recount."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.families import Guardian, play, sign_up
from tests.staff import Staff, care_member, staff

from .recount import sums_are_those_of_the_plays
from .steps import rows, seoul

FIRST = seoul("2026-03-16", "02:00")
_SESSIONS = [str(uuid4()) for _ in range(3)]


@st.composite
def _some_play(draw: st.DrawFn) -> dict[str, Any]:
    repetitions = draw(st.integers(0, 20))
    return play(
        FIRST + timedelta(hours=draw(st.integers(0, 60))),
        session_id=draw(st.sampled_from(_SESSIONS)),
        motion=draw(st.sampled_from(["mass_grasp", "tip_pinch"])),
        hand=draw(st.sampled_from(["left", "right"])),
        duration_ms=draw(st.integers(2_000, 600_000)),
        repetitions=repetitions,
        successes=draw(st.integers(0, repetitions)),
        accuracy=draw(st.none() | st.integers(0, 100).map(lambda each: each / 100)),
        score=draw(st.none() | st.integers(0, 100)),
    )


async def _home(
    system: Dodam, settings: Settings, http: httpx.AsyncClient
) -> tuple[Guardian, list[dict[str, Any]], Staff]:
    """Two children of one guardian, whose days begin at different hours, and who treats them."""
    guardian = await sign_up(http)
    one = await guardian.register_child(therapy_starts_on="2026-03-02")
    other = await guardian.register_child(name="서연", day_start_hour=0)
    clinician = await care_member(system, guardian.http, settings, one)
    admin = staff(guardian.http, settings, Role.ADMIN)
    await admin.call("PUT", f"/staff/children/{other['id']}/care-team/{clinician.id}")
    return guardian, [one, other], clinician


async def _correct(by: Staff, child: dict[str, Any], kind: str, ids: list[str], to: Any) -> int:
    form: dict[str, Any] = {"kind": kind, "plays": ids, "reason": "at once"}
    if kind == "reassign":
        form["to_child_id"] = to["id"]
    answer = await by.call("POST", f"/children/{child['id']}/corrections", json=form)
    assert answer.status_code in {201, 400, 409}, answer.text
    return answer.status_code


async def _known(system: Dodam, child: dict[str, Any], ids: list[str]) -> list[str]:
    query = "select id from therapy.play_record where child_id = $1 and id = any($2)"
    wanted = [UUID(each) for each in ids]
    return [str(row["id"]) for row in await rows(system, query, UUID(child["id"]), wanted)]


async def _counted(system: Dodam, child: dict[str, Any], plays: dict[str, Any]) -> list[Any]:
    """Those of the plays that stand as counted with the child."""
    query = "select id from therapy.play_record where child_id = $1 and voided_at is null"
    return [plays[str(row["id"])] for row in await rows(system, query, UUID(child["id"]))]


async def _are_right(
    system: Dodam, children: list[dict[str, Any]], sent: list[dict[str, Any]]
) -> None:
    plays = {each["id"]: each for each in sent}
    for child in children:
        await sums_are_those_of_the_plays(system, child, await _counted(system, child, plays))


_STEPS = ["upload", "upload", "void", "restore", "reassign"]


@given(data=st.data())
@hypothesis_settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_T05_uploads_and_corrections_in_any_order_are_a_plain_recount(
    system: Dodam, settings: Settings, http: httpx.AsyncClient, data: st.DataObject
) -> None:
    """Of each step several happen at once, to both children."""
    guardian, children, clinician = await _home(system, settings, http)
    plays = data.draw(st.lists(_some_play(), min_size=3, max_size=15))
    ids = st.lists(st.sampled_from([each["id"] for each in plays]), min_size=1, max_size=6)
    for _ in range(data.draw(st.integers(2, 5))):
        # Called once all is drawn: Hypothesis may give up in between.
        calls: list[Callable[[], Coroutine[Any, Any, Any]]] = []
        for kind in data.draw(st.lists(st.sampled_from(_STEPS), min_size=1, max_size=5)):
            child, other = data.draw(st.permutations(children))
            some = data.draw(ids)
            if kind == "upload":
                batch = [each for each in plays if each["id"] in some]
                calls.append(partial(guardian.upload, child, batch))
            else:
                known = await _known(system, child, some)
                if known:
                    calls.append(partial(_correct, clinician, child, kind, known, other))
        await asyncio.gather(*(call() for call in calls))
        await _are_right(system, children, plays)


async def test_T05_plays_that_are_handed_to_and_fro_while_tablets_upload_are_lost_nowhere(
    system: Dodam, settings: Settings, http: httpx.AsyncClient
) -> None:
    guardian, children, clinician = await _home(system, settings, http)
    one, other = children
    sent = [play(FIRST + timedelta(hours=n), session_id=_SESSIONS[n % 3]) for n in range(24)]
    await guardian.upload(one, sent[:12])
    await guardian.upload(other, sent[12:])
    mine, theirs = ([each["id"] for each in some] for some in (sent[:6], sent[12:18]))
    more = [play(FIRST + timedelta(hours=n % 24), session_id=_SESSIONS[n % 3]) for n in range(48)]
    answers = await asyncio.gather(
        *(
            call
            for n in range(12)
            for call in (
                guardian.upload(one, more[4 * n : 4 * n + 2]),
                guardian.upload(other, more[4 * n + 2 : 4 * n + 4]),
            )
        ),
        _correct(clinician, one, "reassign", mine, other),
        _correct(clinician, other, "reassign", theirs, one),
        _correct(clinician, one, "void", [sent[7]["id"]], other),
    )
    assert answers[-3:] == [201, 201, 201]
    plays = {each["id"]: each for each in [*sent, *more]}
    counted = [len(await _counted(system, child, plays)) for child in children]
    assert sum(counted) == 24 + 48 - 1
    await _are_right(system, children, [*sent, *more])


async def _until_waiting(system: Dodam, count: int) -> None:
    """Until so many transactions wait for a row that another holds."""
    query = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'"
    async with asyncio.timeout(20):
        while len(await rows(system, query)) < count:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("held", ["daily_activity_log", "therapy_result"])
@pytest.mark.parametrize("is_upload_first", [True, False])
async def test_T05_a_correction_and_an_upload_that_meet_lose_nothing(
    system: Dodam, settings: Settings, http: httpx.AsyncClient, held: str, *, is_upload_first: bool
) -> None:
    """Both are under way, wait for the same row, and go on in the order they came in."""
    guardian, [child, _], clinician = await _home(system, settings, http)
    # One session on two days: its row is all that the upload and the correction have in common.
    days = ["2026-03-16", "2026-03-17" if held == "therapy_result" else "2026-03-16"]
    stays, goes = (play(seoul(days[0]), session_id=_SESSIONS[0]) for _ in range(2))
    comes = play(seoul(days[1]), session_id=_SESSIONS[0])
    await guardian.upload(child, [stays, goes])
    calls: list[Coroutine[Any, Any, Any]] = [
        guardian.upload(child, comes),
        _correct(clinician, child, "void", [goes["id"]], child),
    ]
    if not is_upload_first:
        calls.reverse()
    async with system.database.transaction() as tx:
        lock = f"select from therapy.{held} where child_id = $1 for update"
        await tx.fetch(lock, UUID(child["id"]))
        under_way: list[asyncio.Task[Any]] = []
        for call in calls:
            under_way.append(asyncio.create_task(call))
            await _until_waiting(system, len(under_way))
    await asyncio.gather(*under_way)
    await sums_are_those_of_the_plays(system, child, [stays, comes])
