"""How a caller comes by a child: as its guardian, or as one of the staff who treat it."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

from dodam.features.audit.models import Actor
from dodam.features.children.models.children import Child
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.children.service.children import Children
from dodam.platform.database import Database, Reading, Transaction


class ChildAccess(ABC):
    """A caller's way to children. Whoever has none is told ChildNotFound."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @abstractmethod
    def looking(
        self, child_id: UUID, what: str
    ) -> AbstractAsyncContextManager[tuple[Reading, Child]]:
        """A scope to read a child's data in; `what` says for the audit trail which.

        Raises ChildNotFound.
        """
        ...

    @abstractmethod
    def changing(
        self, child_id: UUID, action: str, **details: object
    ) -> AbstractAsyncContextManager[tuple[Transaction, Child]]:
        """A transaction to store something of a child in, which is held until it ends.

        `action`, such as `plan.made`, and `details`, which hold nothing personal, are for the audit
        trail. Raises ChildNotFound, ConsentRequired.
        """
        ...

    @abstractmethod
    def taking_away(
        self, child_id: UUID, action: str, **details: object
    ) -> AbstractAsyncContextManager[tuple[Transaction, Child]]:
        """Like `changing`, for what leaves less than there was: it needs no consent of a guardian.

        Raises ChildNotFound.
        """
        ...


class GuardiansAccess(ChildAccess):
    """To one's own children; of what guardians do with them there is no audit trail."""

    def __init__(
        self, actor: Actor, database: Database, children: Children, guardian_id: UUID
    ) -> None:
        super().__init__(actor)
        self._database = database
        self._children = children
        self._guardian_id = guardian_id

    @asynccontextmanager
    async def looking(self, child_id: UUID, what: str) -> AsyncGenerator[tuple[Reading, Child]]:
        del what
        async with self._database.reading() as db:
            yield db, await self._children.of(db, self._guardian_id, child_id)

    @asynccontextmanager
    async def changing(
        self, child_id: UUID, action: str, **details: object
    ) -> AsyncGenerator[tuple[Transaction, Child]]:
        del action, details
        async with self._database.transaction() as tx:
            yield tx, await self._children.hold_for_storing(tx, self._guardian_id, child_id)

    @asynccontextmanager
    async def taking_away(
        self, child_id: UUID, action: str, **details: object
    ) -> AsyncGenerator[tuple[Transaction, Child]]:
        del action, details
        async with self._database.transaction() as tx:
            yield tx, await self._children.hold(tx, self._guardian_id, child_id)


class CareTeamsAccess(ChildAccess):
    """To the children whom a member of staff treats; looks and deeds are in the audit trail."""

    def __init__(self, actor: Actor, database: Database, care_teams: CareTeams) -> None:
        super().__init__(actor)
        self._database = database
        self._care_teams = care_teams

    @asynccontextmanager
    async def looking(self, child_id: UUID, what: str) -> AsyncGenerator[tuple[Reading, Child]]:
        async with self._database.transaction() as tx:
            yield tx, await self._care_teams.look_at(tx, self.actor, child_id, what)

    @asynccontextmanager
    async def changing(
        self, child_id: UUID, action: str, **details: object
    ) -> AsyncGenerator[tuple[Transaction, Child]]:
        async with self._database.transaction() as tx:
            yield tx, await self._care_teams.hold(tx, self.actor, child_id, action, **details)

    # Who may not look, for want of consent, takes nothing away either.
    taking_away = changing
