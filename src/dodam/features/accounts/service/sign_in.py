"""Signing in with an address and a password."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec

from dodam.features.accounts.errors.signing_in import InvalidCredentials, WrongPassword
from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.models.passwords import SignedIn
from dodam.features.accounts.models.people import Account, AccountKind, SignIn, SignInMethod
from dodam.features.accounts.service.addresses import address_key, counted_address
from dodam.features.accounts.service.sessions import SIGN_INS, Sessions
from dodam.features.accounts.service.trusted_devices import TrustedDevices, device_digest
from dodam.features.accounts.store import passwords as store
from dodam.features.accounts.store import people
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.origin import Origin
from dodam.platform.passwords import Passwords
from dodam.platform.rate_limit import RateLimits

_STRANGERS = "strangers"


class PasswordSignIn:
    """Wrong passwords are counted by address and device, whether or not the address is known.

    Each try is counted before the password is hashed, so that neither a flood nor tries at the
    same moment get more than their share; the right password gives its own share back.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        sessions: Sessions,
        devices: TrustedDevices,
        rate_limits: RateLimits,
        limits: AccountLimits,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions
        self._devices = devices
        self._rate_limits = rate_limits
        self._limits = limits

    async def sign_in(self, form: SignIn, origin: Origin) -> SignedIn:
        """Raises TooManyRequests, InvalidCredentials, AccountWithdrawn."""
        kind = AccountKind.GUARDIAN
        async with self.proven(kind, form.email, form.password, origin, form.trusted_device) as (
            tx,
            account,
        ):
            tokens = await self._sessions.begin(
                tx, account, SignInMethod.PASSWORD, origin, form.device
            )
            secret = await self._devices.trust(tx, account.id, form.trusted_device)
            return SignedIn(**msgspec.structs.asdict(tokens), trusted_device=secret)

    async def confirm(self, account_id: UUID, password: str) -> str:
        """Make sure that who is signed in knows the password; the hash it was checked against.

        Whoever found a signed-in device may not guess on and on, nor have whoever knows the
        password hashed without end. Raises WrongPassword, TooManyRequests.
        """
        await self.count_hashing(account_id)
        counter = (self._limits.failed_sign_ins, account_id)
        await self._rate_limits.spend(*counter)
        async with self._database.reading() as db:
            found = await people.SECRET_OF.first(db, account=account_id)
        stored = found.password_hash if found else None
        if not await self._passwords.matches(stored, password) or stored is None:
            raise WrongPassword
        await self._rate_limits.clear(*counter)
        return stored

    async def count(self, origin: Origin) -> None:
        """Count somebody's claim to an account by their network. Raises TooManyRequests."""
        await self._rate_limits.spend(self._limits.sign_ins, origin.network)

    async def count_hashing(self, account_id: UUID) -> None:
        """Count the work an account asks for while signed in. Raises TooManyRequests."""
        await self._rate_limits.spend(self._limits.sign_ins, account_id)

    async def forgive(self, email: str) -> None:
        """Forget what strangers tried at the address: its holder proved to read its mails."""
        await self._rate_limits.clear(
            self._limits.failed_sign_ins, counted_address(email), _STRANGERS
        )

    @asynccontextmanager
    async def proven(
        self,
        kind: AccountKind,
        email: str,
        password: str,
        origin: Origin,
        trusted_device: str | None,
    ) -> AsyncGenerator[tuple[Transaction, Account]]:
        """The account that is opened, in a transaction in which its password does not change.

        An unknown address, one without a password and a wrong password take the same work. The
        scope may refuse too, for a wrong second factor: that counts like a wrong password.
        Raises TooManyRequests, InvalidCredentials.
        """
        await self.count(origin)
        digest = device_digest(trusted_device or "")
        async with self._database.reading() as db:
            found = await store.OPENING.first(
                db,
                email_key=address_key(email),
                device_digest=digest,
                now=self._clock.now(),
            )
        device = digest.hex() if found and found.is_trusted else _STRANGERS
        counter = (self._limits.failed_sign_ins, counted_address(email), device)
        await self._rate_limits.spend(*counter)
        stored = found.password_hash if found else None
        right = await self._passwords.matches(stored, password)
        if found is None or stored is None or not right or found.kind is not kind:
            SIGN_INS.add(kind.value, SignInMethod.PASSWORD.value, "refused")
            raise InvalidCredentials
        async with self._database.transaction() as tx:
            account = await store.STILL_OPENED.first(
                tx, account=found.account_id, checked_hash=stored
            )
            if account is None:
                raise InvalidCredentials
            yield tx, account
        await self._rate_limits.clear(*counter)
        if self._passwords.is_outdated(stored):
            await self._renew(found.account_id, stored, await self._passwords.hash(password))

    async def _renew(self, account_id: UUID, stored: str, renewed: str) -> None:
        async with self._database.statement() as db:
            await store.REPLACE_HASH.execute(
                db, account=account_id, checked_hash=stored, new_hash=renewed
            )
