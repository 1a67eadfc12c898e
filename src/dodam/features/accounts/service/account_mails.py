"""What account holders are mailed about their address, their password and their payments."""

from datetime import timedelta
from uuid import UUID

from dodam.features.accounts.models.people import Account, AccountKind
from dodam.features.accounts.service.addresses import address_key
from dodam.features.accounts.service.letters import Letter, Letters
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.features.accounts.store import people, sessions
from dodam.platform.database import Transaction

_VERIFY_WITHIN = timedelta(hours=72)
_RESET_WITHIN = timedelta(hours=1)


class AccountMails:
    """Makes a link's token and mails it in one transaction: a mail that failed left no token."""

    def __init__(self, tokens: OneTimeTokens, letters: Letters) -> None:
        self._tokens = tokens
        self._letters = letters

    async def verify(self, tx: Transaction, account_id: UUID) -> None:
        """A link that verifies the account's address, unless it is verified."""
        account = await people.FIND.first(tx, account=account_id)
        if account is not None and account.email is not None and not account.email_verified_at:
            await self._verification(tx, Letter.VERIFY_EMAIL, account, account.email)

    async def verify_another(
        self, tx: Transaction, account_id: UUID, session_id: UUID, email: str
    ) -> None:
        """A link that makes the address the account's, unless it is somebody's already.

        Nor if the device that asked was signed out meanwhile, as a new password does to a thief's.
        """
        if await sessions.LIVE_SESSION.first(tx, session_id=session_id) is None:
            return
        account = await people.FIND.first(tx, account=account_id)
        taken = await people.FIND_BY_ADDRESS.first(tx, email_key=address_key(email))
        if account is not None and (taken is None or taken.id == account.id):
            # Of several addresses asked for, the last one is meant.
            await self._tokens.cancel(tx, Purpose.VERIFY_EMAIL, account.id)
            await self._verification(tx, Letter.VERIFY_NEW_EMAIL, account, email)

    async def email_changed(self, tx: Transaction, account_id: UUID, old_email: str) -> None:
        account = await people.FIND.first(tx, account=account_id)
        if account is not None:
            await self._letters.send(Letter.EMAIL_CHANGED, old_email, account.language)

    async def reset(self, tx: Transaction, email: str) -> None:
        """A link to set a password, if the address is an account's.

        Who was invited to staff and has not joined has an invitation for it.
        """
        account = await people.FIND_BY_ADDRESS.first(tx, email_key=address_key(email))
        if account is None:
            return
        secret = await people.SECRET_OF.first(tx, account=account.id)
        has_one = account.password_must_change or (secret and secret.password_hash)
        if has_one:
            await self._reset(tx, Letter.RESET_PASSWORD, account)
        elif account.kind is AccountKind.GUARDIAN:
            await self._reset(tx, Letter.FIRST_PASSWORD, account)

    async def password_taken_away(self, tx: Transaction, account_id: UUID) -> None:
        account = await people.FIND.first(tx, account=account_id)
        if account is not None and account.password_must_change:
            await self._reset(tx, Letter.PASSWORD_TAKEN_AWAY, account)

    async def tell(
        self, tx: Transaction, letter: Letter, account_id: UUID, **values: str | None
    ) -> None:
        """A notice, to an address that somebody proved to read: others did not open the account."""
        account = await people.FIND.first(tx, account=account_id)
        if account is not None and account.email is not None and account.email_verified_at:
            await self._letters.send(letter, account.email, account.language, **values)

    async def _verification(
        self, tx: Transaction, letter: Letter, account: Account, email: str
    ) -> None:
        if account.withdrawn_at is not None:
            return
        token = await self._tokens.make(
            tx, Purpose.VERIFY_EMAIL, _VERIFY_WITHIN, account_id=account.id, detail=email
        )
        await self._letters.send(
            letter,
            email,
            account.language,
            link=f"/verify-email?token={token}",
            hours=_VERIFY_WITHIN // timedelta(hours=1),
        )

    async def _reset(self, tx: Transaction, letter: Letter, account: Account) -> None:
        if account.email is None or account.withdrawn_at is not None:
            return
        token = await self._tokens.make(
            tx, Purpose.RESET_PASSWORD, _RESET_WITHIN, account_id=account.id, detail=account.email
        )
        await self._letters.send(
            letter,
            account.email,
            account.language,
            link=f"/reset-password?token={token}",
            minutes=_RESET_WITHIN // timedelta(minutes=1),
        )
