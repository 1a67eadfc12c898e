"""Whether a game is open to a child, what a play would cost, and what keeps it closed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

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
from dodam.platform.i18n import Language

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
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


class _Closed(Struct, frozen=True):
    """What keeps a condition closed; `missing` tickets are one thing more, where there are any."""

    reasons: list[Reason]
    missing: int


def lock(game: Game, facts: Facts, played: Played | None, language: Language) -> Lock:
    """Whether a play would be granted now, and why not."""
    unlock = game.definition.unlock or _ALWAYS
    limits = list(_limits(game, facts, played))
    found = limits if _holds(unlock, facts, facts.tickets) else [*limits, *_reasons(unlock, facts)]
    return Lock(
        open=not found,
        tickets=_price(unlock, facts),
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


def _holds(condition: AnyCondition, facts: Facts, tickets: int) -> bool:
    """Whether so many tickets, or none at all, are enough for it."""
    needed = _cost(condition, facts)
    return needed is not None and needed <= max(0, tickets)


def _cost(condition: AnyCondition, facts: Facts) -> int | None:
    """The fewest tickets for which it holds, however many there are; none where it does not."""
    return _fewest(condition, lambda leaf: not _hindrances(leaf, facts))


def _price(condition: AnyCondition, facts: Facts) -> int:
    """What it costs; where something else than tickets is in the way, what it costs after that."""
    now = _cost(condition, facts)
    return (_fewest(condition, lambda _: True) or 0) if now is None else now


def _fewest(condition: AnyCondition, holds: Callable[[Leaf], bool]) -> int | None:
    if isinstance(condition, Ticket):
        return condition.tickets
    if isinstance(condition, AllOf):
        parts = [_fewest(part, holds) for part in condition.of]
        return None if None in parts else sum(part or 0 for part in parts)
    if isinstance(condition, AnyOf):
        ways = [_fewest(part, holds) for part in condition.of]
        return min((way for way in ways if way is not None), default=None)
    return 0 if holds(condition) else None


def _opens_at(unlock: AnyCondition, facts: Facts, limits: Sequence[Reason]) -> datetime | None:
    """When it would be open if nothing but time went on; none where it never would."""
    earliest = facts.now
    for limit in limits:
        if limit.available_at is None:
            return None
        earliest = max(earliest, limit.available_at)
    begins = {
        _begins(part.first, facts)
        for part in parts(unlock)
        if isinstance(part, Dates) and part.first is not None
    }
    return next(
        (
            at
            for at in sorted({earliest, *begins})
            if at >= earliest and _holds(unlock, replace(facts, now=at), facts.tickets)
        ),
        None,
    )


def _begins(day: date, facts: Facts) -> datetime:
    return facts.child.day_ends_at(day - _DAY)


def _reasons(condition: AnyCondition, facts: Facts) -> list[Reason]:
    closed = _closed(condition, facts, facts.tickets)
    found = list(dict.fromkeys(closed.reasons))
    return [*found, reasons.not_enough_tickets(closed.missing)] if closed.missing else found


def _closed(condition: AnyCondition, facts: Facts, tickets: int) -> _Closed:
    """What keeps a condition closed that does not hold for so many tickets."""
    if isinstance(condition, Ticket):
        return _Closed([], condition.tickets - tickets)
    if isinstance(condition, AnyOf):
        ways = [_closed(part, facts, tickets) for part in condition.of]
        missing = min((way.missing for way in ways if way.missing), default=0)
        return _Closed([reason for way in ways for reason in way.reasons], missing)
    if isinstance(condition, AllOf):
        prices = [_price(part, facts) for part in condition.of]
        # Each part has the tickets that the others leave it.
        left = [tickets - sum(prices) + price for price in prices]
        shut = [
            _closed(part, facts, budget)
            for part, budget in zip(condition.of, left, strict=True)
            if not _holds(part, facts, budget)
        ]
        missing = max(part.missing for part in shut)
        return _Closed([reason for part in shut for reason in part.reasons], missing)
    return _Closed(_hindrances(condition, facts), 0)


def _limits(game: Game, facts: Facts, played: Played | None) -> Iterator[Reason]:
    if game.retired:
        yield reasons.RETIRED
    if played is None:
        return
    limits = game.definition.limits
    if limits.plays_a_day is not None and played.today >= limits.plays_a_day:
        today = facts.child.therapy_day(facts.now)
        yield reasons.limit_reached(limits.plays_a_day, facts.child.day_ends_at(today))
    if limits.rest_minutes is not None:
        until = played.last_at + limits.rest_minutes * _MINUTE
        if facts.now < until:
            left = -((facts.now - until) // _MINUTE)
            yield reasons.resting(limits.rest_minutes, left, until)


def _hindrances(leaf: Leaf, facts: Facts) -> list[Reason]:
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
            return _outside(leaf, facts)
        case Attribute():
            held = facts.attributes.get(leaf.key, ())
            fits = any(_is(value, leaf.value) for value in held)
            return [] if fits else [reasons.ATTRIBUTE_MISSING]


def _outside(dates: Dates, facts: Facts) -> list[Reason]:
    today = facts.child.therapy_day(facts.now)
    if dates.first is not None and today < dates.first:
        return [reasons.not_yet(dates.first, _begins(dates.first, facts))]
    if dates.last is not None and today > dates.last:
        return [reasons.over(dates.last)]
    return []


def _is(held: Any, wanted: Any) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, dict) and isinstance(held, dict):
        return cast("dict[str, Any]", wanted).items() <= cast("dict[str, Any]", held).items()
    return held == wanted
