"""The motion catalogue: begun from the package, read by everyone."""

from importlib import resources

import msgspec
from msgspec.structs import asdict

from dodam.features.content.models.motions import Motion, MotionContent, ShownMotion
from dodam.features.content.service import motion_versions
from dodam.features.content.service.media import Media
from dodam.features.content.store import motions as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.revisions import Revised


class _Packaged(MotionContent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str


class Catalogue:
    def __init__(self, clock: Clock, media: Media) -> None:
        self._clock = clock
        self._media = media
        self._motions = Revised("content.motions", _read)

    async def load(self, tx: Transaction) -> int:
        """Bring the database's catalogue up to this release's; how many motions that has.

        What staff have changed stays as it is, and so does a motion the release no longer has, for
        play records name it.
        """
        await self.changed(tx)
        packaged = resources.files("dodam.features.content").joinpath("catalogue.json")
        motions = msgspec.json.decode(packaged.read_bytes(), type=list[_Packaged])
        known = {each.id: each for each in await store.STORED.all(tx)}
        now = self._clock.now()
        for each in motions:
            stored = known.get(each.id)
            content = msgspec.convert(each, MotionContent, from_attributes=True)
            if stored is None or (
                not stored.by_staff and motion_versions.content_of(stored) != content
            ):
                version = stored.version + 1 if stored else 1
                motion = Motion(id=each.id, **asdict(content), version=version)
                await motion_versions.save(tx, motion, now, None, by_staff=False)
        return len(motions)

    async def is_loaded(self, db: Reading) -> bool:
        """Whether a release ever brought its catalogue."""
        return bool(await self.motions(db))

    async def motions(self, db: Reading) -> dict[str, Motion]:
        """Every motion by its id, in catalogue order: the retired ones too."""
        return await self._motions.current(db)

    async def shown(self, db: Reading) -> list[ShownMotion]:
        """Every motion as clients show it, in catalogue order.

        A video or an image that is not there any more is left out.
        """
        motions = (await self.motions(db)).values()
        media = await self._media.shown(
            db,
            {medium for motion in motions for medium in (motion.video, *motion.images) if medium},
        )
        return [
            ShownMotion(
                id=motion.id,
                position=motion.position,
                name=motion.name,
                description=motion.description,
                instruction=motion.instruction,
                labels=motion.labels,
                bimanual=motion.bimanual,
                default_repetitions=motion.default_repetitions,
                video=media.get(motion.video) if motion.video else None,
                images=[media[image] for image in motion.images if image in media],
                retired=motion.retired,
                version=motion.version,
            )
            for motion in motions
        ]

    async def changed(self, tx: Transaction) -> None:
        """Let every process read the motions again; who else changes one waits from here on."""
        await self._motions.changed(tx)


async def _read(db: Reading) -> dict[str, Motion]:
    return {motion.id: motion for motion in await store.ALL.all(db)}
