"""Statements on accounts' addresses."""

import asyncpg
import sqlalchemy as sa

from dodam.features.accounts.tables.people import ACCOUNT
from dodam.platform.database import Transaction
from dodam.platform.statements import Statement

_THIS = ACCOUNT.c.id == sa.bindparam("account")

VERIFY = Statement(
    sa.update(ACCOUNT)
    .where(_THIS, ACCOUNT.c.email_verified_at.is_(None))
    .values(email_verified_at=sa.bindparam("at"))
)
_SET_ADDRESS = Statement(
    sa.update(ACCOUNT)
    .where(_THIS)
    .values(
        email=sa.bindparam("new_email"),
        email_key=sa.bindparam("new_key"),
        email_verified_at=sa.bindparam("at"),
    )
)


async def set_address(tx: Transaction, **values: object) -> bool:
    """Whether the address was free; if it was not, the transaction is to be given up."""
    try:
        await _SET_ADDRESS.execute(tx, **values)
    except asyncpg.UniqueViolationError:
        return False
    return True
