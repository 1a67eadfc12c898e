"""The start of a client over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from dodam.features.children.service.access import ChildAccess
from dodam.features.start.models.start import Start, since_then
from dodam.features.start.service import Starts
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, answer_unless_unchanged
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller

# Dates and plays decide, so it is asked for anew each time.
_CACHING = {"cache-control": "private, no-cache", "vary": "Authorization, Accept-Language"}


class StartController(Controller):
    path = "/children/{child_id:uuid}/bootstrap"
    tags = ["start"]

    @get(
        summary="Everything a client needs when it starts",
        operation_id="startClient",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED, **problem_responses(400, 401, 403, 404)},
    )
    async def start(
        self,
        request: Request[Caller, object, State],
        child_id: Annotated[
            UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])
        ],
        access: NamedDependency[ChildAccess],
        starts: NamedDependency[Starts],
        device_id: Annotated[
            UUID | None,
            QueryParameter(description="The device the game runs on; register it before."),
        ] = None,
        since: Annotated[
            str | None,
            QueryParameter(description="The `version` of the answer that the client holds."),
        ] = None,
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[Start]:
        """Settings, motions, what to play today, mini-games with their locks, tickets, and news.

        Keep the answer. At the next start send its `version` as `since`: sections that are still
        the same are left out and named by `unchanged`. An unknown version is answered with
        everything. Or send the `ETag` as `If-None-Match` to get 304 when nothing changed at all.
        """
        async with access.looking(child_id, "start") as (db, child):
            sections = await starts.of(
                db, request.user.account_id, child, device_id, caller_language(request)
            )
        return answer_unless_unchanged(since_then(sections, since), if_none_match, _CACHING)
