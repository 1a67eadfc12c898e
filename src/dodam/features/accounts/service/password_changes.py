"""Changing one's own password while signed in."""

from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.errors.signing_in import WrongPassword
from dodam.features.accounts.models.passwords import PasswordChange, TrustedDevice
from dodam.features.accounts.service.new_passwords import NewPasswords
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.store import passwords as store
from dodam.features.accounts.store import people
from dodam.platform.database import Database
from dodam.platform.tokens import Caller


class PasswordChanges:
    def __init__(
        self, database: Database, sign_in: PasswordSignIn, new_passwords: NewPasswords
    ) -> None:
        self._database = database
        self._sign_in = sign_in
        self._new_passwords = new_passwords

    async def change(self, caller: Caller, form: PasswordChange) -> TrustedDevice:
        """Set another password, and sign every other device out.

        Raises WrongPassword, TooManyRequests, InvalidInput.
        """
        checked = await self._sign_in.confirm(caller.account_id, form.old_password)
        async with self._database.reading() as db:
            account = await people.FIND.first(db, account=caller.account_id)
        if account is None:
            raise AccountNotFound
        new_hash = await self._new_passwords.hash(form.password, account)
        async with self._database.transaction() as tx:
            # What replaced the old password in the meantime, such as a reset, stands.
            if not await store.REPLACE_HASH.execute(
                tx, account=account.id, checked_hash=checked, new_hash=new_hash
            ):
                raise WrongPassword
            return await self._new_passwords.settle(tx, account.id, spared=caller.session_id)
