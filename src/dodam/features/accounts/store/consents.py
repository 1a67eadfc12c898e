"""Statements on documents and the answers of account holders."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.features.accounts.models.consents import ConsentDocument, ConsentEntry
from dodam.features.accounts.tables.consents import CONSENT, CONSENT_DOCUMENT
from dodam.platform.statements import Query, Statement

_DOCUMENT = tuple(CONSENT_DOCUMENT.c[name] for name in ConsentDocument.__struct_fields__)

DOCUMENTS = Query(sa.select(*_DOCUMENT).order_by(*CONSENT_DOCUMENT.primary_key), ConsentDocument)
# Nothing comes back when there is such a version: what people consented to never changes.
INSERT_DOCUMENT = Query(
    insert(CONSENT_DOCUMENT)
    .values({column.name: sa.bindparam(column.name) for column in CONSENT_DOCUMENT.columns})
    .on_conflict_do_nothing()
    .returning(*_DOCUMENT),
    ConsentDocument,
)

INSERT = Statement(
    sa.insert(CONSENT).values(
        {column.name: sa.bindparam(column.name) for column in CONSENT.columns}
    )
)
HISTORY = Query(
    sa.select(CONSENT.c.kind, CONSENT.c.version, CONSENT.c.given, CONSENT.c.at)
    .where(CONSENT.c.account_id == sa.bindparam("account"))
    .order_by(CONSENT.c.at.desc(), CONSENT.c.id.desc()),
    ConsentEntry,
)
