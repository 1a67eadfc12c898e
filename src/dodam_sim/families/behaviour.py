"""How a child plays its weeks: which days, how many sittings, and how each play goes.

Pure: the same child, plan and catalogue give the same plays.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from dodam_sim.families.answers import Motion, Plan, PlanItem
from dodam_sim.families.attendance import Asked, planned_on
from dodam_sim.families.chance import clamp, lucky, stream, uuid7
from dodam_sim.families.learning import BOTH, Form, Skill, moods, skill_of, tiredness
from dodam_sim.families.persona import Child
from dodam_sim.families.plays import Play, Session
from dodam_sim.families.therapy_day import instant

_DAY_MINUTES = 24 * 60
_SATURDAY = 6
_MOST_ROUNDS = 12
_GAMES = ("balloon", "끈끈이", "river-crossing", "piano")


def play_weeks(
    child: Child, plans: Sequence[Plan], catalogue: Sequence[Motion], tablets: int
) -> list[Session]:
    """Return the sessions of all the child's weeks, oldest first; `tablets` are to choose from."""
    chance = stream(child.id, "behaviour")
    player = _Player(child, {motion.id: motion for motion in catalogue}, tablets, chance)
    sessions: list[Session] = []
    for n, (day, mood) in enumerate(zip(child.weeks, moods(len(child.weeks), chance), strict=True)):
        plan = planned_on(plans, day)
        will = child.habits.motivation.will(n)
        if lucky(chance, will * _chance_to_play(child, day, mood, planned=plan is not None)):
            sessions += player.play_day(day, mood, plan)
    return sessions


def _chance_to_play(child: Child, day: date, mood: float, *, planned: bool) -> float:
    habits = child.habits
    if day in child.sick or day in child.away:
        return 0.05
    probability = habits.planned_day if planned else habits.extra_day
    if day.isoweekday() >= _SATURDAY:
        probability *= habits.weekend
    return clamp(probability * (1 + 0.1 * mood), 0, 1)


@dataclass(slots=True)
class _Sitting:
    """A session while it goes on: where its clock stands and how long the child was active."""

    id: UUID
    tablet: int
    clock: datetime
    mood: float
    active_minutes: float = 0.0
    plays: list[Play] = field(default_factory=list[Play])


