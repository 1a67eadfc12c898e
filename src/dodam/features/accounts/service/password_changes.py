"""Setting one's own password while signed in: a first one, or another."""

from dodam.features.accounts.errors.identities import MethodLinkedAlready
from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.errors.signing_in import WrongPassword
from dodam.features.accounts.models.identities import FirstPassword, LinkedMethod
from dodam.features.accounts.models.passwords import PasswordChange, TrustedDevice
from dodam.features.accounts.models.people import Account, SignInMethod
from dodam.features.accounts.service.new_passwords import NewPasswords
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.sign_in_methods import methods_of
from dodam.features.accounts.store import passwords as store
from dodam.features.accounts.store import people
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.database import Database
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller


class PasswordChanges:
    def __init__(
        self,
        database: Database,
        sign_in: PasswordSignIn,
        new_passwords: NewPasswords,
        sessions: Sessions,
        audit: Audit,
    ) -> None:
        self._database = database
        self._sign_in = sign_in
        self._new_passwords = new_passwords
        self._sessions = sessions
        self._audit = audit

    async def change(self, caller: Caller, form: PasswordChange) -> TrustedDevice:
        """Set another password, and sign every other device out.

        Raises WrongPassword, TooManyRequests, InvalidInput.
        """
        checked = await self._sign_in.confirm(caller.account_id, form.old_password)
        account = await self._account_of(caller)
        new_hash = await self._new_passwords.hash(form.password, account)
        async with self._database.transaction() as tx:
            # What replaced the old password in the meantime, such as a reset, stands.
            if not await store.REPLACE_HASH.execute(
                tx, account=account.id, checked_hash=checked, new_hash=new_hash
            ):
                raise WrongPassword
            return await self._new_passwords.settle(tx, account.id, spared=caller.session_id)

    async def set_first(
        self, caller: Caller, form: FirstPassword, origin: Origin
    ) -> list[LinkedMethod]:
        """Let the account be signed in to with its address and a password too.

        Raises RecentSignInRequired, InvalidInput, MethodLinkedAlready, TooManyRequests.
        """
        await self._sessions.check_recent(caller)
        await self._sign_in.count_hashing(caller.account_id)
        account = await self._account_of(caller)
        new_hash = await self._new_passwords.hash(form.password, account)
        async with self._database.transaction() as tx:
            if not await store.SET_FIRST_HASH.execute(tx, account=account.id, new_hash=new_hash):
                raise MethodLinkedAlready
            await self._audit.record(
                tx,
                Actor.calling(caller, origin),
                "sign_in_method.linked",
                Subject("account", account.id),
                method=SignInMethod.PASSWORD,
            )
            return await methods_of(tx, account.id)

    async def _account_of(self, caller: Caller) -> Account:
        async with self._database.reading() as db:
            account = await people.FIND.first(db, account=caller.account_id)
        if account is None:
            raise AccountNotFound
        return account
