"""The worker alone: background jobs and schedules, on a database given by URL."""

from dodam.bootstrap import build
from dodam.platform.lifecycle import do_jobs, stop_on_signals
from dodam.platform.logging.running import running_log
from dodam.platform.settings import Settings


async def run_worker(settings: Settings, database_url: str) -> None:
    with running_log(settings, "worker") as log:
        system = build(settings, database_url, log=log)
        async with (
            stop_on_signals() as stop,
            system.running(serving=False),
            system.operations.presence.announced("Worker", stop),
        ):
            await do_jobs(system.jobs, stop, drain_seconds=settings.drain_seconds)
