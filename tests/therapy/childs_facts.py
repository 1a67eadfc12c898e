"""All that has happened to a child, as plain lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .by_hand import Answer, ByHand, Play, day_of


@dataclass
class ChildsFacts:
    """All that is known of one child, as plain lists."""

    child: Answer
    plans: list[Answer]
    marked: dict[date, str] = field(default_factory=dict[date, str])
    pauses: dict[str, Answer] = field(default_factory=dict[str, Answer])
    plays: dict[str, Play] = field(default_factory=dict[str, Play])
    days: dict[str, date] = field(default_factory=dict[str, date])
    # What its own tablet sent, which may be sent again.
    sent: set[str] = field(default_factory=set[str])
    # Plays that do not count: voided, and given to the sibling.
    voided: dict[str, Play] = field(default_factory=dict[str, Play])
    given_away: dict[str, Play] = field(default_factory=dict[str, Play])

    def by_hand(self, catalogue: Mapping[str, bool], now: datetime) -> ByHand:
        return ByHand(
            child=self.child,
            plans=self.plans,
            plays=list(self.plays.values()),
            exceptions=self._exceptions(day_of(self.child, now)),
            catalogue=dict(catalogue),
            today=day_of(self.child, now),
            days=self.days,
        )

    def _exceptions(self, today: date) -> dict[date, str]:
        """The excused days there can be questions about; a mark goes before a pause."""
        excused: dict[date, str] = {}
        day = today - timedelta(days=120)
        while day < today + timedelta(days=60):
            for pause in self.pauses.values():
                last = pause["to_day"] or "9999"
                if pause["from_day"] <= day.isoformat() <= last:
                    excused[day] = pause["reason"]
            day += timedelta(days=1)
        return excused | self.marked
