"""N06: staff see what was given up, replay it, or discard it; the trail tells who did."""

from typing import Any

import pytest

from dodam.features.operations.models.notices import Level
from tests.operations.conftest import SEND, Desk, until


async def _letters(desk: Desk, query: str = "") -> list[dict[str, Any]]:
    return (await desk.admin.get(f"/staff/dead-letters{query}"))["letters"]


async def _trail(desk: Desk) -> list[dict[str, Any]]:
    """The newest first."""
    page = await desk.admin.get(f"/staff/audit?actor_id={desk.admin.id}")
    return page["entries"]


async def test_N06_staff_read_what_was_given_up_page_by_page(desk: Desk) -> None:
    ids = [await desk.held("letters", f"reason {number}") for number in range(5)]
    parcel = await desk.held("parcels")
    whole = await _letters(desk)
    assert [each["id"] for each in whole] == [parcel, *reversed(ids)]
    assert (whole[1]["kind"], whole[1]["reason"]) == ("letters", "reason 4")
    found, cursor = list[dict[str, Any]](), ""
    while True:
        page = await desk.admin.get(f"/staff/dead-letters?limit=2&kind=letters{cursor}")
        found += page["letters"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == whole[1:]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=1.2",
        "cursor=00001771234567890.1%0A",
        "cursor=00001771234567890.9999999999999999999",
        "cursor=99999999999999999.999999999999999999&limit=0",
        "limit=201",
        "kind=%00",
        f"kind={'x' * 201}",
    ],
)
async def test_N06_a_malformed_question_is_told_so(desk: Desk, query: str) -> None:
    answer = await desk.admin.call("GET", f"/staff/dead-letters?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


async def test_N06_the_furthest_cursor_is_well_formed(desk: Desk) -> None:
    await desk.held("letters")
    assert len(await _letters(desk, "?cursor=99999999999999999.999999999999999999")) == 1
    assert await _letters(desk, "?cursor=00000000000000000.0") == []


async def test_N06_letters_are_replayed_by_their_ids(desk: Desk) -> None:
    for title in ("first", "second"):
        await desk.dodam.operations.notices.try_to_tell(Level.INFO, title)
    await desk.rows("update jobs.pgqueuer set status = 'failed', attempts = 11")
    ids = [each["id"] for each in await _letters(desk)]
    answer = await desk.admin.call(
        "POST", "/staff/dead-letters/replay", json={"ids": [*ids, 987_654_321]}
    )
    assert (answer.status_code, answer.json()) == (200, {"replayed": 2, "still_held": 0})
    async with desk.at_work():
        await desk.until_sent()
    assert desk.titles == ["first", "second"]
    entries = (await _trail(desk))[:2]
    assert {entry["action"] for entry in entries} == {"dead_letter.replayed"}
    assert {entry["details"]["job"] for entry in entries} == set(ids)


async def test_N06_letters_are_replayed_by_their_kind_whatever_their_keys(desk: Desk) -> None:
    for key in ("a", "b", "b", None):
        await desk.held("letters", dedupe_key=key)
    other = await desk.held("parcels")
    await desk.rows(
        "insert into jobs.pgqueuer (priority, status, entrypoint, dedupe_key)"
        " values (0, 'queued', 'letters', 'a')"
    )
    answer = await desk.admin.call("POST", "/staff/dead-letters/replay", json={"kind": "letters"})
    assert answer.json() == {"replayed": 2, "still_held": 2}
    assert sorted(await desk.statuses("letters")) == ["failed"] * 2 + ["queued"] * 3
    assert other in [each["id"] for each in await _letters(desk)]
    [entry, *_] = await _trail(desk)
    assert (entry["action"], entry["details"]) == (
        "dead_letters.replayed",
        {"kind": "letters", "count": 2},
    )


async def test_N06_a_discarded_letter_is_gone_and_the_trail_says_why(desk: Desk) -> None:
    gone, stays = await desk.held("letters", "discord answered 404"), await desk.held("letters")
    form = {"ids": [gone, 987_654_321], "reason": "The channel was closed."}
    answer = await desk.admin.call("POST", "/staff/dead-letters/discard", json=form)
    assert (answer.status_code, answer.json()) == (200, {"discarded": 1, "done_instead": 0})
    assert [each["id"] for each in await _letters(desk)] == [stays]
    [entry, *_] = await _trail(desk)
    assert (entry["action"], entry["subject_kind"]) == ("dead_letter.discarded", "job")
    assert entry["details"] == {
        "kind": "letters",
        "failure": "discord answered 404",
        "reason": "The channel was closed.",
        "done_instead": False,
    }


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("replay", {}, "kind"),
        ("replay", {"ids": [1], "kind": "letters"}, "kind"),
        ("replay", {"ids": []}, "ids"),
        ("replay", {"ids": [0]}, "ids[0]"),
        ("replay", {"ids": [2**63]}, "ids[0]"),
        ("replay", {"ids": list(range(1, 102))}, "ids"),
        ("replay", {"kind": ""}, "kind"),
        ("replay", {"all": True}, "all"),
        ("discard", {"ids": [1]}, "reason"),
        ("discard", {"ids": [1], "reason": ""}, "reason"),
        ("discard", {"kind": "letters", "reason": "out of date"}, "kind"),
    ],
)
async def test_N06_what_makes_no_sense_is_told_so(
    desk: Desk, path: str, form: dict[str, Any], field: str
) -> None:
    answer = await desk.admin.call("POST", f"/staff/dead-letters/{path}", json=form)
    assert answer.status_code == 400, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_N06_the_figures_name_every_kind_of_work_and_its_lane(desk: Desk) -> None:
    await desk.held("of an earlier release")
    await desk.dodam.operations.notices.try_to_tell(Level.INFO, "x")
    figures = await desk.admin.get("/staff/jobs")
    kinds = {each["kind"]: each for each in figures["kinds"]}
    assert kinds["of an earlier release"]["held"] == 1
    assert kinds["of an earlier release"]["lane"] is None
    assert (kinds[SEND]["lane"], kinds[SEND]["due"]) == ("discord", 1)
    assert kinds["chore:watch-jobs"]["lane"] == "house"
    assert figures["late"] == []
    await desk.rows("update jobs.pgqueuer set execute_after = now() - interval '1 hour'")
    assert [each["lane"] for each in (await desk.admin.get("/staff/jobs"))["late"]] == ["discord"]


async def test_N06_while_the_worker_works_staff_see_it(desk: Desk) -> None:
    await desk.dodam.operations.notices.try_to_tell(Level.INFO, "x")
    async with desk.at_work():

        async def done() -> bool:
            figures = await desk.admin.get("/staff/jobs")
            return next(each for each in figures["kinds"] if each["kind"] == SEND)["done"] == 1

        await until(done)
