"""G03: results of games are kept by the game's own schema, in any order, late, even twice."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.bootstrap import Dodam
from tests.clock import NOON
from tests.families import Guardian
from tests.staff import Staff
from tests.therapy.steps import Travel, problem, rows

from .scores import COUNT, publish_scores, reached, scored
from .steps import send

AT = NOON - timedelta(hours=1)


async def _kept(guardian: Guardian, child: dict[str, Any], game: str) -> list[dict[str, Any]]:
    return (await guardian.get(f"/children/{child['id']}/games/{game}/results"))["results"]


def _fates(receipt: dict[str, Any]) -> list[str]:
    return [each["fate"] for each in receipt["records"]]


async def test_G03_one_result_alone_is_an_upload(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    one = scored(game, AT, 12.5, device="Galaxy Tab S9")
    assert await send(guardian, child, one) == {
        "created": 1,
        "duplicates": 0,
        "rejected": 0,
        "records": [
            {
                "index": 0,
                "id": one["id"],
                "fate": "created",
                "therapy_day": "2026-03-18",
                "reason": None,
                "notice": None,
            }
        ],
    }
    assert await _kept(guardian, child, game) == [
        {
            "id": one["id"],
            "version": 1,
            "play_id": None,
            "therapy_day": "2026-03-18",
            "started_at": "2026-03-18T11:00:00Z",
            "duration_ms": 60_000,
            "result": {"score": 12.5},
            "counted": True,
            "device": "Galaxy Tab S9",
            "clock": "trusted",
            "device_started_at": None,
            "received_at": "2026-03-18T12:00:00Z",
        }
    ]


async def test_G03_five_hundred_results_are_taken_and_one_more_is_too_many(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    results = [scored(game, AT - timedelta(minutes=n), n) for n in range(501)]
    path = f"/children/{child['id']}/game-results"
    answer = await guardian.call("POST", path, json=results)
    problem(answer, 413, "too_many_records")
    assert await _kept(guardian, child, game) == []

    assert (await send(guardian, child, results[:500]))["created"] == 500
    assert (await reached(guardian, child, game))["times"] == 500
    assert (await send(guardian, child, []))["records"] == []


async def test_G03_a_bad_result_among_good_ones_spoils_no_other(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    receipt = await send(
        guardian,
        child,
        [
            scored(game, AT, 1),
            scored(game, AT, -1),
            scored(game, AT, result={"score": 1, "cheat": True}),
            scored(game, AT, result={}),
            scored(game, AT, result=7),
            scored("no_such_game", AT),
            scored(game, AT, version=2),
            {"id": str(uuid4()), "game": game},
            scored(game, AT, 2),
        ],
    )
    assert (receipt["created"], receipt["rejected"]) == (2, 7)
    wrong = [
        (each["reason"]["field"], each["reason"]["code"])
        for each in receipt["records"]
        if each["fate"] == "rejected"
    ]
    assert wrong == [
        ("result.score", "out_of_range"),
        ("result.cheat", "unknown_field"),
        ("result.score", "required"),
        ("result", "wrong_type"),
        ("game", "unknown_game"),
        ("version", "unknown_version"),
        ("version", "required"),
    ]
    assert (await reached(guardian, child, game))["total_score"] == 3


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param({"score": 1, "mood": "a\x00b"}, "wrong_format", id="NUL"),
        pytest.param({"score": 1, "mood": "x" * 16_384}, "too_large", id="17 KiB"),
    ],
)
async def test_G03_what_cannot_be_kept_is_refused_before_its_schema_is_asked(
    guardian: Guardian,
    child: dict[str, Any],
    admin: Staff,
    value: dict[str, Any],
    code: str,
) -> None:
    game = await publish_scores(admin)
    receipt = await send(guardian, child, scored(game, AT, result=value))
    assert receipt["records"][0]["reason"]["code"] == code


async def test_G03_a_result_is_nested_32_levels_deep_at_most(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, result_schema={"type": "object"}, aggregates=[COUNT])

    def nested(levels: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for _ in range(levels - 1):
            value = {"in": value}
        return value

    receipt = await send(
        guardian, child, [scored(game, AT, result=nested(levels)) for levels in (32, 33, 600)]
    )
    assert _fates(receipt) == ["created", "rejected", "rejected"]
    assert receipt["records"][1]["reason"]["code"] == "too_deep"


async def test_G03_numbers_beyond_all_measure_are_kept_and_add_up_to_nothing(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    huge = [scored(game, AT, value) for value in (1e300, 10**40, 5)]
    assert (await send(guardian, child, huge))["created"] == 3
    aggregates = await reached(guardian, child, game)
    assert (aggregates["best_score"], aggregates["total_score"]) == (5, 5)
    assert aggregates["times"] == 3
    path = f"/children/{child['id']}/game-results"
    for number in ("1e400", "NaN", "-Infinity"):
        body = f'[{{"id": "{uuid4()}", "result": {{"score": {number}}}}}]'
        answer = await guardian.call("POST", path, content=body)
        assert answer.status_code in {200, 400}, answer.text


async def test_G03_a_result_sent_again_is_a_duplicate_and_counts_once(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    one = scored(game, AT)
    receipt = await send(guardian, child, [one, one])
    assert _fates(receipt) == ["created", "duplicate"]
    later = {**one, "sent_at": NOON.isoformat()}
    assert _fates(await send(guardian, child, later)) == ["duplicate"]
    assert (await reached(guardian, child, game))["times"] == 1


async def test_G03_an_id_used_for_something_else_is_refused_and_the_first_is_kept(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    one = scored(game, AT, 5)
    await send(guardian, child, one)
    other = {**one, "result": {"score": 500}}
    receipt = await send(guardian, child, other)
    assert receipt["records"][0]["reason"]["code"] == "id_reused"
    assert [each["result"] for each in await _kept(guardian, child, game)] == [{"score": 5}]


async def test_G03_the_same_id_of_another_child_is_another_result(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    sibling = await guardian.register_child(name="서윤")
    one = scored(game, AT)
    assert _fates(await send(guardian, child, one)) == ["created"]
    assert _fates(await send(guardian, sibling, one)) == ["created"]


async def test_G03_the_clock_of_the_tablet_is_judged_as_with_plays(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    day = timedelta(days=1)
    receipt = await send(
        guardian,
        child,
        [
            scored(game, AT + day, sent_at=(NOON + day).isoformat()),
            scored(game, NOON + 3 * day),
            scored(game, NOON - 400 * day),
            {**scored(game, AT), "started_at": "0001-01-01T00:00:00+10:00"},
            {**scored(game, AT), "started_at": "2026-03-18T12:00:00"},
        ],
    )
    told = [(each["notice"] or each["reason"])["code"] for each in receipt["records"]]
    assert told == [
        "clock_corrected",
        "clock_untrusted",
        "clock_untrusted",
        "out_of_range",
        "wrong_format",
    ]
    assert [each["therapy_day"] for each in receipt["records"][:3]] == ["2026-03-18"] * 3


@pytest.mark.parametrize(
    ("zone", "started_at", "day"),
    [
        ("Asia/Seoul", "2026-03-18T03:59:00+09:00", "2026-03-17"),
        ("Asia/Seoul", "2026-03-18T04:00:00+09:00", "2026-03-18"),
        # Clocks leap from 2 to 3 in the night to Sunday, 8 March.
        ("America/New_York", "2026-03-08T07:59:00+00:00", "2026-03-07"),
        ("America/New_York", "2026-03-08T08:00:00+00:00", "2026-03-08"),
    ],
)
async def test_G03_a_result_belongs_to_the_therapy_day_it_was_begun_on(
    guardian: Guardian, admin: Staff, zone: str, started_at: str, day: str
) -> None:
    game = await publish_scores(admin)
    child = await guardian.register_child(time_zone=zone, day_start_hour=4)
    receipt = await send(guardian, child, {**scored(game, AT), "started_at": started_at})
    assert receipt["records"][0]["therapy_day"] == day


async def test_G03_results_of_a_retired_game_still_count(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    retired = await admin.call("PUT", f"/staff/games/{game}/retired", json={"retired": True})
    assert retired.is_success, retired.text
    assert _fates(await send(guardian, child, scored(game, AT))) == ["created"]
    assert (await reached(guardian, child, game))["times"] == 1
    assert len(await _kept(guardian, child, game)) == 1


async def test_G03_nothing_is_kept_without_consent_or_of_a_removed_child(
    guardian: Guardian, child: dict[str, Any], admin: Staff, other_guardian: Guardian
) -> None:
    game = await publish_scores(admin)
    path = f"/children/{child['id']}/game-results"
    one = scored(game, AT)
    problem(await other_guardian.call("POST", path, json=one), 404, "child_not_found")
    answers = {"given_by": "legal_guardian", "documents": {"child_health": None}}
    withdrawn = await guardian.call("PUT", f"/children/{child['id']}/consent", json=answers)
    assert withdrawn.is_success, withdrawn.text
    problem(await guardian.call("POST", path, json=one), 403, "consent_required")
    assert (await guardian.call("DELETE", f"/children/{child['id']}")).is_success
    problem(await guardian.call("POST", path, json=one), 404, "child_not_found")


async def test_G03_results_are_listed_in_pages_the_latest_first(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game, other = await publish_scores(admin), await publish_scores(admin)
    results = [scored(game, AT - timedelta(minutes=n // 2), n) for n in range(7)]
    await send(guardian, child, [*results, scored(other, AT)])
    path = f"/children/{child['id']}/games/{game}/results"
    seen: list[dict[str, Any]] = []
    before: dict[str, str] = {}
    while True:
        page = await guardian.get(path, params={"limit": 3, **before})
        seen += page["results"]
        if page["next_before"] is None:
            break
        before = {"before": page["next_before"]}
    in_order = sorted(results, key=lambda each: (each["started_at"], each["id"]), reverse=True)
    assert [each["id"] for each in seen] == [each["id"] for each in in_order]
    problem(await guardian.call("GET", path, params={"before": "x"}), 400, "invalid_input")
    unknown = f"/children/{child['id']}/games/no_such_game/results"
    problem(await guardian.call("GET", unknown), 404, "game_not_found")


async def test_G03_what_was_answered_is_in_the_database(
    system: Dodam, guardian: Guardian, child: dict[str, Any], admin: Staff, travel: Travel
) -> None:
    game = await publish_scores(admin)
    for days in range(3):
        now = NOON + timedelta(days=days)
        await travel(now)
        await send(guardian, child, [scored(game, now), scored(game, AT)])
    query = "select count(*) as count from games.result where child_id = $1 and counted"
    [stored] = await rows(system, query, UUID(child["id"]))
    [kept] = await rows(
        system, "select results from games.standing where child_id = $1", UUID(child["id"])
    )
    assert stored["count"] == kept["results"] == 6
