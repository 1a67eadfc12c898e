"""The documents people consent to: shipped with a release, or published by staff."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from uuid import UUID, uuid5

import msgspec

from dodam.features.accounts.errors import consents as errors
from dodam.features.accounts.models.consents import (
    ConsentDocument,
    ConsentKind,
    InForce,
    NewConsentDocument,
)
from dodam.features.accounts.store import consents as store
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text

_READ_AGAIN_AFTER = timedelta(minutes=1)
_FURTHEST = timedelta(days=3_653)
_HOUR = timedelta(hours=1)
# A kind of document as the audit trail names it.
_SUBJECTS = UUID("5f0d4c1e-8a64-5b0f-9d0a-3c1e7a2b9f44")


class ConsentDocuments:
    """Every process keeps the documents in memory and reads them again every minute.

    A version takes force long after it is published, so all processes know it by then and change
    over at the same instant, without asking the database at each call.
    """

    def __init__(self, clock: Clock, audit: Audit, *, notice: timedelta) -> None:
        self._clock = clock
        self._audit = audit
        self._notice = notice
        self._documents: list[ConsentDocument] = []
        self._read_at: datetime | None = None

    async def load(self, tx: Transaction) -> int:
        """Publish the documents of this release that are not yet; how many it has."""
        packaged = resources.files("dodam.features.accounts").joinpath("consent_documents.json")
        documents = msgspec.json.decode(packaged.read_bytes(), type=list[ConsentDocument])
        for document in documents:
            await store.INSERT_DOCUMENT.first(tx, **msgspec.structs.asdict(document))
        tx.after_commit.append(self._read_again)
        return len(documents)

    async def in_force(self, db: Reading) -> InForce:
        """The version of each document that is in force now."""
        now = self._clock.now()
        known = await self._known(db)
        return {each.kind: each for each in known if each.effective_from <= now}

    async def to_show(self, db: Reading) -> list[ConsentDocument]:
        """The documents in force, each with the versions that will follow it."""
        in_force = await self.in_force(db)
        return [
            each
            for each in await self._known(db)
            if each.kind not in in_force or each.version >= in_force[each.kind].version
        ]

    async def check(
        self, db: Reading, answers: Mapping[ConsentKind, int | None], path: str = ""
    ) -> None:
        """Raises InvalidInput for a version that is neither in force nor published for later."""
        offered = {(each.kind, each.version) for each in await self.to_show(db)}
        wrong = [
            FieldError(f"{path}{kind}", "not_in_force", errors.NOT_IN_FORCE)
            for kind, version in answers.items()
            if version is not None and (kind, version) not in offered
        ]
        if wrong:
            raise InvalidInput(fields=wrong)

    async def publish(
        self, tx: Transaction, form: NewConsentDocument, by: Actor
    ) -> tuple[ConsentDocument, bool]:
        """The document, and whether it is new: the same one sent again finds itself.

        Raises InvalidInput, DocumentVersionTaken.
        """
        now = self._clock.now()
        wanted = ConsentDocument(
            kind=form.kind,
            version=form.version,
            required=form.kind.is_required,
            title=Text(form.title.ko, form.title.en),
            text=Text(form.text.ko, form.text.en),
            published_at=now,
            effective_from=form.effective_from,
        )
        versions = await self._versions(tx, form.kind)
        if form.version not in versions:
            self._check(wanted, newest=max(versions, default=0))
            published = await store.INSERT_DOCUMENT.first(tx, **msgspec.structs.asdict(wanted))
            if published is not None:
                await self._audit.record(
                    tx,
                    by,
                    "consent_document.published",
                    Subject("consent_document", uuid5(_SUBJECTS, published.kind)),
                    kind=published.kind,
                    version=published.version,
                    effective_from=published.effective_from,
                )
                tx.after_commit.append(self._read_again)
                return published, True
            # Somebody else has just published it.
            versions = await self._versions(tx, form.kind)
        known = versions[form.version]
        if msgspec.structs.replace(known, published_at=now) != wanted:
            raise errors.DocumentVersionTaken
        return known, False

    def _check(self, wanted: ConsentDocument, newest: int) -> None:
        if wanted.version != newest + 1:
            raise InvalidInput(fields=[errors.NOT_THE_NEXT])
        now = wanted.published_at
        if not now + self._notice <= wanted.effective_from <= now + _FURTHEST:
            raise InvalidInput(fields=[errors.too_soon(self._notice / _HOUR)])

    async def _versions(self, db: Reading, kind: ConsentKind) -> dict[int, ConsentDocument]:
        documents = await store.DOCUMENTS.all(db)
        return {each.version: each for each in documents if each.kind is kind}

    async def _known(self, db: Reading) -> list[ConsentDocument]:
        now = self._clock.now()
        read_at = self._read_at
        if read_at is None or not timedelta(0) <= now - read_at < _READ_AGAIN_AFTER:
            self._documents, self._read_at = await store.DOCUMENTS.all(db), now
        return self._documents

    async def _read_again(self) -> None:
        self._read_at = None
