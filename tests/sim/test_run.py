"""Whole runs against a server in memory: honest, wrong, and one that goes away."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import httpx
import msgspec
import pytest
from msgspec import structs

from dodam_sim.families import answers
from dodam_sim.families.client import Patience, ServerAwayError
from dodam_sim.families.run import Order, run
from dodam_sim.families.summary import Outcome

from .examples import NOW
from .fake_server import FakeServer, Spoil


@dataclass
class Clock:
    """A clock that moves only when somebody sleeps."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def silent(phase: str, done: int, total: int) -> None:
    """Watch nothing."""


def simulate(
    server: FakeServer,
    clock: Clock,
    *,
    families: int = 6,
    replay: int = 0,
    until: date | None = None,
) -> Outcome:
    patience = Patience(60, clock.sleep, clock.now)
    order = Order(families=families, days=30, replay=replay, until=until, patience=patience)
    return asyncio.run(run(order, silent, server.transport))


def a_server(clock: Clock, spoil: Spoil | None = None, lost: Iterable[int] = ()) -> FakeServer:
    return FakeServer(clock.now, spoil, lost)


def stored_plays(server: FakeServer) -> int:
    return sum(len(child.ledger) for child in server.children.values())


def test_an_honest_server_differs_in_nothing() -> None:
    clock = Clock()
    server = a_server(clock)
    outcome = simulate(server, clock, replay=2)
    assert outcome.differences == []
    counts = outcome.counts
    assert counts.created == counts.plays == stored_plays(server) > 1_000
    assert counts.duplicates > 2 * counts.plays
    assert counts.rejected > 0
    assert counts.wrong_clocks > 0
    assert counts.events > counts.sessions
    assert counts.pauses == sum(len(child.pauses) for child in server.children.values()) > 0
    assert min(counts.handed_on, counts.plans) > 0
    assert counts.numbers > 10_000


def test_a_second_run_with_the_same_seed_changes_nothing() -> None:
    clock = Clock()
    server = a_server(clock)
    first = simulate(server, clock)
    before = stored_plays(server)
    clock.time += timedelta(minutes=20)
    again = simulate(server, clock, until=date(2026, 11, 23), families=3)
    assert again.is_fine
    assert again.counts.sign_ups == again.counts.created == again.counts.events == 0
    assert again.counts.pauses == again.counts.plans == 0
    assert stored_plays(server) == before == first.counts.plays


def test_lost_answers_change_nothing() -> None:
    clock = Clock()
    server = a_server(clock, lost=range(2, 2_000, 5))
    outcome = simulate(server, clock)
    assert outcome.differences == []
    assert outcome.counts.retries > 50
    assert stored_plays(server) == outcome.counts.plays


def plant(shape: type[msgspec.Struct], **change: object) -> Spoil:
    """Return what changes some fields of every answer of that shape."""

    def spoil(answer: object) -> object:
        return structs.replace(answer, **change) if isinstance(answer, shape) else answer

    return spoil


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (plant(answers.Attendance, current_streak=99), "attendance: current streak"),
        (plant(answers.Attendance, planned_days=0), "attendance: planned days"),
        (plant(answers.DailyLogs, days=[]), "days with a log"),
        (plant(answers.Calendar, days=[]), "calendar: days"),
        (plant(answers.Report, trend=[]), "report: weeks of trend"),
        (plant(answers.PlaySessions, sessions=[]), "sessions: ids"),
        (plant(answers.Adherence, missed=[]), "adherence: missed days"),
        (plant(answers.Adherence, weeks=[]), "adherence: weeks"),
        (plant(answers.Adherence, dose=answers.CumulativeDose(99.0)), "dose: hours"),
        (plant(answers.Outcomes, motions=[]), "outcomes: motions"),
        (plant(answers.RegisteredChild, time_zone="Europe/Paris"), "registered child"),
    ],
)
def test_a_planted_difference_is_found(spoil: Spoil, what: str) -> None:
    clock = Clock()
    outcome = simulate(a_server(clock, spoil), clock, families=1)
    assert {difference.what for difference in outcome.differences} == {what}


