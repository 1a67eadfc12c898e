"""Statements on messages as they are made, listed, looked after, and forgotten."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.messaging.models.messages import Message, MessageWithoutText
from dodam.features.messaging.models.states import State
from dodam.features.messaging.store.sending import Key
from dodam.features.messaging.tables import MESSAGE, TURNED_OFF
from dodam.platform.statements import Query, Statement


class Due(Struct, frozen=True):
    id: UUID
    state: State
    request_id: str | None


class Asked(Struct, frozen=True):
    """A message that the service took, and whose fate is not known."""

    id: UUID
    provider_id: str
    sent_at: datetime


_ACCOUNTS = MESSAGE.c.account_id == sa.bindparam("account")
_CHILDS = MESSAGE.c.child_id == sa.bindparam("child")
_BEFORE = sa.bindparam("before", type_=sa.Uuid)
_OLDER_THAN = MESSAGE.c.created_at < sa.bindparam("older_than")

# Nothing comes back when there is a message about the same.
INSERT = Query(
    insert(MESSAGE)
    .values(
        {
            name: sa.bindparam(name)
            for name in (
                *("id", "account_id", "child_id", "kind", "day"),
                *("state", "reason", "created_at", "ended_at"),
            )
        }
    )
    .on_conflict_do_nothing()
    .returning(MESSAGE.c.id),
    Key,
)

_PAGE = (
    sa.select()
    .where(_ACCOUNTS, sa.or_(_BEFORE.is_(None), MESSAGE.c.id < _BEFORE))
    .order_by(MESSAGE.c.id.desc())
    .limit(sa.bindparam("most"))
)
PAGE = Query(
    _PAGE.add_columns(
        *(MESSAGE.c[name] for name in Message.__struct_fields__ if name != "text"),
        MESSAGE.c.content.label("text"),
    ),
    Message,
)
PAGE_WITHOUT_TEXT = Query(
    _PAGE.add_columns(*(MESSAGE.c[name] for name in MessageWithoutText.__struct_fields__)),
    MessageWithoutText,
)

# Each is taken up once, however many workers look.
TAKE_UP = Query(
    sa.update(MESSAGE)
    .where(MESSAGE.c.due_at <= sa.bindparam("now"))
    .values(due_at=sa.null())
    .returning(MESSAGE.c.id, MESSAGE.c.state, MESSAGE.c.request_id),
    Due,
)
ASKED = Query(
    sa.select(MESSAGE.c.id, MESSAGE.c.provider_id, MESSAGE.c.sent_at)
    .where(
        MESSAGE.c.request_id == sa.bindparam("request"),
        MESSAGE.c.state == State.ACCEPTED.value,
    )
    .order_by(MESSAGE.c.id),
    Asked,
)
_THIS = sa.and_(MESSAGE.c.id == sa.bindparam("message"), MESSAGE.c.state == State.ACCEPTED.value)
END = Statement(
    sa.update(MESSAGE)
    .where(_THIS)
    .values(
        state=sa.bindparam("new_state"),
        reason=sa.bindparam("why"),
        due_at=sa.null(),
        number=sa.null(),
        ended_at=sa.bindparam("now"),
    )
)
ASK_AGAIN = Statement(sa.update(MESSAGE).where(_THIS).values(due_at=sa.bindparam("ask_at")))

# What is told once for ever stays, without its text, so that it is not told twice.
FORGET = Statement(sa.delete(MESSAGE).where(_OLDER_THAN, MESSAGE.c.day.is_not(None)))
FORGET_TEXTS = Statement(
    sa.update(MESSAGE)
    .where(
        _OLDER_THAN,
        sa.or_(MESSAGE.c.content.is_not(None), MESSAGE.c.number.is_not(None)),
        MESSAGE.c.state != State.SENDING.value,
    )
    .values(content=sa.null(), number=sa.null())
)
ERASE_OF_CHILD = Statement(sa.delete(MESSAGE).where(_CHILDS))
ERASE_OF_ACCOUNT = {
    "message": Statement(sa.delete(MESSAGE).where(_ACCOUNTS)),
    "turned_off": Statement(
        sa.delete(TURNED_OFF).where(TURNED_OFF.c.account_id == sa.bindparam("account"))
    ),
}
