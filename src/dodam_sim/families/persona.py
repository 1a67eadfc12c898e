"""Who the virtual families are: children, their habits, their tablets, their weeks."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from dodam_sim.families.chance import lucky, stream, uuid7
from dodam_sim.families.motivation import Motivation, make_motivation
from dodam_sim.families.tablet import Tablet, make_tablets
from dodam_sim.families.therapy_day import TherapyDays, days_between

DAY_START_HOURS = (4, 4, 4, 4, 4, 4, 4, 0, 3, 6)
ZONES = {
    "Asia/Seoul": 60,
    "America/New_York": 12,
    "Europe/Berlin": 10,
    "Australia/Lord_Howe": 6,  # daylight saving moves its clocks by half an hour
    "Pacific/Apia": 6,  # thirteen hours ahead of UTC
    "America/Santiago": 6,  # daylight saving moves its clocks at midnight
}
_KOREAN = ("서준", "하윤", "도윤", "지우", "시우", "서아", "하준", "수아", "은우", "다은")
_OTHERS = ("Noah", "Mia", "Liam", "Lea", "Ben", "Sina", "Mateo", "Ella", "Finn", "Lagi")


@dataclass(frozen=True, slots=True)
class Habits:
    """How a child plays. Plain numbers are probabilities (0 to 1) unless a unit is named.

    `planned_day` is the chance to play on a planned weekday and `extra_day` on another one;
    `weekend` multiplies both on Saturday and Sunday, and the child's `motivation` on any day;
    `mini_games` is the chance to be one who plays those.
    """

    planned_day: float
    extra_day: float
    weekend: float
    second_session: float
    night: float
    finishes_item: float
    free_play: float
    usual_minute: float
    stamina_minutes: float
    motivation: Motivation = field(default_factory=Motivation)
    mini_games: float = 0.6


@dataclass(frozen=True, slots=True)
class Child:
    """One virtual child. On days when it is `sick` or `away` on holiday it hardly plays.

    `excused` are those of them that its family marked as such.
    """

    id: UUID
    name: str
    birth_date: date
    sex: str
    affected_hand: str
    dominant_hand: str
    language: str
    days: TherapyDays
    habits: Habits
    first_day: date
    last_day: date
    sick: frozenset[date] = frozenset()
    away: frozenset[date] = frozenset()
    excused: frozenset[date] = frozenset()

    @property
    def weeks(self) -> list[date]:
        """Every day the child is simulated, oldest first."""
        return days_between(self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class Family:
    """One guardian with one to three children who share the tablets."""

    email: str
    password: str
    guardian: str
    children: tuple[Child, ...]
    tablets: tuple[Tablet, ...]


@dataclass(frozen=True, slots=True)
class Weeks:
    """Which days are simulated: `days` of them, the last one `until` or, by default, yesterday."""

    days: int
    now: datetime
    until: date | None = None

    def of(self, clock: TherapyDays) -> tuple[date, date]:
        """Return the first and the last day where `clock` hangs. The last day is over there."""
        yesterday = clock.day_of(self.now) - timedelta(days=1)
        last = yesterday if self.until is None else self.until
        if last > yesterday:
            message = f"{last} is not over yet in {clock.zone.key}"
            raise ValueError(message)
        return last - timedelta(days=self.days - 1), last


def make_family(seed: int, index: int, weeks: Weeks) -> Family:
    """Make family number `index`. It depends on no other family and not on how many there are."""
    chance = stream(seed, "family", index)
    zone = ZoneInfo(chance.choices(list(ZONES), weights=list(ZONES.values()))[0])
    clock = TherapyDays(zone, chance.choice(DAY_START_HOURS))
    first, last = weeks.of(clock)
    # Other weeks are other people: their account must not find the children of this one.
    key = f"{seed}-{index}-{last:%Y%m%d}-{weeks.days}"
    chance = stream("family", key)
    count = chance.choices((1, 2, 3), weights=(60, 30, 10))[0]
    return Family(
        email=f"family-{key}@families.dodam.example",
        password=f"families-{key}",
        guardian=f"Guardian {index}",
        children=tuple(
            _make_child(stream("child", key, n), clock, first, last) for n in range(count)
        ),
        tablets=make_tablets(chance, zone),
    )


def _make_child(chance: Random, clock: TherapyDays, first: date, last: date) -> Child:
    korean = clock.zone.key == "Asia/Seoul"
    affected = chance.choices(("left", "right", "both"), weights=(45, 40, 15))[0]
    days = days_between(first, last)
    sick = _spells(chance, days, every=42, lengths=(2, 5))
    # Of a child that is ill most days are marked; a holiday is marked as a whole, or forgotten.
    excused = {day for day in sorted(sick) if lucky(chance, 0.8)}
    away = _spells(chance, days, every=120, lengths=(5, 12))
    if lucky(chance, 0.7):
        excused |= away
    age_days = chance.randint(3 * 365, 12 * 365)
    return Child(
        id=uuid7(datetime(first.year, first.month, first.day, tzinfo=UTC), chance),
        name=chance.choice(_KOREAN if korean else _OTHERS),
        birth_date=first - timedelta(days=age_days),
        sex=chance.choice(("female", "male", "undisclosed")),
        affected_hand=affected,
        dominant_hand={"left": "right", "right": "left"}.get(affected, "undecided"),
        language="ko" if korean else "en",
        days=clock,
        habits=_make_habits(chance, len(days)),
        first_day=first,
        last_day=last,
        sick=sick,
        away=away,
        excused=frozenset(excused),
    )


def _make_habits(chance: Random, days: int) -> Habits:
    eager = chance.choices((0.93, 0.8, 0.55), weights=(40, 40, 20))[0]
    return Habits(
        planned_day=eager,
        extra_day=chance.uniform(0.02, 0.25),
        weekend=chance.uniform(0.5, 1.2),
        second_session=chance.uniform(0.05, 0.4),
        night=chance.choice((0.0, 0.02, 0.15)),
        finishes_item=0.5 + eager / 2,
        free_play=chance.uniform(0.1, 0.4),
        usual_minute=chance.uniform(15 * 60, 20 * 60),
        stamina_minutes=chance.uniform(8, 25),
        motivation=make_motivation(chance, eager, days),
    )


def _spells(
    chance: Random, days: list[date], *, every: int, lengths: tuple[int, int]
) -> frozenset[date]:
    """Return spells of that many days; about one starts in `every` days."""
    spells: set[date] = set()
    for n in range(len(days)):
        if lucky(chance, 1 / every):
            spells.update(days[n : n + chance.randint(*lengths)])
    return frozenset(spells)
