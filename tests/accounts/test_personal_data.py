"""A13: of a person who left nothing stays but what docs/personal-data.md says."""

import asyncio
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from dodam.platform.tables import METADATA
from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, play, sign_up
from tests.house import House
from tests.worker import working

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
# In everything the person gives us, so that it can be looked for afterwards.
MARK = "zyxwmark"
NUMBER = "+821087654321"
_PATIENCE_SECONDS = 20
_WEDNESDAYS = [
    {
        "weekday": 3,
        "hand": "left",
        "items": [{"motion": "mass_grasp", "target_repetitions": 10}],
    }
]
_BRUSHED = {
    "id": str(uuid4()),
    "game": "brushing",
    "version": 1,
    "started_at": NOON.isoformat(),
    "duration_ms": 60_000,
    "result": {"hand": "left", "seconds": 60, "coverage": 0.9, "completed": True},
    "device": MARK,
}


def test_A13_the_page_names_every_column_of_the_schema_once() -> None:
    described: Counter[str] = Counter()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `") and "." in line.split("|")[1]:
            _, table, columns, what, fate, _ = line.split("|")
            assert what.strip(), line
            assert fate.strip(), line
            for column in re.findall(r"`(\w+)`", columns):
                described[f"{table.strip(' `')}.{column}"] += 1
    real = {
        f"{table.fullname}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
    }
    assert set(described) == real
    assert described.most_common(1)[0][1] == 1


async def _live(guardian: Guardian, house: House, settings: Settings) -> None:
    """Leave something of oneself everywhere the API takes something."""
    headers = {"user-agent": MARK}
    await guardian.call("PUT", "/account/consents", json={"marketing": 1}, headers=headers)
    child = await guardian.register_child(name=MARK)
    path = f"/children/{child['id']}"
    await guardian.upload(
        child,
        [play(datetime(2026, 3, 17, 8, tzinfo=NOON.tzinfo), device=MARK, payload={MARK: MARK})],
    )
    for method, where, form in (
        ("PUT", f"{path}/exceptional-days/2026-03-16", {"reason": "illness", "note": MARK}),
        ("POST", f"{path}/pauses", {"from_day": "2026-04-01", "reason": "other", "note": MARK}),
        ("POST", f"{path}/plans", {"days": _WEDNESDAYS, "note": MARK}),
        ("POST", f"{path}/game-results", _BRUSHED),
        ("PUT", f"{path}/games/brushing/save", {"version": 0, "data": MARK}),
        (
            "POST",
            f"{path}/diagnoses",
            {
                "code": "G80.2",
                "diagnosed_on": "2021-06-30",
                "institution": MARK,
                "notes": MARK,
            },
        ),
        (
            "POST",
            "/devices",
            {
                "id": str(uuid4()),
                "platform": "android",
                "model": MARK,
                "os_version": "14",
                "app_version": "3.2.0",
                "screen_width": 2560,
                "screen_height": 1600,
                "memory_mb": 8192,
            },
        ),
    ):
        answer = await guardian.call(method, where, json=form, headers=headers)
        assert answer.is_success, answer.text
    await _verify_phone(guardian, settings)
    account = guardian.tokens["account"]["id"]
    granted = await house.admin.call(
        "POST",
        f"/staff/accounts/{account}/attributes",
        json={"key": "tester", "value": True, "reason": MARK},
    )
    assert granted.is_success, granted.text
    form = {"refresh_token": guardian.tokens["refresh_token"]}
    answer = await guardian.http.post("/v1/auth/refresh", json=form, headers=headers)
    guardian.tokens = answer.json()


async def _verify_phone(guardian: Guardian, settings: Settings) -> None:
    answer = await guardian.call("POST", "/phone/verifications", json={"number": NUMBER})
    assert answer.status_code == 202, answer.text
    [letter] = list((settings.data_dir / "sms").glob(f"*{NUMBER.removeprefix('+')}*"))
    found = re.search(r"\d{6}", letter.read_text(encoding="utf-8"))
    assert found is not None
    verification = answer.json()["id"]
    checked = await guardian.call(
        "POST", f"/phone/verifications/{verification}/check", json={"code": found[0]}
    )
    assert checked.is_success, checked.text


async def _found(system: Dodam, *marks: str) -> set[str]:
    """Which tables hold a row in which one of the marks can be read."""
    found: set[str] = set()
    async with system.database.reading() as db:
        tables = await db.fetch(
            "select schemaname || '.' || tablename as name from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
        for table in tables:
            name = table["name"]
            for row in await db.fetch(f"select t::text as shown, t.* from {name} t"):  # noqa: S608 - the catalogue's own names
                shown = row["shown"] + "".join(_readable(value) for value in row.values())
                if any(mark in shown for mark in marks):
                    found.add(name)
    return found


def _readable(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else ""


async def _jobs(system: Dodam) -> int:
    async with system.database.reading() as db:
        [row] = await db.fetch("select count(*) as count from jobs.pgqueuer")
    return row["count"]


async def _all_done(system: Dodam) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while await _jobs(system):  # noqa: ASYNC110 - jobs are rows; nothing in this process is told
            await asyncio.sleep(0.05)


async def test_A13_nothing_of_a_person_can_be_found_after_the_erasure(
    house: House, settings: Settings, clock: StoppedClock
) -> None:
    system = house.dodam
    guardian = await sign_up(house.http, name=MARK, device=MARK)
    stays = await sign_up(house.http, name="somebody else")
    await stays.register_child(name="somebody else's child")
    await _live(guardian, house, settings)
    marks = (MARK, guardian.email, NUMBER, NUMBER.removeprefix("+82"))
    before = await _found(system, *marks)
    assert {
        "accounts.account",
        "accounts.consent",
        "accounts.device",
        "accounts.phone",
        "accounts.session",
        "accounts.user_attribute",
        "children.child",
        "children.diagnosis",
        "games.result",
        "games.save",
        "therapy.exceptional_day",
        "therapy.play_record",
    } <= before
    left = await guardian.call(
        "POST", "/account/withdrawal", json={"confirm": True, "password": PASSWORD}
    )
    assert left.status_code == 202, left.text
    clock.advance(timedelta(days=31))
    async with working(system.jobs):
        async with system.database.transaction() as tx:
            await system.chores["erase-withdrawn-accounts"](tx)
        await _all_done(system)

    assert await _found(system, *marks) == set()
    shown = await house.http.get(f"/v1/withdrawals/{left.json()['receipt']}")
    parts = {each["part"]: each["rows"] for each in shown.json()["erased"]}
    assert parts["children"] == {"child": 1}
    gone = {name for name, count in parts["accounts"].items() if count}
    assert {"account", "consent", "device", "phone", "user_attribute"} <= gone
    kept = await _found(system, "somebody else")
    assert kept == {"accounts.account", "children.child"}


async def test_A13_records_of_access_go_three_months_after_the_session(
    house: House, clock: StoppedClock
) -> None:
    guardian = await sign_up(house.http)
    await guardian.call("POST", "/auth/sign-out", json={})

    async def sessions() -> int:
        async with house.dodam.database.reading() as db:
            [row] = await db.fetch("select count(*) as count from accounts.session")
        return row["count"]

    async def forget() -> None:
        for chore in ("forget-expired-tokens", "forget-access-records"):
            async with house.dodam.database.transaction() as tx:
                await house.dodam.chores[chore](tx)

    clock.advance(timedelta(days=91))
    await forget()
    assert await sessions() == 1
    clock.advance(timedelta(days=2))
    await forget()
    assert await sessions() == 0
