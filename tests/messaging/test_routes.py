"""N01, A15: guardians choose what they are sent and see what was; staff see whether it came."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.messages import NotificationChanges
from dodam.platform.settings import Settings
from tests.families import Guardian, sign_up
from tests.staff import staff

from .desk import DAY, Desk

TITLES = {
    "welcome": {"ko": "가입 환영", "en": "Welcome"},
    "therapy_goal_reached": {"ko": "운동 목표 달성", "en": "Goal of the day reached"},
    "daily_result": {"ko": "오늘의 운동 결과", "en": "Result of the day"},
    "subscription_started": {"ko": "구독 시작", "en": "Subscription started"},
    "payment_failed": {"ko": "결제 실패", "en": "Payment failed"},
    "price_increase": {"ko": "구독료 변경", "en": "Price increase"},
    "subscription_ended": {"ko": "구독 종료", "en": "Subscription ended"},
}


async def _on(guardian: Guardian) -> dict[str, bool]:
    return {each["kind"]: each["on"] for each in await guardian.get("/notifications")}


def test_N01_every_kind_can_be_turned_off() -> None:
    assert set(NotificationChanges.__struct_fields__) == set(MessageKind)


async def test_N01_every_kind_is_on_until_it_is_turned_off(post: Desk) -> None:
    guardian, _ = await post.guardian()
    kinds = await guardian.get("/notifications")
    assert {each["kind"]: each["title"] for each in kinds} == TITLES
    assert {(each["on"], each["obstacle"]) for each in kinds} == {(True, None)}


async def test_N01_kinds_are_turned_off_and_on_one_by_one(post: Desk) -> None:
    guardian, _ = await post.guardian()
    for _ in range(2):
        answer = await guardian.call("PATCH", "/notifications", json={"daily_result": False})
        assert answer.json() == await guardian.get("/notifications")
    on = dict.fromkeys(TITLES, True) | {"daily_result": False}
    assert await _on(guardian) == on
    await guardian.call("PATCH", "/notifications", json={"daily_result": True, "welcome": False})
    assert await _on(guardian) == on | {"daily_result": True, "welcome": False}
    await guardian.call("PATCH", "/notifications", json={})
    assert await _on(guardian) == on | {"daily_result": True, "welcome": False}


async def test_N01_what_one_turns_off_is_on_for_others(post: Desk) -> None:
    (guardian, _), (other, _) = await post.guardian(), await post.guardian()
    await guardian.call("PATCH", "/notifications", json={"welcome": False})
    assert (await _on(other))["welcome"]


@pytest.mark.parametrize("form", [{"news": True}, {"welcome": "no"}, {"welcome": None}, [], 1])
async def test_N01_what_is_no_kind_cannot_be_turned_off(post: Desk, form: Any) -> None:
    guardian = await sign_up(post.http)
    answer = await guardian.call("PATCH", "/notifications", json=form)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


async def test_N01_a_guardian_learns_why_nothing_can_be_sent(post: Desk) -> None:
    guardian = await sign_up(post.http)

    async def obstacles() -> set[str]:
        return {each["obstacle"]["code"] for each in await guardian.get("/notifications")}

    assert await obstacles() == {"no_phone"}
    await post.give_phone(guardian, "+14155552671", "US")
    assert await obstacles() == {"no_channel"}
    [first, *_] = await guardian.get("/notifications")
    assert first["obstacle"]["text"]["ko"].startswith("알림은 한국 휴대폰 번호로만")


async def test_N01_a_guardian_reads_what_was_sent_the_newest_first(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    welcome = await post.welcome(guardian)
    goal = await post.tell(guardian, child)
    await post.send(welcome)
    newest, oldest = (await guardian.get("/messages"))["messages"]
    now = post.clock.now().isoformat().replace("+00:00", "Z")
    assert oldest == {
        "id": str(welcome),
        "kind": "welcome",
        "child_id": None,
        "day": None,
        "state": "accepted",
        "reason": None,
        "created_at": now,
        "sent_at": now,
        "ended_at": None,
        "text": post.talks(number)[0].message.content,
    }
    assert (newest["id"], newest["state"], newest["text"]) == (str(goal), "waiting", None)
    assert (newest["child_id"], newest["day"]) == (child["id"], "2026-03-18")


async def test_N01_messages_come_in_pages(post: Desk) -> None:
    guardian, _ = await post.guardian()
    child = await guardian.register_child()
    made = [await post.tell(guardian, child, day=DAY + timedelta(days=n)) for n in range(5)]
    read: list[str] = []
    cursor: str | None = None
    while True:
        page = await guardian.get("/messages", params={"limit": 2} | _given(cursor))
        read += [each["id"] for each in page["messages"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [UUID(each) for each in read] == made[::-1]


def _given(cursor: str | None) -> dict[str, str]:
    return {} if cursor is None else {"cursor": cursor}


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"cursor": "x"}])
async def test_N01_a_page_there_is_not_is_refused(post: Desk, query: dict[str, Any]) -> None:
    guardian = await sign_up(post.http)
    assert (await guardian.call("GET", "/messages", params=query)).status_code == 400


async def test_N01_a_guardian_sees_no_messages_of_others(post: Desk) -> None:
    (guardian, _), (other, _) = await post.guardian(), await post.guardian()
    message = await post.welcome(guardian)
    page = await other.get("/messages", params={"cursor": str(message)})
    assert page == {"messages": [], "next_cursor": None}


async def test_A15_staff_see_whether_messages_came_and_not_what_they_say(
    post: Desk, settings: Settings
) -> None:
    guardian, _ = await post.guardian()
    message = await post.welcome(guardian)
    await post.send(message)
    support = staff(post.http, settings, "support")
    path = f"/staff/accounts/{guardian.account_id}/messages"
    [shown] = (await support.get(path))["messages"]
    assert (shown["id"], shown["state"], shown["tries"]) == (str(message), "accepted", 1)
    assert "text" not in shown
    admin = staff(post.http, settings, "admin")
    trail = await admin.get("/staff/audit", params={"subject_id": guardian.account_id})
    [entry] = [each for each in trail["entries"] if each["action"] == "messages.viewed"]
    assert entry["actor_id"] == str(support.id)


async def test_A15_an_account_there_is_not_has_no_messages(post: Desk, settings: Settings) -> None:
    support = staff(post.http, settings, "support")
    answer = await support.call("GET", f"/staff/accounts/{uuid4()}/messages")
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


@pytest.mark.parametrize("role", ["clinician", "marketing", "viewer", "trial_coordinator"])
async def test_A15_who_is_not_granted_it_sees_no_messages(
    post: Desk, settings: Settings, role: str
) -> None:
    guardian = await sign_up(post.http)
    answer = await staff(post.http, settings, role).call(
        "GET", f"/staff/accounts/{guardian.account_id}/messages"
    )
    assert answer.status_code == 403
