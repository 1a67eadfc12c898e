"""Who may be followed, and under which pseudonym."""

from datetime import timedelta
from uuid import UUID, uuid4

import structlog

from dodam.features.accounts.models.consents import ConsentKind
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.insight import store
from dodam.features.insight.models.events import ForgetPerson
from dodam.features.insight.models.people import DeletionReason, Person
from dodam.features.insight.models.uploads import EventFate
from dodam.features.insight.ports import Analytics
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction

_LOG = structlog.get_logger(__name__)
# What is being sent when a consent is withdrawn has arrived by then, and is deleted with the rest.
_SETTLED_AFTER = timedelta(minutes=10)


class People:
    def __init__(
        self,
        clock: Clock,
        analytics: Analytics,
        documents: ConsentDocuments,
        reporting: AccountReporting,
    ) -> None:
        self._clock = clock
        self._analytics = analytics
        self._documents = documents
        self._reporting = reporting

    async def hold(self, tx: Transaction, account_id: UUID) -> Person | EventFate:
        """The pseudonym to record something under, or why nothing may be recorded.

        Until the transaction ends the person cannot withdraw; the pseudonym counts as used.
        """
        if not self._analytics.collects:
            _LOG.debug("no analytics service is set: nothing is recorded")
            return EventFate.NOT_COLLECTED
        person = await store.HOLD.first(tx, account=account_id)
        document = (await self._documents.in_force(tx)).get(ConsentKind.ANALYTICS)
        if person is None or document is None or person.consent_version < document.version:
            return EventFate.NOT_CONSENTED
        if account_id in await self._reporting.left_out(tx):
            return EventFate.NOT_COLLECTED
        if person.followed_since is None:
            await store.FOLLOW.execute(tx, account=account_id, at=self._clock.now())
        return person

    async def still_followed(self, db: Reading, distinct_ids: list[UUID]) -> set[UUID]:
        """Which of the pseudonyms are of people who consent, and of no test account."""
        people = await store.UNDER_PSEUDONYMS.all(db, ids=distinct_ids)
        left_out = set(await self._reporting.left_out(db))
        return {each.distinct_id for each in people if each.account_id not in left_out}

    async def consented(self, tx: Transaction, account_id: UUID, version: int) -> bool:
        """Whether that is new."""
        begun = await store.BEGIN.first(
            tx,
            account_id=account_id,
            distinct_id=uuid4(),
            consent_version=version,
            consented_at=self._clock.now(),
        )
        if begun is None:
            await store.SET_VERSION.execute(tx, account=account_id, version=version)
        return begun is not None

    async def forget(self, tx: Transaction, account_id: UUID, reason: DeletionReason) -> bool:
        """Keep no pseudonym, and have what was recorded under it deleted; whether there was one."""
        ended = await store.END.first(tx, account=account_id)
        if ended is not None:
            await self._have_deleted(tx, ended, reason)
        return ended is not None

    async def forget_test_accounts(self, tx: Transaction) -> None:
        """What was recorded before an account became a test account is deleted.

        Its holder's consent stands; should it become an ordinary one again, it is followed anew.
        """
        left_out = await self._reporting.left_out(tx)
        for person in await store.FOLLOWED_AMONG.all(tx, accounts=left_out):
            await store.END.first(tx, account=person.account_id)
            await store.BEGIN.first(
                tx,
                account_id=person.account_id,
                distinct_id=uuid4(),
                consent_version=person.consent_version,
                consented_at=person.consented_at,
            )
            await self._have_deleted(tx, person, DeletionReason.TEST_ACCOUNT)

    async def _have_deleted(self, tx: Transaction, person: Person, reason: DeletionReason) -> None:
        if person.followed_since is None:
            return
        await store.ASK.execute(
            tx,
            distinct_id=person.distinct_id,
            account_id=person.account_id,
            reason=reason,
            asked_at=self._clock.now(),
        )
        await tx.enqueue(ForgetPerson(distinct_id=person.distinct_id), after=_SETTLED_AFTER)
