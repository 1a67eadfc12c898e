"""What staff see of background work, and do about work that was given up."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.operations.models.queue import (
    DeadLetterPage,
    Discard,
    Discarded,
    Place,
    QueueFigures,
    Replay,
    Replayed,
)
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.jobs.dead_letters import DeadLetters
from dodam.platform.jobs.figures import Figures

_ONE_OF_BOTH = Text(
    en="Name either the letters or their kind.",
    ko="편지의 번호나 종류 가운데 하나만 알려 주세요.",
)


class QueueDesk:
    def __init__(self, figures: Figures, dead_letters: DeadLetters, audit: Audit) -> None:
        self._figures = figures
        self._dead_letters = dead_letters
        self._audit = audit

    async def figures(self, db: Reading) -> QueueFigures:
        return QueueFigures(await self._figures.by_kind(db), await self._figures.late_lanes(db))

    async def dead_letters(
        self, db: Reading, *, kind: str | None, cursor: str | None, limit: int
    ) -> DeadLetterPage:
        """Up to `limit` dead letters, the one held last first."""
        place = Place.read(cursor) if cursor else None
        before = (place.held_at, place.id) if place else None
        found = await self._dead_letters.page(db, kind=kind, before=before, most=limit + 1)
        letters = found[:limit]
        more = len(found) > limit
        return DeadLetterPage(
            letters, Place(letters[-1].held_at, letters[-1].id).cursor() if more else None
        )

    async def replay(self, tx: Transaction, by: Actor, what: Replay) -> Replayed:
        """Raises InvalidInput."""
        if (what.ids is None) == (what.kind is None):
            raise InvalidInput.of("kind", "one_of_both", _ONE_OF_BOTH)
        done = await self._dead_letters.replay(tx, ids=what.ids or (), kind=what.kind)
        count = len(done.ids)
        if what.kind is not None:
            subject = Subject("job_kind", uuid5(NAMESPACE_URL, f"dodam:job-kind:{what.kind}"))
            await self._audit.record(
                tx, by, "dead_letters.replayed", subject, kind=what.kind, count=count
            )
        else:
            await self._record_each(tx, by, done.ids)
        return Replayed(count, done.still_held)

    async def discard(self, tx: Transaction, by: Actor, what: Discard) -> Discarded:
        done = await self._dead_letters.discard(tx, what.ids)
        for job in done:
            await self._audit.record(
                tx,
                by,
                "dead_letter.discarded",
                _job(job.id),
                kind=job.kind,
                failure=job.reason,
                reason=what.reason,
                done_instead=job.done_instead,
            )
        instead = sum(job.done_instead for job in done)
        return Discarded(len(done) - instead, instead)

    async def _record_each(self, tx: Transaction, by: Actor, ids: Sequence[int]) -> None:
        for id_ in ids:
            await self._audit.record(tx, by, "dead_letter.replayed", _job(id_), job=id_)


def _job(id_: int) -> Subject:
    """The trail tells of things by UUIDs; a job has a number."""
    return Subject("job", UUID(int=id_))
