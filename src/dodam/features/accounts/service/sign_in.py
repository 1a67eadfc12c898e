"""Opening an account with a password, and signing in with it."""

from dodam.features.accounts.errors.signing_in import EmailTaken, InvalidCredentials
from dodam.features.accounts.models.people import (
    Account,
    AccountKind,
    SignIn,
    SignInMethod,
    SignUp,
)
from dodam.features.accounts.models.sessions import Tokens
from dodam.features.accounts.service.addresses import address_key, normal_address
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.store import people as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database
from dodam.platform.ids import new_id
from dodam.platform.origin import Origin
from dodam.platform.passwords import Passwords


class PasswordSignIn:
    def __init__(
        self, database: Database, clock: Clock, passwords: Passwords, sessions: Sessions
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions

    async def sign_up(self, form: SignUp, origin: Origin) -> Tokens:
        """Open an account and sign its holder in. Raises EmailTaken, InvalidInput.

        The password is hashed before a connection is taken, for hashing is slow on purpose.
        """
        email = normal_address(form.email)
        password_hash = await self._passwords.hash(form.password)
        async with self._database.transaction() as tx:
            account = await store.INSERT_ACCOUNT.first(
                tx,
                id=new_id(),
                kind=AccountKind.GUARDIAN,
                email=email,
                email_key=email.lower(),
                email_verified_at=None,
                name=form.name.strip(),
                password_hash=password_hash,
                country=form.country,
                language=form.language,
                created_at=self._clock.now(),
            )
            if account is None:
                raise EmailTaken
            return await self._sessions.begin(
                tx, account, SignInMethod.PASSWORD, origin, form.device
            )

    async def sign_in(self, form: SignIn, origin: Origin) -> Tokens:
        """Raises InvalidCredentials."""
        account = await self.check(AccountKind.GUARDIAN, form.email, form.password)
        async with self._database.transaction() as tx:
            return await self._sessions.begin(
                tx, account, SignInMethod.PASSWORD, origin, form.device
            )

    async def check(self, kind: AccountKind, email: str, password: str) -> Account:
        """The account an address and a password open.

        Raises InvalidCredentials, as slow for an unknown address as for a wrong password.
        """
        async with self._database.reading() as db:
            found = await store.SECRET.first(db, email_key=address_key(email))
        stored = found.password_hash if found else None
        right = await self._passwords.matches(stored, password)
        if found is None or stored is None or not right:
            raise InvalidCredentials
        renewed = None
        if self._passwords.is_outdated(stored):
            renewed = await self._passwords.hash(password)
        async with self._database.transaction() as tx:
            if renewed is not None:
                await store.SET_PASSWORD_HASH.execute(
                    tx, account=found.account_id, new_hash=renewed
                )
            account = await store.FIND.first(tx, account=found.account_id)
        if account is None or account.kind is not kind:
            raise InvalidCredentials
        return account
