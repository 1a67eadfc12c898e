"""A life as it is lived: deeds, what time brings, and what of it reaches dodam when.

What is lost is found as dodam finds it: Apple's history is read every hour, a store is asked within
minutes of the end of a time of which nothing was heard, and about everything within a day (of what
has ended within a week).
"""

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

from msgspec import Struct, field

from dodam.features.billing.models.facts import Standing, usable_until
from dodam.features.billing.models.states import State
from dodam.features.billing.models.told import Told
from dodam_sim.families.chance import stream

from .books import Books
from .plans import START, Plan, whole
from .stores import Message, StoreLife

_ENDED = frozenset({State.EXPIRED, State.REFUNDED, State.REVOKED, State.REPLACED})
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_ALONG = timedelta(seconds=5)
# After the last deed: what is still on its way arrives, and what was lost is found.
_AFTERWARDS = timedelta(days=8)


class Heard(Struct):
    """Of one subscription, what reached dodam when.

    `asked` is when the store answered. `said` are its messages: when they were sent, and, in
    `arrived`, when each arrived.
    """

    asked: list[datetime] = field(default_factory=list)
    said: list[datetime] = field(default_factory=list)
    arrived: dict[int, datetime] = field(default_factory=dict)

    def since(self, at: datetime) -> datetime | None:
        """From when on dodam knows all that was so at an instant; None if it never did."""
        place = bisect_left(self.asked, at)
        asked = self.asked[place] if place < len(self.asked) else None
        messages = [self.arrived.get(n) for n, sent in enumerate(self.said) if sent <= at]
        if not messages or None in messages:
            return asked
        last = max(each for each in messages if each is not None)
        return last if asked is None else min(asked, last)

    def all_by(self, at: datetime) -> bool:
        """Whether, at an instant, all that the store had said was known."""
        said = [sent for sent in self.said if sent <= at]
        known_at = self.since(said[-1]) if said else None
        return known_at is not None and known_at <= at


class History:
    """`instants` are those at which something happened at the store, or to what dodam knows."""

    def __init__(self, plan: Plan, life: StoreLife, *, messages_tell: bool) -> None:
        self.plan = plan
        self.life = life
        self.books = Books()
        self.heard: dict[str, Heard] = {}
        self.told: list[Told] = []
        self.instants: list[datetime] = []
        self.deeds = Counter[str]()
        self.types = Counter[str]()
        self.at = START
        self._messages_tell = messages_tell
        self._chance = stream(plan.seed, "mishaps")
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._counter = count()

    def live(self) -> None:
        self._gather()
        at = START
        for step in self.plan.steps:
            at += step.wait
            self._run(at)
            if self.life.act(step.deed, Random(step.dice)):  # noqa: S311 - a simulation
                self.deeds[step.deed] += 1
            self._gather()
        self._run(at + _AFTERWARDS)
        for key in list(self.books.pages):
            self._at(self.at + self._within(_MINUTE), lambda key=key: self._ask(key))
        self._run(self.at + 2 * _MINUTE)

    def _run(self, until: datetime) -> None:
        while True:
            due = self.life.next_due()
            next_ = min(
                [each for each in (due, self._due[0][0] if self._due else None) if each],
                default=until,
            )
            if next_ > until:
                break
            self._go_to(max(next_, self.at))
            while self._due and self._due[0][0] <= self.at:
                _, _, happen = heapq.heappop(self._due)
                happen()
                self._gather()
            if next_ == until and not self._due and due is None:
                break
        self._go_to(until)

    def _go_to(self, at: datetime) -> None:
        self.at = at
        self.instants.append(at)
        self.life.run_to(at)
        self._gather()

    def _gather(self) -> None:
        """Send what the store has said by now on its way."""
        for key in self.life.bought():
            self._at(self._later(self._within(_DAY)), lambda key=key: self._hand_in(key))
        for message in self.life.messages():
            self.types[message.type] += 1
            heard = self.heard.setdefault(message.key, Heard())
            number = len(heard.said)
            heard.said.append(self.at)
            fate = self.plan.mishaps.draw(self._chance)
            arrives = self._later(fate.late_by)

            def hear(message: Message = message, number: int = number) -> None:
                self._hear(message, number)

            if not fate.lost:
                self._at(arrives, hear)
                if fate.twice:
                    self._at(self._later(2 * fate.late_by), hear)
            elif message.told is not None and self._chance.random() < 0.5:
                self._at(self._later(self._within(_HOUR) + 10 * _MINUTE), hear)
            else:
                self._at(self._later(self._within(_DAY)), lambda m=message: self._sweep(m))

    def _hear(self, message: Message, number: int) -> None:
        if message.told is None:
            self._ask(message.key)
        else:
            self.told.append(message.told)
            self._learn(message.told)
            self.heard[message.key].arrived.setdefault(number, self.at)

    def _hand_in(self, key: str) -> None:
        if self._messages_tell:
            told = self.life.handed_in(key)
            if told is not None:
                self._learn(told)
        else:
            self._ask(key)

    def _sweep(self, message: Message) -> None:
        """Asked for no reason but that it is a while ago; of what was never heard nobody asks."""
        page = self.books.pages.get(message.key)
        if page is not None and page.announced.state in _ENDED:
            self._at(self._later(self._within(6 * _DAY)), lambda: self._ask(message.key))
        elif page is not None:
            self._ask(message.key)
        elif message.told is not None:
            self._at(self._later(_HOUR), lambda told=message.told: self._learn(told))

    def _ask(self, key: str) -> None:
        told = self.life.ask(key)
        if told is None:
            return
        self.heard.setdefault(key, Heard()).asked.append(self.at)
        self._learn(told)
        if not told.acknowledged and told.periods:
            self._at(self._later(self._within(_MINUTE)), lambda: self.life.acknowledge(key))

    def _learn(self, told: Told) -> None:
        self._await(told.key, self.books.learn(told, self.at))
        replaced = self.books.pages[told.key].record.replaces
        if replaced in self.books.pages:
            self._await(replaced, self.books.look(replaced, self.at))

    def _await(self, key: str, stands: Standing) -> None:
        """What dates bring is looked at within minutes, and asked about."""
        if stands.changes_at is not None:
            at = max(stands.changes_at, self.at) + self._within(5 * _MINUTE)
            self._look_at(key, at)
        if stands.due_at is not None:
            at = max(stands.due_at, self.at) + self._within(5 * _MINUTE)
            self._ask_at(key, at)

    def _look_at(self, key: str, at: datetime) -> None:
        line = self.books.pages[key].line

        def look(known: int = len(line)) -> None:
            if len(line) == known:
                self._await(key, self.books.look(key, self.at))

        self._at(at, look)

    def _ask_at(self, key: str, at: datetime) -> None:
        """Once then, and where it is over, again as the hour is in which a renewal may be late."""

        def ask() -> None:
            stands = self.books.look(key, self.at)
            if stands.due_at is not None and stands.due_at <= self.at:
                self._ask(key)
                self._at(self._later(_HOUR), ask_again)

        def ask_again() -> None:
            stands = self.books.look(key, self.at)
            over = stands.period is None or usable_until(stands.period) <= self.at
            if over and stands.state not in _ENDED:
                self._ask(key)

        self._at(at, ask)

    def _within(self, span: timedelta) -> timedelta:
        return whole(span * self._chance.random())

    def _later(self, by: timedelta) -> datetime:
        """Nothing arrives as it is sent."""
        return self.at + whole(by) + self._within(_ALONG)

    def _at(self, at: datetime, happen: Callable[[], None]) -> None:
        heapq.heappush(self._due, (at, next(self._counter), happen))
