"""Changing the motion catalogue, for the staff who look after it."""

from msgspec import convert
from msgspec.structs import asdict, replace

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.content import errors
from dodam.features.content.models.media import MediaKind, WantedMedium
from dodam.features.content.models.motions import (
    Motion,
    MotionContent,
    MotionForm,
    MotionVersion,
)
from dodam.features.content.service import motion_versions
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.content.service.media import Media
from dodam.features.content.store import motions as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput

_AFTER_ALL = 2**31 - 1


class Motions:
    def __init__(self, clock: Clock, catalogue: Catalogue, media: Media, audit: Audit) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._media = media
        self._audit = audit

    async def save(
        self, tx: Transaction, by: Actor, motion_id: str, form: MotionForm
    ) -> MotionVersion:
        """A motion's next version, or a new motion. Raises MotionChanged, InvalidInput."""
        await self._catalogue.changed(tx)
        known = await store.ONE.first(tx, motion=motion_id)
        version = known.version if known else 0
        if form.based_on != version:
            raise errors.MotionChanged(details={"version": version})
        if known is not None and known.bimanual != form.bimanual:
            raise InvalidInput.of("bimanual", "for_good", errors.BIMANUAL_FOR_GOOD)
        await self._media.use(tx, f"motion:{motion_id}", _wanted(form))
        content = convert(form, MotionContent, from_attributes=True)
        retired = known is not None and known.retired
        motion = Motion(id=motion_id, **asdict(content), retired=retired, version=version + 1)
        return await self._keep(tx, by, "motion.saved", motion)

    async def retire(self, tx: Transaction, by: Actor, motion_id: str) -> MotionVersion:
        """Let no new plan take it. Raises MotionNotFound."""
        return await self._set_retired(tx, by, motion_id, retired=True)

    async def restore(self, tx: Transaction, by: Actor, motion_id: str) -> MotionVersion:
        """Let new plans take it again. Raises MotionNotFound."""
        return await self._set_retired(tx, by, motion_id, retired=False)

    async def versions(
        self, db: Reading, motion_id: str, before: int | None, limit: int
    ) -> list[MotionVersion]:
        """Versions older than `before`, or the newest, newest first. Raises MotionNotFound."""
        if await store.ONE.first(db, motion=motion_id) is None:
            raise errors.MotionNotFound
        return await store.VERSIONS.all(
            db, motion=motion_id, before=_AFTER_ALL if before is None else before, most=limit
        )

    async def _set_retired(
        self, tx: Transaction, by: Actor, motion_id: str, *, retired: bool
    ) -> MotionVersion:
        await self._catalogue.changed(tx)
        known = await store.ONE.first(tx, motion=motion_id)
        if known is None:
            raise errors.MotionNotFound
        if known.retired is retired:
            [newest] = await store.VERSIONS.all(tx, motion=motion_id, before=_AFTER_ALL, most=1)
            return newest
        motion = replace(known, retired=retired, version=known.version + 1)
        action = "motion.retired" if retired else "motion.restored"
        return await self._keep(tx, by, action, motion)

    async def _keep(self, tx: Transaction, by: Actor, action: str, motion: Motion) -> MotionVersion:
        saved = await motion_versions.save(tx, motion, self._clock.now(), by.id, by_staff=True)
        await self._audit.record(
            tx,
            by,
            action,
            Subject("motion_version", saved.id),
            motion=motion.id,
            version=saved.version,
        )
        return saved


def _wanted(form: MotionForm) -> list[WantedMedium]:
    wanted = [
        WantedMedium(f"images[{place}]", image, MediaKind.IMAGE)
        for place, image in enumerate(form.images)
    ]
    if form.video is not None:
        wanted.append(WantedMedium("video", form.video, MediaKind.VIDEO))
    return wanted
