"""Setting a password with a link that was mailed."""

from uuid import UUID

from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.errors.signing_in import InvalidOneTimeToken
from dodam.features.accounts.events.accounts import PasswordResetAsked, PasswordTakenAway
from dodam.features.accounts.models.passwords import (
    PasswordReset,
    PasswordResetRequest,
    TrustedDevice,
)
from dodam.features.accounts.models.people import Account
from dodam.features.accounts.models.sessions import EndReason
from dodam.features.accounts.service.addresses import normal_address
from dodam.features.accounts.service.identities import Identities
from dodam.features.accounts.service.mail_requests import MailRequests
from dodam.features.accounts.service.new_passwords import NewPasswords
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.store import emails, people
from dodam.features.accounts.store import passwords as store
from dodam.features.accounts.store.sessions import OneTime
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.origin import Origin


class PasswordResets:
    """A reset signs nobody in: members of staff still need their second factor."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        tokens: OneTimeTokens,
        new_passwords: NewPasswords,
        sign_in: PasswordSignIn,
        identities: Identities,
        mail_requests: MailRequests,
    ) -> None:
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._new_passwords = new_passwords
        self._sign_in = sign_in
        self._identities = identities
        self._mail_requests = mail_requests

    async def ask(self, form: PasswordResetRequest, origin: Origin) -> None:
        """Have a link mailed, if the address is an account's.

        Whether it is, is looked up later by a worker: neither the answer nor its time tells.
        Raises InvalidInput, TooManyRequests.
        """
        email = normal_address(form.email)
        await self._mail_requests.spend(email, origin)
        async with self._database.transaction() as tx:
            await tx.publish(PasswordResetAsked(email=email))

    async def reset(self, form: PasswordReset, origin: Origin) -> TrustedDevice:
        """Set the password, sign every device out, and lift what strangers' tries brought about.

        The address is verified by it, for the link was mailed there. If it was not before, somebody
        else may have opened the account with it: what they linked leads in no more. Raises
        TooManyRequests, InvalidOneTimeToken, InvalidInput.
        """
        await self._sign_in.count(origin)
        async with self._database.reading() as db:
            found = await self._tokens.look(db, Purpose.RESET_PASSWORD, form.token)
            account = _of(found, await people.FIND.first(db, account=found.account_id))
        new_hash = await self._new_passwords.hash(form.password, account)
        async with self._database.transaction() as tx:
            # The account before the token: a change of the password takes them in this order too.
            locked = await people.FIND_FOR_UPDATE.first(tx, account=account.id)
            found = await self._tokens.use(tx, Purpose.RESET_PASSWORD, form.token)
            if _of(found, locked).email_verified_at is None:
                await self._identities.remove_all(tx, account.id)
            await store.SET_HASH.execute(tx, account=account.id, new_hash=new_hash)
            await emails.VERIFY.execute(tx, account=account.id, at=self._clock.now())
            device = await self._new_passwords.settle(tx, account.id)
        await self._sign_in.forgive(found.detail or "")
        return device

    async def force(self, tx: Transaction, account_id: UUID) -> None:
        """Make the password worthless, sign out everywhere, and have a link mailed.

        Raises AccountNotFound.
        """
        if not await store.TAKE_HASH_AWAY.execute(tx, account=account_id):
            raise AccountNotFound
        await self._new_passwords.shut_out(tx, account_id, EndReason.STAFF)
        await tx.publish(PasswordTakenAway(account_id=account_id))


def _of(token: OneTime, account: Account | None) -> Account:
    """The account a token is for, if it is still who the link was mailed to."""
    if (
        account is None
        or account.withdrawn_at is not None
        or account.email is None
        or account.email != token.detail
    ):
        raise InvalidOneTimeToken
    return account
