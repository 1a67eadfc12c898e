"""Attaching, making and detaching test accounts, many in one call: all of them, or none."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from dodam.features.accounts.errors import testing_accounts as errors
from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.events.accounts import ProfileChanged
from dodam.features.accounts.models.people import Account, AccountKind
from dodam.features.accounts.models.testing_accounts import (
    AttachTestAccounts,
    CreateTestAccounts,
    TestAccount,
)
from dodam.features.accounts.service.addresses import address_key
from dodam.features.accounts.service.passwords import PasswordRules
from dodam.features.accounts.store import people
from dodam.features.accounts.store import testing_accounts as store
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.passwords import Passwords

# `.example` is nobody's (RFC 2606): no mail to a test account reaches anyone.
_DOMAIN = "test.dodam.example"


class TestAccounts:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        rules: PasswordRules,
        audit: Audit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._rules = rules
        self._audit = audit

    async def under(self, db: Reading, owner_id: UUID) -> list[TestAccount]:
        """The test accounts under an account, the first attached first. Raises AccountNotFound."""
        if await people.FIND.first(db, account=owner_id) is None:
            raise AccountNotFound
        return await store.LIST.all(db, owner=owner_id)

    async def attach(
        self, tx: Transaction, owner_id: UUID, form: AttachTestAccounts, by: Actor
    ) -> list[TestAccount]:
        """Make guardians' accounts test accounts; those that are already, stay so.

        Raises AccountNotFound, AttachedElsewhere, InvalidInput.
        """
        await self._hold_owner(tx, owner_id)
        ids = await self._find(tx, owner_id, form.accounts)
        await self._attach(tx, owner_id, ids, by)
        return await store.LIST.all(tx, owner=owner_id)

    async def create(
        self, owner_id: UUID, form: CreateTestAccounts, by: Actor
    ) -> list[TestAccount]:
        """Open new accounts as test accounts; those the request opened before are found again.

        The password is hashed before a connection is taken, for hashing is slow on purpose.
        Raises AccountNotFound, InvalidInput.
        """
        await self._rules.check(form.password)
        password_hash = await self._passwords.hash(form.password)
        ids = [uuid5(owner_id, f"{form.request_id} {number}") for number in range(form.count)]
        async with self._database.transaction() as tx:
            owner = await self._hold_owner(tx, owner_id)
            known = await store.FIND_ALL.all(tx, ids=ids, addresses=[])
            for account_id in sorted({*ids} - {each.id for each in known}):
                await self._open(tx, account_id, owner, password_hash)
            await self._attach(tx, owner_id, ids, by)
            return [each for each in await store.LIST.all(tx, owner=owner_id) if each.id in ids]

    async def detach(
        self, tx: Transaction, owner_id: UUID, account_ids: Sequence[UUID], by: Actor
    ) -> None:
        """Make accounts ordinary ones again; what is no test account of this one stays as it is.

        Raises AccountNotFound.
        """
        if await people.FIND.first(tx, account=owner_id) is None:
            raise AccountNotFound
        detached = await store.DETACH.all(tx, owner=owner_id, ids=account_ids)
        await self._note(tx, "test_accounts.detached", owner_id, detached, by)

    async def all(self, db: Reading) -> list[UUID]:
        """Every test account, whoever it is under: what reports leave out."""
        return [each.account_id for each in await store.ALL.all(db)]

    async def _hold_owner(self, tx: Transaction, owner_id: UUID) -> Account:
        owner = await people.FIND_FOR_UPDATE.first(tx, account=owner_id)
        if owner is None or owner.withdrawn_at is not None:
            raise AccountNotFound
        return owner

    async def _find(self, tx: Transaction, owner_id: UUID, named: Sequence[str]) -> list[UUID]:
        """The ids of accounts named by id or address. Raises InvalidInput."""
        keys = [_id(name) or address_key(name) for name in named]
        found = await store.FIND_ALL.all(
            tx,
            ids=[key for key in keys if isinstance(key, UUID)],
            addresses=[key for key in keys if isinstance(key, str)],
        )
        by_key: dict[UUID | str | None, UUID] = {each.email_key: each.id for each in found}
        by_key |= {each.id: each.id for each in found}
        wrong = [
            FieldError(f"accounts[{index}]", "unknown_account", errors.UNKNOWN_ACCOUNT)
            if key not in by_key
            else FieldError(f"accounts[{index}]", "itself", errors.ITSELF)
            for index, key in enumerate(keys)
            if by_key.get(key) in {None, owner_id}
        ]
        if wrong:
            raise InvalidInput(fields=wrong)
        return [by_key[key] for key in keys]

    async def _attach(
        self, tx: Transaction, owner_id: UUID, ids: Sequence[UUID], by: Actor
    ) -> None:
        attached = await store.ATTACH.all(
            tx, ids=ids, owner=owner_id, by=by.id, at=self._clock.now()
        )
        elsewhere = [
            each.account_id
            for each in await store.ATTACHED.all(tx, ids=ids)
            if each.owner_id != owner_id
        ]
        if elsewhere:
            raise errors.AttachedElsewhere(details={"accounts": elsewhere})
        await self._note(tx, "test_accounts.attached", owner_id, attached, by)

    async def _open(
        self, tx: Transaction, account_id: UUID, owner: Account, password_hash: str
    ) -> None:
        now = self._clock.now()
        email = f"{account_id.hex[:16]}@{_DOMAIN}"
        await people.INSERT_ACCOUNT.first(
            tx,
            id=account_id,
            kind=AccountKind.GUARDIAN,
            email=email,
            email_key=email,
            email_verified_at=now,
            name=f"Test {account_id.hex[:4]}",
            password_hash=password_hash,
            country=owner.country,
            language=owner.language,
            created_at=now,
        )

    async def _note(
        self,
        tx: Transaction,
        action: str,
        owner_id: UUID,
        changed: Sequence[store.AccountKey],
        by: Actor,
    ) -> None:
        if changed:
            accounts = sorted(each.account_id for each in changed)
            await self._audit.record(
                tx, by, action, Subject("account", owner_id), accounts=accounts
            )
            for account_id in accounts:
                await tx.publish(ProfileChanged(account_id=account_id))


def _id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
