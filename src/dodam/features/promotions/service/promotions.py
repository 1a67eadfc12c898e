"""Promotions: made and withdrawn by staff."""

from datetime import UTC, timedelta
from uuid import UUID

import msgspec

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.promotions import errors
from dodam.features.promotions.models.codes import read_word
from dodam.features.promotions.models.promotions import (
    Gift,
    NewPromotion,
    Promotion,
    SingleCodes,
    Word,
)
from dodam.features.promotions.models.redemptions import UsePage
from dodam.features.promotions.models.tasks import IssueCodes
from dodam.features.promotions.service.codes import CodeKeys
from dodam.features.promotions.store import codes, redemptions
from dodam.features.promotions.store import promotions as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput

_FURTHEST = timedelta(days=3660)
_AFTER_ALL = UUID(int=2**128 - 1)
# What two forms of the same promotion have in common.
_SAID = NewPromotion.__struct_fields__


class Promotions:
    def __init__(self, clock: Clock, audit: Audit, keys: CodeKeys) -> None:
        self._clock = clock
        self._audit = audit
        self._keys = keys

    async def make(
        self, tx: Transaction, by: Actor, made_by: UUID, form: NewPromotion
    ) -> Promotion:
        """A promotion whose codes are made ready in the background; the same again is the same.

        Raises InvalidInput, PromotionIdReused, WordTaken.
        """
        form = self._checked(form)
        known = await store.FIND.first(tx, promotion=form.id)
        if known is not None:
            return _the_same(form, known)
        word = form.codes.word if isinstance(form.codes, Word) else None
        added = await store.ADD.first(
            tx,
            **{name: getattr(form, name) for name in ("id", "name", "campaign")},
            **msgspec.structs.asdict(form.gives),
            word=word,
            codes=form.codes.count if isinstance(form.codes, SingleCodes) else 1,
            uses=form.codes.uses if isinstance(form.codes, Word) else 1,
            valid_from=form.valid_from,
            valid_until=form.valid_until,
            key=self._keys.newest,
            made_by=made_by,
            made_at=self._clock.now(),
            issued_at=None,
            withdrawn_at=None,
        )
        if added is None:
            # Somebody else's that came at the same moment: this one, or one with its word.
            known = await store.FIND.first(tx, promotion=form.id)
            if known is None:
                raise errors.WordTaken
            return _the_same(form, known)
        await self._audit.record(tx, by, "promotion.made", _subject(form.id))
        await tx.enqueue(IssueCodes(promotion_id=form.id))
        return await self.find(tx, form.id)

    async def newest(self, db: Reading, limit: int) -> list[Promotion]:
        """The ones made last, the newest first."""
        return [_told(row) for row in await store.NEWEST.all(db, most=limit)]

    async def find(self, db: Reading, promotion_id: UUID) -> Promotion:
        """Raises PromotionNotFound."""
        row = await store.FIND.first(db, promotion=promotion_id)
        if row is None:
            raise errors.PromotionNotFound
        return _told(row)

    async def uses(
        self, db: Reading, promotion_id: UUID, before: UUID | None, limit: int
    ) -> UsePage:
        """Who redeemed codes of a promotion. Raises PromotionNotFound."""
        await self.find(db, promotion_id)
        found = await redemptions.PAGE.all(
            db, promotion=promotion_id, before=before or _AFTER_ALL, most=limit + 1
        )
        page = found[:limit]
        return UsePage(page, page[-1].id if len(found) > limit else None)

    async def withdraw(self, tx: Transaction, by: Actor, promotion_id: UUID) -> None:
        """No code of it is redeemed from now on; what was given stays. Raises PromotionNotFound."""
        if not await store.WITHDRAW.execute(tx, promotion=promotion_id, now=self._clock.now()):
            raise errors.PromotionNotFound
        await self._audit.record(tx, by, "promotion.withdrawn", _subject(promotion_id))

    async def withdraw_code(
        self, tx: Transaction, by: Actor, promotion_id: UUID, number: int
    ) -> None:
        """Like `withdraw`, of one code. Raises PromotionNotFound, CodeNotFound."""
        await self.find(tx, promotion_id)
        now = self._clock.now()
        if not await codes.WITHDRAW.execute(tx, promotion=promotion_id, number=number, now=now):
            raise errors.CodeNotFound
        subject = _subject(promotion_id)
        await self._audit.record(tx, by, "promotion.code_withdrawn", subject, number=number)

    def _checked(self, form: NewPromotion) -> NewPromotion:
        """The form with texts as they are kept. Raises InvalidInput."""
        now = self._clock.now()
        wrong: list[FieldError] = []
        if form.gives == Gift():
            wrong.append(errors.NOTHING_GIVEN)
        if not max(form.valid_from, now) < form.valid_until <= now + _FURTHEST:
            wrong.append(errors.ENDS_TOO_EARLY)
        how = form.codes
        if isinstance(how, Word):
            word = read_word(how.word)
            if word is None:
                wrong.append(errors.NO_WORD)
            else:
                how = msgspec.structs.replace(how, word=word)
        if wrong:
            raise InvalidInput(fields=wrong)
        return msgspec.structs.replace(
            form,
            name=form.name.strip(),
            campaign=form.campaign.strip() if form.campaign else None,
            codes=how,
            valid_from=form.valid_from.astimezone(UTC),
            valid_until=form.valid_until.astimezone(UTC),
        )


def _the_same(form: NewPromotion, known: store.Row) -> Promotion:
    promotion = _told(known)
    if any(getattr(promotion, name) != getattr(form, name) for name in _SAID):
        raise errors.PromotionIdReused
    return promotion


def _told(row: store.Row) -> Promotion:
    return Promotion(
        id=row.id,
        name=row.name,
        campaign=row.campaign,
        gives=Gift(row.free_days, row.tickets),
        codes=SingleCodes(row.codes) if row.word is None else Word(row.word, row.uses),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        made_by=row.made_by,
        made_at=row.made_at,
        issued_at=row.issued_at,
        withdrawn_at=row.withdrawn_at,
        redeemed=row.redeemed,
    )


def _subject(promotion_id: UUID) -> Subject:
    return Subject("promotion", promotion_id)
