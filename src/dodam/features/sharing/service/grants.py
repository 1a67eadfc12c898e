"""Letting an outside system have a child's daily results, and no longer.

A grant is asked for again whenever something leaves: whatever ends it, nothing leaves after.
"""

from collections.abc import Collection
from uuid import UUID

from msgspec import structs

from dodam.features.accounts.models.api_keys import ApiKey, Scope
from dodam.features.accounts.models.consents import ConsentKind
from dodam.features.accounts.service.api_keys import ApiKeys
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.audit.models import SYSTEM, Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.sharing.errors import SystemNotFound
from dodam.features.sharing.models.grants import EndedBy, Grant, NewGrant, OutsideSystem, Sharing
from dodam.features.sharing.store import grants as store
from dodam.features.sharing.store.deliveries import DROP_GRANTS
from dodam.features.sharing.store.grants import GrantRow
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id


class Grants:
    def __init__(
        self,
        clock: Clock,
        audit: Audit,
        api_keys: ApiKeys,
        documents: ConsentDocuments,
        children: Children,
        reporting: ChildReporting,
    ) -> None:
        self._clock = clock
        self._audit = audit
        self._api_keys = api_keys
        self._documents = documents
        self._children = children
        self._reporting = reporting

    async def of(self, db: Reading, child: Child) -> Sharing:
        """Every system that takes results, and which of them have this child's."""
        granted = {each.system_id: each for each in await store.OF_CHILD.all(db, child=child.id)}
        document = (await self._documents.in_force(db))[ConsentKind.SHARING]
        return Sharing(
            child_id=child.id,
            consent_version=document.version,
            systems=[
                OutsideSystem(key.id, key.name, key.scopes, granted.get(key.id))
                for key in await self._systems(db)
            ],
            ended=await store.ENDED.all(db, child=child.id),
        )

    async def grant(
        self, tx: Transaction, by: Actor, child: Child, system_id: UUID, form: NewGrant
    ) -> Grant:
        """Consent to the document; the same again changes nothing.

        Whoever calls holds the child. Raises SystemNotFound, InvalidInput.
        """
        systems = {key.id: key for key in await self._systems(tx)}
        if system_id not in systems:
            raise SystemNotFound
        version = form.consent_version
        await self._documents.check(tx, {ConsentKind.SHARING: version}, path="consent_")
        grant = await store.FIND.first(tx, child=child.id, system=system_id)
        if grant is not None and grant.consent_version == version:
            return grant
        grant = await store.RENEW.first(tx, child=child.id, system=system_id, version=version)
        if grant is None:
            grant = await self._add(tx, by, child, systems[system_id], version)
        await self._note(tx, by, "sharing.granted", child.id, system_id, consent_version=version)
        return grant

    async def end(self, tx: Transaction, by: Actor, child: Child, system_id: UUID) -> None:
        """Share nothing more with the system; it may be so already."""
        ended = await store.END.all(
            tx,
            child=child.id,
            system=system_id,
            now=self._clock.now(),
            by=EndedBy.GUARDIAN,
        )
        await self._ended(tx, by, ended, EndedBy.GUARDIAN)

    async def end_all_of(self, tx: Transaction, child_id: UUID, why: EndedBy) -> None:
        ended = await store.END_CHILDS.all(tx, child=child_id, now=self._clock.now(), by=why)
        await self._ended(tx, SYSTEM, ended, why)

    async def end_all_with(self, tx: Transaction, system_id: UUID) -> None:
        """The system may no longer call."""
        why = EndedBy.KEY
        ended = await store.END_SYSTEMS.all(tx, system=system_id, now=self._clock.now(), by=why)
        await self._ended(tx, SYSTEM, ended, why)

    async def in_force(self, db: Reading, grant_ids: Collection[UUID]) -> dict[UUID, GrantRow]:
        """Those by which something may leave now, whatever has not been followed up yet."""
        grants = await store.THESE.all(db, grants=list(grant_ids))
        systems = {key.id for key in await self._systems(db)}
        there = await self._children.consented(db, [each.child_id for each in grants])
        children = {each.id for each in there} - set(await self._reporting.left_out(db))
        return {
            each.id: each
            for each in grants
            if each.child_id in children and each.system_id in systems
        }

    async def _systems(self, db: Reading) -> list[ApiKey]:
        return await self._api_keys.in_use(db, Scope.READ_DAILY_RESULTS)

    async def _add(
        self, tx: Transaction, by: Actor, child: Child, system: ApiKey, version: int
    ) -> Grant:
        grant = Grant(
            id=new_id(),
            system_id=system.id,
            system_name=system.name,
            consent_version=version,
            granted_at=self._clock.now(),
        )
        await store.INSERT.execute(tx, child_id=child.id, granted_by=by.id, **structs.asdict(grant))
        return grant

    async def _ended(self, tx: Transaction, by: Actor, ended: list[GrantRow], why: EndedBy) -> None:
        if not ended:
            return
        await DROP_GRANTS.execute(tx, grants=[each.id for each in ended])
        for each in ended:
            await self._note(tx, by, "sharing.ended", each.child_id, each.system_id, why=why)

    async def _note(
        self,
        tx: Transaction,
        by: Actor,
        action: str,
        child_id: UUID,
        system_id: UUID,
        **details: object,
    ) -> None:
        subject = Subject("child", child_id)
        await self._audit.record(tx, by, action, subject, system=system_id, **details)
