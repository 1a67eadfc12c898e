"""Statements on accounts."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.accounts.models.people import Account
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.platform.statements import Query


class Secret(Struct):
    """What an account's password is checked against."""

    account_id: UUID
    password_hash: str | None


ACCOUNT_COLUMNS = tuple(ACCOUNT.c[name] for name in Account.__struct_fields__)
_THIS = ACCOUNT.c.id == sa.bindparam("account")
_BY_ADDRESS = ACCOUNT.c.email_key == sa.bindparam("email_key")

# Nothing comes back when the address is taken.
INSERT_ACCOUNT = Query(
    insert(ACCOUNT)
    .values(
        id=sa.bindparam("id"),
        kind=sa.bindparam("kind"),
        email=sa.bindparam("email"),
        email_key=sa.bindparam("email_key"),
        email_verified_at=sa.bindparam("email_verified_at"),
        name=sa.bindparam("name"),
        password_hash=sa.bindparam("password_hash"),
        country=sa.bindparam("country"),
        language=sa.bindparam("language"),
        created_at=sa.bindparam("created_at"),
    )
    .on_conflict_do_nothing(index_elements=[ACCOUNT.c.email_key])
    .returning(*ACCOUNT_COLUMNS),
    Account,
)
FIND = Query(sa.select(*ACCOUNT_COLUMNS).where(_THIS), Account)
# Others may refer to the account meanwhile, as sessions and children that are added do.
FIND_FOR_UPDATE = Query(
    sa.select(*ACCOUNT_COLUMNS).where(_THIS).with_for_update(key_share=True), Account
)
FIND_BY_ADDRESS = Query(sa.select(*ACCOUNT_COLUMNS).where(_BY_ADDRESS), Account)
SECRET_OF = Query(
    sa.select(ACCOUNT.c.id.label("account_id"), ACCOUNT.c.password_hash).where(_THIS), Secret
)
