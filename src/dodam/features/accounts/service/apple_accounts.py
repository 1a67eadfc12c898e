"""What Apple tells us of people who sign in with Apple, and what we tell Apple."""

from datetime import timedelta

from dodam.features.accounts.models.people import SignInMethod
from dodam.features.accounts.models.sessions import EndReason
from dodam.features.accounts.ports.identities import (
    AppleIdentityProvider,
    AppleNotice,
    AppleNoticeKind,
)
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.store import identities as store
from dodam.features.audit.models import SYSTEM, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.encryption import Cipher

# More than is made up for when a signature's age is looked at.
_CLOCKS_DIFFER = timedelta(hours=1)


class AppleAccounts:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        cipher: Cipher,
        apple: AppleIdentityProvider,
        sessions: Sessions,
        audit: Audit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher
        self._apple = apple
        self._sessions = sessions
        self._audit = audit

    async def take_notice(self, payload: str) -> None:
        """Do what a notification asks for, once however often it comes.

        Whoever takes back their consent, or deletes their Apple account, cannot sign in with Apple
        any more and is signed out where they did. Their account here stays, for it holds a child's
        therapy: they sign in another way, set a password by mail, or leave by withdrawing. A
        consent that is given anew, by signing in with Apple, leads back to the same account.

        Raises InvalidIdToken, ProviderUnavailable, ProviderNotConfigured.
        """
        notice = await self._apple.read_notice(payload)
        async with self._database.transaction() as tx:
            noted = await store.NOTE_NOTICE.first(
                tx,
                id=notice.id,
                received_at=self._clock.now(),
                expires_at=notice.expires_at,
            )
            if noted is not None and notice.kind is not None:
                await self._act_on(tx, notice, notice.kind)

    async def revoke(self, client_id: str, sealed_token: bytes) -> None:
        """Tell Apple that a person signs in here no more. Raises ProviderUnavailable."""
        await self._apple.revoke(self._cipher.reveal(sealed_token), client_id)

    async def forget_notices(self, tx: Transaction) -> None:
        """Drop notices of which Apple's signature is too old by now to be taken again."""
        await store.FORGET_NOTICES.execute(tx, before=self._clock.now() - _CLOCKS_DIFFER)

    async def _act_on(self, tx: Transaction, notice: AppleNotice, kind: AppleNoticeKind) -> None:
        provider = SignInMethod.APPLE
        person = {"by_provider": provider, "by_subject": notice.subject}
        await store.ONE_AT_A_TIME.execute(tx, person=f"{provider}:{notice.subject}")
        # Takes the locks in the order in which everybody does.
        if await store.HOLDER.first(tx, **person) is None:
            return
        match kind:
            case AppleNoticeKind.MAIL_STOPPED | AppleNoticeKind.MAIL_RESUMED:
                await store.FORWARD_MAIL.execute(
                    tx,
                    **person,
                    is_forwarded=kind is AppleNoticeKind.MAIL_RESUMED,
                    happened_at=notice.happened_at,
                )
                return
            case AppleNoticeKind.CONSENT_REVOKED:
                ended = await store.REVOKE.first(
                    tx, **person, at=self._clock.now(), happened_at=notice.happened_at
                )
            case AppleNoticeKind.APPLE_ACCOUNT_DELETED:
                ended = await store.REMOVE_PERSON.first(tx, **person)
        if ended is not None:
            await self._sessions.end_all(tx, ended.account_id, EndReason.PROVIDER, method=provider)
            await self._audit.record(
                tx,
                SYSTEM,
                "sign_in_method.ended_by_provider",
                Subject("account", ended.account_id),
                method=provider,
            )
