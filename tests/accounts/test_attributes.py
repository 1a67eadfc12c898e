"""A10: attributes: typed, for a time, granted by somebody, and never forgotten."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.errors.attributes import AttributeNotGrantable
from dodam.features.accounts.models.attributes import (
    DEVICE_PROFILE,
    THE_SYSTEM,
    TRIAL_PARTICIPANT,
    DeviceProfile,
    NewAttribute,
    TrialParticipation,
)
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.audit.service import Audit
from dodam.platform.logging.log import Log
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.staff import Staff, staff

TRIAL = {"trial": "HAND-2026", "participant": "S01-014"}


@pytest.fixture
def coordinator(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "trial_coordinator")


@pytest.fixture
def attributes(clock: StoppedClock) -> Attributes:
    return Attributes(clock, Audit(clock, Log()))


def _path(guardian: Guardian) -> str:
    return f"/staff/accounts/{guardian.account_id}/attributes"


async def _grant(
    coordinator: Staff, guardian: Guardian, key: str, value: Any, **fields: Any
) -> dict[str, Any]:
    form = {"key": key, "value": value, "reason": "for a test", **fields}
    answer = await coordinator.call("POST", _path(guardian), json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _held(guardian: Guardian) -> dict[str, Any]:
    return {each["key"]: each["value"] for each in await guardian.get("/account/attributes")}


async def test_A10_what_staff_grants_the_guardian_holds(
    coordinator: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    granted = await _grant(coordinator, guardian, "tester", value=True)
    await _grant(coordinator, guardian, "trial_participant", TRIAL)
    assert await _held(guardian) == {"tester": True, "trial_participant": TRIAL}
    assert await _held(other_guardian) == {}
    assert granted["granted_by"] == str(coordinator.id)
    listed = await coordinator.get(_path(guardian))
    assert [each["key"] for each in listed] == ["tester", "trial_participant"]
    assert granted in listed


async def test_A10_an_attribute_holds_from_its_beginning_up_to_its_end(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    begins, ends = NOON + timedelta(minutes=2), NOON + timedelta(minutes=4)
    await _grant(
        coordinator,
        guardian,
        "device_profile",
        "low",
        valid_from=begins.isoformat(),
        valid_until=ends.isoformat(),
    )
    found: list[Any] = []
    for _ in range(6):
        found.append((await _held(guardian)).get("device_profile"))
        clock.advance(timedelta(minutes=1))
    assert found == [None, None, "low", "low", None, None]


async def test_A10_a_newer_grant_ends_the_older_and_the_history_keeps_both(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    old = await _grant(coordinator, guardian, "device_profile", "low")
    clock.advance(timedelta(minutes=1))
    new = await _grant(coordinator, guardian, "device_profile", "high")
    assert await _held(guardian) == {"device_profile": "high"}
    history = await coordinator.get(f"{_path(guardian)}/history")
    assert history[0] == new
    assert history[1] == {
        **old,
        "revoked_at": new["valid_from"],
        "revoked_by": str(coordinator.id),
        "superseded_by": new["id"],
    }


async def test_A10_a_grant_for_later_takes_over_when_it_begins(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    later = (NOON + timedelta(minutes=5)).isoformat()
    await _grant(coordinator, guardian, "device_profile", "high", valid_from=later)
    await _grant(coordinator, guardian, "device_profile", "low", valid_until=later)
    assert await _held(guardian) == {"device_profile": "low"}
    clock.advance(timedelta(minutes=5))
    assert await _held(guardian) == {"device_profile": "high"}


async def test_A10_a_guardian_takes_part_in_several_trials_and_once_in_each(
    coordinator: Staff, guardian: Guardian
) -> None:
    for trial, participant in (("HAND-2026", "1"), ("GRIP-2", "7"), ("HAND-2026", "2")):
        value = {"trial": trial, "participant": participant}
        await _grant(coordinator, guardian, "trial_participant", value)
    held = [each["value"] for each in await guardian.get("/account/attributes")]
    assert sorted((each["trial"], each["participant"]) for each in held) == [
        ("GRIP-2", "7"),
        ("HAND-2026", "2"),
    ]


async def test_A10_of_grants_at_once_one_holds(coordinator: Staff, guardian: Guardian) -> None:
    await asyncio.gather(
        *(
            _grant(coordinator, guardian, "device_profile", value)
            for value in ("low", "medium", "high") * 3
        )
    )
    assert len(await guardian.get("/account/attributes")) == 1
    history = await coordinator.get(f"{_path(guardian)}/history")
    assert [each["superseded_by"] is None for each in history].count(True) == 1


async def test_A10_a_revoked_attribute_ends_at_once_and_stays_in_the_history(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    granted = await _grant(coordinator, guardian, "tester", value=True)
    clock.advance(timedelta(minutes=1))
    path = f"{_path(guardian)}/{granted['id']}"
    assert (await coordinator.call("DELETE", path)).status_code == 204
    assert await _held(guardian) == {}
    revoked = await coordinator.get(f"{_path(guardian)}/history")
    clock.advance(timedelta(minutes=1))
    assert (await coordinator.call("DELETE", path)).status_code == 204
    assert await coordinator.get(f"{_path(guardian)}/history") == revoked
    ended = datetime.fromisoformat(revoked[0]["revoked_at"])
    assert (ended, revoked[0]["revoked_by"]) == (NOON + timedelta(minutes=1), str(coordinator.id))


async def test_A10_a_value_is_known_at_any_instant_of_the_past(
    system: Dodam, guardian: Guardian, clock: StoppedClock, attributes: Attributes
) -> None:
    account = UUID(guardian.account_id)
    for profile in DeviceProfile:
        async with system.database.transaction() as tx:
            form = NewAttribute(DEVICE_PROFILE.key, profile.value, "its device")
            await attributes.grant(tx, account, form, THE_SYSTEM)
        clock.advance(timedelta(days=1))
    async with system.database.reading() as db:
        found = [
            await attributes.value_of(db, account, DEVICE_PROFILE, NOON + timedelta(hours=hours))
            for hours in (-1, 0, 23, 24, 47, 48, 480)
        ]
        assert await attributes.value_of(db, account, DEVICE_PROFILE) is DeviceProfile.HIGH
        assert await attributes.value_of(db, account, TRIAL_PARTICIPANT) is None
    low, medium, high = DeviceProfile
    assert found == [None, low, low, medium, medium, high, high]


async def test_A10_the_system_grants_what_follows_from_facts_only(
    system: Dodam, guardian: Guardian, attributes: Attributes
) -> None:
    account = UUID(guardian.account_id)
    form = NewAttribute("trial_participant", TRIAL, "no trial has said so")
    async with system.database.transaction() as tx:
        with pytest.raises(AttributeNotGrantable):
            await attributes.grant(tx, account, form, THE_SYSTEM)


async def test_A10_a_value_comes_back_as_the_type_of_its_kind(
    system: Dodam, coordinator: Staff, guardian: Guardian, attributes: Attributes
) -> None:
    await _grant(coordinator, guardian, "trial_participant", TRIAL)
    async with system.database.reading() as db:
        value = await attributes.value_of(db, UUID(guardian.account_id), TRIAL_PARTICIPANT)
    assert value == TrialParticipation("HAND-2026", "S01-014")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"key": "superpower"}, ("key", "unknown_attribute")),
        ({"key": "\u0000"}, ("key", "unknown_attribute")),
        ({"value": "fast"}, ("value", "not_valid")),
        ({"value": None}, ("value", "not_valid")),
        ({"key": "tester", "value": 1}, ("value", "not_valid")),
        ({"key": "trial_participant", "value": {"trial": "A"}}, ("value", "not_valid")),
        (
            {"key": "trial_participant", "value": {"trial": "A", "participant": "\u0000"}},
            ("value", "not_valid"),
        ),
        ({"reason": " "}, ("reason", "wrong_format")),
        ({"reason": "a\u0000"}, ("reason", "wrong_format")),
        ({"reason": "x" * 501}, ("reason", "wrong_length")),
        ({"valid_from": "2026-03-18T11:59:59Z"}, ("valid_from", "out_of_range")),
        ({"valid_from": "9999-12-31T23:59:59-23:59"}, ("valid_from", "out_of_range")),
        ({"valid_from": "2026-03-19T00:00:00"}, ("valid_from", "wrong_format")),
        ({"valid_until": "2026-03-18T12:00:00Z"}, ("valid_until", "out_of_range")),
        ({"valid_until": "9999-12-31T23:59:59-23:59"}, ("valid_until", "out_of_range")),
        ({"granted_by": str(uuid4())}, ("granted_by", "unknown_field")),
    ],
)
async def test_A10_a_wrong_grant_is_refused_and_changes_nothing(
    coordinator: Staff, guardian: Guardian, changes: dict[str, Any], wrong: tuple[str, str]
) -> None:
    await _grant(coordinator, guardian, "device_profile", "low")
    form = {"key": "device_profile", "value": "high", "reason": "for a test", **changes}
    answer = await coordinator.call("POST", _path(guardian), json=form)
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [wrong]
    assert await _held(guardian) == {"device_profile": "low"}


async def test_A10_nobody_is_granted_anything_under_an_unknown_account_or_attribute(
    coordinator: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    form = {"key": "tester", "value": True, "reason": "for a test"}
    path = f"/staff/accounts/{uuid4()}/attributes"
    answers = [
        await coordinator.call("POST", path, json=form),
        await coordinator.call("GET", f"{path}/history"),
    ]
    assert [answer.json()["code"] for answer in answers] == ["account_not_found"] * 2
    granted = await _grant(coordinator, guardian, "tester", value=True)
    for path in (f"{_path(other_guardian)}/{granted['id']}", f"{_path(guardian)}/{uuid4()}"):
        answer = await coordinator.call("DELETE", path)
        assert (answer.status_code, answer.json()["code"]) == (404, "attribute_not_found")
    assert await _held(guardian) == {"tester": True}


async def test_A10_the_kinds_say_what_they_take_and_do(coordinator: Staff) -> None:
    kinds = {kind["key"]: kind for kind in await coordinator.get("/staff/attribute-kinds")}
    assert sorted(kinds) == [
        "complimentary_access",
        "device_profile",
        "tester",
        "trial_participant",
    ]
    assert kinds["tester"]["value"] == {"type": "boolean"}
    assert kinds["device_profile"]["granted_with"] == ["attributes.grant", "system"]
    assert [kinds[key]["exclusive"] for key in sorted(kinds)] == [True, True, True, False]
    assert all(kind["effect"]["ko"] and kind["effect"]["en"] for kind in kinds.values())


async def test_A10_every_grant_and_end_is_audited(
    system: Dodam, coordinator: Staff, guardian: Guardian
) -> None:
    granted = await _grant(coordinator, guardian, "tester", value=True)
    await coordinator.call("DELETE", f"{_path(guardian)}/{granted['id']}")
    async with system.database.reading() as db:
        entries = await db.fetch(
            "select action, actor_id, details from audit.entry where subject_id = $1 order by id",
            UUID(guardian.account_id),
        )
    assert [each["action"] for each in entries] == ["attribute.granted", "attribute.revoked"]
    assert {each["actor_id"] for each in entries} == {coordinator.id}
    assert {each["details"]["attribute_id"] for each in entries} == {granted["id"]}


async def test_A15_who_looked_at_an_accounts_attributes_is_in_the_trail(
    http: httpx.AsyncClient, settings: Settings, guardian: Guardian
) -> None:
    support, admin = staff(http, settings, "support"), staff(http, settings, "admin")
    for path in (_path(guardian), f"{_path(guardian)}/history"):
        assert await support.get(path) == []
    page = await admin.get("/staff/audit", params={"subject_id": guardian.account_id})
    assert [(each["action"], each["actor_id"]) for each in page["entries"]] == [
        ("attributes.viewed", str(support.id))
    ] * 2
    for path in ("attributes", "attributes/history"):
        answer = await support.call("GET", f"/staff/accounts/{uuid4()}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
