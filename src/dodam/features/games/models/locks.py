"""Whether a game is open to a child, what a play would cost, and what keeps it closed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from dodam.features.children.models.children import Child
from dodam.features.games.models import reasons
from dodam.features.games.models.conditions import (
    AllOf,
    AnyCondition,
    AnyOf,
    Attendance,
    Attribute,
    Dates,
    Leaf,
    Subscription,
    TherapyDone,
    Ticket,
    parts,
)
from dodam.features.games.models.definitions import Game
from dodam.features.games.models.plays import Lock, LockReason
from dodam.features.games.models.reasons import Reason
from dodam.features.livesettings.models.conditions import holds
from dodam.platform.i18n import Language

_DAY = timedelta(days=1)
_ALWAYS = AllOf([])


class Facts(Struct, frozen=True):
    """What is known of a child at an instant. What no condition asks about may be anything.

    `exercises_left` are those of the plan that the therapy day still asks for, `attributes` the
    values the guardian's account holds by key.
    """

    child: Child
    now: datetime
    attended_days: int = 0
    streak: int = 0
    exercises_left: int = 0
    tickets: int = 0
    entitled: bool = False
    attributes: Mapping[str, Sequence[Any]] = {}


class Played(Struct, frozen=True):
    """A game's plays that count: how many were granted on this therapy day, and the last one."""

    today: int
    last_at: datetime


class _Judged(Struct, frozen=True):
    """A condition as it stands.

    `cost` is the fewest tickets for which it holds, however many there are; none where something
    else is in the way. `price` is what it costs once that is not. `reasons` are a single
    condition's, `parts` those of one that is made of others.
    """

    condition: AnyCondition
    cost: int | None
    price: int
    reasons: Sequence[Reason] = ()
    parts: Sequence["_Judged"] = ()

    def holds(self, tickets: int) -> bool:
        """Whether so many tickets, or none at all, are enough for it."""
        return self.cost is not None and self.cost <= max(0, tickets)


class _Closed(Struct, frozen=True):
    """What keeps a condition closed; `missing` tickets are one thing more, where there are any."""

    reasons: list[Reason]
    missing: int


def lock(game: Game, facts: Facts, played: Played | None, language: Language) -> Lock:
    """Whether a play would be granted now, and why not."""
    today = facts.child.therapy_day(facts.now)
    unlock = _judge(game.definition.unlock or _ALWAYS, facts, today)
    limits = list(_limits(game, facts, today, played))
    found = limits if unlock.holds(facts.tickets) else [*limits, *_reasons(unlock, facts.tickets)]
    return Lock(
        open=not found,
        tickets=unlock.price,
        plays_left=plays_left(game, played),
        reasons=[
            LockReason(each.code, each.text.read(language), each.available_at) for each in found
        ],
        available_at=_opens_at(unlock, facts, limits) if found else None,
    )


def plays_left(game: Game, played: Played | None) -> int | None:
    """How many more may begin on this therapy day; none without a limit."""
    most = game.definition.limits.plays_a_day
    return None if most is None else max(0, most - (played.today if played else 0))


def _judge(condition: AnyCondition, facts: Facts, today: date) -> _Judged:
    if isinstance(condition, Ticket):
        return _Judged(condition, condition.tickets, condition.tickets)
    if isinstance(condition, AllOf | AnyOf):
        judged = [_judge(part, facts, today) for part in condition.of]
        cost = _together(condition, [part.cost for part in judged])
        if cost is not None:
            return _Judged(condition, cost, cost, parts=judged)
        price = _together(condition, [part.price for part in judged])
        return _Judged(condition, None, price or 0, parts=judged)
    found = _hindrances(condition, facts, today)
    return _Judged(condition, None if found else 0, 0, reasons=found)


def _together(condition: AllOf | AnyOf, costs: Sequence[int | None]) -> int | None:
    """All parts are paid for, of several ways the cheapest is."""
    possible = [cost for cost in costs if cost is not None]
    if isinstance(condition, AnyOf):
        return min(possible, default=None)
    return sum(possible) if len(possible) == len(costs) else None


