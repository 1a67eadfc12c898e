"""Statements on identities, sign-in methods and Apple's notices."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.accounts.models.identities import LinkedMethod
from dodam.features.accounts.models.people import Account, SignInMethod
from dodam.features.accounts.store.people import ACCOUNT_COLUMNS
from dodam.features.accounts.tables.identities import APPLE_NOTICE, IDENTITY
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.platform.statements import Query, Statement


class Holder(Struct):
    account_id: UUID


class Method(Struct):
    method: SignInMethod


class Removed(Struct):
    """What is left to do at the provider; the token is Apple's, encrypted."""

    client_id: str
    sealed_token: bytes | None


class NoticeId(Struct):
    id: str


_PERSON = (
    IDENTITY.c.provider == sa.bindparam("by_provider"),
    IDENTITY.c.subject == sa.bindparam("by_subject"),
)
_ACCOUNTS = IDENTITY.c.account_id == sa.bindparam("account")
_OPEN = IDENTITY.c.revoked_at.is_(None)

# What concerns one person at a provider happens one after the other, in whichever process: two
# first sign-ins of one person open one account.
ONE_AT_A_TIME = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(sa.bindparam("person", type_=sa.Text), sa.literal_column("0"))
        )
    )
)
HOLDER_ID = Query(sa.select(IDENTITY.c.account_id).where(*_PERSON), Holder)
# Locked in this order by everybody: the account, then its identities.
HOLDER = Query(
    sa.select(*ACCOUNT_COLUMNS)
    .join_from(ACCOUNT, IDENTITY)
    .where(*_PERSON)
    .with_for_update(of=[ACCOUNT, IDENTITY]),
    Account,
)
# Nothing comes back when the account has another identity at the provider.
INSERT_IDENTITY = Query(
    insert(IDENTITY)
    .values(
        provider=sa.bindparam("provider"),
        subject=sa.bindparam("subject"),
        account_id=sa.bindparam("account_id"),
        client_id=sa.bindparam("client_id"),
        email=sa.bindparam("email"),
        email_is_relay=sa.bindparam("email_is_relay"),
        sealed_token=sa.bindparam("sealed_token"),
        linked_at=sa.bindparam("linked_at"),
        authorized_at=sa.bindparam("authorized_at"),
    )
    .on_conflict_do_nothing(index_elements=[IDENTITY.c.account_id, IDENTITY.c.provider])
    .returning(IDENTITY.c.account_id),
    Holder,
)
_NEW_EMAIL = sa.bindparam("new_email", type_=sa.Text)
# Signing in at the provider again gives back a consent that was taken.
RENEW_IDENTITY = Statement(
    sa.update(IDENTITY)
    .where(*_PERSON)
    .values(
        client_id=sa.bindparam("new_client_id"),
        email=sa.func.coalesce(_NEW_EMAIL, IDENTITY.c.email),
        email_is_relay=sa.case(
            (_NEW_EMAIL.is_(None), IDENTITY.c.email_is_relay),
            else_=sa.bindparam("is_relay", type_=sa.Boolean),
        ),
        sealed_token=sa.bindparam("new_token"),
        authorized_at=sa.func.greatest(
            IDENTITY.c.authorized_at, sa.bindparam("at", type_=sa.DateTime(timezone=True))
        ),
        revoked_at=sa.null(),
    )
)
# Apple tells the name once, so one that was missed is taken when it comes.
NAME_IF_NAMELESS = Query(
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("account"))
    .values(name=sa.func.coalesce(ACCOUNT.c.name, sa.bindparam("new_name", type_=sa.Text)))
    .returning(*ACCOUNT_COLUMNS),
    Account,
)
_REMOVED = (IDENTITY.c.client_id, IDENTITY.c.sealed_token)
REMOVE = Query(
    sa.delete(IDENTITY)
    .where(_ACCOUNTS, IDENTITY.c.provider == sa.bindparam("by_provider"))
    .returning(*_REMOVED),
    Removed,
)
REMOVE_ALL = Query(sa.delete(IDENTITY).where(_ACCOUNTS).returning(*_REMOVED), Removed)
REMOVE_REVOKED = Statement(
    sa.delete(IDENTITY).where(
        _ACCOUNTS, IDENTITY.c.provider == sa.bindparam("by_provider"), sa.not_(_OPEN)
    )
)
# What Apple tells of the time before the person last signed in there is history.
REVOKE = Query(
    sa.update(IDENTITY)
    .where(*_PERSON, _OPEN, IDENTITY.c.authorized_at <= sa.bindparam("happened_at"))
    .values(revoked_at=sa.bindparam("at"), sealed_token=sa.null())
    .returning(IDENTITY.c.account_id),
    Holder,
)
REMOVE_PERSON = Query(sa.delete(IDENTITY).where(*_PERSON).returning(IDENTITY.c.account_id), Holder)
FORWARD_MAIL = Statement(
    sa.update(IDENTITY)
    .where(
        *_PERSON,
        sa.func.coalesce(IDENTITY.c.mail_changed_at, IDENTITY.c.linked_at)
        <= sa.bindparam("happened_at", type_=sa.DateTime(timezone=True)),
    )
    .values(
        mail_forwarded=sa.bindparam("is_forwarded"),
        mail_changed_at=sa.bindparam("happened_at", type_=sa.DateTime(timezone=True)),
    )
)

_PASSWORD_METHOD = sa.select(
    sa.literal("password").label("method"),
    ACCOUNT.c.id.label("account_id"),
    ACCOUNT.c.email,
    sa.false().label("email_is_relay"),
    sa.true().label("mail_forwarded"),
    sa.null().label("linked_at"),
).where(ACCOUNT.c.password_hash.is_not(None))
_PROVIDER_METHOD = sa.select(
    IDENTITY.c.provider.label("method"),
    IDENTITY.c.account_id,
    IDENTITY.c.email,
    IDENTITY.c.email_is_relay,
    IDENTITY.c.mail_forwarded,
    IDENTITY.c.linked_at,
).where(_OPEN)
_METHOD = sa.union_all(_PASSWORD_METHOD, _PROVIDER_METHOD).subquery()
METHODS = Query(
    sa.select(*(_METHOD.c[name] for name in LinkedMethod.__struct_fields__))
    .where(_METHOD.c.account_id == sa.bindparam("account"))
    .order_by(_METHOD.c.method),
    LinkedMethod,
)
METHODS_OF_ADDRESS = Query(
    sa.select(_METHOD.c.method)
    .join_from(ACCOUNT, _METHOD, _METHOD.c.account_id == ACCOUNT.c.id)
    .where(ACCOUNT.c.email_key == sa.bindparam("email_key"))
    .order_by(_METHOD.c.method),
    Method,
)
REMOVE_PASSWORD = Statement(
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("account"))
    .values(password_hash=sa.null(), password_must_change=False)
)

# Nothing comes back for a notice that came before.
NOTE_NOTICE = Query(
    insert(APPLE_NOTICE)
    .values(
        id=sa.bindparam("id"),
        received_at=sa.bindparam("received_at"),
        expires_at=sa.bindparam("expires_at"),
    )
    .on_conflict_do_nothing()
    .returning(APPLE_NOTICE.c.id),
    NoticeId,
)
FORGET_NOTICES = Statement(
    sa.delete(APPLE_NOTICE).where(APPLE_NOTICE.c.expires_at < sa.bindparam("before"))
)
