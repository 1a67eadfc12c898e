"""Adding results up: the same in whatever order they arrive, and however many at once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct

from dodam.features.games.models.definitions import Aggregate, AggregateKind, Order
from dodam.features.games.models.pointers import number_at
from dodam.features.games.models.standings import Leader, Standing

# The best of a number, the first first; or a total. Sums are of whole millionths: integers add up
# the same in any order.
Kept: TypeAlias = list[Leader] | int

_MILLION = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Counted(Struct, frozen=True):
    """A result that counts."""

    id: UUID
    started_at: datetime
    result: dict[str, Any]


class Tally(Struct, frozen=True):
    """A child's standing in a game as it is kept, by the aggregates of one of its versions."""

    game: str
    version: int
    results: int
    last_played_at: datetime | None
    kept: dict[str, Kept]


def nothing_yet(game: str, version: int) -> Tally:
    return Tally(game, version, 0, None, {})


def added(tally: Tally, aggregates: Iterable[Aggregate], results: Sequence[Counted]) -> Tally:
    """The tally with further results, none of which was in it."""
    played = [each.started_at for each in results]
    if tally.last_played_at is not None:
        played.append(tally.last_played_at)
    return Tally(
        tally.game,
        tally.version,
        tally.results + len(results),
        max(played, default=None),
        {each.name: _with(results, each, tally.kept.get(each.name)) for each in aggregates},
    )


def standing(tally: Tally, aggregates: Iterable[Aggregate]) -> Standing:
    """What is shown of a tally."""
    return Standing(
        tally.game,
        tally.results,
        {each.name: _shown(each, tally.kept.get(each.name)) for each in aggregates},
        tally.last_played_at,
    )


def _with(results: Sequence[Counted], aggregate: Aggregate, kept: Kept | None) -> Kept:
    total = kept if isinstance(kept, int) else 0
    if aggregate.kind is AggregateKind.COUNT:
        return total + len(results)
    found = [
        Leader(number, each.id, each.started_at)
        for each in results
        if aggregate.of is not None and (number := number_at(each.result, aggregate.of)) is not None
    ]
    if aggregate.kind is AggregateKind.SUM:
        return total + sum(_millionths(each.value) for each in found)
    if isinstance(kept, list):
        found += kept
    most = aggregate.most if aggregate.kind is AggregateKind.LEADERS else 1
    return sorted(found, key=_place(aggregate))[:most]


def _place(aggregate: Aggregate) -> Callable[[Leader], tuple[Any, ...]]:
    """What to sort by. Of equal numbers the one that was played first is the better one."""
    if aggregate.kind is AggregateKind.LAST:
        return lambda each: (_EPOCH - each.played_at, each.result_id)
    sign = -1 if aggregate.order is Order.HIGHEST else 1
    return lambda each: (sign * each.value, each.played_at, each.result_id)


def _shown(aggregate: Aggregate, kept: Kept | None) -> float | list[Leader] | None:
    leaders = kept if isinstance(kept, list) else []
    if aggregate.kind is AggregateKind.LEADERS:
        return leaders
    if aggregate.kind in {AggregateKind.BEST, AggregateKind.LAST}:
        return leaders[0].value if leaders else None
    total = kept if isinstance(kept, int) else 0
    if aggregate.kind is AggregateKind.COUNT:
        return total
    return total / _MILLION if total % _MILLION else total // _MILLION


def _millionths(number: float) -> int:
    """A number as its decimal digits say, to the nearest millionth."""
    return round(Decimal(repr(number)) * _MILLION)
