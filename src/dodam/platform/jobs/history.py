"""What PgQueuer keeps of jobs that are done, and for how long.

Its log has a row whenever a job is added, taken, put off or done; its statistics are sums of the
log by the second.
"""

from datetime import timedelta

import sqlalchemy as sa

from dodam.platform.database import Transaction
from dodam.platform.statements import Statement

_LOG_KEPT = timedelta(days=30)
_STATISTICS_KEPT = timedelta(days=90)
# So much that a busy system is kept up with, and so little that a backlog blocks nobody.
_MOST = 50_000

# Of a dead letter the log has the reason, which stays as long as the letter does.
_FORGET_LOG = Statement(
    sa.text("""
        delete from jobs.pgqueuer_log where id in (
            select log.id from jobs.pgqueuer_log log
            where log.created < now() - cast(:kept as interval)
                and not (log.status = 'failed' and exists (
                    select from jobs.pgqueuer held
                    where held.id = log.job_id and held.status = 'failed'
                ))
            order by log.created
            limit :most
        )
    """)
)
_FORGET_STATISTICS = Statement(
    sa.text("""
        delete from jobs.pgqueuer_statistics where id in (
            select id from jobs.pgqueuer_statistics
            where created < now() - cast(:kept as interval)
            order by created
            limit :most
        )
    """)
)


async def forget_old(tx: Transaction) -> None:
    """Drop some of the oldest; meant to be called every few minutes."""
    await _FORGET_LOG.execute(tx, kept=_LOG_KEPT, most=_MOST)
    await _FORGET_STATISTICS.execute(tx, kept=_STATISTICS_KEPT, most=_MOST)
