"""G06: patch notes as families see them."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, sign_up
from tests.house import House
from tests.worker import working

from .notes import correct, draft, published, then, versions
from .settings import tablet


@pytest.fixture
async def family(house: House) -> Guardian:
    return await sign_up(house.http)


async def test_G06_a_note_is_seen_from_its_time_on_until_it_is_withdrawn(
    house: House, family: Guardian, clock: StoppedClock
) -> None:
    await draft(house.admin, app_version="1.5.0")
    scheduled = await published(house.admin, NOON + timedelta(minutes=5))
    assert scheduled["state"] == "scheduled"
    assert await versions(family) == []
    clock.advance(timedelta(minutes=5))
    assert await versions(family) == ["1.4.0"]
    answer = await then(house.admin, scheduled, "withdraw")
    assert answer.json()["state"] == "withdrawn"
    assert await versions(family) == []
    again = await then(house.admin, answer.json(), "publish")
    assert again.json()["state"] == "published"
    assert await versions(family) == ["1.4.0"]


async def test_G06_notes_go_up_to_the_apps_version_and_the_newest_comes_first(
    house: House, family: Guardian
) -> None:
    for version in ("1.4", "1.10.0", "1.9.0-beta.2", "1.9.0", "2.0.0"):
        await published(house.admin, app_version=version)
    everything = ["2.0.0", "1.10.0", "1.9.0", "1.9.0-beta.2", "1.4"]
    assert await versions(family) == everything
    for running, seen in (
        ("1.10.0", everything[1:]),
        ("1.9.0-beta.11", everything[3:]),
        ("1.4.0+7", everything[4:]),
        ("1.3.9", []),
        ("10.0.0", everything),
        ("nightly", []),
    ):
        assert await versions(family, app_version=running) == seen, running


async def test_G06_a_device_says_platform_and_version_unless_the_app_says_more(
    house: House, family: Guardian
) -> None:
    await published(house.admin, app_version="1.4.0", platforms=["android", "ios", "android"])
    await published(house.admin, app_version="1.3.0", platforms=["ios"])
    await published(house.admin, app_version="1.5.0")
    device = await tablet(family)
    assert await versions(family, device_id=device) == ["1.4.0"]
    assert await versions(family, device_id=device, app_version="1.5.0") == ["1.5.0", "1.4.0"]
    assert await versions(family, platform="windows") == ["1.5.0"]
    stranger = await sign_up(house.http)
    for unknown in (device, str(uuid4())):
        answer = await stranger.call("GET", "/patch-notes", params={"device_id": unknown})
        assert (answer.status_code, answer.json()["code"]) == (404, "device_not_found")


@pytest.mark.parametrize("query", ["app_version=%00", "app_version=", "platform=toaster"])
async def test_G06_what_no_app_says_is_refused(guardian: Guardian, query: str) -> None:
    answer = await guardian.call("GET", f"/patch-notes?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_G06_notes_are_in_the_callers_language(house: House, family: Guardian) -> None:
    await published(house.admin)
    for language, beginning in (("ko-KR", "## 양치 놀이"), ("en", "## Brushing"), ("fr", "## B")):
        headers = {"accept-language": language}
        answer = await family.call("GET", "/patch-notes", headers=headers)
        assert answer.json()["notes"][0]["text"].startswith(beginning)
        assert answer.headers["vary"] == "Authorization, Accept-Language"


async def test_G06_read_marks_are_the_accounts_and_stay_when_a_note_is_corrected(
    house: House, family: Guardian
) -> None:
    first = await published(house.admin, app_version="1.3.0")
    await published(house.admin)
    other = await sign_up(house.http)
    marks = [family.call("PUT", f"/patch-notes/{first['id']}/read") for _ in range(5)]
    assert {each.status_code for each in await asyncio.gather(*marks)} == {204}
    corrected = await correct(house.admin, first, app_version="1.3.1")
    assert corrected.status_code == 200, corrected.text
    shown = await family.get("/patch-notes")
    assert shown["unread"] == 1
    assert [(each["app_version"], each["read"]) for each in shown["notes"]] == [
        ("1.4.0", False),
        ("1.3.1", True),
    ]
    assert (await other.get("/patch-notes"))["unread"] == 2


async def test_G06_only_what_is_published_can_be_read(house: House, family: Guardian) -> None:
    hidden = await draft(house.admin)
    later = await published(house.admin, NOON + timedelta(days=1))
    gone = await then(house.admin, await published(house.admin), "withdraw")
    for unseen in (hidden["id"], later["id"], gone.json()["id"], str(uuid4())):
        answer = await family.call("PUT", f"/patch-notes/{unseen}/read")
        assert (answer.status_code, answer.json()["code"]) == (404, "patch_note_not_found")


async def test_G06_a_client_that_has_the_notes_is_told_so_until_something_changes(
    house: House, family: Guardian
) -> None:
    note = await published(house.admin)
    etag = (await family.call("GET", "/patch-notes")).headers["etag"]

    async def asked(**headers: str) -> int:
        answer = await family.call(
            "GET", "/patch-notes", headers={"if-none-match": etag, **headers}
        )
        return answer.status_code

    assert await asked() == 304
    assert await asked(**{"accept-language": "ko"}) == 200
    await family.call("PUT", f"/patch-notes/{note['id']}/read")
    assert await asked() == 200


async def test_G06_fifty_notes_are_shown_and_all_unread_ones_counted(
    house: House, family: Guardian
) -> None:
    for number in range(52):
        await published(house.admin, app_version=f"1.{number}")
    shown = await family.get("/patch-notes")
    assert (shown["unread"], len(shown["notes"])) == (52, 50)
    assert shown["notes"][0]["app_version"] == "1.51"


async def test_A13_read_marks_go_with_the_account(house: House, clock: StoppedClock) -> None:
    leaving, staying = await sign_up(house.http), await sign_up(house.http)
    note = await published(house.admin)
    for guardian in (leaving, staying):
        await guardian.call("PUT", f"/patch-notes/{note['id']}/read")
    form = {"confirm": True, "password": PASSWORD}
    left = await leaving.call("POST", "/account/withdrawal", json=form)
    clock.advance(timedelta(days=31))
    system = house.dodam
    async with working(system.jobs):
        async with system.database.transaction() as tx:
            await system.chores["erase-withdrawn-accounts"](tx)
        async with asyncio.timeout(20):
            while await _read_by(house) != [staying.account_id]:  # noqa: ASYNC110 - jobs are rows
                await asyncio.sleep(0.05)
    proof = await house.http.get(f"/v1/withdrawals/{left.json()['receipt']}")
    parts = {each["part"]: each["rows"] for each in proof.json()["erased"]}
    assert parts["livesettings"] == {"patch_note_read": 1}


async def _read_by(house: House) -> list[str]:
    async with house.dodam.database.reading() as db:
        rows = await db.fetch("select account_id from livesettings.patch_note_read")
    return [str(row["account_id"]) for row in rows]
