"""Letting an outside system have something of a child's, and no longer.

A grant is asked for again whenever something leaves: whatever ends it, nothing leaves after.
"""

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from datetime import timedelta
from uuid import UUID

from dodam.features.accounts.models.api_keys import ApiKey, Scope
from dodam.features.accounts.models.consents import ConsentKind
from dodam.features.accounts.service.api_keys import ApiKeys
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.audit.models import SYSTEM, Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.sharing import errors
from dodam.features.sharing.models.grants import (
    NAMED_SINCE,
    EndedBy,
    Grant,
    NewGrant,
    OutsideSystem,
    Sharing,
)
from dodam.features.sharing.store import grants as store
from dodam.features.sharing.store.deliveries import DROP_GRANTS
from dodam.features.sharing.store.grants import Covering, GrantRow
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id

# A therapy day is no longer, but for the hour that clocks may be put back.
_DAY = timedelta(hours=25)


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
        """Every system that takes something, and which of them get what of this child's."""
        granted = {each.system_id: each for each in await store.OF_CHILD.all(db, child=child.id)}
        document = (await self._documents.in_force(db))[ConsentKind.SHARING]
        return Sharing(
            child_id=child.id,
            consent_version=document.version,
            systems=[
                OutsideSystem(key.id, key.name, key.scopes, granted.get(key.id))
                for key in await self._api_keys.in_use(db)
            ],
            ended=await store.ENDED.all(db, child=child.id),
        )

    async def grant(
        self, tx: Transaction, by: Actor, child: Child, system_id: UUID, form: NewGrant
    ) -> Grant:
        """Consent to the document, for what the form names; the same again changes nothing.

        Whoever calls holds the child. Raises SystemNotFound, InvalidInput.
        """
        systems = {key.id: key for key in await self._api_keys.in_use(tx)}
        if system_id not in systems:
            raise errors.SystemNotFound
        system, version, scopes = systems[system_id], form.consent_version, form.scopes
        await self._documents.check(tx, {ConsentKind.SHARING: version}, path="consent_")
        _check(scopes, system, version)
        grant = await store.FIND.first(tx, child=child.id, system=system_id)
        if grant is not None and _is_so(grant, version, scopes):
            return grant
        if grant is None:
            grant_id = await self._add(tx, by, child, system, version)
        else:
            grant_id = grant.id
            await store.RENEW.execute(tx, grant=grant_id, version=version)
        await self._cover(tx, child, grant_id, scopes)
        await self._note(
            tx,
            by,
            "sharing.granted",
            child.id,
            system_id,
            consent_version=version,
            scopes=sorted(scopes),
        )
        [granted] = await store.FIND.all(tx, child=child.id, system=system_id)
        return granted

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

    async def in_force(
        self, db: Reading, scope: Scope, grant_ids: Collection[UUID]
    ) -> dict[UUID, Covering]:
        """Those by which something may leave now, whatever has not been followed up yet."""
        grants = await store.THESE.all(db, scope=scope, grants=list(grant_ids))
        return await self._in_force(db, scope, grants)

    async def all_of(self, db: Reading, scope: Scope) -> tuple[list[Covering], list[Covering]]:
        """Those by which something may leave now, and those that rest; by system."""
        grants = await store.ALL.all(db, scope=scope)
        in_force = await self._in_force(db, scope, grants)
        return list(in_force.values()), [each for each in grants if each.id not in in_force]

    async def behind(self, db: Reading, scope: Scope) -> list[Covering]:
        """Those that rested, and are in force again."""
        grants = await store.BEHIND.all(db, scope=scope)
        return list((await self._in_force(db, scope, grants)).values())

    async def _in_force(
        self, db: Reading, scope: Scope, grants: list[Covering]
    ) -> dict[UUID, Covering]:
        systems = {key.id for key in await self._api_keys.in_use(db) if scope in key.scopes}
        there = await self._children.consented(db, {each.child_id for each in grants})
        children = {each.id for each in there} - set(await self._reporting.left_out(db))
        return {
            each.id: each
            for each in grants
            if each.child_id in children and each.system_id in systems
        }

    async def _add(
        self, tx: Transaction, by: Actor, child: Child, system: ApiKey, version: int
    ) -> UUID:
        grant_id = new_id()
        await store.INSERT.execute(
            tx,
            id=grant_id,
            child_id=child.id,
            system_id=system.id,
            system_name=system.name,
            consent_version=version,
            granted_by=by.id,
            granted_at=self._clock.now(),
        )
        return grant_id

    async def _cover(
        self, tx: Transaction, child: Child, grant_id: UUID, scopes: AbstractSet[Scope]
    ) -> None:
        """Exactly these; what is new among them from the therapy day of this moment on."""
        now = self._clock.now()
        await store.UNCOVER.execute(tx, grant=grant_id, scopes=sorted(scopes))
        for scope in sorted(scopes):
            await store.COVER.execute(
                tx,
                grant_id=grant_id,
                scope=scope,
                from_day=child.therapy_day(now),
                # What was played today before is to be found too, and what was covered before today
                # may have been passed over meanwhile.
                behind_since=now - _DAY,
            )

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


def _check(scopes: Iterable[Scope], system: ApiKey, version: int) -> None:
    if not set(scopes) <= set(system.scopes):
        raise InvalidInput(fields=[errors.NOT_OFFERED])
    if any(version < NAMED_SINCE[scope] for scope in scopes):
        raise InvalidInput(fields=[errors.NOT_IN_DOCUMENT])


def _is_so(grant: Grant, version: int, scopes: AbstractSet[Scope]) -> bool:
    return grant.consent_version == version and {each.scope for each in grant.scopes} == scopes
