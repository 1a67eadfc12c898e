"""Namespaces: what settings of one topic look like, and what they are unless staff say more."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct


class Owner(StrEnum):
    """Who says what a namespace's settings look like: staff, a mini-game, or this release."""

    STAFF = "staff"
    GAME = "game"
    RELEASE = "release"


class NamespaceForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What a namespace's settings look like (JSON Schema, draft 2020-12), and their defaults.

    `edit` is that of the namespace as it was when the change was begun, 0 for a new one.
    """

    schema: dict[str, Any]
    defaults: dict[str, Any]
    edit: Annotated[int, Meta(ge=0, le=2_147_483_646)] = 0


class Definition(Struct, frozen=True):
    """What every value of a namespace must keep to, and what is there before anybody says more."""

    schema: dict[str, Any]
    defaults: dict[str, Any]


class Namespace(Struct, frozen=True):
    """A namespace. A retired one is given to no client; its history stays.

    `changed_by` is null where a game or a release changed it.
    """

    name: str
    id: UUID
    owner: Owner
    schema: dict[str, Any]
    defaults: dict[str, Any]
    edit: int
    changed_at: datetime
    changed_by: UUID | None
    retired_at: datetime | None

    @property
    def definition(self) -> Definition:
        return Definition(self.schema, self.defaults)


class ListedNamespace(Struct, frozen=True):
    """A namespace at a glance. `version` is the one in force, 0 where nothing was published;
    `scheduled` are those to come; `draft` is the draft's edit, null without one.
    """

    name: str
    owner: Owner
    edit: int
    changed_at: datetime
    retired_at: datetime | None
    version: int
    scheduled: list[int]
    draft: int | None
