"""What a child's results of a game add up to, worked out again from all of them.

Written from what the API promises, not from the product's code: exact, and slow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

Declared = Mapping[str, Any]
"""An aggregate as a game's definition declares it: `name`, `kind`, `of`, `order`, `most`."""

_LEADERS = 5


@dataclass(frozen=True, slots=True)
class Played:
    """A result that counts, played at `at`."""

    id: str
    at: datetime
    result: Mapping[str, Any]


def add_up(declared: Iterable[Declared], results: Iterable[Played]) -> dict[str, Any]:
    """The value of each aggregate by name; of leaders, the ids of the results with their values."""
    in_order = sorted(results, key=lambda each: (each.at, each.id))
    return {each["name"]: _value(each, in_order) for each in declared}


def as_told(aggregates: Mapping[str, Any]) -> dict[str, Any]:
    """Aggregates as the API tells them, in the shape of `add_up`."""
    return {name: _told(value) for name, value in aggregates.items()}


def _told(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return Decimal(str(value))
    return [(each["result_id"], Decimal(str(each["value"]))) for each in value]


def _value(declared: Declared, results: Sequence[Played]) -> Any:
    kind = declared["kind"]
    if kind == "count":
        return Decimal(len(results))
    numbers = [
        (each, number)
        for each in results
        if (number := number_at(each.result, declared["of"])) is not None
    ]
    sign = -1 if declared.get("order", "highest") == "highest" else 1
    # Sorting keeps the order of what is equal: the one played earlier leads.
    ranked = sorted(numbers, key=lambda pair: sign * pair[1])
    match kind:
        case "leaders":
            return [(each.id, number) for each, number in ranked[: declared.get("most", _LEADERS)]]
        case "sum":
            return sum((number for _, number in numbers), Decimal())
        case "best":
            return ranked[0][1] if ranked else None
        case "last":
            # The first of those that were played last.
            return max(numbers, key=lambda pair: pair[0].at)[1] if numbers else None
        case _:
            raise ValueError(f"There is no aggregate {kind}.")


def number_at(result: Any, pointer: str) -> Decimal | None:
    """The number at a JSON Pointer (RFC 6901), or None where there is none."""
    found: Any = result
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        is_list = isinstance(found, list)
        try:
            found = found[int(name) if is_list else name]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return None
    return Decimal(str(found))
