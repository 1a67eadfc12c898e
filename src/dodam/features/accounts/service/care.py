"""What staff do with guardians' accounts; every look and every deed goes into the audit trail.

Korea's Standards for Ensuring the Safety of Personal Information (article 8) ask for records of
who looked at whose personal data, when and from where.
"""

from uuid import UUID

from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.models.people import Account, AccountKind
from dodam.features.accounts.service.addresses import address_key
from dodam.features.accounts.service.password_resets import PasswordResets
from dodam.features.accounts.store import people as store
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.database import Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text

_ONE_OF_TWO = Text(en="Give either an address or an id.", ko="이메일과 ID 중 하나만 입력해 주세요.")


class Care:
    def __init__(self, password_resets: PasswordResets, audit: Audit) -> None:
        self._password_resets = password_resets
        self._audit = audit

    async def find(
        self, tx: Transaction, by: Actor, email: str | None, account_id: UUID | None
    ) -> list[Account]:
        """The account of exactly this address, or of this id, or none. Raises InvalidInput."""
        if email is not None and account_id is None:
            account = await store.FIND_BY_ADDRESS.first(tx, email_key=address_key(email))
        elif account_id is not None and email is None:
            account = await store.FIND.first(tx, account=account_id)
        else:
            raise InvalidInput.of("email", "one_of_two", _ONE_OF_TWO)
        return await self._seen(tx, by, account)

    async def of(self, tx: Transaction, by: Actor, account_id: UUID) -> Account:
        """Raises AccountNotFound."""
        found = await self.find(tx, by, None, account_id)
        if not found:
            raise AccountNotFound
        return found[0]

    async def reset_password(
        self, tx: Transaction, by: Actor, account_id: UUID, reason: str
    ) -> None:
        """Make the password worthless, sign out everywhere, and mail a link to set a new one.

        Raises AccountNotFound.
        """
        account = await store.FIND.first(tx, account=account_id)
        if account is None or account.kind is not AccountKind.GUARDIAN or account.email is None:
            raise AccountNotFound
        await self._password_resets.force(tx, account_id)
        await self._audit.record(
            tx, by, "account.password_reset", Subject("account", account_id), reason=reason
        )

    async def _seen(self, tx: Transaction, by: Actor, account: Account | None) -> list[Account]:
        if account is None or account.kind is not AccountKind.GUARDIAN:
            return []
        await self._audit.record(tx, by, "account.viewed", Subject("account", account.id))
        return [account]
