"""Publishing settings over HTTP, and their history, for the staff."""

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.livesettings.models.differences import Difference
from dodam.features.livesettings.models.publications import (
    ListedSettingsVersion,
    SettingsPublicationForm,
    SettingsRestoreForm,
    SettingsVersion,
)
from dodam.features.livesettings.routes.parameters import NamespaceName, VersionNumber
from dodam.features.livesettings.service.publications import Publications
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_NOW = Example("At once", value={"edit": 1})
_AT_NIGHT = Example("At night", value={"edit": 1, "takes_effect_at": "2026-12-01T03:00:00+09:00"})
_BACK = Example("Back at once", value={"note": "아이들이 너무 어려워해요"})
# What is compared: a version, 0 for what is there before any, `draft` for the draft.
_COMPARED = r"^(draft|0|[1-9][0-9]{0,8})\Z"
_HIGHEST = 2_147_483_647


class VersionsController(Controller):
    path = "/staff/settings/{namespace:str}"
    tags = ["settings"]
    opt = staff_who_may(Permission.MANAGE_SETTINGS)

    @get(
        "/versions",
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="List versions of settings",
        operation_id="listSettingsVersions",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def history(
        self,
        namespace: NamespaceName,
        db: NamedDependency[Database],
        settings_publications: NamedDependency[Publications],
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
        before: Annotated[int, QueryParameter(ge=1, le=_HIGHEST)] = _HIGHEST,
    ) -> list[ListedSettingsVersion]:
        """Who published what, when, why, and how it stands; the newest first.

        `before` the last version of one answer asks for the next.
        """
        async with db.reading() as reading:
            return await settings_publications.page(reading, namespace, before=before, limit=limit)

    @get(
        "/versions/{version:int}",
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="Show a version of settings",
        operation_id="showSettingsVersion",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def show(
        self,
        namespace: NamespaceName,
        version: VersionNumber,
        db: NamedDependency[Database],
        settings_publications: NamedDependency[Publications],
    ) -> SettingsVersion:
        """With all that it says."""
        async with db.reading() as reading:
            return await settings_publications.one(reading, namespace, version)

    @get(
        "/diff",
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="Compare versions of settings",
        operation_id="compareSettings",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def diff(
        self,
        namespace: NamespaceName,
        db: NamedDependency[Database],
        settings_publications: NamedDependency[Publications],
        one: Annotated[
            str,
            QueryParameter(
                name="from", pattern=_COMPARED, examples=[Example("Before any", value="0")]
            ),
        ],
        other: Annotated[
            str,
            QueryParameter(
                name="to", pattern=_COMPARED, examples=[Example("The draft", value="draft")]
            ),
        ],
    ) -> list[Difference]:
        """What differs, by its path: versions by number, 0 for nothing published, or `draft`."""
        async with db.reading() as reading:
            return await settings_publications.compare(
                reading, namespace, _number(one), _number(other)
            )

    @post(
        "/versions",
        summary="Publish the draft of settings",
        operation_id="publishSettings",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def publish(
        self,
        namespace: NamespaceName,
        data: Annotated[SettingsPublicationForm, Body(examples=[_NOW, _AT_NIGHT])],
        db: NamedDependency[Database],
        settings_publications: NamedDependency[Publications],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> SettingsVersion:
        """Now, or from an instant on; every instance serves it within a second.

        It holds until a version with a later instant takes effect, whichever was published first.
        Of versions that take effect at one instant the one published last holds. `edit` is that of
        the draft that was looked at, and is counted up by this.
        """
        async with db.transaction() as tx:
            return await settings_publications.publish(
                tx, Actor.calling(caller, origin), namespace, data
            )

    @post(
        "/versions/{version:int}/restore",
        summary="Go back to a version of settings",
        operation_id="restoreSettings",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def restore(
        self,
        namespace: NamespaceName,
        version: VersionNumber,
        data: Annotated[SettingsRestoreForm, Body(examples=[_BACK])],
        db: NamedDependency[Database],
        settings_publications: NamedDependency[Publications],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> SettingsVersion:
        """Publish again what it said, as a new version; it must keep to the schema of today.

        What is scheduled stays so: cancel it, if it is not to follow.
        """
        by = Actor.calling(caller, origin)
        async with db.transaction() as tx:
            return await settings_publications.restore(tx, by, namespace, version, data)

    @delete(
        "/versions/{version:int}",
        status_code=200,
        summary="Cancel scheduled settings",
        operation_id="cancelSettings",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def cancel(
        self,
        namespace: NamespaceName,
        version: VersionNumber,
        db: NamedDependency[Database],
        settings_publications: NamedDependency[Publications],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> SettingsVersion:
        """Until it takes effect; afterwards the answer is 409 `took_effect`."""
        async with db.transaction() as tx:
            return await settings_publications.cancel(
                tx, Actor.calling(caller, origin), namespace, version
            )


def _number(compared: str) -> int | None:
    return None if compared == "draft" else int(compared)
