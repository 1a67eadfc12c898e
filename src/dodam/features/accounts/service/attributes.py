"""Granting, revoking and looking up attributes of accounts."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from dodam.features.accounts.errors import attributes as errors
from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.models.attributes import (
    KINDS,
    Attribute,
    AttributeKind,
    DescribedKind,
    Grantor,
    HeldAttribute,
    NewAttribute,
)
from dodam.features.accounts.models.people import AccountKind
from dodam.features.accounts.store import attributes as store
from dodam.features.accounts.store import people
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id

Value = TypeVar("Value")

_FURTHEST = timedelta(days=36_525)


class Attributes:
    def __init__(self, clock: Clock, audit: Audit) -> None:
        self._clock = clock
        self._audit = audit

    def kinds(self) -> list[DescribedKind]:
        """Every kind there is."""
        return [
            DescribedKind(
                key=kind.key,
                value=msgspec.json.schema(kind.value),
                effect=kind.effect,
                exclusive=kind.is_exclusive,
                granted_with=sorted(kind.granted_with),
            )
            for kind in KINDS.values()
        ]

    async def grant(
        self, tx: Transaction, account_id: UUID, form: NewAttribute, by: Grantor
    ) -> Attribute:
        """Grant an attribute to a guardian; it ends, from its beginning, an older one it replaces.

        Raises AccountNotFound, AttributeNotGrantable, InvalidInput.
        """
        now = self._clock.now()
        kind = KINDS.get(form.key)
        if kind is None:
            raise InvalidInput(fields=[errors.UNKNOWN_KIND])
        if not kind.granted_with & by.permissions:
            raise errors.AttributeNotGrantable
        value = _value(kind, form.value)
        valid_from = form.valid_from or now
        _check_times(valid_from, form.valid_until, now)
        # Locked, so that of two grants at once the later ends the earlier.
        account = await people.FIND_FOR_UPDATE.first(tx, account=account_id)
        if account is None or account.kind is not AccountKind.GUARDIAN:
            raise AccountNotFound
        attribute_id = new_id()
        slot = kind.slot(value)
        await store.SUPERSEDE.execute(
            tx,
            account=account_id,
            of_key=kind.key,
            of_slot=slot,
            from_instant=valid_from,
            until_instant=form.valid_until,
            by=by.actor.id,
            new_attribute=attribute_id,
        )
        [granted] = await store.INSERT.all(
            tx,
            id=attribute_id,
            account_id=account_id,
            key=kind.key,
            slot=slot,
            value=msgspec.json.encode(value).decode(),
            reason=form.reason.strip(),
            valid_from=valid_from,
            valid_until=form.valid_until,
            granted_by=by.actor.id,
            granted_at=now,
            revoked_at=None,
            revoked_by=None,
            superseded_by=None,
        )
        await self._audit.record(
            tx,
            by.actor,
            "attribute.granted",
            Subject("account", account_id),
            attribute_id=attribute_id,
            key=kind.key,
        )
        return granted

    async def revoke(
        self, tx: Transaction, account_id: UUID, attribute_id: UUID, by: Grantor
    ) -> None:
        """End an attribute now; one that has ended stays as it is.

        Raises AttributeNotFound, AttributeNotGrantable.
        """
        now = self._clock.now()
        await people.FIND_FOR_UPDATE.first(tx, account=account_id)
        found = await store.FIND.first(tx, account=account_id, attribute=attribute_id)
        if found is None:
            raise errors.AttributeNotFound
        kind = KINDS.get(found.key)
        if kind is not None and not kind.granted_with & by.permissions:
            raise errors.AttributeNotGrantable
        ends = [end for end in (found.valid_until, found.revoked_at) if end is not None]
        if not ends or min(ends) > now:
            await store.REVOKE.execute(tx, attribute=attribute_id, at=now, by=by.actor.id)
            await self._audit.record(
                tx,
                by.actor,
                "attribute.revoked",
                Subject("account", account_id),
                attribute_id=attribute_id,
                key=found.key,
            )

    async def current(self, db: Reading, account_id: UUID) -> list[Attribute]:
        """What the account holds now, by key."""
        return await store.HELD.all(db, account=account_id, at=self._clock.now())

    async def values(self, db: Reading, account_id: UUID) -> dict[str, list[Any]]:
        """The values the account holds now, by key; of several the newest first."""
        held: dict[str, list[Any]] = {}
        for each in await self.current(db, account_id):
            held.setdefault(each.key, []).append(each.value)
        return held

    async def value_of(
        self,
        db: Reading,
        account_id: UUID,
        kind: AttributeKind[Value],
        at: datetime | None = None,
    ) -> Value | None:
        """The value the account holds now, or held `at` an instant; of several the newest."""
        held = await store.HELD_OF_KEY.first(
            db, account=account_id, of_key=kind.key, at=at or self._clock.now()
        )
        return None if held is None else msgspec.convert(held.value, kind.value)

    async def ahead(
        self, db: Reading, account_id: UUID, kind: AttributeKind[Any]
    ) -> list[HeldAttribute]:
        """What the account holds of a kind now, and is to hold later, in the order of time.

        `valid_until` is when each ends as things stand, revoked or replaced as it may be.
        """
        return await store.AHEAD.all(db, account=account_id, of_key=kind.key, at=self._clock.now())

    async def shown(self, tx: Transaction, account_id: UUID, by: Actor) -> list[Attribute]:
        """What the account holds now, to staff. Raises AccountNotFound."""
        await self._note_look(tx, account_id, by)
        return await self.current(tx, account_id)

    async def history(self, tx: Transaction, account_id: UUID, by: Actor) -> list[Attribute]:
        """Every grant ever made to the account, newest first. Raises AccountNotFound."""
        await self._note_look(tx, account_id, by)
        return await store.HISTORY.all(tx, account=account_id)

    async def _note_look(self, tx: Transaction, account_id: UUID, by: Actor) -> None:
        """In which trial somebody's child is tells of its health: who looked is written down."""
        account = await people.FIND.first(tx, account=account_id)
        if account is None or account.kind is not AccountKind.GUARDIAN:
            raise AccountNotFound
        await self._audit.record(tx, by, "attributes.viewed", Subject("account", account_id))


def _value(kind: AttributeKind[Any], value: object) -> Any:
    try:
        return msgspec.convert(value, kind.value)
    except msgspec.ValidationError as error:
        raise InvalidInput(fields=[errors.WRONG_VALUE]) from error


def _check_times(valid_from: datetime, valid_until: datetime | None, now: datetime) -> None:
    if not now <= valid_from <= now + _FURTHEST:
        raise InvalidInput(fields=[errors.BEGINS_IN_THE_PAST])
    if valid_until is not None and not valid_from < valid_until <= now + _FURTHEST:
        raise InvalidInput(fields=[errors.ENDS_TOO_EARLY])
