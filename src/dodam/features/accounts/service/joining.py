"""Accepting an invitation: a second factor, a password, and the first sign-in."""

from dodam.features.accounts.errors.signing_in import InvalidOneTimeToken
from dodam.features.accounts.errors.staff import NotEnrolled, WrongSecondFactor
from dodam.features.accounts.models.passwords import SignedIn
from dodam.features.accounts.models.people import Account
from dodam.features.accounts.models.staff import Joining, SecondFactor
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.features.accounts.service.passwords import PasswordRules
from dodam.features.accounts.service.second_factor import SecondFactors
from dodam.features.accounts.service.staff_sessions import StaffSessions
from dodam.features.accounts.store import people
from dodam.features.accounts.store import staff as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading
from dodam.platform.origin import Origin
from dodam.platform.passwords import Passwords


class StaffJoining:
    """Whoever has no good token is refused after one look-up, so nothing is counted here."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        rules: PasswordRules,
        second_factors: SecondFactors,
        staff_sessions: StaffSessions,
        one_time_tokens: OneTimeTokens,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._rules = rules
        self._second_factors = second_factors
        self._staff_sessions = staff_sessions
        self._one_time_tokens = one_time_tokens

    async def enrol(self, token: str) -> SecondFactor:
        """A new secret for the authenticator app; the one of an earlier call is forgotten.

        Raises InvalidOneTimeToken.
        """
        async with self._database.transaction() as tx:
            account = await self._invited(tx, token)
            sealed, second_factor = self._second_factors.new(account.email or "")
            if not await store.SET_SECRET.execute(tx, account=account.id, new_secret=sealed):
                raise InvalidOneTimeToken
        return second_factor

    async def join(self, form: Joining, origin: Origin) -> SignedIn:
        """Set the password, take the second factor into use, and sign in.

        What is refused does not use the token up. Raises InvalidOneTimeToken, InvalidInput,
        NotEnrolled, WrongSecondFactor.
        """
        async with self._database.reading() as db:
            account = await self._invited(db, form.token)
        await self._rules.check(form.password, account.email, account.name)
        password_hash = await self._passwords.hash(form.password)
        now = self._clock.now()
        async with self._database.transaction() as tx:
            # Locked in the order of a sign-in and of a change: account, member, token.
            await people.FIND_FOR_UPDATE.first(tx, account=account.id)
            state = await store.LOCK_SECOND_FACTOR.first(tx, account=account.id)
            await self._one_time_tokens.use(tx, Purpose.STAFF_INVITATION, form.token)
            if state is None or state.sealed is None:
                raise NotEnrolled
            step = self._second_factors.step(state.sealed, form.code)
            if step is None:
                raise WrongSecondFactor
            if not await store.CONFIRM_SECRET.execute(tx, account=account.id, at=now, step=step):
                raise InvalidOneTimeToken
            await store.SET_PASSWORD.execute(tx, account=account.id, new_hash=password_hash, at=now)
            await self._staff_sessions.note(tx, account, origin, "staff.joined")
            return await self._staff_sessions.begin(tx, account, origin, form.device)

    async def _invited(self, db: Reading, token: str) -> Account:
        invited = await self._one_time_tokens.look(db, Purpose.STAFF_INVITATION, token)
        account = None
        if invited.account_id is not None:
            account = await people.FIND.first(db, account=invited.account_id)
        if account is None:
            raise InvalidOneTimeToken
        return account
