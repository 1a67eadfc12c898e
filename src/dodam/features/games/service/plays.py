"""Granting plays: locks and limits, which two tablets at once cannot get past."""

from collections.abc import Iterable
from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.games.models.plays import NewPlay, OfferedGame, Play
from dodam.platform.database import Reading, Transaction
from dodam.platform.i18n import Language


class Plays:
    async def offers(
        self, db: Reading, guardian_id: UUID, child: Child, language: Language
    ) -> list[OfferedGame]:
        """Every game that is not retired, in order, with its lock and what the child reached."""
        raise NotImplementedError

    async def start(
        self, tx: Transaction, guardian_id: UUID, child: Child, form: NewPlay, language: Language
    ) -> Play:
        """Grant a play; asked for again it is the same play.

        The child is held by `tx`. Raises GameNotFound, GameLocked.
        """
        raise NotImplementedError

    async def claim(
        self, tx: Transaction, child_id: UUID, results: Iterable[tuple[UUID, UUID, str]]
    ) -> set[UUID]:
        """Join new results to the plays they came of: (result id, play id, game).

        The results that had a play which was granted, of that game, and without a result so far.
        The child is held by `tx`.
        """
        raise NotImplementedError
