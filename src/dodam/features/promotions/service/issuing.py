"""Making a promotion's codes ready, and listing them for whoever prints them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.promotions.errors import NotIssuedYet, PromotionNotFound
from dodam.features.promotions.models.codes import shown
from dodam.features.promotions.models.tasks import IssueCodes
from dodam.features.promotions.service.codes import CodeKeys
from dodam.features.promotions.store import codes as store
from dodam.features.promotions.store import promotions
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction

_TOGETHER = 1000


class Issuing:
    def __init__(self, database: Database, clock: Clock, audit: Audit, keys: CodeKeys) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._keys = keys

    async def issue(self, task: IssueCodes) -> None:
        """All of the codes at once, or none; a second time nothing happens."""
        async with self._database.transaction() as tx:
            row = await promotions.HOLD.first(tx, promotion=task.promotion_id)
            if row is None or row.issued_at is not None:
                return
            codes = enumerate(self._codes(row), 1)
            while some := list(islice(codes, _TOGETHER)):
                await store.ADD.execute(
                    tx,
                    promotion=row.id,
                    numbers=[number for number, _ in some],
                    digests=[self._keys.digest(row.key, code) for _, code in some],
                    uses=row.uses,
                )
            await promotions.MARK_ISSUED.execute(tx, promotion=row.id, now=self._clock.now())

    async def csv(self, tx: Transaction, by: Actor, promotion_id: UUID) -> Iterator[str]:
        """The codes as lines of CSV (RFC 4180), many in each text; noted in the audit trail.

        Raises PromotionNotFound, NotIssuedYet.
        """
        row = await promotions.FIND.first(tx, promotion=promotion_id)
        if row is None:
            raise PromotionNotFound
        if row.issued_at is None:
            raise NotIssuedYet
        await self._audit.record(tx, by, "promotion.codes_read", Subject("promotion", row.id))
        return _lines(self._codes(row))

    def _codes(self, row: promotions.Row) -> Iterable[str]:
        if row.word is not None:
            return (row.word,)
        return (self._keys.code(row.key, row.id, number) for number in range(1, row.codes + 1))


def _lines(codes: Iterable[str]) -> Iterator[str]:
    yield "number,code\r\n"
    lines = (f"{number},{shown(code)}\r\n" for number, code in enumerate(codes, 1))
    while some := "".join(islice(lines, _TOGETHER)):
        yield some
