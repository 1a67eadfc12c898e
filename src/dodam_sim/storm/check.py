"""What must hold after the storm, by what the clients did and were told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from dodam_sim.callers.api import Person
from dodam_sim.games.sums import Played, add_up, as_told
from dodam_sim.storm.crowd import Known
from dodam_sim.storm.game import DEFINITION, PLAYS_A_DAY, REWARDED_SCORE, REWARDS_A_DAY

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What the server says of a child afterwards."""

    results: Sequence[Json]
    offered: Json
    lines: Sequence[Json]
    balance: int


async def ask(guardian: Person, game: str, known: Known) -> Told:
    base = f"/children/{known.child}"
    return Told(
        results=await _pages(guardian, f"{base}/games/{game}/results", "results"),
        offered=await guardian.get(f"{base}/games/{game}"),
        lines=await _pages(guardian, f"{base}/tickets", "entries"),
        balance=(await guardian.get(f"{base}/tickets"))["balance"],
    )


def differences(known: Known, told: Told, given: int) -> list[str]:
    """What is otherwise than it must be; `given` is how many tickets the child began with."""
    found = [
        *_of_plays(known, told),
        *_of_results(known, told),
        *_of_aggregates(known, told),
        *_of_tickets(known, told, given),
    ]
    return [f"{known.child}: {each}" for each in found]


def _of_plays(known: Known, told: Told) -> list[str]:
    """No more than the limit; and who is refused now has used up the plays, or the tickets."""
    plays = len(known.kept)
    reasons = {reason["code"] for reason in told.offered["lock"]["reasons"]}
    used_up = {"limit_reached": plays == PLAYS_A_DAY, "not_enough_tickets": told.balance == 0}
    expected = {reason for reason, is_so in used_up.items() if is_so}
    return [
        *_unless(plays <= PLAYS_A_DAY, "plays within the limit", plays),
        *_unless(bool(reasons) and reasons == expected, f"refusals for {expected}", reasons),
    ]


def _of_results(known: Known, told: Told) -> list[str]:
    """Each result is there once; each play that was kept has one that counts, no other has any."""
    ids, sent = Counter(each["id"] for each in told.results), Counter([*known.sent])
    counted = Counter(each["play_id"] for each in told.results if each["counted"])
    return [
        *_unless(ids == sent, "every result once", (ids - sent) + (sent - ids)),
        *_unless(counted == Counter(known.kept), "one result that counts for a play", counted),
    ]


def _of_aggregates(known: Known, told: Told) -> list[str]:
    played = [
        Played(each["id"], datetime.fromisoformat(each["started_at"]), each["result"])
        for each in _counted(known, told)
    ]
    own, theirs = add_up(DEFINITION["aggregates"], played), as_told(told.offered["aggregates"])
    return _unless(theirs == own, f"aggregates {own}", theirs)


def _of_tickets(known: Known, told: Told, given: int) -> list[str]:
    spent = sum(known.granted[play] for play in known.kept)
    good = sum(each["result"]["score"] >= REWARDED_SCORE for each in _counted(known, told))
    earned = min(REWARDS_A_DAY, good)
    sums = Counter[str]()
    for line in told.lines:
        sums[line["reason"]] += line["tickets"]
    taken = -sums["game_played"] - sums["game_given_back"]
    balance, lines = told.balance, told.lines
    return [
        *_unless(taken == spent, f"{spent} tickets spent", taken),
        *_unless(sums["game_reward"] == earned, f"{earned} tickets earned", sums["game_reward"]),
        *_unless(balance == given + earned - spent, f"{given} + {earned} - {spent}", balance),
        *_unless(balance == sums.total(), "the sum of all lines", f"{balance}, {sums.total()}"),
        *_unless(all(line["balance"] >= 0 for line in lines), "balances from zero up", lines),
    ]


def _counted(known: Known, told: Told) -> list[Json]:
    """Those of the results that were sent which the server says count."""
    ids = {each["id"] for each in told.results if each["counted"]}
    return [sent for result_id, sent in known.sent.items() if result_id in ids]


def _unless(is_so: bool, expected: str, seen: object) -> list[str]:  # noqa: FBT001 - read as a sentence
    return [] if is_so else [f"expected {expected}; seen: {seen}"]


async def _pages(guardian: Person, path: str, name: str) -> list[Json]:
    page = await guardian.get(path)
    found: list[Json] = [*page[name]]
    while page["next_before"] is not None:
        page = await guardian.get(f"{path}?before={page['next_before']}")
        found += page[name]
    return found
