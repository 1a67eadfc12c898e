"""Statements on the kinds of messages that guardians turned off."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.tables import TURNED_OFF
from dodam.platform.statements import Query, Statement


class TurnedOff(Struct, frozen=True):
    account_id: UUID
    kind: MessageKind


_ACCOUNTS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("accounts", type_=ARRAY(sa.Uuid))

ALL = Query(
    sa.select(TURNED_OFF.c.account_id, TURNED_OFF.c.kind).where(
        TURNED_OFF.c.account_id == sa.any_(_ACCOUNTS)
    ),
    TurnedOff,
)
TURN_OFF = Statement(
    insert(TURNED_OFF)
    .values(
        account_id=sa.bindparam("account"),
        kind=sa.bindparam("kind"),
        turned_off_at=sa.bindparam("now"),
    )
    .on_conflict_do_nothing()
)
TURN_ON = Statement(
    sa.delete(TURNED_OFF).where(
        TURNED_OFF.c.account_id == sa.bindparam("account"),
        TURNED_OFF.c.kind == sa.bindparam("kind"),
    )
)
