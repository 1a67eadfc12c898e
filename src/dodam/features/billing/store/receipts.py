"""Statements on what clients handed in."""

from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.billing.models.receipts import PaymentResult, ReceiptOutcome
from dodam.features.billing.tables.subscriptions import PAYMENT_RESULT
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement


class HandedIn(Struct, frozen=True):
    outcome: ReceiptOutcome
    subscription_id: UUID | None
    purchase_token: str | None


_ACCOUNT = PAYMENT_RESULT.c.account_id == sa.bindparam("account")
_NEW = insert(PAYMENT_RESULT).values(
    {column.name: sa.bindparam(column.name) for column in PAYMENT_RESULT.columns}
)

FIND = Query(
    sa.select(*(PAYMENT_RESULT.c[name] for name in HandedIn.__struct_fields__)).where(
        _ACCOUNT, PAYMENT_RESULT.c.digest == sa.bindparam("of_digest")
    ),
    HandedIn,
)
_KEEP_RESULT = Statement(
    _NEW.on_conflict_do_update(
        index_elements=[PAYMENT_RESULT.c.account_id, PAYMENT_RESULT.c.digest],
        set_={
            column.name: _NEW.excluded[column.name]
            for column in PAYMENT_RESULT.columns
            if not column.primary_key
        },
    )
)
ERASE = Statement(sa.delete(PAYMENT_RESULT).where(_ACCOUNT))


async def keep(
    tx: Transaction,
    account_id: UUID,
    digest: bytes,
    result: PaymentResult,
    purchase_token: str | None = None,
) -> None:
    """What a purchase led to now; what it led to before is forgotten."""
    await _KEEP_RESULT.execute(
        tx,
        account_id=account_id,
        digest=digest,
        purchase_token=purchase_token,
        **msgspec.structs.asdict(result),
    )
