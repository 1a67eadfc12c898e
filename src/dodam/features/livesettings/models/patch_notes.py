"""Words of patch notes: what is new in a version of the app, for those who play it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.app_versions import ComparableVersion, precedence
from dodam.platform.i18n import Language, Text

MOST_BYTES = 20 * 1024

Markdown = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MOST_BYTES,
        pattern=r"^[^\x00]*[^\x00\s][^\x00]*\Z",
        description="CommonMark without raw HTML and images; links go to https addresses.",
    ),
]
Edit = Annotated[int, Meta(ge=1, le=1_000_000, description="The edit that was looked at.")]


class NoteText(Struct, frozen=True, forbid_unknown_fields=True):
    """The note in every language, 20 KiB each at most."""

    ko: Markdown
    en: Markdown


class NewPatchNote(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A note on a version of the app; without `platforms` it is for all of them."""

    app_version: ComparableVersion
    platforms: Annotated[list[Platform], Meta(min_length=1, max_length=6)] | None = None
    text: NoteText


class ChangedPatchNote(NewPatchNote, frozen=True, kw_only=True):
    """What the note is to say instead of its newest edit."""

    edit: Edit


class Publishing(Struct, frozen=True, forbid_unknown_fields=True):
    """When families are to see the note; now without `at`."""

    edit: Edit
    at: Annotated[datetime, Meta(tz=True)] | None = None


class Withdrawal(Struct, frozen=True, forbid_unknown_fields=True):
    """Which note is to be seen no more."""

    edit: Edit


class RunningApp(Struct, frozen=True):
    """The app that shows notes, as far as it is known; of what is not known all are shown."""

    platform: Platform | None = None
    version: str | None = None


class NoteState(StrEnum):
    """Where a note stands: dates decide, no job has to run."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PatchNoteEdit(Struct, frozen=True, kw_only=True):
    """A note as one member of staff left it. The edit with the highest number is what holds."""

    id: UUID
    edit: int
    app_version: str
    platforms: list[Platform] | None
    text: Text
    publish_at: datetime | None
    withdrawn: bool
    made_by: UUID
    made_at: datetime

    def state_at(self, now: datetime) -> NoteState:
        if self.withdrawn:
            return NoteState.WITHDRAWN
        if self.publish_at is None:
            return NoteState.DRAFT
        return NoteState.SCHEDULED if now < self.publish_at else NoteState.PUBLISHED

    def is_for(self, app: RunningApp) -> bool:
        """Whether the note tells of the version that is running, or of one before."""
        return (
            app.platform is None or self.platforms is None or app.platform in self.platforms
        ) and (app.version is None or precedence(self.app_version) <= precedence(app.version))


class PatchNote(PatchNoteEdit, frozen=True, kw_only=True):
    """A note as staff see it."""

    state: NoteState


class ShownPatchNote(Struct, frozen=True):
    """A note as a family sees it: Markdown in the caller's language."""

    id: UUID
    app_version: str
    text: str
    published_at: datetime
    read: bool


class ShownPatchNotes(Struct, frozen=True):
    """Notes for a client, the newest version first, and how many of all of them are unread."""

    unread: int
    notes: list[ShownPatchNote]


def newest_version_first(notes: Sequence[PatchNoteEdit]) -> list[PatchNoteEdit]:
    """Of one version the note published last comes first; these are published or scheduled."""
    return sorted(
        notes,
        key=lambda note: (precedence(note.app_version), note.publish_at, note.id),
        reverse=True,
    )


def shown(
    note: PatchNoteEdit, published_at: datetime, language: Language, *, read: bool
) -> ShownPatchNote:
    return ShownPatchNote(note.id, note.app_version, note.text.read(language), published_at, read)
