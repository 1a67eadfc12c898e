"""Opening an account with an address and a password."""

import msgspec

from dodam.features.accounts.errors.signing_in import EmailTaken
from dodam.features.accounts.events.accounts import AccountOpened
from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.models.passwords import SignedIn
from dodam.features.accounts.models.people import AccountKind, SignInMethod, SignUp
from dodam.features.accounts.service.addresses import normal_address
from dodam.features.accounts.service.passwords import PasswordRules
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.sign_in_methods import methods_of_address
from dodam.features.accounts.service.trusted_devices import TrustedDevices
from dodam.features.accounts.store import people as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database
from dodam.platform.ids import new_id
from dodam.platform.origin import Origin
from dodam.platform.passwords import Passwords
from dodam.platform.rate_limit import RateLimits


class PasswordSignUp:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        rules: PasswordRules,
        sessions: Sessions,
        devices: TrustedDevices,
        rate_limits: RateLimits,
        limits: AccountLimits,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._rules = rules
        self._sessions = sessions
        self._devices = devices
        self._rate_limits = rate_limits
        self._limits = limits

    async def sign_up(self, form: SignUp, origin: Origin) -> SignedIn:
        """Open an account and sign its holder in. Raises TooManyRequests, InvalidInput, EmailTaken.

        The password is hashed before a connection is taken, for hashing is slow on purpose.
        """
        await self._rate_limits.spend(self._limits.sign_ups, origin.network)
        email = normal_address(form.email)
        await self._rules.check(form.password, email, form.name)
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
                methods = await methods_of_address(tx, email.lower())
                raise EmailTaken(details={"methods": methods})
            await tx.publish(AccountOpened(account_id=account.id))
            tokens = await self._sessions.begin(
                tx, account, SignInMethod.PASSWORD, origin, form.device
            )
            secret = await self._devices.trust(tx, account.id)
            return SignedIn(**msgspec.structs.asdict(tokens), trusted_device=secret)
