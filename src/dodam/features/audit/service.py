"""Writing the audit trail, and reading it."""

from datetime import UTC, datetime
from uuid import UUID

from dodam.features.audit import store
from dodam.features.audit.models import Actor, AuditPage, Position, Subject
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.ids import new_id
from dodam.platform.logging.kept import kept_line
from dodam.platform.logging.log import Log

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_END = datetime(3000, 1, 1, tzinfo=UTC)
_NO_OFFSET = Text(
    en="An instant needs its offset from UTC, such as Z or +09:00.",
    ko="시각에는 Z나 +09:00처럼 UTC와의 시차가 있어야 해요.",
)
_AFTER_ALL = Position(_END, UUID(int=2**128 - 1))


class Audit:
    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock = clock
        self._log = log

    async def record(
        self, tx: Transaction, by: Actor, action: str, subject: Subject, **details: object
    ) -> None:
        """Note a deed in the transaction of the deed: both are kept, or neither; and in the log.

        `details` are JSON values and hold no secret and nothing personal beyond ids: what is
        written here cannot be erased.
        """
        entry_id, now = new_id(), self._clock.now()
        await store.INSERT.execute(
            tx,
            id=entry_id,
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
            action=action,
            subject_kind=subject.kind,
            subject_id=subject.id,
            details=details,
            address=by.address,
        )
        tx.lines.append(
            kept_line(
                self._log,
                now,
                __name__,
                action,
                entry_id=entry_id,
                actor_kind=by.kind,
                actor_id=by.id,
                subject_kind=subject.kind,
                subject_id=subject.id,
            )
        )

    async def page(
        self,
        db: Reading,
        *,
        subject_id: UUID | None,
        actor_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        cursor: str | None,
        limit: int,
    ) -> AuditPage:
        """Up to `limit` entries, from `since` (included) to `until`, the newest first.

        Raises InvalidInput.
        """
        before = Position.read(cursor) if cursor else _AFTER_ALL
        found = await store.PAGE.all(
            db,
            subject=subject_id,
            actor=actor_id,
            since=_within("from", since or _BEGINNING),
            until=_within("to", until or _END),
            before_at=before.at,
            before_id=before.id,
            most=limit + 1,
        )
        entries = found[:limit]
        more = len(found) > limit
        return AuditPage(
            entries, Position(entries[-1].at, entries[-1].id).cursor() if more else None
        )


def _within(field: str, at: datetime) -> datetime:
    """The instant, or the nearest there can be entries of: the ends of time do not convert."""
    if at.tzinfo is None:
        raise InvalidInput.of(field, "wrong_format", _NO_OFFSET)
    return min(max(at, _BEGINNING), _END)
