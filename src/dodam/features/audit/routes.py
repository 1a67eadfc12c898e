"""The audit trail over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from dodam.features.audit.models import CURSOR, CURSOR_LENGTH, READ_PERMISSION, AuditPage
from dodam.features.audit.service import Audit
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses

Since = Annotated[
    datetime | None,
    QueryParameter(name="from", description="First instant, included; with its offset from UTC."),
]
Until = Annotated[
    datetime | None,
    QueryParameter(name="to", description="Last instant, not included; with its offset from UTC."),
]


class AuditController(Controller):
    path = "/staff/audit"
    tags = ["audit"]

    @get(
        opt=staff_who_may(READ_PERMISSION),
        summary="Read the audit trail",
        operation_id="readAudit",
        responses=problem_responses(400, 401, 403),
    )
    async def read(
        self,
        db: NamedDependency[Database],
        audit: NamedDependency[Audit],
        subject_id: Annotated[
            UUID | None, QueryParameter(description="What was done to one thing only.")
        ] = None,
        actor_id: Annotated[
            UUID | None, QueryParameter(description="What one account or API key did only.")
        ] = None,
        since: Since = None,
        until: Until = None,
        cursor: Annotated[
            str | None,
            QueryParameter(
                pattern=CURSOR,
                max_length=CURSOR_LENGTH,  # `$` alone would let a line end through
                description="The `next_cursor` of the page before.",
            ),
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> AuditPage:
        """What was done by whom to what, the newest first."""
        async with db.reading() as reading:
            return await audit.page(
                reading,
                subject_id=subject_id,
                actor_id=actor_id,
                since=since,
                until=until,
                cursor=cursor,
                limit=limit,
            )
