"""Linking and unlinking the ways to sign in to an account."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from dodam.features.accounts.errors.identities import (
    IdentityTaken,
    LastSignInMethod,
    MethodLinkedAlready,
    MethodNotLinked,
)
from dodam.features.accounts.events.identities import AppleTokenDropped
from dodam.features.accounts.models.identities import (
    AppleProof,
    GoogleProof,
    LinkedMethod,
)
from dodam.features.accounts.models.people import SignInMethod
from dodam.features.accounts.models.sessions import EndReason
from dodam.features.accounts.service.identity_proofs import Identity, IdentityProofs
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.sign_in_methods import methods_of
from dodam.features.accounts.store import identities as store
from dodam.features.accounts.store import people
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller


class Identities:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        proofs: IdentityProofs,
        sessions: Sessions,
        tokens: OneTimeTokens,
        audit: Audit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._proofs = proofs
        self._sessions = sessions
        self._tokens = tokens
        self._audit = audit

    async def link_google(
        self, caller: Caller, proof: GoogleProof, origin: Origin
    ) -> list[LinkedMethod]:
        """Raises RecentSignInRequired, what IdentityProofs raises, and what `_link` does."""
        await self._sessions.check_recent(caller)
        return await self._link(caller, await self._proofs.google(proof), origin)

    async def link_apple(
        self, caller: Caller, proof: AppleProof, origin: Origin
    ) -> list[LinkedMethod]:
        """The same, with Apple."""
        await self._sessions.check_recent(caller)
        return await self._link(caller, await self._proofs.apple(proof), origin)

    async def unlink(
        self, tx: Transaction, caller: Caller, method: SignInMethod, origin: Origin
    ) -> None:
        """Take a way to sign in off, and end what was begun by it but the caller's own session.

        Raises MethodNotLinked, and LastSignInMethod: of two that are taken off at once, one stays.
        """
        account_id = caller.account_id
        await people.FIND_FOR_UPDATE.first(tx, account=account_id)
        methods = await methods_of(tx, account_id)
        if not _names(methods, method):
            raise MethodNotLinked
        if len(methods) == 1:
            raise LastSignInMethod
        if method is SignInMethod.PASSWORD:
            await store.REMOVE_PASSWORD.execute(tx, account=account_id)
            await self._tokens.cancel(tx, Purpose.RESET_PASSWORD, account_id)
        else:
            await self._give_up(
                tx, await store.REMOVE.all(tx, account=account_id, by_provider=method)
            )
        await self._sessions.end_all(
            tx, account_id, EndReason.REVOKED, spared=caller.session_id, method=method
        )
        await self._record(tx, caller, origin, "unlinked", method)

    async def remove_all(self, tx: Transaction, account_id: UUID) -> Mapping[str, int]:
        """Drop all identities of an account, and tell Apple durably; how many there were."""
        removed = await store.REMOVE_ALL.all(tx, account=account_id)
        await self._give_up(tx, removed)
        return {"identity": len(removed)}

    async def attach(self, tx: Transaction, account_id: UUID, identity: Identity) -> None:
        """Raises MethodLinkedAlready when the account has another identity at the provider."""
        attached = await store.INSERT_IDENTITY.first(
            tx,
            provider=identity.provider,
            subject=identity.subject,
            account_id=account_id,
            client_id=identity.client_id,
            email=identity.email,
            email_is_relay=identity.email_is_relay,
            sealed_token=identity.sealed_token,
            linked_at=self._clock.now(),
            authorized_at=identity.authorized_at,
        )
        if attached is None:
            raise MethodLinkedAlready

    async def renew(self, tx: Transaction, identity: Identity) -> None:
        """Note that a known person signed in at the provider again."""
        await store.RENEW_IDENTITY.execute(
            tx,
            by_provider=identity.provider,
            by_subject=identity.subject,
            new_client_id=identity.client_id,
            new_email=identity.email,
            is_relay=identity.email_is_relay,
            new_token=identity.sealed_token,
            at=identity.authorized_at,
        )

    async def _link(self, caller: Caller, identity: Identity, origin: Origin) -> list[LinkedMethod]:
        """Let the person sign in to the account; doing it again is fine.

        Raises IdentityTaken, MethodLinkedAlready.
        """
        account_id = caller.account_id
        async with self._database.transaction() as tx:
            await store.ONE_AT_A_TIME.execute(tx, person=identity.person)
            await people.FIND_FOR_UPDATE.first(tx, account=account_id)
            holder = await store.HOLDER_ID.first(
                tx, by_provider=identity.provider, by_subject=identity.subject
            )
            if holder is None:
                await store.REMOVE_REVOKED.execute(
                    tx, account=account_id, by_provider=identity.provider
                )
                await self.attach(tx, account_id, identity)
                await self._record(tx, caller, origin, "linked", identity.provider)
            elif holder.account_id == account_id:
                await self.renew(tx, identity)
            else:
                raise IdentityTaken
            return await methods_of(tx, account_id)

    async def _give_up(self, tx: Transaction, removed: Sequence[store.Removed]) -> None:
        """Have refresh tokens revoked: Apple's, for of Google we hold none."""
        for each in removed:
            if each.sealed_token is not None:
                await tx.publish(
                    AppleTokenDropped(client_id=each.client_id, sealed_token=each.sealed_token)
                )

    async def _record(
        self, tx: Transaction, caller: Caller, origin: Origin, what: str, method: SignInMethod
    ) -> None:
        await self._audit.record(
            tx,
            Actor.calling(caller, origin),
            f"sign_in_method.{what}",
            Subject("account", caller.account_id),
            method=method,
        )


def _names(methods: Sequence[LinkedMethod], method: SignInMethod) -> bool:
    return any(each.method is method for each in methods)
