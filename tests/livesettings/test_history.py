"""G06: who changed which settings, when and why, and what differs."""

from datetime import timedelta
from uuid import uuid4

from dodam.platform.ids import new_id
from tests.clock import StoppedClock
from tests.staff import Staff

from .settings import PATH, define, draft, namespace, publish, rule


async def test_G06_the_history_says_who_published_what_when_and_why(
    admin: Staff, clock: StoppedClock
) -> None:
    name = await namespace(admin)
    await publish(admin, name, value={"speed": 1}, note="first")
    clock.advance(timedelta(minutes=1))
    await publish(admin, name, value={"speed": 2}, rules=[rule("all", 3)], note="second")
    newest, oldest = await admin.get(f"{PATH}/{name}/versions")
    assert newest == {
        "id": newest["id"],
        "version": 2,
        "note": "second",
        "takes_effect_at": "2026-03-18T12:01:00Z",
        "published_at": "2026-03-18T12:01:00Z",
        "published_by": str(admin.id),
        "restores": None,
        "cancelled_at": None,
        "cancelled_by": None,
        "state": "in_force",
        "rules": 1,
    }
    assert (oldest["version"], oldest["state"], oldest["note"]) == (1, "past", "first")
    whole = await admin.get(f"{PATH}/{name}/versions/1")
    assert (whole["value"], whole["rules"], whole["namespace"]) == ({"speed": 1}, [], name)


async def test_G06_the_history_comes_in_pages(admin: Staff) -> None:
    name = await namespace(admin)
    for speed in range(5):
        await publish(admin, name, value={"speed": speed})
    versions, before = list[int](), 2_147_483_647
    while page := await admin.get(f"{PATH}/{name}/versions?limit=2&before={before}"):
        versions += [each["version"] for each in page]
        before = versions[-1]
    assert versions == [5, 4, 3, 2, 1]


async def test_G06_versions_and_the_draft_are_compared(admin: Staff) -> None:
    name = await namespace(admin)
    await publish(admin, name, value={"speed": 1}, rules=[rule("ipads", 2, platforms=["ios"])])
    await draft(admin, name, value={"speed": 1}, rules=[rule("ipads", 3, platforms=["ios"])])
    assert await admin.get(f"{PATH}/{name}/diff?from=1&to=draft") == [
        {"path": "/rules/ipads/value/speed", "from": 2, "to": 3}
    ]
    assert await admin.get(f"{PATH}/{name}/diff?from=1&to=1") == []
    from_nothing = await admin.get(f"{PATH}/{name}/diff?from=0&to=1")
    assert [each["path"] for each in from_nothing] == [
        "/order",
        "/rules/ipads/value/speed",
        "/rules/ipads/when/platforms",
        "/value/speed",
    ]
    missing = await admin.call("GET", f"{PATH}/{name}/diff?from=1&to=7")
    assert (missing.status_code, missing.json()["code"]) == (404, "settings_version_not_found")
    assert (await admin.call("GET", f"{PATH}/{name}/diff?from=1&to=-1")).status_code == 400


async def test_G06_what_is_not_there_is_not_found(admin: Staff) -> None:
    name = f"test_{uuid4().hex[:8]}"
    for path in ("", "/draft", "/versions", "/diff?from=0&to=draft"):
        answer = await admin.call("GET", f"{PATH}/{name}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "settings_not_found"), path
    answer = await admin.call("GET", f"{PATH}/{name}/versions/1")
    assert answer.json()["code"] == "settings_version_not_found"


async def test_X08_every_change_of_settings_is_in_the_audit_trail(admin: Staff) -> None:
    admin = Staff(admin.http, new_id(), admin.tokens, admin.roles)
    name = await namespace(admin)
    await define(admin, name, edit=1)
    await publish(admin, name, value={"speed": 1})
    await admin.call("POST", f"{PATH}/{name}/versions/1/restore", json={})
    edit = (await admin.get(f"{PATH}/{name}/draft"))["edit"]
    later = {"edit": edit, "takes_effect_at": "2026-03-19T12:00:00Z"}
    await admin.call("POST", f"{PATH}/{name}/versions", json=later)
    await admin.call("DELETE", f"{PATH}/{name}/versions/3")
    await admin.call("DELETE", f"{PATH}/{name}")
    entries = (await admin.get(f"/staff/audit?actor_id={admin.id}"))["entries"]
    assert [(each["action"], each["details"]["namespace"]) for each in reversed(entries)] == [
        ("settings_namespace.made", name),
        ("settings_namespace.changed", name),
        ("settings_draft.changed", name),
        ("settings.published", name),
        ("settings.published", name),
        ("settings.published", name),
        ("settings.cancelled", name),
        ("settings_namespace.retired", name),
    ]
    assert {each["details"].get("version") for each in entries} == {None, 1, 2, 3}
