"""When a mini-game is open to a child."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

Count = Annotated[int, Meta(ge=1, le=1000)]
# Farther than anybody plans, and near enough for a time zone to be applied to it.
_FURTHEST = date(2999, 12, 31)


class Condition(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """Base of what must hold; each kind of condition has its tag."""


class Attendance(Condition, frozen=True, tag="attendance"):
    """The child has played on so many days, ever or with no planned day missed between them."""

    days: Count | None = None
    streak: Count | None = None

    def __post_init__(self) -> None:
        if self.days is None and self.streak is None:
            raise ValueError("Attendance asks for `days`, a `streak`, or both.")


class TherapyDone(Condition, frozen=True, tag="therapy_done"):
    """Nothing that is planned for the child's therapy day is left to do.

    So it holds on a rest day and on a day that is excused (illness, a pause) from the start:
    resting is part of the plan, and a game is never a reason to exercise against it.
    """


class Ticket(Condition, frozen=True, tag="ticket"):
    """So many tickets are spent when a play begins."""

    tickets: Count = 1


class Subscription(Condition, frozen=True, tag="subscription"):
    """The guardian's account is entitled."""


class Dates(Condition, frozen=True, tag="dates"):
    """The child's therapy day lies between two days, both included; either may be left out."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first is None and self.last is None:
            raise ValueError("Dates ask for `first`, `last`, or both.")
        if self.first and self.last and self.first > self.last:
            raise ValueError("`first` lies after `last`.")
        if max(self.first or date.min, self.last or date.min) > _FURTHEST:
            raise ValueError(f"Dates lie before {_FURTHEST.year + 1}.")


class Attribute(Condition, frozen=True, tag="attribute"):
    """The guardian's account holds an attribute; one with this value, if one is given.

    Of a value that is an object the members that are named must be the same.
    """

    key: Annotated[str, Meta(min_length=1, max_length=40)]
    value: Any | UnsetType = UNSET


class AllOf(Condition, frozen=True, tag="all"):
    """Each of these holds."""

    of: "Annotated[Sequence[AnyCondition], Meta(min_length=1, max_length=20)]"


class AnyOf(Condition, frozen=True, tag="any"):
    """At least one of these holds; one that costs nothing is taken before one that does."""

    of: "Annotated[Sequence[AnyCondition], Meta(min_length=1, max_length=20)]"


# What asks for no tickets and holds no other conditions.
Leaf: TypeAlias = Attendance | TherapyDone | Subscription | Dates | Attribute
AnyCondition: TypeAlias = Leaf | Ticket | AllOf | AnyOf


def parts(condition: AnyCondition) -> Iterator[AnyCondition]:
    """It, and all conditions within it."""
    yield condition
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.of:
            yield from parts(part)
