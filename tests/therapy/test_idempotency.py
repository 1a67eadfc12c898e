"""T06: a play counts once, however often and from wherever it comes."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.bootstrap import Dodam
from tests.clock import NOON
from tests.families import Guardian, play

from .steps import Travel, rows, seoul

AT = seoul("2026-03-18")


def _fates(receipt: dict[str, Any]) -> list[str]:
    return [record["fate"] for record in receipt["records"]]


async def _today(guardian: Guardian, child: dict[str, Any]) -> dict[str, Any]:
    return (await guardian.get(f"/children/{child['id']}/today"))["done"]


async def test_T06_an_upload_sent_twice_counts_once(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    plays = [play(AT, score=3), play(AT, accuracy=0.5)]
    first = await guardian.upload(child, plays)
    counted = await _today(guardian, child)
    again = await guardian.upload(child, plays)
    assert (first["created"], first["duplicates"]) == (2, 0)
    assert (again["created"], again["duplicates"], again["rejected"]) == (0, 2, 0)
    for fate in again["records"]:
        assert (fate["fate"], fate["therapy_day"], fate["reason"], fate["notice"]) == (
            "duplicate",
            "2026-03-18",
            None,
            None,
        )
    assert await _today(guardian, child) == counted
    assert (counted["plays"], counted["repetitions"], counted["score"]) == (2, 20, 3)


async def test_T06_a_play_twice_in_one_upload_counts_once(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    one, other = play(AT), play(AT)
    receipt = await guardian.upload(child, [one, other, one, one])
    assert _fates(receipt) == ["created", "created", "duplicate", "duplicate"]
    assert {record["therapy_day"] for record in receipt["records"]} == {"2026-03-18"}
    assert (await _today(guardian, child))["plays"] == 2


async def test_T06_a_batch_of_old_and_new_counts_the_new(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    old, new = play(AT), play(AT)
    await guardian.upload(child, [old])
    receipt = await guardian.upload(child, [new, old, play(AT, hand="foot")])
    assert _fates(receipt) == ["created", "duplicate", "rejected"]
    assert (await _today(guardian, child))["plays"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"repetitions": 11},
        {"successes": 7},
        {"hand": "right"},
        {"motion": "tip_pinch"},
        {"session_id": str(uuid4())},
        {"started_at": seoul("2026-03-17").isoformat()},
        {"duration_ms": 60_001},
        {"accuracy": 0.5},
        {"score": 0},
        {"difficulty": 1},
        {"label": "fist"},
        {"device": "tablet"},
        {"payload": {}},
    ],
)
async def test_T06_an_id_used_for_something_else_is_rejected_and_the_first_kept(
    guardian: Guardian, child: dict[str, Any], change: dict[str, Any]
) -> None:
    first = play(AT)
    await guardian.upload(child, first)
    counted = await _today(guardian, child)
    for body in ({**first, **change}, [first, {**first, **change}]):
        fate = (await guardian.upload(child, body))["records"][-1]
        assert (fate["fate"], fate["id"], fate["therapy_day"]) == ("rejected", first["id"], None)
        assert (fate["reason"]["field"], fate["reason"]["code"]) == ("id", "id_reused")
    assert await _today(guardian, child) == counted
    assert _fates(await guardian.upload(child, first)) == ["duplicate"]


async def test_T06_of_two_plays_with_one_id_in_an_upload_the_first_is_kept(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    first = play(AT, repetitions=10)
    second = {**first, "repetitions": 20}
    receipt = await guardian.upload(
        child, [first, second, first], headers={"accept-language": "ko"}
    )
    assert _fates(receipt) == ["created", "rejected", "duplicate"]
    assert receipt["records"][1]["reason"] == {
        "code": "id_reused",
        "message": "같은 id의 다른 기록이 이미 있어요. 먼저 받은 기록을 유지합니다.",
        "field": "id",
    }
    assert (await _today(guardian, child))["repetitions"] == 10


async def test_T06_a_rejected_play_may_be_sent_again_put_right(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    wrong = play(AT, successes=11)
    right = {**wrong, "successes": 10}
    assert _fates(await guardian.upload(child, [wrong, right, wrong])) == [
        "rejected",
        "created",
        "rejected",
    ]
    assert (await _today(guardian, child))["successes"] == 10


async def test_T06_the_same_content_in_another_spelling_is_the_same_play(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    sent = play(AT, payload={"a": 1, "b": 2}, accuracy=1)
    await guardian.upload(child, sent)
    respelt = dict(reversed(sent.items()))
    respelt |= {"payload": {"b": 2, "a": 1}, "accuracy": 1.0, "score": None, "label": None}
    assert _fates(await guardian.upload(child, respelt)) == ["duplicate"]
    spaced = json.dumps(respelt, indent=4).encode()
    path = f"/children/{child['id']}/play-records"
    answer = await guardian.call("POST", path, content=b"\n\t" + spaced + b"\n")
    assert _fates(answer.json()) == ["duplicate"]


async def test_T06_when_a_play_is_sent_is_no_part_of_what_it_is(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    sent = play(AT)
    await guardian.upload(child, {**sent, "sent_at": NOON.isoformat()})
    for sent_at in (None, seoul("2025-01-01").isoformat(), "9999-12-31T23:59:59Z"):
        [fate] = (await guardian.upload(child, {**sent, "sent_at": sent_at}))["records"]
        assert (fate["fate"], fate["therapy_day"], fate["notice"]) == (
            "duplicate",
            "2026-03-18",
            None,
        )
    await travel(seoul("2027-12-24"))
    [fate] = (await guardian.upload(child, sent))["records"]
    assert (fate["fate"], fate["therapy_day"]) == ("duplicate", "2026-03-18")


async def test_T06_the_same_id_of_a_sibling_is_another_play(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    sibling = await guardian.register_child(name="서연")
    sent = play(AT)
    for each in (child, sibling):
        assert _fates(await guardian.upload(each, sent)) == ["created"]
        assert (await _today(guardian, each))["plays"] == 1


async def test_T06_the_same_upload_from_many_tablets_at_once_counts_once(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    plays = [
        play(seoul(f"2026-03-{day:02}"), session_id=str(UUID(int=session)), score=day)
        for day in (16, 17, 18)
        for session in range(3)
        for _ in range(3)
    ]
    receipts = await asyncio.gather(
        *(guardian.upload(child, plays[turn:] + plays[:turn]) for turn in range(24))
    )
    fates = Counter(fate for receipt in receipts for fate in _fates(receipt))
    assert fates == {"created": 27, "duplicate": 23 * 27}
    for created in (
        Counter(record["id"] for receipt in receipts for record in receipt["records"]),
        Counter(
            record["id"]
            for receipt in receipts
            for record in receipt["records"]
            if record["fate"] == "created"
        ),
    ):
        assert set(created) == {each["id"] for each in plays}
        assert len(set(created.values())) == 1
    await _sums_are(system, child, plays)


async def test_T06_different_uploads_for_one_child_at_once_lose_nothing(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    session = str(uuid4())
    plays = [
        play(seoul(f"2026-03-{16 + n % 3}"), session_id=session, score=n, accuracy=n / 100)
        for n in range(100)
    ]
    receipts = await asyncio.gather(
        *(guardian.upload(child, plays[n : n + 10]) for n in range(0, 91, 2))
    )
    assert sum(receipt["created"] for receipt in receipts) == 100
    assert sum(receipt["rejected"] for receipt in receipts) == 0
    await _sums_are(system, child, plays)


async def test_T06_of_many_plays_with_one_id_at_once_exactly_one_is_kept(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    first = play(AT)
    for _ in range(5):
        rivals = [{**first, "repetitions": 20 + n} for n in range(12)]
        first = play(AT)
        receipts = await asyncio.gather(*(guardian.upload(child, rival) for rival in rivals))
        fates = [fate for receipt in receipts for fate in _fates(receipt)]
        assert Counter(fates) == {"created": 1, "rejected": 11}
        again = await guardian.upload(child, rivals[fates.index("created")])
        assert _fates(again) == ["duplicate"]
    assert (await _today(guardian, child))["plays"] == 5


async def test_T06_two_tablets_at_two_servers_at_once_count_once(
    system: Dodam, guardian: Guardian, elsewhere: Guardian, child: dict[str, Any]
) -> None:
    plays: list[dict[str, Any]] = []
    for _ in range(15):
        sent = [play(AT, score=1), play(AT, hand="right"), play(seoul("2026-03-17"))]
        plays += sent
        receipts = await asyncio.gather(
            *(
                who.upload(child, each)
                for who in (guardian, elsewhere)
                for each in (sent, sent[::-1], sent[1:])
            )
        )
        fates = Counter(fate for receipt in receipts for fate in _fates(receipt))
        assert fates == {"created": 3, "duplicate": 13}
        days = {(fate["id"], fate["therapy_day"]) for each in receipts for fate in each["records"]}
        assert len(days) == 3
    await _sums_are(system, child, plays)


async def test_T06_at_two_servers_at_once_an_id_is_one_play(
    guardian: Guardian, elsewhere: Guardian, child: dict[str, Any]
) -> None:
    for _ in range(15):
        one = play(AT)
        other = {**one, "repetitions": 20}
        mine, theirs = await asyncio.gather(
            guardian.upload(child, one), elsewhere.upload(child, other)
        )
        assert {*_fates(mine), *_fates(theirs)} == {"created", "rejected"}
    assert (await _today(guardian, child))["plays"] == 15


async def test_T06_families_uploading_at_once_do_not_mix(
    system: Dodam, guardian: Guardian, other_guardian: Guardian
) -> None:
    homes = [
        (who, await who.register_child(name=name))
        for who in (guardian, other_guardian)
        for name in ("서연", "도윤", "지우")
    ]
    # The very same ids and sessions everywhere, with other numbers in each home.
    plays = [play(seoul(f"2026-03-{16 + n % 3}"), score=n) for n in range(12)]
    sent = [
        [{**each, "repetitions": 10 + home} for each in plays[home:]] for home in range(len(homes))
    ]
    receipts = await asyncio.gather(
        *(
            who.upload(child, batch)
            for (who, child), home in zip(homes, sent, strict=True)
            for batch in (home, home[::-1], home[1:4])
        )
    )
    for n, ((_, child), home) in enumerate(zip(homes, sent, strict=True)):
        fates = Counter(fate for each in receipts[3 * n : 3 * n + 3] for fate in _fates(each))
        assert fates["created"] == len(home)
        await _sums_are(system, child, home)


async def test_T06_a_caller_who_goes_away_leaves_the_play_stored_or_not_but_whole(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    plays = [play(AT, score=1) for _ in range(40)]
    calls = [asyncio.create_task(guardian.upload(child, each)) for each in plays]
    for n, call in enumerate(calls):
        if n % 2:
            # Let some of them get further than others before they are given up.
            for _ in range(n % 7):
                await asyncio.sleep(0)
            call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    again = await guardian.upload(child, plays)
    assert again["rejected"] == 0
    assert again["duplicates"] >= 20
    await _sums_are(system, child, plays)


async def _sums_are(system: Dodam, child: dict[str, Any], plays: Sequence[dict[str, Any]]) -> None:
    """Check that every running sum is that of exactly these plays."""
    for table in ("daily_activity_log", "daily_motion_log", "therapy_result"):
        query = f"""
            select sum(plays)::int as plays, sum(repetitions)::int as repetitions,
                   sum(score)::int as score, sum(accuracy_plays)::int as accuracy_plays,
                   sum(accuracy_bp)::int as accuracy_bp
            from therapy.{table} where child_id = $1
        """  # noqa: S608
        accuracies = [each["accuracy"] for each in plays if each.get("accuracy") is not None]
        assert await rows(system, query, UUID(child["id"])) == [
            {
                "plays": len(plays),
                "repetitions": sum(each["repetitions"] for each in plays),
                "score": sum(each.get("score") or 0 for each in plays),
                "accuracy_plays": len(accuracies),
                "accuracy_bp": sum(round(each * 10_000) for each in accuracies),
            }
        ], table
