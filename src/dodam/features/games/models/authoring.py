"""How mini-games are written: drafts, and the versions that are published of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.games.models.definitions import Definition, GameId
from dodam.platform.i18n import Text
from dodam.platform.masking.sensitive import Sensitive

Edit = Annotated[int, Meta(ge=0, le=2_147_483_646)]
Note = Annotated[
    str,
    Meta(max_length=1_000, pattern=r"^[^\x00]*\Z", examples=["콤보 점수를 새로 기록해요"]),
    Sensitive,
]


class DraftForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What the draft is to be. `edit` is that of the draft it is based on, 0 for none."""

    edit: Edit
    definition: Definition


class Draft(Struct, frozen=True):
    """What may be published next. Every change of it has the next `edit`, from 1 on."""

    id: UUID
    edit: int
    definition: Definition
    changed_at: datetime
    changed_by: UUID


class PublicationForm(Struct, frozen=True, forbid_unknown_fields=True):
    """`edit` is that of the draft that was looked at; `note` says what is new."""

    edit: Edit
    note: Note = ""


class ListedVersion(Struct, frozen=True):
    """A published version. Without `published_by` it came with a release of Dodam."""

    id: UUID
    version: int
    note: str
    published_at: datetime
    published_by: UUID | None


class Version(ListedVersion, frozen=True):
    """A published version, with what it says."""

    definition: Definition


class ListedGame(Struct, frozen=True):
    """A game as staff see it. `version` is null before it is published, `edit` without a draft.

    `name` is the published one, or else the draft's.
    """

    id: str
    name: Text
    position: int
    retired: bool
    version: int | None
    edit: int | None


class AuthoredGame(Struct, frozen=True):
    """A game with the newest version that is published, and with its draft."""

    id: str
    position: int
    retired: bool
    published: Version | None
    draft: Draft | None


class GameOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Every game, in the order in which they are to be offered."""

    games: Annotated[list[GameId], Meta(max_length=1_000)]


class RetirementForm(Struct, frozen=True, forbid_unknown_fields=True):
    """A retired game is not offered any more; results that come late are still taken."""

    retired: bool
