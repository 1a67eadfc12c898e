"""Sessions as the server in memory makes them out: by going through what happened, in order."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from dodam_sim.families import answers
from dodam_sim.families.ledger import Ledger, Sums
from dodam_sim.families.plays import FINISHED, PAUSED, RESUMED, STARTED, Event

from .fake_progress import totals_of

PLAY, PLAY_ENDS = "play", "play ends"
Moments = list[tuple[datetime, str]]


def sessions(
    ledger: Ledger,
    events: Iterable[Event],
    devices: Mapping[UUID, str],
    others: Collection[UUID],
) -> list[answers.PlaySession]:
    moments: defaultdict[UUID, Moments] = defaultdict(list)
    for event in events:
        moments[event.session_id].append((event.at, event.kind))
    for day in ledger.played_days:
        for play in ledger.on(day):
            moments[play.session_id] += [(play.started_at, PLAY), (play.ended_at, PLAY_ENDS)]
    sums = {key: entry.sums for day in ledger.sessions().values() for key, entry in day.items()}
    spans = {key: (min(each)[0], max(each)[0]) for key, each in moments.items()}
    found: list[answers.PlaySession] = []
    for key, each in moments.items():
        kinds = {kind for _, kind in each}
        state, paused = _gone_through(each)
        begins, ends = spans[key]
        day = ledger.days.day_of(begins)
        overlaps = any(
            other != key and begins < span[1] and span[0] < ends for other, span in spans.items()
        )
        flags = {
            "crosses_days": day != ledger.days.day_of(ends),
            "overlaps": overlaps,
            "shared_session_id": key in others,
        }
        told = "complete" if {STARTED, FINISHED} <= kinds else "incomplete"
        found.append(
            answers.PlaySession(
                session_id=key,
                state=state,
                therapy_day=day,
                started_at=begins,
                ended_at=ends,
                paused_seconds=paused.total_seconds(),
                totals=totals_of(sums.get(key, Sums())),
                devices=[devices[key]] if key in devices else [],
                events="none" if kinds <= {PLAY, PLAY_ENDS} else told,
                flags=[flag for flag, is_so in flags.items() if is_so],
            )
        )
    return found


def _gone_through(moments: Moments) -> tuple[str, timedelta]:
    state, paused, since = "abandoned", timedelta(), None
    for at, kind in sorted(moments):
        if kind in {STARTED, RESUMED, PLAY} and since is not None:
            paused, since = paused + (at - since), None
        if kind == FINISHED or (kind in {STARTED, RESUMED} and state == "finished"):
            state = "finished" if kind == FINISHED else "abandoned"
        if kind == PAUSED:
            since = at
    return state, paused
