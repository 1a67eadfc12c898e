"""Looking at plays one by one: what was uploaded, what is odd about it, what was corrected."""

from datetime import date
from uuid import UUID

from msgspec import structs

from dodam.features.children.models.children import Child
from dodam.features.therapy.models.stored_plays import Play, PlayCorrection, PlayPage
from dodam.features.therapy.service.ranges import day_range
from dodam.features.therapy.store import stored_plays as store
from dodam.features.therapy.store.stored_plays import PlayRow
from dodam.platform.clock import Clock
from dodam.platform.database import Reading


class StoredPlays:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def page(
        self,
        db: Reading,
        child: Child,
        first: date | None,
        last: date | None,
        *,
        cursor: UUID | None,
        limit: int,
    ) -> PlayPage:
        """The plays of a range of days, the last 31 without one. Raises InvalidInput."""
        today = child.therapy_day(self._clock.now())
        first, last = day_range(first, last, today, default_days=31)
        found = await store.PAGE.all(
            db, child=child.id, from_day=first, to_day=last, cursor=cursor, most=limit + 1
        )
        shown = [_play(row) for row in found[:limit]]
        return PlayPage(child.id, first, last, shown, shown[-1].id if len(found) > limit else None)


def _play(row: PlayRow) -> Play:
    told = structs.asdict(row)
    told["accuracy"] = None if row.accuracy_bp is None else row.accuracy_bp / 10_000
    told["flags"] = row.flags or []
    is_corrected = row.number is not None
    of_correction = (told[name] for name in PlayCorrection.__struct_fields__)
    told["correction"] = PlayCorrection(*of_correction) if is_corrected else None
    return Play(**{name: told[name] for name in Play.__struct_fields__})