def _opens_at(unlock: _Judged, facts: Facts, limits: Sequence[Reason]) -> datetime | None:
    """When it would be open if nothing but time went on; none where it never would."""
    earliest = facts.now
    for limit in limits:
        if limit.available_at is None:
            return None
        earliest = max(earliest, limit.available_at)
    first = facts.child.therapy_day(earliest)
    begins = {
        part.first
        for part in parts(unlock.condition)
        if isinstance(part, Dates) and part.first is not None and part.first > first
    }
    for day in sorted({first, *begins}):
        cost = _cost_on(day, unlock)
        if cost is not None and cost <= facts.tickets:
            return earliest if day == first else _begins(day, facts)
    return None


def _cost_on(day: date, judged: _Judged) -> int | None:
    """What it will cost on another day if nothing else changes."""
    condition = judged.condition
    if isinstance(condition, AllOf | AnyOf):
        return _together(condition, [_cost_on(day, part) for part in judged.parts])
    if isinstance(condition, Dates):
        return 0 if (condition.first or day) <= day <= (condition.last or day) else None
    return judged.cost


def _begins(day: date, facts: Facts) -> datetime:
    return facts.child.day_ends_at(day - _DAY)


def _reasons(unlock: _Judged, tickets: int) -> list[Reason]:
    closed = _closed(unlock, tickets)
    found = list(dict.fromkeys(closed.reasons))
    return [*found, reasons.not_enough_tickets(closed.missing)] if closed.missing else found


def _closed(judged: _Judged, tickets: int) -> _Closed:
    """What keeps a condition closed that does not hold for so many tickets."""
    if isinstance(judged.condition, Ticket):
        return _Closed([], judged.price - tickets)
    if isinstance(judged.condition, AnyOf):
        ways = [_closed(part, tickets) for part in judged.parts]
        missing = min((way.missing for way in ways if way.missing), default=0)
        return _Closed([reason for way in ways for reason in way.reasons], missing)
    if isinstance(judged.condition, AllOf):
        # Each part has the tickets that the others leave it.
        spare = tickets - sum(part.price for part in judged.parts)
        shut = [
            _closed(part, spare + part.price)
            for part in judged.parts
            if not part.holds(spare + part.price)
        ]
        missing = max(part.missing for part in shut)
        return _Closed([reason for part in shut for reason in part.reasons], missing)
    return _Closed(list(judged.reasons), 0)


def _limits(game: Game, facts: Facts, today: date, played: Played | None) -> Iterator[Reason]:
    if game.retired:
        yield reasons.RETIRED
    if played is None:
        return
    limits = game.definition.limits
    if limits.plays_a_day is not None and played.today >= limits.plays_a_day:
        yield reasons.limit_reached(limits.plays_a_day, facts.child.day_ends_at(today))
    if limits.rest_minutes is not None:
        until = played.last_at + timedelta(minutes=limits.rest_minutes)
        if facts.now < until:
            yield reasons.resting(limits.rest_minutes, until)


def _hindrances(leaf: Leaf, facts: Facts, today: date) -> list[Reason]:
    """What keeps a condition closed that costs nothing; nothing where it holds."""
    match leaf:
        case Attendance():
            found: list[Reason] = []
            if leaf.days is not None and facts.attended_days < leaf.days:
                found.append(reasons.attendance_too_short(leaf.days, facts.attended_days))
            if leaf.streak is not None and facts.streak < leaf.streak:
                found.append(reasons.streak_too_short(leaf.streak, facts.streak))
            return found
        case TherapyDone():
            left = facts.exercises_left
            return [reasons.therapy_not_done(left)] if left else []
        case Subscription():
            return [] if facts.entitled else [reasons.NOT_SUBSCRIBED]
        case Dates():
            return _outside(leaf, facts, today)
        case Attribute():
            held = facts.attributes.get(leaf.key, ())
            fits = any(holds(value, leaf.value) for value in held)
            return [] if fits else [reasons.ATTRIBUTE_MISSING]


def _outside(dates: Dates, facts: Facts, today: date) -> list[Reason]:
    if dates.first is not None and today < dates.first:
        return [reasons.not_yet(dates.first, _begins(dates.first, facts))]
    if dates.last is not None and today > dates.last:
        return [reasons.over(dates.last)]
    return []
