"""Whom a guardian lets have a child's daily results."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.accounts.models.consents import Version


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
    """The version of the document `sharing` that is consented to."""

    consent_version: Version


class Grant(Struct, frozen=True):
    """A system is let have a child's daily results, from `granted_at` on.

    `id` stands for the child there: made for this one system, and for as long as the grant.
    """

    id: UUID
    system_id: UUID
    system_name: str
    consent_version: int
    granted_at: datetime


class EndedGrant(Grant, frozen=True):
    ended_at: datetime
    ended_by: EndedBy


class OutsideSystem(Struct, frozen=True):
    """One that could be let have results: what it is called, and what it would get."""

    id: UUID
    name: str
    gets: list[Scope]
    grant: Grant | None


class Sharing(Struct, frozen=True):
    """Who there is, who is let have the child's results, and who was; the newest first.

    `consent_version` is of the document `sharing` in force: to consent to it is to grant.
    """

    child_id: UUID
    consent_version: int
    systems: list[OutsideSystem]
    ended: list[EndedGrant]
