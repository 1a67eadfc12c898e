"""Statements on ledgers: a line is added and the balance moved by one statement, or neither is."""

from datetime import datetime
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.elements import CompilerElement

from dodam.features.children.errors import ChildNotFound
from dodam.features.rewards.models import TicketReason
from dodam.features.rewards.store.grants import IS_OF_GRANT
from dodam.features.rewards.tables import ENTRY, GRANT, LEDGER
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement


class Held(Struct, frozen=True):
    balance: int


class Counted(Struct, frozen=True):
    number: int


class Line(Struct, frozen=True):
    """`granted_for` is what a member of staff wrote."""

    number: int
    reason: TicketReason
    reference: str
    tickets: int
    balance: int
    at: datetime
    granted_for: str | None


_CHILD = sa.bindparam("child", type_=sa.Uuid)
_OF_CHILD = LEDGER.c.child_id == _CHILD

BALANCE = Query(sa.select(LEDGER.c.balance).where(_OF_CHILD), Held)

_new = insert(LEDGER).values(child_id=_CHILD, balance=0, entries=0)
_HOLD = Query(
    _new.on_conflict_do_update(
        index_elements=[LEDGER.c.child_id], set_={"balance": LEDGER.c.balance}
    ).returning(LEDGER.c.balance),
    Held,
)


async def hold(tx: Transaction, child_id: UUID) -> int:
    """The child's balance, which nobody else moves before `tx` ends; a ledger is opened if need be.

    It is a statement of its own so that the next one sees what the last holder did. Raises
    ChildNotFound.
    """
    try:
        [held] = await _HOLD.all(tx, child=child_id)
    except asyncpg.ForeignKeyViolationError as error:
        raise ChildNotFound from error
    return held.balance


def _add() -> CompilerElement:
    """Add a line to a ledger that is held, unless it has that line or would go below zero."""
    tickets = sa.bindparam("tickets", type_=sa.Integer)
    line = {
        "child_id": LEDGER.c.child_id,
        "number": LEDGER.c.entries + 1,
        "reason": sa.bindparam("reason", type_=sa.Text),
        "reference": sa.bindparam("reference", type_=sa.Text),
        "tickets": tickets,
        "balance": LEDGER.c.balance + tickets,
        "at": sa.bindparam("at", type_=sa.DateTime(timezone=True)),
    }
    added = (
        insert(ENTRY)
        .from_select(
            list(line),
            sa.select(*line.values()).where(_OF_CHILD, LEDGER.c.balance + tickets >= 0),
        )
        .on_conflict_do_nothing(
            index_elements=[ENTRY.c.child_id, ENTRY.c.reason, ENTRY.c.reference]
        )
        .returning(ENTRY.c.child_id, ENTRY.c.number, ENTRY.c.balance)
        .cte("added")
    )
    return (
        sa.update(LEDGER)
        .where(LEDGER.c.child_id == added.c.child_id)
        .values(balance=added.c.balance, entries=added.c.number)
        .returning(LEDGER.c.balance)
    )


ADD = Query(_add(), Held)
COUNTED = Query(
    sa.select(ENTRY.c.number).where(
        ENTRY.c.child_id == _CHILD,
        ENTRY.c.reason == sa.bindparam("reason"),
        ENTRY.c.reference == sa.bindparam("reference"),
    ),
    Counted,
)
PAGE = Query(
    sa.select(
        *(ENTRY.c[name] for name in Line.__struct_fields__[:-1]),
        GRANT.c.reason.label("granted_for"),
    )
    .join_from(ENTRY, GRANT, IS_OF_GRANT, isouter=True)
    .where(ENTRY.c.child_id == _CHILD, ENTRY.c.number < sa.bindparam("before", type_=sa.Integer))
    .order_by(ENTRY.c.number.desc())
    .limit(sa.bindparam("most")),
    Line,
)

ERASE = Statement(sa.delete(LEDGER).where(_OF_CHILD))
