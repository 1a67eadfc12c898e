"""Patch notes over HTTP, for those who write them."""

from typing import Annotated

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.livesettings.models.patch_notes import (
    ChangedPatchNote,
    NewPatchNote,
    PatchNote,
    Publishing,
    Withdrawal,
)
from dodam.features.livesettings.routes.patch_notes import NoteId
from dodam.features.livesettings.service.patch_notes import PatchNotes
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_SAID = {
    "app_version": "1.4.0",
    "platforms": ["android", "ios"],
    "text": {
        "ko": "## 양치 놀이\n\n- 새 **미니게임**이 생겼어요.\n- 작은 화면에서 버튼이 커졌어요.",
        "en": "## Brushing\n\n- A new **mini-game**.\n- Larger buttons on small screens.",
    },
}
_NEW = Example("A new mini-game", value=_SAID)
_CHANGED = Example("The note, corrected", value={**_SAID, "edit": 1})
_SOON = Example(
    "With the release in the stores", value={"edit": 1, "at": "2026-12-01T10:00:00+09:00"}
)
_NOW = Example("At once", value={"edit": 1})


class StaffPatchNotesController(Controller):
    path = "/staff/patch-notes"
    tags = ["patch-notes"]
    opt = staff_who_may(Permission.MANAGE_CONTENT)

    @get(
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="List patch notes in every state",
        operation_id="listStaffPatchNotes",
        responses=problem_responses(400, 401, 403),
    )
    async def list_notes(
        self,
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
    ) -> list[PatchNote]:
        """Each in its newest edit, the one made last first."""
        async with db.reading() as reading:
            return await patch_notes.all(reading, limit)

    @get(
        "/{note_id:uuid}/edits",
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="List the edits of a patch note",
        operation_id="listPatchNoteEdits",
        responses=problem_responses(401, 403, 404),
    )
    async def edits(
        self,
        note_id: NoteId,
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
    ) -> list[PatchNote]:
        """What it said before, who changed it and when; the newest first."""
        async with db.reading() as reading:
            return await patch_notes.edits(reading, note_id)

    @post(
        summary="Draft a patch note",
        operation_id="makePatchNote",
        responses=problem_responses(400, 401, 403),
    )
    async def make(
        self,
        data: Annotated[NewPatchNote, Body(examples=[_NEW])],
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> PatchNote:
        """No family sees it before it is published."""
        async with db.transaction() as tx:
            return await patch_notes.make(tx, Actor.calling(caller, origin), data)

    @put(
        "/{note_id:uuid}",
        summary="Correct a patch note",
        operation_id="changePatchNote",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def change(
        self,
        note_id: NoteId,
        data: Annotated[ChangedPatchNote, Body(examples=[_CHANGED])],
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> PatchNote:
        """A published note shows its new words at once, and stays read where it was.

        `edit` is the number of the edit that was looked at: 409 where there is a newer one.
        """
        async with db.transaction() as tx:
            return await patch_notes.change(tx, Actor.calling(caller, origin), note_id, data)

    @post(
        "/{note_id:uuid}/publish",
        status_code=200,
        summary="Publish a patch note",
        operation_id="publishPatchNote",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def publish(
        self,
        note_id: NoteId,
        data: Annotated[Publishing, Body(examples=[_NOW, _SOON])],
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> PatchNote:
        """Now, or at an instant within 366 days; one that is scheduled can be moved."""
        async with db.transaction() as tx:
            return await patch_notes.publish(tx, Actor.calling(caller, origin), note_id, data)

    @post(
        "/{note_id:uuid}/withdraw",
        status_code=200,
        summary="Withdraw a patch note",
        operation_id="withdrawPatchNote",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def withdraw(
        self,
        note_id: NoteId,
        data: Annotated[Withdrawal, Body(examples=[_NOW])],
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> PatchNote:
        """Families see it no more; it can be published again."""
        async with db.transaction() as tx:
            return await patch_notes.withdraw(tx, Actor.calling(caller, origin), note_id, data)
