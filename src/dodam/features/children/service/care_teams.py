"""Who of the staff treats a child: only they see it, and every look is in the audit trail.

Korea's Standards for Ensuring the Safety of Personal Information (articles 5 and 8) ask that access
is given to those whose work needs it, and that it is recorded who looked at whose data.
"""

from uuid import UUID

from dodam.features.accounts.models.permissions import PERMISSIONS, Permission
from dodam.features.accounts.service.staff import Staff
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.children.errors import ChildNotFound, NotOnTheStaff
from dodam.features.children.models.care_teams import CareTeamMember, CaseloadChild
from dodam.features.children.models.children import Child, GuardiansChild
from dodam.features.children.service.consents import ChildConsents
from dodam.features.children.store import care_teams as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction


class CareTeams:
    def __init__(self, clock: Clock, consents: ChildConsents, staff: Staff, audit: Audit) -> None:
        self._clock = clock
        self._consents = consents
        self._staff = staff
        self._audit = audit

    async def of(self, db: Reading, child: Child) -> list[CareTeamMember]:
        """Who treats the child, the first who joined first."""
        team = await store.TEAM.all(db, child=child.id)
        known = await self._staff.these(db, [each.member_id for each in team])
        return [
            CareTeamMember(each.member_id, known[each.member_id].name, each.joined_at)
            for each in team
        ]

    async def add(self, tx: Transaction, by: Actor, child_id: UUID, member_id: UUID) -> None:
        """Let a member treat a child; who does already stays. Raises ChildNotFound, NotOnTheStaff.

        Whoever adds learns nothing of the child by it.
        """
        if await store.ALIVE_FOR_UPDATE.first(tx, child=child_id) is None:
            raise ChildNotFound
        members = await self._staff.these(tx, [member_id])
        if not any(
            Permission.TREAT_CHILDREN in PERMISSIONS[role]
            for member in members.values()
            if member.disabled_at is None
            for role in member.roles
        ):
            raise NotOnTheStaff
        joined = await store.JOIN.first(tx, child=child_id, member=member_id, at=self._clock.now())
        if joined is not None:
            await self._note(tx, by, "care_team.joined", child_id, member=member_id)

    async def remove(self, tx: Transaction, by: Actor, child_id: UUID, member_id: UUID) -> None:
        """Let a member treat a child no more; it may not have before."""
        left = await store.LEAVE.first(tx, child=child_id, member=member_id, at=self._clock.now())
        if left is not None:
            await self._note(tx, by, "care_team.left", child_id, member=member_id)

    async def caseload(self, tx: Transaction, by: Actor) -> list[CaseloadChild]:
        """The children whom the caller treats, by name, as `look_at_all` has them."""
        shown = {child.id for child in await self.look_at_all(tx, by, "caseload")}
        return [each for each in await store.CASELOAD.all(tx, member=by.id) if each.id in shown]

    async def look_at(
        self, tx: Transaction, by: Actor, child_id: UUID, what: str
    ) -> GuardiansChild:
        """A child the caller treats; that `what` of it was looked at is noted.

        Raises ChildNotFound, also where a required consent does not hold.
        """
        child = await self._consented(
            tx, await store.TREATED.first(tx, child=child_id, member=by.id)
        )
        await self._note(tx, by, "child.viewed", child_id, what=what)
        return child

    async def look_at_all(self, tx: Transaction, by: Actor, what: str) -> list[GuardiansChild]:
        """The children the caller treats, by name; that `what` of them was looked at is noted.

        Without those of whom a required consent does not hold.
        """
        treated = await store.ALL_TREATED.all(tx, member=by.id)
        children = [child for child in treated if await self._consents.hold(tx, child)]
        for child in children:
            await self._note(tx, by, "child.viewed", child.id, what=what)
        return children

    async def hold(
        self, tx: Transaction, by: Actor, child_id: UUID, action: str, **details: object
    ) -> GuardiansChild:
        """A child the caller treats, which nobody else changes or removes before `tx` ends.

        What is done to it is noted as `action`. Raises ChildNotFound as `look_at` does.
        """
        found = await store.TREATED_FOR_UPDATE.first(tx, child=child_id, member=by.id)
        child = await self._consented(tx, found)
        await self._note(tx, by, action, child_id, **details)
        return child

    async def _consented(self, db: Reading, child: GuardiansChild | None) -> GuardiansChild:
        if child is None or not await self._consents.hold(db, child):
            raise ChildNotFound
        return child

    async def _note(
        self, tx: Transaction, by: Actor, action: str, child_id: UUID, **details: object
    ) -> None:
        await self._audit.record(tx, by, action, Subject("child", child_id), **details)
