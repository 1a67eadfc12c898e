"""What an account holder consents to, and takes back."""

from collections.abc import Iterable
from uuid import UUID

from dodam.features.accounts.errors.consents import ConsentRequired
from dodam.features.accounts.models.ages import age_of_consent
from dodam.features.accounts.models.consents import (
    ACCOUNT_KINDS,
    AskedConsents,
    ConsentChanges,
    ConsentKind,
    Held,
    answers,
    asked,
    changes,
    held,
    missing,
)
from dodam.features.accounts.ports.consents import ConsentFollower
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.store import consents as store
from dodam.features.accounts.store import people
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.origin import Origin
from dodam.platform.tokens import NotSignedIn


class Consents:
    def __init__(self, clock: Clock, documents: ConsentDocuments) -> None:
        self._clock = clock
        self._documents = documents
        self._followers: list[ConsentFollower] = []

    def follow(self, follower: ConsentFollower) -> None:
        """Have a feature told of every change; called while the process is wired."""
        self._followers.append(follower)

    async def of(self, db: Reading, account_id: UUID) -> AskedConsents:
        """What is asked of the account holder now, and every answer there was."""
        history = await store.HISTORY.all(db, account=account_id)
        return asked(ACCOUNT_KINDS, await self._documents.in_force(db), history)

    async def held_by(self, db: Reading, account_id: UUID) -> Held:
        """The versions the account holder consents to now, by kind."""
        return held(await store.HISTORY.all(db, account=account_id))

    async def change(
        self, tx: Transaction, account_id: UUID, form: ConsentChanges, origin: Origin
    ) -> AskedConsents:
        """Give or withdraw consent; the same answer again adds nothing. Raises InvalidInput."""
        answered = answers(form)
        await self._documents.check(tx, answered)
        # Locked, so that answers come one after the other.
        if await people.FIND_FOR_UPDATE.first(tx, account=account_id) is None:
            raise NotSignedIn
        before = await self.held_by(tx, account_id)
        changed = changes(before, answered)
        for kind, version, given in changed:
            await store.INSERT.execute(
                tx,
                id=new_id(),
                account_id=account_id,
                kind=kind,
                version=version,
                given=given,
                at=self._clock.now(),
                address=origin.address,
                user_agent=origin.user_agent,
            )
        if changed:
            now_held = await self.held_by(tx, account_id)
            for follower in self._followers:
                await follower.consents_changed(tx, account_id, now_held)
        return await self.of(tx, account_id)

    async def require(self, db: Reading, holds: Held, kinds: Iterable[ConsentKind]) -> None:
        """Raises ConsentRequired where a required document in force is not held."""
        in_force = await self._documents.in_force(db)
        if lacking := missing(holds, (in_force[kind] for kind in kinds if kind in in_force)):
            documents = [{"kind": each.kind, "version": each.version} for each in lacking]
            raise ConsentRequired(details={"documents": documents})

    async def age_of_consent(self, db: Reading, account_id: UUID) -> int:
        """From which age, in years, a child consents itself where the account holder lives."""
        account = await people.FIND.first(db, account=account_id)
        return age_of_consent(account.country if account else "")
