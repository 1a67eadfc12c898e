"""Background work, and errors that nobody expected, over HTTP, for those who run the service."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.operations.models import failures
from dodam.features.operations.models.failures import (
    Failure,
    FailureOrder,
    FailurePage,
)
from dodam.features.operations.models.queue import (
    CURSOR,
    CURSOR_LENGTH,
    DeadLetterPage,
    Discard,
    Discarded,
    QueueFigures,
    Replay,
    Replayed,
)
from dodam.features.operations.service.failure_desk import FailureDesk
from dodam.features.operations.service.queue import QueueDesk
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.logging.fingerprint import FINGERPRINT
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_KIND = Example("Every notice", value={"kind": "operations.send_notice.v1"})
_SOME = Example("Two letters", value={"ids": [4711, 4712]})
_DROPPED = Example(
    "One that is out of date", value={"ids": [4711], "reason": "The channel was closed in May."}
)


class QueueController(Controller):
    path = "/staff"
    tags = ["operations"]
    opt = staff_who_may(Permission.MANAGE_JOBS)

    @get(
        "/jobs",
        summary="Show how background work does",
        operation_id="showJobs",
        responses=problem_responses(401, 403),
    )
    async def figures(
        self, db: NamedDependency[Database], queue_desk: NamedDependency[QueueDesk]
    ) -> QueueFigures:
        """What waits and what was done in the last hour, by kind; and which lanes are late."""
        async with db.reading() as reading:
            return await queue_desk.figures(reading)

    @get(
        "/dead-letters",
        summary="List the jobs that were given up",
        operation_id="listDeadLetters",
        responses=problem_responses(400, 401, 403),
    )
    async def dead_letters(
        self,
        db: NamedDependency[Database],
        queue_desk: NamedDependency[QueueDesk],
        kind: Annotated[
            str | None,
            QueryParameter(
                max_length=200, pattern=r"^[^\x00]*$", description="Those of one kind only."
            ),
        ] = None,
        cursor: Annotated[
            str | None,
            QueryParameter(
                pattern=CURSOR,
                max_length=CURSOR_LENGTH,
                description="The `next_cursor` of the page before.",
            ),
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> DeadLetterPage:
        """The one held last first. They stay until they are replayed or discarded."""
        async with db.reading() as reading:
            return await queue_desk.dead_letters(reading, kind=kind, cursor=cursor, limit=limit)

    @post(
        "/dead-letters/replay",
        status_code=200,
        summary="Have jobs done anew that were given up",
        operation_id="replayDeadLetters",
        responses=problem_responses(400, 401, 403),
    )
    async def replay(
        self,
        data: Annotated[Replay, Body(examples=[_SOME, _KIND])],
        db: NamedDependency[Database],
        queue_desk: NamedDependency[QueueDesk],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Replayed:
        """With all their attempts. What is not held any more is left out without a word."""
        async with db.transaction() as tx:
            return await queue_desk.replay(tx, Actor.calling(caller, origin), data)

    @post(
        "/dead-letters/discard",
        status_code=200,
        summary="Drop jobs that were given up",
        operation_id="discardDeadLetters",
        responses=problem_responses(400, 401, 403),
    )
    async def discard(
        self,
        data: Annotated[Discard, Body(examples=[_DROPPED])],
        db: NamedDependency[Database],
        queue_desk: NamedDependency[QueueDesk],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Discarded:
        """For good; the audit trail keeps of each its kind, its failure and the reason given."""
        async with db.transaction() as tx:
            return await queue_desk.discard(tx, Actor.calling(caller, origin), data)


Fingerprint = Annotated[
    str,
    PathParameter(
        pattern=FINGERPRINT,
        description="What the errors have in common, as a notice or a line of the log names it.",
        examples=[Example("Fingerprint", value="vblvdiqoqwdr")],
    ),
]


class FailureController(Controller):
    path = "/staff/failures"
    tags = ["operations"]
    opt = staff_who_may(Permission.MANAGE_JOBS)

    @get(
        "/",
        summary="List the errors that nobody expected",
        operation_id="listFailures",
        responses=problem_responses(400, 401, 403),
    )
    async def failures(
        self,
        db: NamedDependency[Database],
        failure_desk: NamedDependency[FailureDesk],
        resolved: Annotated[
            bool | None, QueryParameter(description="Those resolved, or still open, only.")
        ] = None,
        order: Annotated[
            FailureOrder, QueryParameter(description="What happened last, or most often, first.")
        ] = FailureOrder.NEWEST,
        cursor: Annotated[
            str | None,
            QueryParameter(
                pattern=failures.CURSOR,
                max_length=failures.CURSOR_LENGTH,
                description="The `next_cursor` of the page before, of the same order.",
            ),
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> FailurePage:
        """By fingerprint, counted on all instances; gone 90 days after the last of them."""
        async with db.reading() as reading:
            return await failure_desk.page(
                reading, resolved=resolved, order=order, cursor=cursor, limit=limit
            )

    @get(
        "/{fingerprint:str}",
        summary="Show the errors of one fingerprint",
        operation_id="showFailure",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def failure(
        self,
        fingerprint: Fingerprint,
        db: NamedDependency[Database],
        failure_desk: NamedDependency[FailureDesk],
    ) -> Failure:
        """The log has each of them: `dodam logs search --text` with the fingerprint."""
        async with db.reading() as reading:
            return await failure_desk.failure(reading, fingerprint)

    @post(
        "/{fingerprint:str}/resolution",
        status_code=200,
        summary="Note that errors were seen to",
        operation_id="resolveFailure",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def resolve(
        self,
        fingerprint: Fingerprint,
        db: NamedDependency[Database],
        failure_desk: NamedDependency[FailureDesk],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Failure:
        """The next one opens them again and is told of at once, so say so once it is released."""
        async with db.transaction() as tx:
            return await failure_desk.resolve(tx, Actor.calling(caller, origin), fingerprint)
