"""Statements that move a message from waiting to taken.

An attempt is known by the number of its try, so that one which was overtaken changes nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.states import REFUSED, State
from dodam.features.messaging.tables import MESSAGE
from dodam.platform.statements import Query, Statement


class Pending(Struct, frozen=True):
    """A message that may be sent."""

    id: UUID
    account_id: UUID
    child_id: UUID | None
    kind: MessageKind
    day: date | None
    tries: int
    created_at: datetime


class HandedOver(Struct, frozen=True):
    """A message of which it is not known whether the service took it."""

    id: UUID
    template: str
    number: str
    content: str
    tries: int
    sending_at: datetime


class Like(Struct, frozen=True):
    """What a message says to whom."""

    template: str
    number: str
    content: str


class Standing(Struct, frozen=True):
    id: UUID
    state: State
    reason: str | None
    due_at: datetime | None
    sending_at: datetime | None


class Key(Struct, frozen=True):
    id: UUID


class ProviderKey(Struct, frozen=True):
    provider_id: str


_IDS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_THESE = MESSAGE.c.id == sa.any_(_IDS)
_TRY = sa.and_(MESSAGE.c.id == sa.bindparam("message"), MESSAGE.c.tries == sa.bindparam("this_try"))
_CAN_BE_SENT = sa.or_(
    MESSAGE.c.state == State.WAITING.value,
    sa.and_(MESSAGE.c.state == State.FAILED.value, MESSAGE.c.reason == REFUSED),
)
_SENDING = MESSAGE.c.state == State.SENDING.value

PENDING = Query(
    sa.select(*(MESSAGE.c[name] for name in Pending.__struct_fields__))
    .where(_THESE, _CAN_BE_SENT)
    .order_by(MESSAGE.c.id),
    Pending,
)
HANDED_OVER = Query(
    sa.select(*(MESSAGE.c[name] for name in HandedOver.__struct_fields__))
    .where(_THESE, _SENDING)
    .order_by(MESSAGE.c.id),
    HandedOver,
)
STANDING = Query(
    sa.select(*(MESSAGE.c[name] for name in Standing.__struct_fields__)).where(_THESE), Standing
)

# Beginnings wait for each other, so that each sees what the others are sending.
LOCK_BEGINNING = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(sa.cast("messaging.begin", sa.Text), 0)
        )
    )
)
UNDER_WAY = Query(
    sa.select(MESSAGE.c.template, MESSAGE.c.number, MESSAGE.c.content).where(
        _SENDING, MESSAGE.c.number == sa.any_(sa.bindparam("numbers", type_=ARRAY(sa.Text)))
    ),
    Like,
)
BEGIN = Query(
    sa.update(MESSAGE)
    .where(_TRY, _CAN_BE_SENT)
    .values(
        state=State.SENDING.value,
        reason=sa.null(),
        due_at=sa.null(),
        template=sa.bindparam("new_template"),
        number=sa.bindparam("new_number"),
        content=sa.bindparam("new_content"),
        tries=MESSAGE.c.tries + sa.literal_column("1"),
        sending_at=sa.bindparam("now"),
        ended_at=sa.null(),
    )
    .returning(MESSAGE.c.id),
    Key,
)
PUT_OFF = Statement(
    sa.update(MESSAGE)
    .where(_TRY, _CAN_BE_SENT)
    .values(state=State.WAITING.value, reason=sa.null(), due_at=sa.bindparam("until"))
)
GIVE_UP = Statement(
    sa.update(MESSAGE)
    .where(_TRY, _CAN_BE_SENT)
    .values(
        state=State.NOT_SENT.value,
        reason=sa.bindparam("why"),
        due_at=sa.null(),
        number=sa.null(),
        ended_at=sa.bindparam("now"),
    )
)
TAKEN_BACK = Statement(
    sa.update(MESSAGE)
    .where(_TRY, _SENDING)
    .values(state=State.WAITING.value, number=sa.null(), content=sa.null())
)
ACCEPTED = Statement(
    sa.update(MESSAGE)
    .where(_TRY, _SENDING)
    .values(
        state=State.ACCEPTED.value,
        request_id=sa.bindparam("request"),
        provider_id=sa.bindparam("provider"),
        sent_at=sa.bindparam("now"),
        due_at=sa.bindparam("ask_at"),
    )
)
FAILED = Statement(
    sa.update(MESSAGE)
    .where(_TRY, _SENDING)
    .values(
        state=State.FAILED.value,
        reason=sa.bindparam("why"),
        number=sa.null(),
        ended_at=sa.bindparam("now"),
    )
)
OURS = Query(
    sa.select(MESSAGE.c.provider_id).where(
        MESSAGE.c.provider_id == sa.any_(sa.bindparam("providers", type_=ARRAY(sa.Text)))
    ),
    ProviderKey,
)
