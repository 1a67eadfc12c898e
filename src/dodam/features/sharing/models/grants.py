"""Whom a guardian lets have what of a child's."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.accounts.models.consents import Version

# The first version of the document `sharing` that speaks of something.
NAMED_SINCE: Mapping[Scope, int] = {
    Scope.READ_DAILY_RESULTS: 1,
    Scope.READ_DAILY_LOGS: 2,
    Scope.READ_THERAPY_RESULTS: 2,
}
RESULTS_IN_DETAIL_SINCE = 2


class EndedBy(StrEnum):
    """Why nothing more is shared.

    `consent`: something required was withdrawn; `removal`: the child was removed, or its guardian
    left; `key`: the outside system may no longer call.
    """

    GUARDIAN = "guardian"
    CONSENT = "consent"
    REMOVAL = "removal"
    KEY = "key"


class NewGrant(Struct, forbid_unknown_fields=True):
    """The version of the document `sharing` that is consented to, and what the system is to get.

    `scopes` are of those that the system `gets`; what was granted before and is left out ends.
    """

    consent_version: Version
    scopes: Annotated[set[Scope], Meta(min_length=1)]


class GrantedScope(Struct, frozen=True):
    """Something that a system gets, of the therapy days from `from_day` on."""

    scope: Scope
    from_day: date


class Grant(Struct, frozen=True):
    """A system is let have something of a child's.

    `id` stands for the child there: made for this one system, and for as long as the grant. What
    the system could get and is not in `scopes` is not shared, until it is granted too.
    """

    id: UUID
    system_id: UUID
    system_name: str
    consent_version: int
    granted_at: datetime
    scopes: list[GrantedScope]


class EndedGrant(Grant, frozen=True):
    ended_at: datetime
    ended_by: EndedBy


class OutsideSystem(Struct, frozen=True):
    """One that could be let have something: what it is called, and what it can get."""

    id: UUID
    name: str
    gets: list[Scope]
    grant: Grant | None


class Sharing(Struct, frozen=True):
    """Who there is, who is let have something of the child's, and who was; the newest first.

    `consent_version` is of the document `sharing` in force: to consent to it is to grant.
    """

    child_id: UUID
    consent_version: int
    systems: list[OutsideSystem]
    ended: list[EndedGrant]
