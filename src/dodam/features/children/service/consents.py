"""Consent for children: asked before anything of a child is stored, and taken back at any time.

What holds is kept on the child's row, so that the check costs no question to the database.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from dodam.features.accounts.errors.consents import ConsentRequired
from dodam.features.accounts.models.consents import (
    ACCOUNT_KINDS,
    CHILD_KINDS,
    AskedConsents,
    ConsentKind,
    Held,
    answers,
    asked,
    changes,
    held,
)
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.consents import Consents
from dodam.features.children.errors import ChildNotFound, GuardianConsentRequired
from dodam.features.children.events import ConsentWithdrawn
from dodam.features.children.models.children import Child, NewChild, age
from dodam.features.children.models.consents import ChildConsent, GivenBy
from dodam.features.children.store import children
from dodam.features.children.store import consents as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.origin import Origin


class ChildConsents:
    """Follows the consents of account holders, whose children's rows tell of them too."""

    def __init__(self, clock: Clock, documents: ConsentDocuments, consents: Consents) -> None:
        self._clock = clock
        self._documents = documents
        self._consents = consents

    async def require(self, db: Reading, child: Child) -> None:
        """Raises ConsentRequired unless everything required in force is consented to."""
        await self._consents.require(db, child.consents, ConsentKind)

    async def hold(self, db: Reading, child: Child) -> bool:
        """Whether everything required in force is consented to."""
        try:
            await self.require(db, child)
        except ConsentRequired:
            return False
        return True

    async def begin(self, tx: Transaction, guardian_id: UUID, form: NewChild) -> tuple[Held, Held]:
        """What the guardian consents to for themselves, and for a child who is to be registered.

        Whoever calls holds the guardian's lock. Raises ConsentRequired, GuardianConsentRequired,
        InvalidInput.
        """
        guardians = await self._consents.held_by(tx, guardian_id)
        answered = {} if form.consent is None else answers(form.consent.documents)
        await self._documents.check(tx, answered, "consent.documents.")
        given = {kind: each for kind, each in answered.items() if each is not None}
        await self._consents.require(tx, {**guardians, **given}, ConsentKind)
        if form.consent is not None and form.consent.given_by is GivenBy.CHILD:
            await self._check_age(tx, guardian_id, form.birth_date, form.time_zone)
        return guardians, {str(kind): version for kind, version in given.items()}

    async def note(
        self,
        tx: Transaction,
        guardian_id: UUID,
        child_id: UUID,
        consent: ChildConsent,
        origin: Origin,
    ) -> None:
        """Keep the answers with which a child was registered."""
        given = answers(consent.documents)
        await self._add(tx, child_id, guardian_id, consent.given_by, {}, given, origin)

    async def of(self, db: Reading, child: Child) -> AskedConsents:
        """What is asked for the child now, and every answer there was."""
        history = await store.HISTORY.all(db, child=child.id)
        return asked(CHILD_KINDS, await self._documents.in_force(db), history)

    async def change(
        self, tx: Transaction, guardian_id: UUID, child_id: UUID, form: ChildConsent, origin: Origin
    ) -> AskedConsents:
        """Give or withdraw consent for a child; the same answer again adds nothing.

        Raises ChildNotFound, ConsentRequired (the guardian's own comes first),
        GuardianConsentRequired, InvalidInput.
        """
        child = await children.FIND_FOR_UPDATE.first(tx, child=child_id, guardian=guardian_id)
        if child is None:
            raise ChildNotFound
        answered = answers(form.documents)
        await self._documents.check(tx, answered, "documents.")
        if any(version is not None for version in answered.values()):
            await self._consents.require(tx, child.consents, ACCOUNT_KINDS)
            if form.given_by is GivenBy.CHILD:
                await self._check_age(tx, guardian_id, child.birth_date, child.time_zone)
        before = held(await store.HISTORY.all(tx, child=child_id))
        if await self._add(tx, child_id, guardian_id, form.given_by, before, answered, origin):
            holds = held(await store.HISTORY.all(tx, child=child_id))
            await store.SET_CHILDS.execute(tx, child=child_id, holds=holds)
            if _lack_one(holds, CHILD_KINDS):
                await tx.publish(ConsentWithdrawn(child_id=child_id))
        return await self.of(tx, child)

    async def check_birth_date(self, tx: Transaction, guardian_id: UUID, child: Child) -> None:
        """Raises GuardianConsentRequired for a child that was too young to consent itself."""
        givers = await store.GIVERS.all(tx, child=child.id)
        if any(each.given_by is GivenBy.CHILD for each in givers):
            await self._check_age(tx, guardian_id, child.birth_date, child.time_zone)

    async def consents_changed(self, tx: Transaction, account_id: UUID, holds: Held) -> None:
        # A child that is being registered meanwhile is waited for, so that it is told too.
        await children.LOCK_GUARDIAN.execute(tx, guardian=account_id)
        for child in await store.SET_GUARDIANS.all(tx, guardian=account_id, holds=holds):
            if _lack_one(holds, ACCOUNT_KINDS):
                await tx.publish(ConsentWithdrawn(child_id=child.id))

    async def erase(self, tx: Transaction, child_id: UUID) -> None:
        await store.ERASE.execute(tx, child=child_id)

    async def forget_who(self, tx: Transaction, child_id: UUID) -> None:
        """Keep of the answers for a pseudonymised child that there were, and not whose."""
        await store.FORGET_WHO.execute(tx, child=child_id)

    async def _add(
        self,
        tx: Transaction,
        child_id: UUID,
        guardian_id: UUID,
        given_by: GivenBy,
        before: Held,
        answered: Mapping[ConsentKind, int | None],
        origin: Origin,
    ) -> bool:
        changed = changes(before, answered)
        for kind, version, given in changed:
            await store.INSERT.execute(
                tx,
                id=new_id(),
                child_id=child_id,
                kind=kind,
                version=version,
                given=given,
                given_by=given_by,
                at=self._clock.now(),
                account_id=guardian_id,
                address=origin.address,
                user_agent=origin.user_agent,
            )
        return bool(changed)

    async def _check_age(
        self, db: Reading, guardian_id: UUID, birth_date: date, time_zone: str
    ) -> None:
        today = self._clock.now().astimezone(ZoneInfo(time_zone)).date()
        years = await self._consents.age_of_consent(db, guardian_id)
        if age(birth_date, today) < years:
            raise GuardianConsentRequired(years=years)


def _lack_one(holds: Held, kinds: Iterable[ConsentKind]) -> bool:
    return any(kind.is_required and kind not in holds for kind in kinds)
