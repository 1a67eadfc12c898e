"""Lives by their numbers: lived, judged, counted, and shortened where they go wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field

from dodam.features.billing.models.states import Fact, News, State

from .apple import AppleLife
from .checks import Wrong, check
from .google import GoogleLife
from .history import History
from .plans import START, Plan, plan
from .shrinking import shortest
from .stores import StoreLife

LIVES: Mapping[str, type[StoreLife]] = {"apple": AppleLife, "google": GoogleLife}


class Counts(Struct):
    """What happened in lives, how often, and the lives that went wrong."""

    lives: int = 0
    years: float = 0
    messages: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    facts: Counter[Fact] = field(default_factory=Counter)
    moves: Counter[tuple[State | None, Fact]] = field(default_factory=Counter)
    news: Counter[News] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, history: History) -> None:
        self.lives += 1
        self.years += (history.at - START).days / 365
        self.messages += history.types
        self.deeds += history.deeds
        self.facts += history.books.facts
        self.moves += history.books.moves
        self.news += history.books.news

    def add_all(self, other: "Counts") -> None:
        self.lives += other.lives
        self.years += other.years
        self.messages += other.messages
        self.deeds += other.deeds
        self.facts += other.facts
        self.moves += other.moves
        self.news += other.news
        self.failures += other.failures


def live(store: str, seeds: Iterable[int]) -> Counts:
    counts = Counts()
    for seed in seeds:
        life = LIVES[store](seed)
        planned = plan(seed, life.deeds)
        history = History(planned, life, messages_tell=store == "apple")
        try:
            history.live()
            check(history)
        except Wrong as wrong:
            counts.failures.append(told(store, planned, str(wrong)))
        counts.add(history)
    return counts


def told(store: str, planned: Plan, wrong: str) -> str:
    """The life with its shortest version, for whoever is to mend it."""
    short = shortest(planned, lambda plan: _goes_wrong(store, plan) is not None)
    lines = [f"{store} --seed {planned.seed}: {wrong}", "shortened:"]
    at: datetime = START
    for step in short.steps:
        at += step.wait
        lines.append(f"  {at:%Y-%m-%d %H:%M:%S} {step.deed}")
    lines.append(f"  {_goes_wrong(store, short)}")
    return "\n".join(lines)


def _goes_wrong(store: str, planned: Plan) -> str | None:
    history = History(planned, LIVES[store](planned.seed), messages_tell=store == "apple")
    try:
        history.live()
        check(history)
    except Wrong as wrong:
        return str(wrong)
    return None
