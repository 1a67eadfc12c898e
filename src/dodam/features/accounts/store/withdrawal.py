"""Statements on leaving and erasing."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.accounts.models.withdrawal import Erasure, Withdrawal
from dodam.features.accounts.tables.attributes import USER_ATTRIBUTE
from dodam.features.accounts.tables.consents import CONSENT
from dodam.features.accounts.tables.devices import DEVICE
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.features.accounts.tables.phones import PHONE, PHONE_VERIFICATION
from dodam.features.accounts.tables.sessions import ONE_TIME_TOKEN, REFRESH_TOKEN, SESSION
from dodam.features.accounts.tables.trusted_devices import TRUSTED_DEVICE
from dodam.features.accounts.tables.withdrawal import ERASURE, WITHDRAWAL
from dodam.platform.statements import Query, Statement


class AccountId(Struct):
    id: UUID


_THIS = ACCOUNT.c.id == sa.bindparam("account")
_ITS_WITHDRAWAL = (
    WITHDRAWAL.c.account_id == sa.bindparam("account"),
    WITHDRAWAL.c.undone_at.is_(None),
    WITHDRAWAL.c.erased_at.is_(None),
)
_WITHDRAWAL_COLUMNS = tuple(
    WITHDRAWAL.c[name] for name in Withdrawal.__struct_fields__ if name != "erased"
)

MARK_WITHDRAWN = Statement(
    sa.update(ACCOUNT)
    .where(_THIS, ACCOUNT.c.withdrawn_at.is_(None))
    .values(withdrawn_at=sa.bindparam("at"), erase_at=sa.bindparam("erased_from"))
)
INSERT_WITHDRAWAL = Statement(
    sa.insert(WITHDRAWAL).values(
        receipt=sa.bindparam("receipt"),
        account_id=sa.bindparam("account_id"),
        withdrawn_at=sa.bindparam("withdrawn_at"),
        erase_at=sa.bindparam("erase_at"),
    )
)
UNMARK_WITHDRAWN = Statement(
    sa.update(ACCOUNT)
    .where(
        _THIS,
        ACCOUNT.c.withdrawn_at == sa.bindparam("withdrawn"),
        ACCOUNT.c.erased_at.is_(None),
    )
    .values(withdrawn_at=sa.null(), erase_at=sa.null())
)
END_WITHDRAWAL_UNDONE = Statement(
    sa.update(WITHDRAWAL).where(*_ITS_WITHDRAWAL).values(undone_at=sa.bindparam("at"))
)
END_WITHDRAWAL_ERASED = Statement(
    sa.update(WITHDRAWAL).where(*_ITS_WITHDRAWAL).values(erased_at=sa.bindparam("at"))
)
FIND_WITHDRAWAL = Query(
    sa.select(*_WITHDRAWAL_COLUMNS).where(WITHDRAWAL.c.receipt == sa.bindparam("receipt_given")),
    Withdrawal,
)
_DUE = (ACCOUNT.c.erase_at <= sa.bindparam("now"), ACCOUNT.c.erased_at.is_(None))
DUE = Query(sa.select(ACCOUNT.c.id).where(*_DUE).order_by(ACCOUNT.c.erase_at), AccountId)
# Of erasing and coming back at once, the second waits for the first and sees it.
LOCK_DUE = Query(sa.select(ACCOUNT.c.id).where(_THIS, *_DUE).with_for_update(), AccountId)
STANDING = Query(
    sa.select(ACCOUNT.c.id)
    .where(_THIS, ACCOUNT.c.withdrawn_at.is_(None))
    .with_for_update(read=True),
    AccountId,
)
ERASE_ACCOUNT = Statement(
    sa.update(ACCOUNT)
    .where(_THIS)
    .values(
        email=sa.null(),
        email_key=sa.null(),
        email_verified_at=sa.null(),
        name=sa.null(),
        password_hash=sa.null(),
        erased_at=sa.bindparam("at"),
    )
)
# Times and addresses of signing in stay as long as the law asks for; what the device was, does not.
BLUR_SESSIONS = Statement(
    sa.update(SESSION)
    .where(SESSION.c.account_id == sa.bindparam("account"))
    .values(device=sa.null(), user_agent=sa.null())
)
# What else is kept of an account, by table; it goes whole.
DELETIONS = {
    REFRESH_TOKEN.name: Statement(
        sa.delete(REFRESH_TOKEN).where(
            REFRESH_TOKEN.c.session_id.in_(
                sa.select(SESSION.c.id).where(SESSION.c.account_id == sa.bindparam("account"))
            )
        )
    ),
    **{
        table.name: Statement(sa.delete(table).where(table.c.account_id == sa.bindparam("account")))
        for table in (
            ONE_TIME_TOKEN,
            TRUSTED_DEVICE,
            PHONE,
            PHONE_VERIFICATION,
            DEVICE,
            USER_ATTRIBUTE,
            CONSENT,
        )
    },
}
FORGET_OLD_SESSIONS = Statement(
    sa.delete(SESSION).where(
        sa.func.coalesce(SESSION.c.ended_at, SESSION.c.last_used_at, SESSION.c.created_at)
        < sa.bindparam("before"),
        ~sa.exists().where(REFRESH_TOKEN.c.session_id == SESSION.c.id),
    )
)
NOTE_ERASURE = Statement(
    insert(ERASURE)
    .values(
        account_id=sa.bindparam("account_id"),
        part=sa.bindparam("part"),
        erased_at=sa.bindparam("erased_at"),
        rows=sa.bindparam("rows"),
    )
    .on_conflict_do_nothing()
)
ERASURES = Query(
    sa.select(ERASURE.c.part, ERASURE.c.erased_at, ERASURE.c.rows)
    .join(WITHDRAWAL, WITHDRAWAL.c.account_id == ERASURE.c.account_id)
    .where(
        WITHDRAWAL.c.receipt == sa.bindparam("receipt_given"), WITHDRAWAL.c.erased_at.is_not(None)
    )
    .order_by(ERASURE.c.part),
    Erasure,
)
