"""Statements on pseudonyms, taken events and deletions."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.insight.models.people import Deletion, DeletionReason, Person
from dodam.features.insight.tables import DELETION, PERSON, TAKEN_EVENT
from dodam.platform.statements import Query, Statement


class EventId(Struct):
    id: UUID


_PERSON_COLUMNS = tuple(PERSON.c[name] for name in Person.__struct_fields__)
_THIS = PERSON.c.account_id == sa.bindparam("account")
_AT = sa.bindparam("at", type_=sa.DateTime(timezone=True))
_IDS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_ACCOUNTS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("accounts", type_=ARRAY(sa.Uuid))

# Nothing comes back when there is one.
BEGIN = Query(
    insert(PERSON)
    .values(
        account_id=sa.bindparam("account_id"),
        distinct_id=sa.bindparam("distinct_id"),
        consent_version=sa.bindparam("consent_version"),
        consented_at=sa.bindparam("consented_at"),
    )
    .on_conflict_do_nothing(index_elements=[PERSON.c.account_id])
    .returning(*_PERSON_COLUMNS),
    Person,
)
SET_VERSION = Statement(
    sa.update(PERSON).where(_THIS).values(consent_version=sa.bindparam("version"))
)
# Held until the transaction ends, so that who withdraws meanwhile withdraws what is recorded too.
HOLD = Query(
    sa.select(*_PERSON_COLUMNS).where(_THIS).with_for_update(key_share=True),
    Person,
)
FOLLOW = Statement(
    sa.update(PERSON).where(_THIS, PERSON.c.followed_since.is_(None)).values(followed_since=_AT)
)
END = Query(sa.delete(PERSON).where(_THIS).returning(*_PERSON_COLUMNS), Person)
UNDER_PSEUDONYMS = Query(
    sa.select(*_PERSON_COLUMNS).where(PERSON.c.distinct_id == sa.any_(_IDS)), Person
)
FOLLOWED_AMONG = Query(
    sa.select(*_PERSON_COLUMNS)
    .where(PERSON.c.account_id == sa.any_(_ACCOUNTS), PERSON.c.followed_since.is_not(None))
    .order_by(PERSON.c.account_id)
    .with_for_update(),
    Person,
)

# In the order of ids, so that of two uploads of the same events one waits for the other.
_uploaded = sa.func.unnest(_IDS).table_valued(sa.column("id", sa.Uuid)).render_derived(name="up")
TAKE = Query(
    insert(TAKEN_EVENT)
    .from_select(
        ["distinct_id", "id", "taken_at"],
        sa.select(sa.bindparam("distinct_id", type_=sa.Uuid), _uploaded.c.id, _AT).order_by(
            _uploaded.c.id
        ),
    )
    .on_conflict_do_nothing()
    .returning(TAKEN_EVENT.c.id),
    EventId,
)
FORGET_TAKEN = Statement(
    sa.delete(TAKEN_EVENT).where(TAKEN_EVENT.c.taken_at < sa.bindparam("before"))
)

_DELETION_COLUMNS = tuple(DELETION.c[name] for name in Deletion.__struct_fields__)
_OPEN = DELETION.c.done_at.is_(None)
_ORDERED_AS = DELETION.c.tracking_id == sa.bindparam("tracking")
_DELETIONS_OF_ACCOUNT = DELETION.c.account_id == sa.bindparam("account")

ASK = Statement(
    sa.insert(DELETION).values(
        distinct_id=sa.bindparam("distinct_id"),
        account_id=sa.bindparam("account_id"),
        reason=sa.bindparam("reason"),
        asked_at=sa.bindparam("asked_at"),
    )
)
OPEN_DELETIONS = Query(
    sa.select(*_DELETION_COLUMNS)
    .where(DELETION.c.distinct_id == sa.any_(_IDS), _OPEN)
    .order_by(DELETION.c.ordered_at),
    Deletion,
)
ORDERED = Statement(
    sa.update(DELETION)
    .where(DELETION.c.distinct_id == sa.any_(_IDS), _OPEN)
    .values(tracking_id=sa.bindparam("tracking", type_=sa.Text), ordered_at=_AT)
)
LOST = Statement(
    sa.update(DELETION)
    .where(_ORDERED_AS, _OPEN)
    .values(tracking_id=sa.null(), ordered_at=sa.null())
)
# All of the accounts concerned, so that of two deletions which end at once one sees the other.
HOLD_CONCERNED = Query(
    sa.select(*_DELETION_COLUMNS)
    .where(
        DELETION.c.account_id.in_(
            sa.select((_same := DELETION.alias("same")).c.account_id).where(
                _same.c.tracking_id == sa.bindparam("tracking")
            )
        )
    )
    .order_by(DELETION.c.distinct_id)
    .with_for_update(),
    Deletion,
)
DONE = Query(
    sa.update(DELETION).where(_ORDERED_AS, _OPEN).values(done_at=_AT).returning(*_DELETION_COLUMNS),
    Deletion,
)
FOR_ERASURE = Statement(
    sa.update(DELETION)
    .where(_DELETIONS_OF_ACCOUNT, _OPEN)
    .values(reason=DeletionReason.ACCOUNT_ERASED.value)
)
# Nothing is touched while one of the account's is open.
FORGET_WHOSE = Statement(
    sa.update(DELETION)
    .where(
        _DELETIONS_OF_ACCOUNT,
        ~sa.exists().where(
            (_others := DELETION.alias("others")).c.account_id == sa.bindparam("account"),
            _others.c.done_at.is_(None),
        ),
    )
    .values(account_id=sa.null())
)
