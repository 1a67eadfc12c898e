"""Alembic's entry: runs migrations on the connection it is handed, or writes them as SQL."""

from alembic import context

from dodam.migrations import SETTINGS, comparison
from dodam.platform.tables import METADATA

if context.is_offline_mode():
    context.configure(
        dialect_name="postgresql", target_metadata=METADATA, transaction_per_migration=True
    )
    for setting in SETTINGS:
        context.execute(setting)
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        transaction_per_migration=True,
        **comparison(),
    )
with context.begin_transaction():
    context.run_migrations()
