"""T12, A16: a system reads what was shared with it, in order, and misses none."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import build
from dodam.features.therapy.events import DailyResultReady
from dodam.platform.settings import Settings
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up
from tests.therapy.steps import problem, rows

from .steps import (
    DAY,
    EVENING,
    LOGS,
    RESULTS,
    SESSIONS,
    System,
    Town,
    deliveries_of,
    family,
    numbers,
    share,
    stop,
)

TODAY = "2026-03-19"


async def test_T12_a_system_reads_the_result_of_a_day_under_its_number(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home, system)
    await town.evening()
    await town.house.at(EVENING, home)
    page = await system.read()
    [mine] = (await home.get(f"/children/{child['id']}/daily-results"))["results"]
    # Of the consent to the first version of the document, which does not name the rest.
    shared = mine | {"by_motion": [], "next_plan": None, "week": None}
    assert page == {
        "results": [{"child": (await numbers(home, child))[system.id], "result": shared}],
        "next_after": 1,
        "has_more": False,
    }
    assert (mine["day"], mine["totals"]["repetitions"]) == (TODAY, 10)


async def test_T12_nothing_that_is_read_names_anybody(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home, system)
    await town.evening()
    answer = await system.call("GET", "/shared/daily-results")
    for named in (child["id"], home.account_id, child["name"], child["birth_date"], home.email):
        assert named not in answer.text


async def test_T12_each_system_has_what_was_granted_to_it(
    town: Town, home: Guardian, system: System
) -> None:
    other = await town.system("바다재활의원")
    both, mine, none = await family(town, home, count=3)
    await share(home, both, system)
    await share(home, both, other)
    await share(home, mine, system)
    await town.evening()
    await town.house.at(EVENING, home)
    known = {each["id"]: await numbers(home, each) for each in (both, mine, none)}
    assert sorted(await system.days()) == sorted(
        (known[each["id"]][system.id], TODAY) for each in (both, mine)
    )
    assert await other.days() == [(known[both["id"]][other.id], TODAY)]


async def test_T12_only_days_from_the_consent_on_are_shared(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home)
    await town.evening()
    await town.house.at(EVENING, home)
    await share(home, child, system)
    await town.evening(EVENING + DAY)
    assert [day for _, day in await system.days()] == ["2026-03-20"]


async def test_T12_a_system_reads_on_from_where_it_was(
    town: Town, home: Guardian, system: System
) -> None:
    await family(town, home, system, count=5)
    assert await system.read() == {"results": [], "next_after": 0, "has_more": False}
    await town.evening()
    found = list[str]()
    after, pages = 0, list[int]()
    while True:
        page = await system.read(after, limit=2)
        pages.append(len(page["results"]))
        found += [each["child"] for each in page["results"]]
        after = page["next_after"]
        if not page["has_more"]:
            break
    assert (pages, len(set(found))) == ([2, 2, 1], 5)
    assert await system.read(after) == {"results": [], "next_after": after, "has_more": False}
    await town.evening(EVENING + DAY)
    page = await system.read(after)
    assert {each["result"]["day"] for each in page["results"]} == {"2026-03-20"}
    assert len(page["results"]) == 5


async def test_T12_a_system_that_reads_while_results_are_shared_misses_none(
    town: Town, home: Guardian, system: System
) -> None:
    """Transactions end in another order than they began: no position may appear later."""
    children = await family(town, home, system, count=8)
    deliveries = deliveries_of(town.dodam)
    days = [date(2026, 4, day) for day in range(1, 6)]
    found, after, done = list[tuple[str, str]](), 0, False
    async with town.dodam.database.transaction() as tx:
        for day in days:
            for child in children:
                await tx.execute(
                    "insert into therapy.daily_result values ($1, $2, now(), 'done', true,"
                    " 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, null, null)",
                    UUID(child["id"]),
                    day,
                )

    async def share_all(number: int) -> None:
        for day in days:
            async with town.dodam.database.transaction() as tx:
                event = DailyResultReady(
                    child_id=UUID(children[number]["id"]),
                    account_id=UUID(home.account_id),
                    therapy_day=day,
                )
                await deliveries.share(tx, event)
                # Some stay open for longer than others.
                await asyncio.sleep(0.004 * ((number * 7) % 5))

    async def read_on() -> None:
        nonlocal after
        while True:
            was_done = done
            page = await system.read(after, limit=3)
            found.extend((each["child"], each["result"]["day"]) for each in page["results"])
            after = page["next_after"]
            if was_done and not page["has_more"]:
                return

    reading = asyncio.create_task(read_on())
    await asyncio.gather(*(share_all(number) for number in range(len(children))))
    done = True
    await reading
    assert len(found) == len(set(found)) == len(children) * len(days)


async def test_A14_what_is_no_longer_granted_is_no_longer_read(
    town: Town, home: Guardian, system: System
) -> None:
    child, sibling = await family(town, home, system, count=2)
    await town.evening()
    await town.house.at(EVENING, home)
    assert len(await system.days()) == 2
    left = (await numbers(home, sibling))[system.id]
    await stop(home, child, system)
    assert await system.days() == [(left, TODAY)]


@pytest.mark.parametrize("how", ["removed", "consent", "test account"])
async def test_A14_what_ended_is_not_read_even_before_it_was_followed_up(
    town: Town, home: Guardian, system: System, how: str
) -> None:
    [child] = await family(town, home, system)
    await town.evening()
    await town.house.at(EVENING, home)
    assert len(await system.days()) == 1
    if how == "removed":
        await home.call("DELETE", f"/children/{child['id']}")
    elif how == "consent":
        await home.consent(privacy=None)
    else:
        owner = await sign_up(town.house.http)
        path = f"/staff/accounts/{owner.account_id}/test-accounts"
        form = {"accounts": [home.account_id]}
        assert (await town.house.admin.call("PUT", path, json=form)).status_code == 200
    assert await system.read() == {"results": [], "next_after": 1, "has_more": False}


async def test_T12_a_result_that_is_told_of_twice_is_shared_once(
    town: Town, home: Guardian, system: System
) -> None:
    await family(town, home, system)
    await town.evening()
    for _ in range(2):
        await town.chore("begin-evenings")
        await town.work()
    assert len(await system.days()) == 1
    last = await rows(town.dodam, "select last from sharing.feed")
    assert last == [{"last": 1}]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"after": -1}, "after"),
        ({"after": 2**63}, "after"),
        ({"after": "x"}, "after"),
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
    ],
)
async def test_T12_a_position_that_is_none_is_told_so(
    system: System, params: dict[str, Any], field: str
) -> None:
    answer = await system.call("GET", "/shared/daily-results", params=params)
    assert list(problem(answer, 400, "invalid_input")) == [field]


async def test_A16_a_guardians_token_reads_nothing_that_was_shared(home: Guardian) -> None:
    answer = await home.call("GET", "/shared/daily-results")
    problem(answer, 403, "not_permitted")


@pytest.mark.parametrize("path", ["daily-results", "daily-logs", "therapy-results"])
async def test_A16_a_key_that_calls_too_often_is_told_when_to_come_back(
    town: Town, settings: Settings, path: str
) -> None:
    system = await town.system(scopes=[RESULTS, LOGS, SESSIONS])
    url = vars(town.dodam.database)["_url"]
    limited = settings.model_copy(update={"limit_api_key_calls": "2 per hour"})
    strict = build(limited, url, CLOCK)
    transport = httpx.ASGITransport(app=strict.app)  # pyright: ignore[reportArgumentType]
    async with (
        strict.running(),
        httpx.AsyncClient(transport=transport, base_url="http://x") as http,
    ):
        calls = replace(system, http=http)
        answers = [await calls.call("GET", f"/shared/{path}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "too_many_requests"
    assert int(answers[-1].headers["retry-after"]) > 3000
