"""Verifying the phone number of an account."""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from uuid import UUID

from dodam.features.accounts.errors.phones import (
    CodeExpired,
    PhoneNotFound,
    SmsUnavailable,
    TooManyAttempts,
    VerificationNotFound,
    WrongCode,
)
from dodam.features.accounts.events.accounts import ProfileChanged
from dodam.features.accounts.events.phones import PhoneVerified
from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.models.phones import (
    MOST_ATTEMPTS,
    CodeTimes,
    NewVerification,
    Phone,
    Verification,
)
from dodam.features.accounts.ports.phones import PhoneCodes
from dodam.features.accounts.service.phone_numbers import MobileNumber, mobile_number
from dodam.features.accounts.store import people
from dodam.features.accounts.store import phones as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.errors import DodamError
from dodam.platform.i18n import Language
from dodam.platform.ids import new_id
from dodam.platform.rate_limit import RateLimits, TooManyRequests
from dodam.platform.tokens import NotSignedIn

_REMEMBERED_AFTER_EXPIRY = timedelta(days=1)


class Phones:
    """One verified number an account; `codes` holds who makes and checks a country's codes.

    It opens its scopes itself, so that no connection waits while a provider is asked.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rate_limits: RateLimits,
        limits: AccountLimits,
        codes: Mapping[str, PhoneCodes],
        times: CodeTimes,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rate_limits = rate_limits
        self._limits = limits
        self._codes = codes
        self._life = timedelta(seconds=times.life)
        self._pause = timedelta(seconds=times.resend)

    async def start(self, account_id: UUID, form: NewVerification, network: str) -> Verification:
        """Send a code, which replaces any other to the number or of the account.

        One that could not be sent counts as a request of the network and for nothing else. Raises
        InvalidInput, CountryNotServed, TooManyRequests, NumberRefused, SmsUnavailable.
        """
        mobile = mobile_number(form.number, form.country, self._codes)
        await self._rate_limits.spend(self._limits.code_requests, network)
        uses = (("number", mobile.number), ("account", account_id))
        for use in uses:
            await self._rate_limits.check(self._limits.codes, *use)
        verification, language, instead_of = await self._reserve(account_id, mobile)
        try:
            reference = await self._codes[mobile.country].start(
                mobile.number, form.language or language, instead_of
            )
        except DodamError:
            async with self._database.statement() as tx:
                await store.REMOVE.execute(tx, verification=verification.id)
            raise
        async with self._database.transaction() as tx:
            await store.SENT.execute(tx, verification=verification.id, new_reference=reference)
            await store.REMOVE_RIVALS.execute(
                tx, verification=verification.id, account=account_id, to_number=mobile.number
            )
        # A pause outlasts a provider's time-outs, so that one request at a time gets this far, and
        # what was checked above still holds.
        for use in uses:
            await self._rate_limits.spend(self._limits.codes, *use)
        return verification

    async def check(self, account_id: UUID, verification_id: UUID, code: str) -> Phone:
        """The number, verified from now on in place of the one before.

        Raises WrongCode, CodeExpired, TooManyAttempts, VerificationNotFound, SmsUnavailable.
        """
        async with self._database.statement() as tx:
            attempt = await store.COUNT_ATTEMPT.first(
                tx, verification=verification_id, account=account_id, now=self._clock.now()
            )
        if attempt is None:
            raise await self._refusal(account_id, verification_id)
        try:
            is_right = await self._codes[attempt.country].check(
                attempt.number, attempt.reference, code
            )
        except SmsUnavailable:
            async with self._database.statement() as tx:
                await store.GIVE_ATTEMPT_BACK.execute(tx, verification=verification_id)
            raise
        if not is_right:
            raise WrongCode(details={"attempts_left": MOST_ATTEMPTS - attempt.attempts})
        async with self._database.transaction() as tx:
            # Gone already if the same code came twice at once, or a newer one was sent meanwhile.
            if not await store.REMOVE.execute(tx, verification=verification_id):
                raise VerificationNotFound
            kept = await store.KEEP_PHONE.all(
                tx,
                account_id=account_id,
                number=attempt.number,
                country=attempt.country,
                verified_at=self._clock.now(),
            )
            await tx.publish(PhoneVerified(account_id=account_id))
        return kept[0]

    async def of(self, db: Reading, account_id: UUID) -> Phone:
        """Raises PhoneNotFound."""
        found = await store.FIND_PHONE.first(db, account=account_id)
        if found is None:
            raise PhoneNotFound
        return found

    async def remove(self, tx: Transaction, account_id: UUID) -> None:
        """Raises PhoneNotFound."""
        if not await store.REMOVE_PHONE.execute(tx, account=account_id):
            raise PhoneNotFound
        await tx.publish(ProfileChanged(account_id=account_id))

    async def forget_expired(self, tx: Transaction) -> None:
        before = self._clock.now() - _REMEMBERED_AFTER_EXPIRY
        await store.FORGET_EXPIRED.execute(tx, before=before)

    async def _reserve(
        self, account_id: UUID, mobile: MobileNumber
    ) -> tuple[Verification, Language, str | None]:
        """Begin the pause before the number's and the account's next code.

        Also the account's language, and the reference of the number's last code. Raises
        TooManyRequests during a pause.
        """
        now = self._clock.now()
        verification = Verification(new_id(), now + self._life, now + self._pause)
        async with self._database.transaction() as tx:
            account = await people.FIND_FOR_UPDATE.first(tx, account=account_id)
            if account is None:
                raise NotSignedIn
            await store.LOCK_NUMBER.execute(tx, to_number=mobile.number)
            rivals = await store.RIVALS.all(tx, account=account_id, to_number=mobile.number)
            if rivals and rivals[0].created_at + self._pause > now:
                wait = rivals[0].created_at + self._pause - now
                seconds = ceil(wait.total_seconds())
                raise TooManyRequests(retry_after=seconds, seconds=seconds)
            await store.RESERVE.execute(
                tx,
                id=verification.id,
                account_id=account_id,
                number=mobile.number,
                country=mobile.country,
                created_at=now,
                expires_at=verification.expires_at,
            )
        to_number = (each.reference for each in rivals if each.number == mobile.number)
        return verification, account.language, next(filter(None, to_number), None)

    async def _refusal(self, account_id: UUID, verification_id: UUID) -> DodamError:
        async with self._database.reading() as db:
            found = await store.FIND.first(db, verification=verification_id, account=account_id)
        if found is None or found.reference is None:
            return VerificationNotFound()
        if found.expires_at <= self._clock.now():
            return CodeExpired()
        return TooManyAttempts()
