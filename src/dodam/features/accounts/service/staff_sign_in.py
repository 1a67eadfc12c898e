"""Signing members of staff in: with a password and the code of a second factor."""

from dodam.features.accounts.errors.signing_in import InvalidCredentials
from dodam.features.accounts.errors.staff import InvalidStaffCredentials
from dodam.features.accounts.models.passwords import SignedIn
from dodam.features.accounts.models.people import Account, AccountKind
from dodam.features.accounts.models.staff import Code, StaffSignIn
from dodam.features.accounts.service.second_factor import SecondFactors
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.staff_sessions import StaffSessions
from dodam.features.accounts.store import staff as store
from dodam.platform.database import Database, Transaction
from dodam.platform.origin import Origin


class TwoFactorSignIn:
    """A wrong code counts like a wrong password, and is answered alike."""

    def __init__(
        self,
        database: Database,
        password_sign_in: PasswordSignIn,
        second_factors: SecondFactors,
        staff_sessions: StaffSessions,
    ) -> None:
        self._database = database
        self._password_sign_in = password_sign_in
        self._second_factors = second_factors
        self._staff_sessions = staff_sessions

    async def sign_in(self, form: StaffSignIn, origin: Origin) -> SignedIn:
        """Raises TooManyRequests, InvalidStaffCredentials."""
        opened: Account | None = None
        try:
            async with self._password_sign_in.proven(
                AccountKind.STAFF, form.email, form.password, origin, form.trusted_device
            ) as (tx, account):
                opened = account
                await self._prove(tx, account, form.code)
                return await self._staff_sessions.begin(
                    tx, account, origin, form.device, form.trusted_device
                )
        except InvalidCredentials as error:
            if opened is not None:
                # Whoever has the password and not the code is worth looking at.
                async with self._database.transaction() as tx:
                    await self._staff_sessions.note(tx, opened, origin, "staff.code_refused")
            raise InvalidStaffCredentials from error

    async def _prove(self, tx: Transaction, account: Account, code: Code) -> None:
        # Locked, so that of two uses of one code the second sees the first.
        state = await store.LOCK_SECOND_FACTOR.first(tx, account=account.id)
        if state is None or state.sealed is None or not state.is_in_use:
            raise InvalidCredentials
        step = self._second_factors.step(state.sealed, code, after=state.last_step)
        if step is None:
            raise InvalidCredentials
        await store.USE_STEP.execute(tx, account=account.id, step=step)
