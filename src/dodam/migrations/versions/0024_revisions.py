"""What processes keep in memory has numbers that tell them when to read it again."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("create schema revisions")
    op.create_table(
        "revision",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("revision_pkey")),
        schema="revisions",
    )
