"""Sessions as they must be told: from the ledger's plays and from what the tablets told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from dodam_sim.families.ledger import Ledger, SessionEntry, Sums
from dodam_sim.families.tablet import Tablet
from dodam_sim.families.telling import Told


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session that is over. Times are those that must count.

    `paused` is none where the tablet's clock has to be corrected: pauses are shorter than what a
    correction may be off by.
    """

    day: date
    started_at: datetime
    ended_at: datetime
    state: str
    paused: timedelta | None
    completeness: str
    devices: list[str]
    sums: Sums
    crosses_days: bool
    overlaps: bool = False
    is_shared: bool = False

    @property
    def flags(self) -> list[str]:
        """What is odd about it, in the API's words."""
        odd = {
            "crosses_days": self.crosses_days,
            "overlaps": self.overlaps,
            "shared_session_id": self.is_shared,
        }
        return [flag for flag, is_so in odd.items() if is_so]


def sittings_of(
    ledger: Ledger, told: Iterable[Told], tablets: Sequence[Tablet], shared: Collection[UUID]
) -> dict[UUID, Sitting]:
    """Return every session of a child; `shared` are the ids that a sibling's session has too."""
    played = {key: entry for day in ledger.sessions().values() for key, entry in day.items()}
    sittings = {
        each.session_id: _sitting(each, played.get(each.session_id), tablets[each.tablet], ledger)
        for each in told
    }
    overlapping = _overlapping(sittings)
    return {
        key: replace(each, overlaps=key in overlapping, is_shared=key in shared)
        for key, each in sittings.items()
    }


def _sitting(told: Told, played: SessionEntry | None, tablet: Tablet, ledger: Ledger) -> Sitting:
    known = [tablet.counted_at(event.at) for event in told.events]
    if played is not None:
        known += [played.started_at, played.ended_at]
    started_at, ended_at = min(known), max(known)
    day = ledger.days.day_of(started_at)
    return Sitting(
        day=day,
        started_at=started_at,
        ended_at=ended_at,
        state="finished" if told.is_finished else "abandoned",
        paused=None if tablet.is_corrected else told.paused,
        completeness=told.completeness,
        devices=[] if played is None else [tablet.name],
        sums=Sums() if played is None else played.sums,
        crosses_days=day != ledger.days.day_of(ended_at),
    )


def _overlapping(sittings: Mapping[UUID, Sitting]) -> set[UUID]:
    return {
        key
        for key, each in sittings.items()
        if any(
            other.started_at < each.ended_at and each.started_at < other.ended_at
            for other in sittings.values()
            if other is not each
        )
    }