def on_first(shape: type[msgspec.Struct], field: str, **change: object) -> Spoil:
    """Return what changes the first of the parts that an answer of that shape has in `field`."""

    def spoil(answer: object) -> object:
        if not isinstance(answer, shape):
            return answer
        first, *others = getattr(answer, field)
        return structs.replace(answer, **{field: [structs.replace(first, **change), *others]})

    return spoil


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (on_first(answers.PlaySessions, "sessions", state="open"), "session: state"),
        (on_first(answers.PlaySessions, "sessions", ended_at=None), "session: its end"),
        (on_first(answers.PlaySessions, "sessions", paused_seconds=9e3), "session: pauses"),
        (on_first(answers.PlaySessions, "sessions", events="?"), "session: what was told"),
        (on_first(answers.PlaySessions, "sessions", flags=["odd"]), "session: flags"),
        (on_first(answers.PlaySessions, "sessions", devices=["x"]), "session: devices"),
        (on_first(answers.Schedule, "days", hand="third"), "schedule: hand"),
        (on_first(answers.Schedule, "days", plan_version=9), "schedule: plan"),
        (on_first(answers.Schedule, "days", exception="?"), "schedule: why it is excused"),
        (on_first(answers.Adherence, "weeks", kept_days=9), "adherence: week: kept days"),
        (on_first(answers.Adherence, "weeks", adherence=2.0), "adherence: week: share done"),
    ],
)
def test_X03_one_wrong_session_day_or_week_is_found(spoil: Spoil, what: str) -> None:
    clock = Clock()
    outcome = simulate(a_server(clock, spoil), clock, families=1)
    assert [found.what for found in outcome.differences] == [what] * outcome.counts.children


def test_one_repetition_too_many_on_one_day_is_found_there() -> None:
    days: list[date] = []

    def spoil(answer: object) -> object:
        if not isinstance(answer, answers.DailyLogs) or days or not answer.days:
            return answer
        log = answer.days[0]
        days.append(log.day)
        totals = structs.replace(log.totals, repetitions=log.totals.repetitions + 1)
        changed = structs.replace(log, totals=totals)
        return structs.replace(answer, days=[changed, *answer.days[1:]])

    clock = Clock()
    (difference,) = simulate(a_server(clock, spoil), clock, families=1).differences
    assert difference.what == "log: repetitions"
    assert [difference.day] == days
    assert int(difference.got) == int(difference.expected) + 1


def test_a_duplicate_that_was_counted_again_is_found() -> None:
    def spoil(answer: object) -> object:
        if not isinstance(answer, answers.UploadReceipt):
            return answer
        fates = [structs.replace(fate, fate="created") for fate in answer.records]
        return structs.replace(answer, records=fates)

    clock = Clock()
    outcome = simulate(a_server(clock, spoil), clock, families=1, replay=1)
    whats = {difference.what for difference in outcome.differences}
    assert "record: fate" in whats
    assert "upload: created" in whats


def test_an_answer_that_cannot_be_read_stops_that_family_only() -> None:
    def spoil(answer: object) -> object:
        return {"days": "none"} if isinstance(answer, answers.DailyLogs) else answer

    clock = Clock()
    outcome = simulate(a_server(clock, spoil), clock, families=2)
    assert len(outcome.differences) == 2
    assert all("daily-logs" in difference.what for difference in outcome.differences)


def test_patience_ends_with_one_clear_sentence() -> None:
    clock = Clock()

    def refuse(request: httpx.Request) -> httpx.Response:
        message = "connection refused"
        raise httpx.ConnectError(message, request=request)

    order = Order(families=3, days=7, patience=Patience(60, clock.sleep, clock.now))
    with pytest.raises(ServerAwayError, match=r"for 60 seconds .*Is the server running\?"):
        asyncio.run(run(order, silent, httpx.MockTransport(refuse)))
    assert clock.time >= datetime(2026, 11, 24, 12, 1, tzinfo=UTC)
