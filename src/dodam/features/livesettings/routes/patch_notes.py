"""Patch notes over HTTP, for families."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, Response, get, put
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from dodam.features.accounts.models.devices import APP_VERSION, Platform
from dodam.features.accounts.service.devices import Devices
from dodam.features.livesettings.models.patch_notes import RunningApp, ShownPatchNotes
from dodam.features.livesettings.service.patch_notes import PatchNotes
from dodam.platform.database import Database
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, answer_unless_unchanged
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller

NoteId = Annotated[
    UUID,
    PathParameter(examples=[Example("A patch note", value="01900000-0000-7000-8000-0000000000f1")]),
]
# Dates decide what is shown, and any device may mark a note as read.
_CACHING = {"cache-control": "private, no-cache", "vary": "Authorization, Accept-Language"}
_MOST = 50


async def running_app(
    db: NamedDependency[Database],
    devices: NamedDependency[Devices],
    caller: NamedDependency[Caller],
    device_id: Annotated[
        UUID | None,
        QueryParameter(description="The device the app runs on, which says platform and version."),
    ] = None,
    app_version: Annotated[
        str | None,
        QueryParameter(
            pattern=APP_VERSION,
            description="The app's version, where it is not what the device said last.",
        ),
    ] = None,
    platform: Annotated[
        Platform | None,
        QueryParameter(description="The app's platform, where there is no device."),
    ] = None,
) -> RunningApp:
    """Raises DeviceNotFound."""
    if device_id is None:
        return RunningApp(platform, app_version)
    async with db.reading() as reading:
        device = await devices.one(reading, caller.account_id, device_id)
    return RunningApp(platform or device.platform, app_version or device.app_version)


class PatchNotesController(Controller):
    path = "/patch-notes"
    tags = ["patch-notes"]

    @get(
        dependencies={"app": Provide(running_app)},
        summary="List patch notes",
        operation_id="listPatchNotes",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED, **problem_responses(400, 401, 404)},
    )
    async def list_notes(
        self,
        request: Request[Caller, object, State],
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
        caller: NamedDependency[Caller],
        app: NamedDependency[RunningApp],
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[ShownPatchNotes]:
        """What is new up to the app's version, the newest version first, 50 notes at most.

        Markdown (CommonMark without raw HTML and images) in the language of `Accept-Language`.
        Without a version there are notes on every one. Send the `ETag` of an earlier answer as
        `If-None-Match` to get 304 when nothing changed.
        """
        async with db.reading() as reading:
            notes = await patch_notes.shown(
                reading, caller.account_id, caller_language(request), app, most=_MOST
            )
        return answer_unless_unchanged(notes, if_none_match, _CACHING)

    @put(
        "/{note_id:uuid}/read",
        status_code=204,
        summary="Mark a patch note as read",
        operation_id="markPatchNoteRead",
        responses=problem_responses(401, 404),
    )
    async def mark_read(
        self,
        note_id: NoteId,
        db: NamedDependency[Database],
        patch_notes: NamedDependency[PatchNotes],
        caller: NamedDependency[Caller],
    ) -> None:
        """For the account, on every device; again changes nothing."""
        async with db.transaction() as tx:
            await patch_notes.mark_read(tx, caller.account_id, note_id)
