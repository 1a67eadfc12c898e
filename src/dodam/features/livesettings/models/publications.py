"""Drafts, and the versions that are published of them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.livesettings.models.contents import MOST_RULES, Content, SettingsRule
from dodam.platform.masking.sensitive import Sensitive

Note = Annotated[
    str,
    Meta(max_length=1_000, pattern=r"^[^\x00]*\Z", examples=["소근육 초보자에게 더 느리게"]),
    Sensitive,
]
Edit = Annotated[int, Meta(ge=0, le=2_147_483_646)]
Instant = Annotated[datetime, Meta(tz=True)]


class SettingsDraftForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to become of the draft. `edit` is that of the draft it is based on, 0 for none."""

    edit: Edit
    value: dict[str, Any] = {}
    rules: Annotated[list[SettingsRule], Meta(max_length=MOST_RULES)] = []
    note: Note = ""


class SettingsDraft(Struct, frozen=True, kw_only=True):
    """What may be published next. Every change of it, and its publication, has the next `edit`.

    A draft that nobody made yet has edit 0, and is what is in force.
    """

    edit: int
    value: dict[str, Any]
    rules: list[SettingsRule]
    note: str
    changed_at: datetime | None = None
    changed_by: UUID | None = None

    @property
    def content(self) -> Content:
        return Content(self.value, self.rules)


class SettingsPublicationForm(Struct, frozen=True, forbid_unknown_fields=True):
    """`edit` is that of the draft that was looked at; without `takes_effect_at` it is now."""

    edit: Edit
    takes_effect_at: Instant | None = None


class SettingsRestoreForm(Struct, frozen=True, forbid_unknown_fields=True):
    """When an earlier version is to be in force again; without `takes_effect_at` it is now."""

    takes_effect_at: Instant | None = None
    note: Note = ""


class SettingsState(StrEnum):
    """Where a version stands; one that was overtaken before it ever took effect is `past` too."""

    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    PAST = "past"
    CANCELLED = "cancelled"


class Publication(Struct, frozen=True, kw_only=True):
    """A version as it was published. It is in force from `takes_effect_at` until a later instant
    of another; of one instant the version published last holds. `restores` names the version whose
    content it has again.
    """

    id: UUID
    version: int
    note: str
    takes_effect_at: datetime
    published_at: datetime
    published_by: UUID
    restores: int | None
    cancelled_at: datetime | None
    cancelled_by: UUID | None


class ListedSettingsVersion(Publication, frozen=True, kw_only=True):
    """A published version; `rules` is how many it has."""

    state: SettingsState
    rules: int


class SettingsVersion(Publication, frozen=True, kw_only=True):
    """A published version, with what it says."""

    namespace: str
    state: SettingsState
    value: dict[str, Any]
    rules: list[SettingsRule]
