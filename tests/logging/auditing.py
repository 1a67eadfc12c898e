"""A process that writes the audit trail without end."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from dodam.bootstrap import Dodam, build
from dodam.features.audit.models import OPERATOR, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import SystemClock
from dodam.platform.logging.running import running_pipeline
from dodam.platform.settings import Settings

_AT_ONCE = 4


async def _record(system: Dodam, audit: Audit, subject: Subject) -> None:
    while True:
        async with system.database.transaction() as tx:
            await audit.record(tx, OPERATOR, "thing.done", subject)


async def main(data_dir: Path, url: str, subject: Subject) -> None:
    settings = Settings(data_dir=data_dir, log_database=False)
    clock = SystemClock()
    with running_pipeline(settings, "auditing", clock) as log:
        system = build(settings, url, clock, log)
        async with system.running(serving=False), asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(_record(system, Audit(clock, log), subject))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], Subject("thing", UUID(sys.argv[3]))))
