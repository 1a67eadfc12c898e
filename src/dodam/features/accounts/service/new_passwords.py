"""What goes with every new password."""

from uuid import UUID

from dodam.features.accounts.events.accounts import PasswordChanged
from dodam.features.accounts.models.passwords import TrustedDevice
from dodam.features.accounts.models.people import Account
from dodam.features.accounts.models.sessions import EndReason
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.features.accounts.service.passwords import PasswordRules
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.trusted_devices import TrustedDevices
from dodam.platform.database import Transaction
from dodam.platform.passwords import Passwords


class NewPasswords:
    def __init__(
        self,
        passwords: Passwords,
        rules: PasswordRules,
        sessions: Sessions,
        devices: TrustedDevices,
        tokens: OneTimeTokens,
    ) -> None:
        self._passwords = passwords
        self._rules = rules
        self._sessions = sessions
        self._devices = devices
        self._tokens = tokens

    async def hash(self, password: str, account: Account) -> str:
        """Made before a connection is taken, for hashing is slow. Raises InvalidInput."""
        await self._rules.check(password, account.email, account.name)
        return await self._passwords.hash(password)

    async def settle(
        self, tx: Transaction, account_id: UUID, *, spared: UUID | None = None
    ) -> TrustedDevice:
        """After a holder set a password: only this device, and the `spared` session, are left."""
        await self.shut_out(tx, account_id, EndReason.PASSWORD_CHANGED, spared=spared)
        await tx.publish(PasswordChanged(account_id=account_id))
        return TrustedDevice(await self._devices.trust(tx, account_id))

    async def shut_out(
        self, tx: Transaction, account_id: UUID, by: EndReason, *, spared: UUID | None = None
    ) -> None:
        """Sign out and trust nobody who was let in by the password before, or by a link.

        Nor is the account's address changed by who was.
        """
        await self._sessions.end_all(tx, account_id, by, spared=spared)
        await self._tokens.cancel(tx, Purpose.RESET_PASSWORD, account_id)
        await self._tokens.cancel(tx, Purpose.VERIFY_EMAIL, account_id)
        await self._devices.forget_all(tx, account_id)
