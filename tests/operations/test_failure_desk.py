"""L07: staff see errors that nobody expected, and say that they were seen to."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clock import NOON, StoppedClock
from tests.operations.conftest import Desk

UNKNOWN = "vblvdiqoqwdr"


async def _happen(desk: Desk, place: str, times: int = 1) -> None:
    for _ in range(times):
        desk.dodam.operations.failures.note(place, ValueError("김민준"))
    await desk.dodam.operations.failures.write_down()


async def _listed(desk: Desk, query: str = "") -> list[dict[str, Any]]:
    return (await desk.admin.get(f"/staff/failures{query}"))["failures"]


async def _resolve(desk: Desk, fingerprint: str) -> dict[str, Any]:
    answer = await desk.admin.call("POST", f"/staff/failures/{fingerprint}/resolution")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def five(desk: Desk, clock: StoppedClock) -> Desk:
    """Five kinds: `place 4` happened last, `place 0` most often."""
    for number in range(5):
        clock.set(NOON + timedelta(seconds=number, microseconds=1))
        await _happen(desk, f"place {number}", 6 - number)
    return desk


@pytest.mark.parametrize(
    ("order", "places"), [("newest", "43210"), ("most_frequent", "01234")], ids=str
)
async def test_L07_staff_read_them_page_by_page_in_either_order(
    five: Desk, order: str, places: str
) -> None:
    whole = await _listed(five, f"?order={order}")
    assert [each["place"] for each in whole] == [f"place {number}" for number in places]
    found, cursor = list[dict[str, Any]](), ""
    while True:
        page = await five.admin.get(f"/staff/failures?limit=2&order={order}{cursor}")
        found += page["failures"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == whole


async def test_L07_as_many_of_two_kinds_are_on_one_page_each(desk: Desk) -> None:
    for number in range(4):
        await _happen(desk, f"place {number}")
    first = await desk.admin.get("/staff/failures?limit=2")
    rest = await _listed(desk, f"?cursor={first['next_cursor']}")
    assert {each["place"] for each in first["failures"] + rest} == {f"place {n}" for n in range(4)}


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        f"cursor=1.{UNKNOWN}x",
        f"cursor=999999999999999999.{UNKNOWN}",
        f"cursor=1.{UNKNOWN}%0A",
        "limit=0",
        "limit=201",
        "order=oldest",
        "resolved=perhaps",
    ],
)
async def test_L07_a_malformed_question_is_told_so(desk: Desk, query: str) -> None:
    answer = await desk.admin.call("GET", f"/staff/failures?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


async def test_L07_the_furthest_cursor_is_well_formed(five: Desk) -> None:
    for order in ("newest", "most_frequent"):
        assert len(await _listed(five, f"?order={order}&cursor={'9' * 17}.{UNKNOWN}")) == 5
        assert await _listed(five, f"?order={order}&cursor=0.{UNKNOWN}") == []


@pytest.mark.parametrize("path", ["GET /staff/failures/{}", "POST /staff/failures/{}/resolution"])
async def test_L07_what_is_not_known_is_told_so_in_the_callers_language(
    desk: Desk, path: str
) -> None:
    method, _, template = path.partition(" ")
    for fingerprint, status, code in [
        (UNKNOWN, 404, "failure_not_found"),
        ("0123456789ab", 400, "invalid_input"),
        (f"{UNKNOWN}%0A", 400, "invalid_input"),
    ]:
        answer = await desk.admin.call(method, template.format(fingerprint))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    headers = {"accept-language": "ko"}
    answer = await desk.admin.call(method, template.format(UNKNOWN), headers=headers)
    assert answer.json()["detail"] == "이 지문에 해당하는 오류가 없어요."


async def test_L07_one_that_was_seen_to_is_told_of_as_soon_as_it_is_back(
    five: Desk, clock: StoppedClock
) -> None:
    fingerprint = (await _listed(five))[0]["fingerprint"]
    clock.advance(timedelta(hours=1))
    resolved = await _resolve(five, fingerprint)
    assert resolved["resolved_at"] is not None
    assert await five.admin.get(f"/staff/failures/{fingerprint}") == resolved
    assert [each["fingerprint"] for each in await _listed(five, "?resolved=true")] == [fingerprint]
    assert len(await _listed(five, "?resolved=false")) == 4
    clock.advance(timedelta(minutes=1))
    await _happen(five, "place 4")
    assert [title for _, title, _ in await five.told()][5:] == [
        "Resolved, and back: ValueError in place 4"
    ]
    assert await _listed(five, "?resolved=true") == []
    await _happen(five, "place 4")
    assert len(await five.told()) == 6


async def test_L07_what_happened_before_it_was_seen_to_does_not_open_it_again(
    desk: Desk, clock: StoppedClock
) -> None:
    """An instance writes down late what it counted before."""
    await _happen(desk, "place")
    desk.dodam.operations.failures.note("place", ValueError())
    clock.advance(timedelta(seconds=1))
    [known] = await _listed(desk)
    await _resolve(desk, known["fingerprint"])
    await desk.dodam.operations.failures.write_down()
    [known] = await _listed(desk, "?resolved=true")
    assert known["count"] == 2
    assert len(await desk.told()) == 1


async def test_L07_the_trail_tells_who_saw_to_it_and_once(desk: Desk, clock: StoppedClock) -> None:
    await _happen(desk, "place", 3)
    [known] = await _listed(desk)
    first = await _resolve(desk, known["fingerprint"])
    clock.advance(timedelta(hours=1))
    assert await _resolve(desk, known["fingerprint"]) == first
    trail = (await desk.admin.get(f"/staff/audit?actor_id={desk.admin.id}"))["entries"]
    assert [(each["action"], each["details"]) for each in trail] == [
        (
            "failure.resolved",
            {"fingerprint": known["fingerprint"], "failure": "ValueError", "count": 3},
        )
    ]


async def test_L07_they_are_forgotten_after_ninety_quiet_days(
    desk: Desk, clock: StoppedClock
) -> None:
    await _happen(desk, "old")
    clock.set(NOON + timedelta(days=30))
    await _happen(desk, "kept")
    clock.set(NOON + timedelta(days=89))
    await desk.chore("forget-failures")
    assert len(await _listed(desk)) == 2
    clock.set(NOON + timedelta(days=91))
    await desk.chore("forget-failures")
    assert [each["place"] for each in await _listed(desk)] == ["kept"]