@dataclass(slots=True)
class _Player:
    """One child with what it has practised so far: repetitions by motion and hand."""

    child: Child
    catalogue: Mapping[str, Motion]
    tablets: int
    chance: Random
    practised: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    skills: dict[tuple[str, str], Skill] = field(default_factory=dict[tuple[str, str], Skill])

    def play_day(self, day: date, mood: float, plan: Asked | None) -> Iterator[Session]:
        habits = self.child.habits
        items = self._wishes(plan)
        starts = [self._usual_start(day)]
        if lucky(self.chance, habits.second_session):
            starts.append(starts[0] + timedelta(minutes=self.chance.uniform(60, 120)))
        if lucky(self.chance, habits.night):
            starts[-1] = self._night_start(day)
        for n, start in enumerate(starts):
            tablet = self.chance.randrange(self.tablets)
            sitting = _Sitting(uuid7(start, self.chance), tablet, start, mood)
            for item, hand in items[n :: len(starts)]:
                self._play_item(sitting, item, hand)
            plays = tuple(play for play in sitting.plays if self._is_over(play))
            if plays:
                yield Session(sitting.id, tablet, plays)

    def _is_over(self, play: Play) -> bool:
        """Whether it lies in the simulated weeks; the last night's session may reach past them."""
        return self.child.days.day_of(play.started_at) <= self.child.last_day

    def _usual_start(self, day: date) -> datetime:
        minute = self.child.habits.usual_minute + self.chance.gauss(0, 40)
        return instant(day, clamp(minute, 13 * 60, 21.5 * 60), self.child.days.zone)

    def _night_start(self, day: date) -> datetime:
        """Late, up to half an hour before the therapy day ends (after midnight, mostly)."""
        end = _DAY_MINUTES + 60 * self.child.days.start_hour
        before = self.chance.uniform(5 if end == _DAY_MINUTES else 30, 220)
        return instant(day, max(end - before, 22 * 60), self.child.days.zone)

    def _wishes(self, plan: Asked | None) -> list[tuple[PlanItem, str]]:
        """Return what the child means to play, each with its hand: the plan, and free play."""
        wishes: list[tuple[PlanItem, str]] = []
        if plan is not None:
            wishes += [(item, self._hand(item.motion, plan.hand)) for item in plan.items]
        if plan is None or lucky(self.chance, self.child.habits.free_play):
            for motion in self.chance.sample(sorted(self.catalogue), k=min(2, len(self.catalogue))):
                hand = self._hand(motion, self.chance.choice(("left", "right")))
                wishes.append((PlanItem(motion, target_repetitions=12), hand))
        return wishes

    def _hand(self, motion: str, hand: str) -> str:
        known = self.catalogue.get(motion)
        return BOTH if known is not None and known.bimanual else hand

    def _play_item(self, sitting: _Sitting, item: PlanItem, hand: str) -> None:
        """Play rounds of one motion until its target is reached or the child has had enough."""
        finishes = lucky(self.chance, self.child.habits.finishes_item)
        goal = 1.0 if finishes else self.chance.uniform(0.2, 0.9)
        repetitions = milliseconds = 0
        for _ in range(_MOST_ROUNDS):
            wanted = self._wanted(item, goal, repetitions)
            play = self._play_round(sitting, item.motion, hand, wanted)
            repetitions += play.repetitions
            milliseconds += play.duration_ms
            if item.target_minutes is not None:
                reached = milliseconds >= item.target_minutes * 60_000 * goal
            else:
                reached = repetitions >= (item.target_repetitions or 0) * goal
            if reached:
                break

    def _wanted(self, item: PlanItem, goal: float, done: int) -> int:
        """Repetitions of the next round: eight to twenty, and never far past the target."""
        size = self.chance.randint(8, 20)
        if item.target_repetitions is None:
            return size
        return max(1, min(size, round(item.target_repetitions * goal) - done + 2))

    def _play_round(self, sitting: _Sitting, motion: str, hand: str, wanted: int) -> Play:
        chance, skill = self.chance, self._skill(motion, hand)
        practised = self.practised[motion, hand]
        form = Form(
            sitting.mood, tiredness(sitting.active_minutes, self.child.habits.stamina_minutes)
        )
        odds = form.success_chance(skill, practised)
        successes = sum(lucky(chance, odds) for _ in range(wanted))
        seconds = wanted * form.seconds_per_repetition(skill, practised) * chance.uniform(0.9, 1.1)
        difficulty = 1 + int(9 * skill.success_chance(practised))
        at = self.child.days.away_from_edge(sitting.clock)
        # Tablets note milliseconds.
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        play = Play(
            id=uuid7(at, chance),
            session_id=sitting.id,
            motion=motion,
            hand=hand,
            started_at=at,
            duration_ms=round(seconds * 1000),
            repetitions=wanted,
            successes=successes,
            accuracy=self._accuracy(odds),
            score=successes * 10 * difficulty if lucky(chance, 0.9) else None,
            difficulty=difficulty if lucky(chance, 0.8) else None,
            label=self._label(motion),
            payload=self._payload(odds),
        )
        self.practised[motion, hand] += wanted
        sitting.active_minutes += seconds / 60
        sitting.clock = play.ended_at + timedelta(seconds=chance.uniform(8, 40))
        sitting.plays.append(play)
        return play

    def _skill(self, motion: str, hand: str) -> Skill:
        key = motion, hand
        if key not in self.skills:
            self.skills[key] = skill_of(self.child.id, self.child.affected_hand, motion, hand)
        return self.skills[key]

    def _accuracy(self, odds: float) -> int | None:
        if lucky(self.chance, 0.25):
            return None
        return round(10_000 * clamp(odds + self.chance.gauss(0, 0.06), 0, 1))

    def _label(self, motion: str) -> str | None:
        known = self.catalogue.get(motion)
        if known is None or not known.labels or lucky(self.chance, 0.3):
            return None
        return self.chance.choice(known.labels)

    def _payload(self, odds: float) -> dict[str, object] | None:
        if lucky(self.chance, 0.6):
            return None
        degrees = 20 + 60 * odds
        return {
            "game": self.chance.choice(_GAMES),
            "range_of_motion_degrees": {"peak": round(degrees, 1), "mean": round(degrees * 0.8)},
            "hints": [self.chance.randint(0, 3) for _ in range(2)],
        }
