"""Statements on devices."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.features.accounts.models.devices import Device, NewDevice
from dodam.features.accounts.tables.devices import DEVICE
from dodam.platform.statements import Query, Statement

_DEVICE = tuple(DEVICE.c[name] for name in Device.__struct_fields__)
_ACCOUNTS = DEVICE.c.account_id == sa.bindparam("account")
_THIS = DEVICE.c.id == sa.bindparam("device")
_LAST_SEEN_FIRST = (DEVICE.c.last_seen_at.desc(), DEVICE.c.id)

_NEW = insert(DEVICE).values(
    account_id=sa.bindparam("account_id"),
    registered_at=sa.bindparam("now"),
    last_seen_at=sa.bindparam("now"),
    **{name: sa.bindparam(name) for name in NewDevice.__struct_fields__},
)
REGISTER = Query(
    _NEW.on_conflict_do_update(
        index_elements=[DEVICE.c.account_id, DEVICE.c.id],
        set_={
            name: _NEW.excluded[name]
            for name in Device.__struct_fields__
            if name not in {"id", "registered_at"}
        },
    ).returning(*_DEVICE),
    Device,
)
LIST = Query(sa.select(*_DEVICE).where(_ACCOUNTS).order_by(*_LAST_SEEN_FIRST), Device)
FIND = Query(sa.select(*_DEVICE).where(_ACCOUNTS, _THIS), Device)
REMOVE = Statement(sa.delete(DEVICE).where(_ACCOUNTS, _THIS))
REMOVE_ALL_BUT_NEWEST = Statement(
    sa.delete(DEVICE).where(
        _ACCOUNTS,
        DEVICE.c.id.in_(
            sa.select(DEVICE.c.id)
            .where(_ACCOUNTS)
            .order_by(*_LAST_SEEN_FIRST)
            .offset(sa.bindparam("kept", type_=sa.Integer))
        ),
    )
)
