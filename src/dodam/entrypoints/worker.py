"""The worker alone: background jobs and schedules, on a database given by URL."""

from dodam.bootstrap import build
from dodam.migrations import head
from dodam.platform.lifecycle import do_jobs
from dodam.platform.logging.running import running_log
from dodam.platform.settings import Settings
from dodam.platform.stopping import Stopping


async def run_worker(settings: Settings, database_url: str, stopping: Stopping) -> None:
    with running_log(settings, "worker") as log:
        system = build(settings, database_url, log=log, stopping=stopping, revision=head())
        async with (
            stopping.heard(log),
            system.running(serving=False),
            system.operations.presence.announced("Worker", stopping.asked),
        ):
            await system.start.wait(stopping)
            await do_jobs(system.jobs, stopping, drain_seconds=settings.drain_seconds)
