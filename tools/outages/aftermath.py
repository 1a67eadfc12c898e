"""What must hold afterwards: what was acknowledged is there once, and the log tells of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from clients import Attempt, Player
from system import System

from dodam.platform.logging.lines import AnyLine, EventLine, Importance, RequestLine
from dodam.platform.logging.spool import Spool

_UPLOADED_TOGETHER = 500
_DRAIN_SECONDS = 30
# What a process answered just before it was killed its client may read just after.
_READ_LATE_SECONDS = 0.5


@dataclass(frozen=True)
class Lines:
    """Lines of answered requests that are nowhere.

    `ages` are how long before the process's kill they were answered, in seconds; `unexplained` are
    those of requests after which nobody killed it.
    """

    ages: list[float]
    unexplained: int


async def of_players(players: Sequence[Player]) -> tuple[int, list[str]]:
    """How many acknowledged records are not there; and what else is not as it was told."""
    lost, found = 0, list[str]()
    for player in players:
        fates = await _sent_again(player)
        missing = {each for each in player.acknowledged if fates[each] != "duplicate"}
        lost += len(missing)
        found += [f"{player.child}: {difference}" async for difference in _differences(player)]
    return lost, found


async def _sent_again(player: Player) -> dict[str, str]:
    records = [*player.sent.values()]
    path = f"/children/{player.child}/play-records"
    fates: dict[str, str] = {}
    for start in range(0, len(records), _UPLOADED_TOGETHER):
        receipt = await player.family.guardian.post(
            path, records[start : start + _UPLOADED_TOGETHER]
        )
        fates |= {each["id"]: each["fate"] for each in receipt["records"]}
    return fates


async def _differences(player: Player) -> AsyncIterator[str]:
    base, guardian = f"/children/{player.child}", player.family.guardian
    days = (await guardian.get(f"{base}/daily-logs"))["days"]
    plays = sum(day["totals"]["plays"] for day in days)
    if plays != len(player.sent):
        yield f"{len(player.sent)} plays were sent, the days have {plays}"
    ledger = await _ledger(player)
    tickets = Counter[str]()
    for line in ledger:
        tickets[line["reason"]] += line["tickets"]
    if tickets["granted_by_staff"] != player.granted:
        yield f"{player.granted} tickets were granted, the ledger has {tickets}"
    if any(count > 1 for count in Counter(_key(line) for line in ledger).values()):
        yield "a ticket was given twice for the same"
    balance = (await guardian.get(f"{base}/tickets"))["balance"]
    if balance != tickets.total():
        yield f"the balance is {balance}, the lines have {tickets.total()}"


async def _ledger(player: Player) -> list[dict[str, Any]]:
    path = f"/children/{player.child}/tickets"
    page = await player.family.guardian.get(path)
    found = [*page["entries"]]
    while page["next_before"] is not None:
        page = await player.family.guardian.get(f"{path}?before={page['next_before']}")
        found += page["entries"]
    return found


def _key(line: dict[str, Any]) -> tuple[str, str]:
    return line["reason"], line["reference"]


async def of_jobs(system: System) -> list[str]:
    """The queue is worked off, and nothing was given up."""
    query = """
        select entrypoint, status::text, count(*) from jobs.pgqueuer
        where execute_after <= now() or status = 'failed' group by 1, 2
    """
    until = monotonic() + _DRAIN_SECONDS
    while (rows := await system.rows(query)) and monotonic() < until:  # noqa: ASYNC110 - rows
        await asyncio.sleep(0.1)
    return [f"jobs are left: {tuple(row)}" for row in rows]


async def of_the_log(
    system: System, attempts: Iterable[Attempt]
) -> tuple[dict[str, Lines], list[str]]:
    """Which lines were lost of each process, by its address; and what is otherwise wrong.

    All processes have stopped.
    """
    lines = await asyncio.to_thread(lambda: list(_lines(system)))
    requests = [str(each.request_id) for each in lines if isinstance(each, RequestLine)]
    lost = await asyncio.to_thread(_lost, system, attempts, set(requests))
    found = list[str]()
    kept = {
        each.fields["entry_id"]
        for each in lines
        if isinstance(each, EventLine)
        and each.importance is Importance.KEPT
        and "entry_id" in each.fields
    }
    # What short commands did, such as inviting the admin, is in no log: they have none.
    entries = await system.rows("select id from audit.entry where actor_kind = 'staff'")
    untold = {str(row["id"]) for row in entries} - kept
    if untold:
        found.append(f"{len(untold)} of {len(entries)} audit entries have no line")
    stored = Counter(
        str(row["request_id"])
        for row in await system.rows("select request_id from ops.request_log")
    )
    twice = sum(count > 1 for count in stored.values())
    if twice:
        found.append(f"{twice} lines are in the database twice")
    absent = len(set(requests) - set(stored))
    if absent:
        found.append(f"{absent} of {len(requests)} lines on disk are not in the database")
    return lost, found


def _lines(system: System) -> Iterator[AnyLine]:
    for run in Spool(system.folder / "logs", ()).runs():
        for segment in run.segments():
            with segment.reading() as reader:
                while lines := reader.read():
                    yield from lines


def _lost(system: System, attempts: Iterable[Attempt], found: set[str]) -> dict[str, Lines]:
    missing = [each for each in attempts if each.request_id and each.request_id not in found]
    by_process: dict[str, Lines] = {}
    for api in system.apis:
        ages = [
            min(
                (age for at in api.killed_at if (age := at - each.ended) > -_READ_LATE_SECONDS),
                default=None,
            )
            for each in missing
            if each.url == api.url
        ]
        killed = sorted(max(age, 0.0) for age in ages if age is not None)
        by_process[api.name] = Lines(killed, len(ages) - len(killed))
    return by_process
