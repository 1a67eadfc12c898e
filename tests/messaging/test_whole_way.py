"""N01, T09, T13: from what happens to what is read on a phone, with a worker that does the work."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from dodam.features.therapy.events import DailyResultReady, TherapyGoalReached
from dodam_sim.world.faults import WELL, Fault, Faults
from tests.families import Guardian, sign_up
from tests.worker import working

from .desk import DAY, Desk, at_home, korean


@pytest.fixture(scope="module", autouse=True)
async def _worker(office: Desk) -> AsyncIterator[None]:
    async with working(office.system.jobs):
        yield


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110 - jobs are rows; nothing here is told
            await asyncio.sleep(0.05)


async def _verify(post: Desk, guardian: Guardian, number: str) -> None:
    form = {"number": number}
    started = await guardian.call("POST", "/phone/verifications", json=form)
    assert started.status_code == 202, started.text
    [text] = [each.content for each in post.sens.messages if each.to == at_home(number)]
    code = {"code": re.findall(r"[0-9]{6}", text)[0]}
    path = f"/phone/verifications/{started.json()['id']}/check"
    assert (await guardian.call("POST", path, json=code)).status_code == 200


async def test_N01_who_verifies_a_phone_is_welcomed_there(post: Desk) -> None:
    guardian, number = await sign_up(post.http), korean()
    await _verify(post, guardian, number)
    await _until(lambda: _came(post, number, 1))
    await _until(lambda: _is(post, guardian, "accepted"))
    post.clock.advance(timedelta(seconds=10))
    await post.chore("take-up-messages")
    await _until(lambda: _is(post, guardian, "delivered"))
    [shown] = (await guardian.get("/messages"))["messages"]
    assert (shown["kind"], shown["state"]) == ("welcome", "delivered")


async def test_T13_facts_about_a_child_reach_its_guardians_phone_once(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    await post.result_of(child)
    ids = {"child_id": UUID(child["id"]), "account_id": UUID(guardian.account_id)}
    for _ in range(2):
        async with post.system.database.transaction() as tx:
            await tx.publish(TherapyGoalReached(therapy_day=DAY, **ids))
            await tx.publish(DailyResultReady(therapy_day=DAY, **ids))
    await _until(lambda: _came(post, number, 2))
    await _until(lambda: _no_tasks(post, guardian))
    templates = sorted(each.template for each in post.talks(number))
    assert templates == ["dodam_daily_result_2", "dodam_goal_reached_1"]


async def test_N01_a_service_that_is_busy_for_a_moment_loses_nothing(post: Desk) -> None:
    guardian, number = await post.guardian()
    post.line.faults = Faults.always(Fault.BUSY, busy_seconds=1)
    await post.welcome(guardian)
    await asyncio.sleep(0.5)
    assert post.talks(number) == []
    post.line.faults = WELL
    await _until(lambda: _came(post, number, 1))


async def _came(post: Desk, number: str, many: int) -> bool:
    return len(post.talks(number)) >= many


async def _is(post: Desk, guardian: Guardian, state: str) -> bool:
    return {each["state"] for each in await post.rows(guardian)} == {state}


async def _no_tasks(post: Desk, guardian: Guardian) -> bool:
    of_account = await post.tasks("deliver:messaging.tell", guardian.account_id)
    messages = [str(each["id"]) for each in await post.rows(guardian)]
    return not of_account and not any(
        [await post.tasks("messaging.send.v1", each) for each in messages]
    )
