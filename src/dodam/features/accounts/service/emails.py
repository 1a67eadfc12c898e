"""Verifying an account's address, and changing it."""

from dodam.features.accounts.errors.emails import EmailVerifiedAlready
from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.errors.signing_in import EmailTaken, InvalidOneTimeToken
from dodam.features.accounts.events.accounts import (
    EmailChanged,
    EmailVerificationAsked,
    NewEmailAsked,
)
from dodam.features.accounts.models.emails import EmailChange
from dodam.features.accounts.service.addresses import normal_address
from dodam.features.accounts.service.mail_requests import MailRequests
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.store import emails as store
from dodam.features.accounts.store import people
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller


class EmailAddresses:
    """A token is mailed to the address it is for, so whoever brings it reads that mailbox."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        tokens: OneTimeTokens,
        sign_in: PasswordSignIn,
        mail_requests: MailRequests,
    ) -> None:
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._sign_in = sign_in
        self._mail_requests = mail_requests

    async def ask_again(self, tx: Transaction, caller: Caller, origin: Origin) -> None:
        """Have the link mailed once more. Raises EmailVerifiedAlready, TooManyRequests."""
        account = await people.FIND.first(tx, account=caller.account_id)
        if account is None or account.email is None:
            raise AccountNotFound
        if account.email_verified_at is not None:
            raise EmailVerifiedAlready
        await self._mail_requests.spend(account.email, origin)
        await tx.publish(EmailVerificationAsked(account_id=account.id))

    async def ask_for_another(self, caller: Caller, form: EmailChange, origin: Origin) -> None:
        """Have a link mailed to the address that is to be the account's.

        Answers alike whether or not the address is somebody's already. Raises InvalidInput,
        WrongPassword, TooManyRequests.
        """
        email = normal_address(form.email)
        await self._sign_in.confirm(caller.account_id, form.password)
        await self._mail_requests.spend(email, origin)
        async with self._database.transaction() as tx:
            await tx.publish(
                NewEmailAsked(
                    account_id=caller.account_id, session_id=caller.session_id, email=email
                )
            )

    async def verify(self, tx: Transaction, token: str) -> None:
        """Mark the account's address as verified, or make another one its address.

        Raises InvalidOneTimeToken, EmailTaken.
        """
        found = await self._tokens.look(tx, Purpose.VERIFY_EMAIL, token)
        account = await people.FIND_FOR_UPDATE.first(tx, account=found.account_id)
        # The account before the token: so do all that cancel tokens of an account.
        await self._tokens.use(tx, Purpose.VERIFY_EMAIL, token)
        if account is None or account.email is None or account.withdrawn_at is not None:
            raise InvalidOneTimeToken
        now = self._clock.now()
        email = found.detail or account.email
        if email == account.email:
            await store.VERIFY.execute(tx, account=account.id, at=now)
            return
        if not await store.set_address(
            tx, account=account.id, new_email=email, new_key=email.lower(), at=now
        ):
            raise EmailTaken
        # Links in the old mailbox open nothing any more.
        await self._tokens.cancel(tx, Purpose.VERIFY_EMAIL, account.id)
        await self._tokens.cancel(tx, Purpose.RESET_PASSWORD, account.id)
        await tx.publish(EmailChanged(account_id=account.id, old_email=account.email))
