"""Statements on what the stores sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.billing.models.notifications import (
    CameBy,
    Handling,
    Message,
    Refusals,
    cut_short,
    is_known,
)
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Notification
from dodam.features.billing.tables.notifications import NOTIFICATION, REFUSED
from dodam.platform.statements import Query, Statement


class Id(Struct, frozen=True):
    id: UUID


class Unsettled(Struct, frozen=True):
    id: UUID
    state: Handling
    message: Notification

    @property
    def is_settled(self) -> bool:
        return self.state in {Handling.DONE, Handling.KEPT}


class MessageRow(Struct, frozen=True):
    id: UUID
    store: Store
    environment: Environment
    type: str
    subtype: str | None
    key: str | None
    sent_at: datetime
    received_at: datetime
    came_by: CameBy
    state: Handling
    attempts: int
    reason: str | None
    settled_at: datetime | None

    def shown(self) -> Message:
        return Message(
            id=self.id,
            store=self.store,
            environment=self.environment,
            type=self.type,
            subtype=self.subtype,
            known=is_known(self.store, self.type, self.subtype),
            subscription=cut_short(self.key),
            sent_at=self.sent_at,
            received_at=self.received_at,
            came_by=self.came_by,
            state=self.state,
            attempts=self.attempts,
            reason=self.reason,
            settled_at=self.settled_at,
        )


_TIME = sa.DateTime(timezone=True)
_IDS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_NOW = sa.bindparam("now", type_=_TIME)
_MOST = sa.bindparam("most", type_=sa.Integer)
_STORE = NOTIFICATION.c.store == sa.bindparam("of_store", type_=sa.Text)
_UNSETTLED = NOTIFICATION.c.state.in_(
    [sa.literal_column(f"'{state}'") for state in (Handling.WAITING, Handling.FAILED)]
)
_THIS = NOTIFICATION.c.id == sa.bindparam("notification", type_=sa.Uuid)
_THESE = NOTIFICATION.c.id == sa.any_(_IDS)
_COLUMNS = tuple(NOTIFICATION.c[name] for name in MessageRow.__struct_fields__)

# Nothing comes back for a message that is here already.
ADD = Query(
    insert(NOTIFICATION)
    .values(
        id=sa.bindparam("id"),
        store=sa.bindparam("store"),
        message_id=sa.bindparam("message_id"),
        environment=sa.bindparam("environment"),
        type=sa.bindparam("type"),
        subtype=sa.bindparam("subtype"),
        key=sa.bindparam("key"),
        sent_at=sa.bindparam("sent_at"),
        received_at=_NOW,
        came_by=sa.bindparam("came_by"),
        raw=sa.bindparam("raw"),
        message=sa.bindparam("message"),
        state=Handling.WAITING.value,
        attempts=0,
    )
    .on_conflict_do_nothing(index_elements=[NOTIFICATION.c.store, NOTIFICATION.c.message_id])
    .returning(NOTIFICATION.c.id),
    Id,
)
_as_work = sa.select(NOTIFICATION.c.id, NOTIFICATION.c.state, NOTIFICATION.c.message)
FIND = Query(_as_work.where(_THIS), Unsettled)
HOLD = Query(
    _as_work.where(_THESE, _UNSETTLED).order_by(NOTIFICATION.c.id).with_for_update(), Unsettled
)
# Without a lock: what comes meanwhile has a task of its own.
ABOUT = Query(
    sa.select(NOTIFICATION.c.id)
    .where(_STORE, NOTIFICATION.c.key == sa.bindparam("of_key", type_=sa.Text), _UNSETTLED)
    .order_by(NOTIFICATION.c.id),
    Id,
)
_attempted = sa.update(NOTIFICATION).values(attempts=NOTIFICATION.c.attempts + 1)
SETTLE = Statement(
    _attempted.where(_THESE).values(
        state=sa.bindparam("new_state"), reason=sa.bindparam("new_reason"), settled_at=_NOW
    )
)
FAIL = Statement(
    _attempted.where(_THIS, _UNSETTLED).values(
        state=Handling.FAILED.value, reason=sa.bindparam("new_reason")
    )
)

ONE = Query(sa.select(*_COLUMNS).where(_THIS), MessageRow)


def _optional(column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    value = sa.bindparam(name, type_=sa.Text)
    return sa.or_(sa.cast(value, sa.Text).is_(None), column == value)


PAGE = Query(
    sa.select(*_COLUMNS)
    .where(
        _optional(NOTIFICATION.c.store, "of_store"),
        _optional(NOTIFICATION.c.state, "in_state"),
        _optional(NOTIFICATION.c.type, "of_type"),
        sa.tuple_(NOTIFICATION.c.received_at, NOTIFICATION.c.id)
        < sa.tuple_(
            sa.bindparam("before_at", type_=_TIME), sa.bindparam("before_id", type_=sa.Uuid)
        ),
    )
    .order_by(NOTIFICATION.c.received_at.desc(), NOTIFICATION.c.id.desc())
    .limit(_MOST),
    MessageRow,
)
REOPEN = Query(
    sa.update(NOTIFICATION)
    .where(_THESE)
    .values(state=Handling.WAITING.value, settled_at=sa.null(), reason=sa.null())
    .returning(NOTIFICATION.c.id, NOTIFICATION.c.state, NOTIFICATION.c.message),
    Unsettled,
)
IN_STATE = Query(
    sa.select(NOTIFICATION.c.id)
    .where(_STORE, NOTIFICATION.c.state == sa.bindparam("in_state", type_=sa.Text))
    .order_by(NOTIFICATION.c.received_at, NOTIFICATION.c.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True),
    Id,
)
FORGET = Statement(
    sa.delete(NOTIFICATION).where(
        NOTIFICATION.c.id.in_(
            sa.select(NOTIFICATION.c.id)
            .where(NOTIFICATION.c.received_at < sa.bindparam("before", type_=_TIME))
            .order_by(NOTIFICATION.c.received_at)
            .limit(_MOST)
        )
    )
)

_refuse = insert(REFUSED).values(
    store=sa.bindparam("store"),
    day=sa.bindparam("day"),
    reason=sa.bindparam("reason"),
    count=sa.bindparam("count"),
)
REFUSE = Statement(
    _refuse.on_conflict_do_update(
        index_elements=[REFUSED.c.store, REFUSED.c.day, REFUSED.c.reason],
        set_={"count": REFUSED.c.count + _refuse.excluded.count},
    )
)
REFUSALS = Query(
    sa.select(REFUSED.c.day, REFUSED.c.reason, REFUSED.c.count)
    .where(
        REFUSED.c.store == sa.bindparam("of_store"),
        REFUSED.c.day >= sa.bindparam("since", type_=sa.Date),
    )
    .order_by(REFUSED.c.day.desc(), REFUSED.c.reason),
    Refusals,
)
FORGET_REFUSALS = Statement(
    sa.delete(REFUSED).where(REFUSED.c.day < sa.bindparam("before", type_=sa.Date))
)
