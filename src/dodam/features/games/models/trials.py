"""Trying a definition out on a sample, before anybody plays it."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from dodam.features.games.models.standings import Leader
from dodam.platform.masking.sensitive import Sensitive


class Sample(Struct, frozen=True, forbid_unknown_fields=True):
    """A result, and settings, for a version to be held against; without a `version` the draft.

    Without `settings` those of the definition are meant.
    """

    result: Annotated[dict[str, Any], Sensitive]
    settings: Annotated[dict[str, Any], Sensitive] | None = None
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


class Finding(Struct, frozen=True):
    """What is wrong with one field of the sample."""

    field: str
    code: str
    message: str


class EarnedReward(Struct, frozen=True):
    """A reward the result reaches, as far as its day has not used it up."""

    name: str
    tickets: int


class Trial(Struct, frozen=True):
    """What would come of the sample. `aggregates` are those of a child with this result only.

    With `errors` a tablet's result is not taken, so there are no aggregates and no rewards.
    """

    version: int | None
    errors: list[Finding]
    aggregates: dict[str, float | list[Leader] | None]
    rewards: list[EarnedReward]
