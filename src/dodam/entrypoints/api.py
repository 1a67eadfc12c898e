"""The API alone, on a database given by URL."""

from dodam.bootstrap import build
from dodam.migrations import head
from dodam.platform.lifecycle import listening_socket, serve_http
from dodam.platform.logging.running import running_log
from dodam.platform.settings import Settings
from dodam.platform.stopping import Stopping


async def run_api(settings: Settings, database_url: str, stopping: Stopping) -> None:
    bound = listening_socket(settings.host, settings.port)
    with running_log(settings, "api") as log:
        system = build(settings, database_url, log=log, stopping=stopping, revision=head())
        async with (
            stopping.heard(log),
            system.running(),
            system.operations.presence.announced("API", stopping.asked),
        ):
            await serve_http(
                system.app,
                bound,
                stopping,
                drain_seconds=settings.drain_seconds,
                trusted_proxies=settings.trusted_proxies,
            )
