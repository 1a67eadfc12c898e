"""N02, N06: work that does not get through, or was given up, is told of once."""

from typing import Any

from tests.operations.conftest import SEND, Desk


async def _wait(desk: Desk, minutes: int, kind: str) -> None:
    await desk.rows(
        "insert into jobs.pgqueuer (priority, status, entrypoint, execute_after)"
        " values (0, 'queued', $1, now() - make_interval(mins => $2))",
        kind,
        minutes,
    )


async def _some_kind_of_a_lane(desk: Desk) -> tuple[str, str]:
    """A kind of work for an outside service, and its lane."""
    figures = await desk.admin.get("/staff/jobs")
    found: dict[str, Any] = next(
        each for each in figures["kinds"] if each["lane"] not in {"house", "discord"}
    )
    return found["kind"], found["lane"]


async def test_N02_a_service_that_is_away_is_told_of_once_and_so_is_its_return(
    desk: Desk,
) -> None:
    kind, lane = await _some_kind_of_a_lane(desk)
    await _wait(desk, 9, kind)
    await desk.chore("watch-jobs")
    assert await desk.told() == []
    await _wait(desk, 125, kind)
    for _ in range(3):
        await desk.chore("watch-jobs")
    [[level, title, text]] = await desk.told()
    assert (level, title) == ("warning", f"{lane}: work does not get through")
    assert text.startswith("Its oldest work waits since ")
    await desk.rows("delete from jobs.pgqueuer where entrypoint = $1", kind)
    for _ in range(3):
        await desk.chore("watch-jobs")
    assert (await desk.told())[1:] == [
        ("good", f"{lane}: work gets through again", "It did not for 2 h 5 min.")
    ]


async def test_N06_what_was_given_up_is_told_of_by_kind_once_a_minute(desk: Desk) -> None:
    await desk.held("before there was a watch", seconds_ago=3600)
    await desk.chore("watch-jobs")
    assert await desk.told() == []
    await desk.rows("update operations.dead_letters_told set until = now() - interval '1 minute'")
    for reason in ("refused", "refused", "away"):
        await desk.held("letters", reason, seconds_ago=20)
    await desk.held("parcels", "broken", seconds_ago=10)
    await desk.held("letters", seconds_ago=0)
    await desk.chore("watch-jobs")
    told = [
        ("error", "3 of letters given up", "Mostly: refused"),
        ("error", "1 of parcels given up", "Mostly: broken"),
    ]
    assert await desk.told() == told
    await desk.chore("watch-jobs")
    assert await desk.told() == told


async def test_N06_what_was_held_while_the_watch_looked_is_told_of_next(desk: Desk) -> None:
    """A job may be held by a statement that is not yet seen when the watch looks."""
    await desk.chore("watch-jobs")
    await desk.held("letters")
    await desk.chore("watch-jobs")
    assert await desk.told() == []
    await desk.rows("update jobs.pgqueuer set updated = updated - interval '5 seconds'")
    await desk.rows("update operations.dead_letters_told set until = until - interval '6 seconds'")
    await desk.chore("watch-jobs")
    assert [title for _, title, _ in await desk.told()] == ["1 of letters given up"]


async def test_N06_of_notices_that_could_not_be_sent_no_notice_is_sent(desk: Desk) -> None:
    await desk.chore("watch-jobs")
    await desk.rows("update operations.dead_letters_told set until = now() - interval '1 minute'")
    await desk.held(SEND, seconds_ago=20)
    await desk.chore("watch-jobs")
    assert await desk.told() == []
