"""Promotions as staff make and see them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.masking.sensitive import Sensitive

MOST_FREE_DAYS = 366
MOST_TICKETS = 1000
MOST_CODES = 100_000
MOST_USES = 1_000_000

# An example that exists nowhere.
EXAMPLE_PROMOTION_ID = "01933c5e-7a00-7000-8000-00000000c001"

Instant = Annotated[datetime, Meta(tz=True)]
Title = Annotated[str, Meta(max_length=100, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class Gift(Struct, frozen=True, forbid_unknown_fields=True):
    """What a code gives: days of 24 hours to play as a subscriber, tickets for a child, or both."""

    free_days: Annotated[int, Meta(ge=1, le=MOST_FREE_DAYS)] | None = None
    tickets: Annotated[int, Meta(ge=1, le=MOST_TICKETS)] | None = None


class SingleCodes(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="single"):
    """As many codes as are asked for, each good for one account."""

    count: Annotated[int, Meta(ge=1, le=MOST_CODES)]


class Word(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="word"):
    """One word for everybody, until so many accounts have used it."""

    word: Annotated[str, Meta(min_length=4, max_length=40), Sensitive]
    uses: Annotated[int, Meta(ge=1, le=MOST_USES)]


class NewPromotion(Struct, frozen=True, forbid_unknown_fields=True):
    """A promotion to make; `id` is made by the client (UUIDv7).

    An account redeems one code of it, or one of all promotions that name the same `campaign`.
    """

    id: UUID
    name: Title
    gives: Gift
    codes: SingleCodes | Word
    valid_from: Instant
    valid_until: Instant
    campaign: Title | None = None


class Promotion(Struct, frozen=True):
    """A promotion: what codes give, how many there are, and how many were redeemed.

    Its codes hold from `valid_from` until before `valid_until`, once they are issued and unless
    the promotion was withdrawn.
    """

    id: UUID
    name: str
    campaign: str | None
    gives: Gift
    codes: SingleCodes | Word
    valid_from: datetime
    valid_until: datetime
    made_by: UUID
    made_at: datetime
    issued_at: datetime | None
    withdrawn_at: datetime | None
    redeemed: int
