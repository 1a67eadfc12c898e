"""Statements on trusted devices."""

import sqlalchemy as sa

from dodam.features.accounts.tables.trusted_devices import TRUSTED_DEVICE
from dodam.platform.statements import Statement

_ACCOUNTS = TRUSTED_DEVICE.c.account_id == sa.bindparam("account")
_LIVE = TRUSTED_DEVICE.c.expires_at > sa.bindparam("now")

INSERT = Statement(
    sa.insert(TRUSTED_DEVICE).values(
        digest=sa.bindparam("digest"),
        account_id=sa.bindparam("account_id"),
        created_at=sa.bindparam("now"),
        used_at=sa.bindparam("now"),
        expires_at=sa.bindparam("expires_at"),
    )
)
RENEW = Statement(
    sa.update(TRUSTED_DEVICE)
    .where(TRUSTED_DEVICE.c.digest == sa.bindparam("digest_given"), _ACCOUNTS, _LIVE)
    .values(used_at=sa.bindparam("now"), expires_at=sa.bindparam("new_expiry"))
)
# Those not used for longest make room.
KEEP_NEWEST = Statement(
    sa.delete(TRUSTED_DEVICE).where(
        TRUSTED_DEVICE.c.digest.in_(
            sa.select(TRUSTED_DEVICE.c.digest)
            .where(_ACCOUNTS)
            .order_by(TRUSTED_DEVICE.c.used_at.desc(), TRUSTED_DEVICE.c.created_at.desc())
            .offset(sa.bindparam("kept", type_=sa.Integer))
        )
    )
)
FORGET_ALL = Statement(sa.delete(TRUSTED_DEVICE).where(_ACCOUNTS))
FORGET_EXPIRED = Statement(
    sa.delete(TRUSTED_DEVICE).where(TRUSTED_DEVICE.c.expires_at <= sa.bindparam("now"))
)
