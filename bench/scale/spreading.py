"""Tables of a child's plays, partitioned by a hash of the child: tried here, not in the product."""

import asyncpg

from dodam.features.therapy.tables import (
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    DAILY_RESULT,
    PLAY_RECORD,
    THERAPY_RESULT,
)

PLAYED = (PLAY_RECORD, DAILY_ACTIVITY_LOG, DAILY_MOTION_LOG, THERAPY_RESULT, DAILY_RESULT)


async def spread(url: str, parts: int) -> None:
    """Put a partitioned table in the place of each migrated one, which is still empty.

    It has the same keys, checks and indexes.
    """
    connection = await asyncpg.connect(url)
    for table in PLAYED:
        whole = f"{table.fullname}_whole"
        references = await connection.fetch(
            "select conname as name, pg_get_constraintdef(oid) as rule from pg_constraint"
            " where conrelid = $1::text::regclass and contype = 'f'",
            table.fullname,
        )
        await connection.execute(
            f"alter table {table.fullname} rename to {table.name}_whole;"
            f"create table {table.fullname} (like {whole} including all)"
            " partition by hash (child_id);"
            f"drop table {whole}"
        )
        for part in range(parts):
            await connection.execute(
                f"create table {table.fullname}_{part} partition of {table.fullname}"
                f" for values with (modulus {parts}, remainder {part})"
            )
        for key in references:
            await connection.execute(
                f"alter table {table.fullname} add constraint {key['name']} {key['rule']}"
            )
    await connection.close()
