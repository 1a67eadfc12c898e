"""Storing a motion as it is from now on, beside all it was before."""

from datetime import datetime
from uuid import UUID

from msgspec import convert
from msgspec.structs import asdict

from dodam.features.content.models.motions import Motion, MotionContent, MotionVersion
from dodam.features.content.store import motions as store
from dodam.platform.database import Transaction
from dodam.platform.ids import new_id


def content_of(motion: Motion) -> MotionContent:
    return convert(motion, MotionContent, from_attributes=True)


async def save(
    tx: Transaction, motion: Motion, at: datetime, saved_by: UUID | None, *, by_staff: bool
) -> MotionVersion:
    saved = MotionVersion(
        new_id(), motion.version, content_of(motion), motion.retired, saved_by, at
    )
    await store.PUT.execute(tx, **asdict(motion), by_staff=by_staff)
    await store.INSERT_VERSION.execute(tx, **asdict(saved), motion=motion.id)
    return saved
