"""Signing in with Google or Apple, and opening an account at the first time."""

from typing import TypeAlias

from dodam.features.accounts.errors.identities import VerifiedEmailNeeded
from dodam.features.accounts.errors.signing_in import EmailTaken
from dodam.features.accounts.events.accounts import AccountOpened, ProfileChanged
from dodam.features.accounts.models.identities import (
    AppleSignInForm,
    Entered,
    GoogleSignInForm,
    Nonce,
)
from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.models.people import Account, AccountKind
from dodam.features.accounts.service.identities import Identities
from dodam.features.accounts.service.identity_proofs import Identity, IdentityProofs
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.sign_in_methods import methods_of_address
from dodam.features.accounts.store import identities as store
from dodam.features.accounts.store import people
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.ids import new_id
from dodam.platform.origin import Origin
from dodam.platform.rate_limit import RateLimits

_Form: TypeAlias = GoogleSignInForm | AppleSignInForm


class ProviderSignIn:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        proofs: IdentityProofs,
        identities: Identities,
        sessions: Sessions,
        rate_limits: RateLimits,
        limits: AccountLimits,
    ) -> None:
        self._database = database
        self._clock = clock
        self._proofs = proofs
        self._identities = identities
        self._sessions = sessions
        self._rate_limits = rate_limits
        self._limits = limits

    async def issue_nonce(self, origin: Origin) -> Nonce:
        """Raises TooManyRequests."""
        await self._rate_limits.spend(self._limits.sign_ins, origin.network)
        async with self._database.transaction() as tx:
            return await self._proofs.issue_nonce(tx)

    async def google(self, form: GoogleSignInForm, origin: Origin) -> Entered:
        """Raises what IdentityProofs raises, and what `_enter` does."""
        await self._rate_limits.spend(self._limits.sign_ins, origin.network)
        return await self._enter(await self._proofs.google(form), form, origin)

    async def apple(self, form: AppleSignInForm, origin: Origin) -> Entered:
        """The same, with Apple."""
        await self._rate_limits.spend(self._limits.sign_ins, origin.network)
        return await self._enter(await self._proofs.apple(form, form.name), form, origin)

    async def _enter(self, identity: Identity, form: _Form, origin: Origin) -> Entered:
        """Sign the person in to the account they are linked to, or to a new one.

        Raises TooManyRequests, AccountWithdrawn, EmailTaken, VerifiedEmailNeeded.
        """
        if await self._is_new(identity):
            await self._rate_limits.spend(self._limits.sign_ups, origin.network)
        async with self._database.transaction() as tx:
            await store.ONE_AT_A_TIME.execute(tx, person=identity.person)
            found = await store.HOLDER.first(
                tx, by_provider=identity.provider, by_subject=identity.subject
            )
            if found is None:
                account = await self._open(tx, identity, form)
            else:
                account = await self._renew(tx, found, identity)
            tokens = await self._sessions.begin(tx, account, identity.provider, origin, form.device)
            return Entered(tokens, is_new=found is None)

    async def _is_new(self, identity: Identity) -> bool:
        async with self._database.reading() as db:
            found = await store.HOLDER_ID.first(
                db, by_provider=identity.provider, by_subject=identity.subject
            )
        return found is None

    async def _open(self, tx: Transaction, identity: Identity, form: _Form) -> Account:
        """An account that has the address already is never merged with silently.

        Whoever opened that one may not have held the address, and would get in to what the
        address's holder does from now on.
        """
        if identity.email is None:
            raise VerifiedEmailNeeded
        now = self._clock.now()
        email_key = identity.email.lower()
        account = await people.INSERT_ACCOUNT.first(
            tx,
            id=new_id(),
            kind=AccountKind.GUARDIAN,
            email=identity.email,
            email_key=email_key,
            email_verified_at=now,
            name=identity.name,
            password_hash=None,
            country=form.country,
            language=form.language,
            created_at=now,
        )
        if account is None:
            raise EmailTaken(details={"methods": await methods_of_address(tx, email_key)})
        await self._identities.attach(tx, account.id, identity)
        await tx.publish(AccountOpened(account_id=account.id))
        return account

    async def _renew(self, tx: Transaction, account: Account, identity: Identity) -> Account:
        await self._identities.renew(tx, identity)
        if account.name is None and identity.name is not None:
            named = await store.NAME_IF_NAMELESS.first(
                tx, account=account.id, new_name=identity.name
            )
            await tx.publish(ProfileChanged(account_id=account.id))
            return named or account
        return account
