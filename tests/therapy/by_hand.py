"""What a guardian must be shown, worked out from the plays themselves in the plainest way.

Shares nothing with the product: no running sums, no order of arrival, only filters and sums over
the list of all plays.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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


@dataclass(frozen=True)
class ByHand:
    """A child with a single plan; `catalogue` maps motions, in order, to whether they need both."""

    child: Answer
    plan: Answer
    plays: Sequence[Play]
    excused: Collection[date]
    catalogue: dict[str, bool]
    today: date

    def day_of(self, play: Play) -> date:
        wall = _begun(play).astimezone(ZoneInfo(self.child["time_zone"])).replace(tzinfo=None)
        return (wall - timedelta(hours=self.child["day_start_hour"])).date()

    def on(self, *days: date) -> list[Play]:
        return [play for play in self.plays if self.day_of(play) in days]

    def items(self, day: date) -> list[tuple[str, str, int]]:
        """The planned (motion, hand, repetitions) of a day."""
        if day < date.fromisoformat(self.plan["starts_on"]):
            return []
        return [
            (
                item["motion"],
                "both" if self.catalogue[item["motion"]] else planned["hand"],
                item["target_repetitions"],
            )
            for planned in self.plan["days"]
            if planned["weekday"] == day.isoweekday()
            for item in planned["items"]
        ]

    def progress(self, day: date) -> list[float]:
        return [
            sum(
                play["repetitions"]
                for play in self.on(day)
                if (play["motion"], play["hand"]) == (motion, hand)
            )
            / target
            for motion, hand, target in self.items(day)
        ]

    def status(self, day: date) -> str:
        progress = self.progress(day)
        if self.on(day):
            return ("done" if min(progress) >= 1 else "partial") if progress else "extra"
        if not progress:
            return "rest"
        if day in self.excused:
            return "excused"
        return "missed" if day < self.today else "planned"

    def is_due(self, day: date) -> bool:
        return bool(self.items(day)) and day not in self.excused

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
        first = min(plays, key=_begun)
        return {
            "session_id": session,
            "therapy_day": self.day_of(first).isoformat(),
            "started_at": _instant(_begun(first)),
            "ended_at": _instant(max(map(_ended, plays))),
            "totals": totals(plays),
        }

    def calendar(self, first: date, last: date) -> list[Answer]:
        return [
            {
                "day": day.isoformat(),
                "status": self.status(day),
                "planned_items": len(self.items(day)),
                "reached_items": sum(each >= 1 for each in self.progress(day)),
                "totals": totals(self.on(day)),
                "exception": "illness" if day in self.excused else None,
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
        progress = [min(1.0, each) for day in due for each in self.progress(day)]
        return {
            "from_day": days[0].isoformat(),
            "to_day": days[-1].isoformat(),
            "planned_days": len(due),
            "attended_days": sum(bool(self.on(day)) for day in days),
            "goal_days": sum(self.status(day) == "done" for day in days),
            "planned_repetitions": sum(target for day in due for _, _, target in self.items(day)),
            "planned_minutes": 0,
            "completion": round(sum(progress) / len(progress), 4) if progress else None,
            "totals": totals(self.on(*days)),
        }

    def _by_motion(self, days: Sequence[date]) -> list[Answer]:
        planned = [item for day in days if self.is_due(day) for item in self.items(day)]
        plays = self.on(*days)
        keys = {(motion, hand) for motion, hand, _ in planned}
        keys |= {(play["motion"], play["hand"]) for play in plays}
        return [
            {
                "motion": motion,
                "hand": hand,
                "planned_repetitions": _asked(planned, motion, hand),
                "planned_minutes": 0,
                "totals": totals([p for p in plays if (p["motion"], p["hand"]) == (motion, hand)]),
            }
            for motion in self.catalogue
            for hand in sorted({hand for name, hand in keys if name == motion})
        ]


def _asked(planned: Iterable[tuple[str, str, int]], motion: str, hand: str) -> int:
    return sum(target for name, side, target in planned if (name, side) == (motion, hand))
