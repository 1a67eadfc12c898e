"""The API alone, on a database given by URL."""

from dodam.bootstrap import build
from dodam.platform.lifecycle import listening_socket, serve_http, stop_on_signals
from dodam.platform.logging.running import running_log
from dodam.platform.settings import Settings


async def run_api(settings: Settings, database_url: str) -> None:
    bound = listening_socket(settings.host, settings.port)
    with running_log(settings, "api") as log:
        system = build(settings, database_url, log=log)
        async with (
            stop_on_signals() as stop,
            system.running(),
            system.operations.presence.announced("API", stop),
        ):
            await serve_http(
                system.app,
                bound,
                stop,
                drain_seconds=settings.drain_seconds,
                trusted_proxies=settings.trusted_proxies,
            )
