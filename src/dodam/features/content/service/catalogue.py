"""The motion catalogue: filled from the package, read by everyone."""

from importlib import resources

import msgspec

from dodam.features.content.models.motions import Motion
from dodam.features.content.store import motions as store
from dodam.platform.database import Reading, Transaction


class Catalogue:
    """Motions change with a release only, so a process reads them once."""

    def __init__(self) -> None:
        self._motions: dict[str, Motion] = {}

    async def load(self, tx: Transaction) -> int:
        """Bring the database's catalogue up to this release's; how many motions there are.

        A motion no longer in the catalogue stays, for play records name it.
        """
        packaged = resources.files("dodam.features.content").joinpath("catalogue.json")
        motions = msgspec.json.decode(packaged.read_bytes(), type=list[Motion])
        for motion in motions:
            await store.PUT.execute(tx, **msgspec.structs.asdict(motion))
        return len(motions)

    async def motions(self, db: Reading) -> dict[str, Motion]:
        """Every motion by its id, in catalogue order."""
        if not self._motions:
            self._motions = {motion.id: motion for motion in await store.ALL.all(db)}
        return self._motions
