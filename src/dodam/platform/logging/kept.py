"""Lines of what becomes of somebody's data or money."""

from datetime import datetime
from uuid import UUID

from msgspec import structs

from dodam.platform.context import CONTEXT
from dodam.platform.logging.lines import EventLine, Importance
from dodam.platform.logging.log import Log


def kept_line(
    log: Log, at: datetime, logger: str, event: str, **fields: UUID | str | int | None
) -> EventLine:
    """A line for `Transaction.lines`: never dropped, and on disk before what it tells of is kept.

    `fields` are ids, choices and amounts.
    """
    context = CONTEXT.get()
    line = EventLine(
        at=at,
        instance=log.instance,
        importance=Importance.KEPT,
        level="info",
        logger=logger,
        event=event,
        fields=fields,
    )
    if context is None:
        return line
    return structs.replace(
        line,
        request_id=context.request_id,
        account_id=context.account_id,
        child_id=context.child_id,
        job=context.job,
        task=context.task,
    )
