"""What a guardian must be shown, worked out from the plays themselves in the plainest way.

Shares nothing with the product: no running sums, no order of arrival, only filters and sums over
the list of all plays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from .plans_by_hand import asked_for

Play = dict[str, Any]
Answer = dict[str, Any]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _begun(play: Play) -> datetime:
    return datetime.fromisoformat(play["started_at"])


def _ended(play: Play) -> datetime:
    return _begun(play) + timedelta(milliseconds=play["duration_ms"])


def totals(plays: Sequence[Play]) -> Answer:
    repetitions = sum(play["repetitions"] for play in plays)
    successes = sum(play["successes"] for play in plays)
    accuracies = [
        round(play["accuracy"] * 10_000) for play in plays if play["accuracy"] is not None
    ]
    return {
        "plays": len(plays),
        "repetitions": repetitions,
        "successes": successes,
        "active_seconds": sum(play["duration_ms"] for play in plays) / 1000,
        "success_rate": round(successes / repetitions, 4) if repetitions else None,
        "accuracy": (
            round(sum(accuracies) / (len(accuracies) * 10_000), 4) if accuracies else None
        ),
        "score": sum(play["score"] or 0 for play in plays),
    }


class Item(NamedTuple):
    """One planned motion of a day; of its targets one is not None."""

    motion: str
    hand: str
    repetitions: int | None
    minutes: int | None


def day_of(child: Answer, at: datetime) -> date:
    """The therapy day of an instant where the child lives now."""
    wall = at.astimezone(ZoneInfo(child["time_zone"])).replace(tzinfo=None)
    return (wall - timedelta(hours=child["day_start_hour"])).date()


@dataclass(frozen=True)
class ByHand:
    """A child, its plans as the API tells of them, and what was played and excused.

    `exceptions` maps days to why they are excused; `catalogue` maps motions, in order, to whether
    they need both hands; `days` tells the day of plays that came in before the child moved.
    """

    child: Answer
    plans: Sequence[Answer]
    plays: Sequence[Play]
    exceptions: Mapping[date, str]
    catalogue: dict[str, bool]
    today: date
    days: Mapping[str, date] = field(default_factory=dict[str, date])

    def day_of(self, play: Play) -> date:
        return self.days.get(play["id"]) or day_of(self.child, _begun(play))

    def on(self, *days: date) -> list[Play]:
        return [play for play in self.plays if self.day_of(play) in days]

    def items(self, day: date) -> list[Item]:
        planned = asked_for(self.plans, day)
        if planned is None:
            return []
        return [
            Item(
                item["motion"],
                "both" if self.catalogue[item["motion"]] else planned["hand"],
                item["target_repetitions"],
                item["target_minutes"],
            )
            for item in planned["items"]
        ]

    def progress(self, day: date) -> list[float]:
        """How much of each planned item was done; 1 is all of it, and there may be more."""
        return [self._progress(day, item) for item in self.items(day)]

    def _progress(self, day: date, item: Item) -> float:
        plays = [p for p in self.on(day) if (p["motion"], p["hand"]) == (item.motion, item.hand)]
        if item.repetitions is not None:
            return sum(play["repetitions"] for play in plays) / item.repetitions
        assert item.minutes is not None
        return sum(play["duration_ms"] for play in plays) / (item.minutes * 60_000)

    def status(self, day: date) -> str:
        progress = self.progress(day)
        if self.on(day):
            return ("done" if min(progress) >= 1 else "partial") if progress else "extra"
        if not progress:
            return "rest"
        if day in self.exceptions:
            return "excused"
        return "missed" if day < self.today else "planned"

    def is_due(self, day: date) -> bool:
        return bool(self.items(day)) and day not in self.exceptions

    def daily_logs(self, first: date, last: date) -> list[Answer]:
        return [self._daily_log(day) for day in _days(first, last) if self.on(day)]

    def _daily_log(self, day: date) -> Answer:
        plays = self.on(day)
        sessions = [self._session(session) for session in {p["session_id"] for p in self.plays}]
        return {
            "day": day.isoformat(),
            "first_play_at": _instant(min(map(_begun, plays))),
            "last_play_at": _instant(max(map(_ended, plays))),
            "totals": totals(plays),
            "by_motion": [
                {
                    "motion": motion,
                    "hand": hand,
                    "totals": totals(
                        [p for p in plays if (p["motion"], p["hand"]) == (motion, hand)]
                    ),
                }
                for motion, hand in sorted({(p["motion"], p["hand"]) for p in plays})
            ],
            "sessions": sorted(
                (each for each in sessions if each["therapy_day"] == day.isoformat()),
                key=lambda each: (
                    datetime.fromisoformat(each["started_at"]),
                    each["session_id"],
                ),
            ),
        }

    def _session(self, session: str) -> Answer:
        plays = [play for play in self.plays if play["session_id"] == session]
        return {
            "session_id": session,
            "therapy_day": min(map(self.day_of, plays)).isoformat(),
            "started_at": _instant(min(map(_begun, plays))),
            "ended_at": _instant(max(map(_ended, plays))),
            "totals": totals(plays),
        }

    def calendar(self, first: date, last: date) -> list[Answer]:
        """The days of a calendar, without the words for why a day has its hand."""
        return [
            {
                "day": day.isoformat(),
                "status": self.status(day),
                "planned_items": len(self.items(day)),
                "reached_items": sum(each >= 1 for each in self.progress(day)),
                "totals": totals(self.on(day)),
                "exception": self.exceptions.get(day),
                "hand": (asked := asked_for(self.plans, day)) and asked["hand"],
            }
            for day in _days(first, last)
        ]

    def attendance(self, first: date, last: date) -> Answer:
        attended = [day for day in _days(first, last) if self.on(day)]
        due = [day for day in _days(first, min(last, self.today)) if self.is_due(day)]
        kept = [day for day in due if day in attended]
        runs = self._runs()
        return {
            "child_id": self.child["id"],
            "from_day": first.isoformat(),
            "to_day": last.isoformat(),
            "planned_days": len(due),
            "attended_days": len(attended),
            "attended_planned_days": len(kept),
            "goal_days": sum(self.status(day) == "done" for day in attended),
            "attendance_rate": round(len(kept) / len(due), 4) if due else None,
            "total_attended_days": len({self.day_of(play) for play in self.plays}),
            "current_streak": runs[-1],
            "longest_streak": max(runs),
            "attended": [day.isoformat() for day in attended],
        }

    def _runs(self) -> list[int]:
        """The days played between one missed day and the next; the last run goes on."""
        days = [self.today, *map(self.day_of, self.plays)]
        runs = [0]
        for day in _days(min(days), max(days)):
            if self.status(day) == "missed":
                runs.append(0)
            runs[-1] += bool(self.on(day))
        return runs

    def report(self) -> Answer:
        monday = self.today - timedelta(days=self.today.weekday())
        weeks = [monday - timedelta(weeks=n) for n in range(7, -1, -1)]
        month = _days(self.today.replace(day=1), self.today)
        trend = [
            self._period(_days(week, min(week + timedelta(days=6), self.today))) for week in weeks
        ]
        return {
            "child_id": self.child["id"],
            "day": self.today.isoformat(),
            "today": self._period([self.today]),
            "week": trend[-1],
            "month": self._period(month),
            "by_motion": self._by_motion(month),
            "trend": trend,
        }

    def _period(self, days: Sequence[date]) -> Answer:
        due = [day for day in days if self.is_due(day)]
        items = [item for day in due for item in self.items(day)]
        progress = [min(1.0, each) for day in due for each in self.progress(day)]
        return {
            "from_day": days[0].isoformat(),
            "to_day": days[-1].isoformat(),
            "planned_days": len(due),
            "attended_days": sum(bool(self.on(day)) for day in days),
            "goal_days": sum(self.status(day) == "done" for day in days),
            "planned_repetitions": sum(item.repetitions or 0 for item in items),
            "planned_minutes": sum(item.minutes or 0 for item in items),
            "completion": round(sum(progress) / len(progress), 4) if progress else None,
            "totals": totals(self.on(*days)),
        }

    def _by_motion(self, days: Sequence[date]) -> list[Answer]:
        planned = [item for day in days if self.is_due(day) for item in self.items(day)]
        plays = self.on(*days)
        keys = {(item.motion, item.hand) for item in planned}
        keys |= {(play["motion"], play["hand"]) for play in plays}
        return [
            {
                "motion": motion,
                "hand": hand,
                "planned_repetitions": sum(
                    item.repetitions or 0 for item in planned if item[:2] == (motion, hand)
                ),
                "planned_minutes": sum(
                    item.minutes or 0 for item in planned if item[:2] == (motion, hand)
                ),
                "totals": totals([p for p in plays if (p["motion"], p["hand"]) == (motion, hand)]),
            }
            for motion in self.catalogue
            for hand in sorted({hand for name, hand in keys if name == motion})
        ]


def without_words(calendar: Answer) -> list[Answer]:
    """The days of a calendar as it is answered, without why a day has its hand."""
    return [
        {name: value for name, value in day.items() if name != "hand_reason"}
        for day in calendar["days"]
    ]
