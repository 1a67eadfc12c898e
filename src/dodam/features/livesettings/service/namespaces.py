"""Namespaces: made and changed by staff, by mini-games, and by releases."""

from uuid import UUID

import msgspec
from msgspec.structs import asdict

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.livesettings.errors.settings import (
    RESERVED,
    EditedMeanwhile,
    NamespaceNotFound,
    OwnedByOthers,
)
from dodam.features.livesettings.models.namespaces import (
    Definition,
    ListedNamespace,
    Namespace,
    NamespaceForm,
    Owner,
)
from dodam.features.livesettings.service.in_force import InForce
from dodam.features.livesettings.service.outcomes import MOST_BYTES, MOST_LEVELS, broken
from dodam.features.livesettings.store import namespaces as store
from dodam.features.livesettings.store import publications
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id
from dodam.platform.json_schema.schemas import JsonSchema
from dodam.platform.json_values import json_error

_OF_GAMES = "games."


class Namespaces:
    def __init__(self, clock: Clock, in_force: InForce, audit: Audit) -> None:
        self._clock = clock
        self._in_force = in_force
        self._audit = audit

    async def all(self, db: Reading) -> list[ListedNamespace]:
        """Every namespace, retired ones too, by name."""
        now = self._clock.now()
        in_force = {
            each.namespace: each.version
            for each in await publications.NAMES_IN_FORCE.all(db, now=now)
        }
        to_come = await publications.NAMES_TO_COME.all(db, now=now)
        return [
            ListedNamespace(
                **asdict(each),
                version=in_force.get(each.name, 0),
                scheduled=[one.version for one in to_come if one.namespace == each.name],
            )
            for each in await store.LIST.all(db)
        ]

    async def one(self, db: Reading, name: str) -> Namespace:
        """Raises NamespaceNotFound."""
        found = await store.FIND.first(db, namespace=name)
        if found is None:
            raise NamespaceNotFound
        return found

    async def put(self, tx: Transaction, by: Actor, name: str, form: NamespaceForm) -> Namespace:
        """Make a namespace of the staff's, change it, or bring a retired one back.

        Raises EditedMeanwhile, OwnedByOthers, InvalidInput.
        """
        await self._in_force.change(tx)
        known = await store.FIND.first(tx, namespace=name)
        if known is None and name.startswith(_OF_GAMES):
            raise InvalidInput(fields=[RESERVED])
        if known is not None and known.owner is not Owner.STAFF:
            raise OwnedByOthers(owner=known.owner)
        edit = known.edit if known else 0
        if form.edit != edit:
            raise EditedMeanwhile(details={"edit": edit})
        changed = await self._change(
            tx, known, name, Owner.STAFF, Definition(form.schema, form.defaults), by.id
        )
        await self._audit.record(
            tx,
            by,
            "settings_namespace.changed" if known else "settings_namespace.made",
            Subject("settings_namespace", changed.id),
            namespace=name,
            edit=changed.edit,
        )
        return changed

    async def retire(self, tx: Transaction, by: Actor, name: str) -> None:
        """Give it to clients no more; one that is retired stays so.

        Raises NamespaceNotFound, OwnedByOthers.
        """
        await self._in_force.change(tx)
        known = await self.one(tx, name)
        if known.owner is not Owner.STAFF:
            raise OwnedByOthers(owner=known.owner)
        if known.retired_at is not None:
            return
        now = self._clock.now()
        retired = msgspec.structs.replace(
            known, edit=known.edit + 1, changed_at=now, changed_by=by.id, retired_at=now
        )
        await store.PUT.execute(tx, **asdict(retired))
        await self._audit.record(
            tx,
            by,
            "settings_namespace.retired",
            Subject("settings_namespace", known.id),
            namespace=name,
        )

    async def define(
        self, tx: Transaction, name: str, owner: Owner, definition: Definition
    ) -> None:
        """Have a namespace that is not the staff's as its owner wants it.

        One that is so already stays untouched, and waits for nobody. Raises InvalidInput.
        """
        known = await store.FIND.first(tx, namespace=name)
        if known is None or known.definition != definition:
            await self._in_force.change(tx)
            known = await store.FIND.first(tx, namespace=name)
            await self._change(tx, known, name, owner, definition, None)

    async def _change(
        self,
        tx: Transaction,
        known: Namespace | None,
        name: str,
        owner: Owner,
        definition: Definition,
        by: UUID | None,
    ) -> Namespace:
        await self._check(tx, name, definition)
        changed = Namespace(
            name=name,
            id=known.id if known else new_id(),
            owner=owner,
            schema=definition.schema,
            defaults=definition.defaults,
            edit=known.edit + 1 if known else 1,
            changed_at=self._clock.now(),
            changed_by=by,
            retired_at=None,
        )
        await store.PUT.execute(tx, **asdict(changed))
        return changed

    async def _check(self, tx: Transaction, name: str, definition: Definition) -> None:
        """The defaults must keep to the schema, and so must what is in force or to come."""
        schema = JsonSchema(definition.schema)
        unfit = json_error(
            definition.defaults, "defaults", most_bytes=MOST_BYTES, most_levels=MOST_LEVELS
        )
        if unfit is not None:
            raise InvalidInput(fields=[unfit])
        wrong = schema.errors(definition.defaults, "defaults")
        now = self._clock.now()
        for query in (publications.IN_FORCE, publications.TO_COME):
            for each in await query.all(tx, of_namespace=name, now=now):
                at = f"versions[{each.version}]."
                wrong += await broken(schema, definition.defaults, each.content, at)
        if wrong:
            raise InvalidInput(fields=wrong)
