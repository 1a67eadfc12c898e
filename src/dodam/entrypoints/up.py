"""Everything in one process: PostgreSQL, migrations, API, worker and demo families."""

import asyncio
import socket
from contextlib import nullcontext

import uvloop
from rich.console import Console

from dodam.bootstrap import build
from dodam.migrations import migrate
from dodam.platform.embedded import embedded_postgres
from dodam.platform.lifecycle import do_jobs, listening_socket, serve_http, stop_on_signals
from dodam.platform.settings import Settings
from dodam_sim.families.demo import play_demo

_CONSOLE = Console(stderr=True)


def run_up(settings: Settings, *, demo: bool) -> None:
    """Bring the whole system up and serve until SIGINT or SIGTERM.

    Raises PortInUseError, EmbeddedPostgresError.
    """
    with listening_socket(settings.host, settings.port) as bound:
        given = settings.database_url
        database = (
            embedded_postgres(settings.data_dir)
            if given is None
            else nullcontext(given.get_secret_value())
        )
        with database as url:
            uvloop.run(_serve(settings, url, bound, demo=demo))
    _CONSOLE.print("dodam has stopped; the data is kept.")


async def _serve(settings: Settings, url: str, bound: socket.socket, *, demo: bool) -> None:
    await migrate(url)
    system = build(settings, url)
    async with (
        stop_on_signals() as stop,
        system.running(),
        system.presence.announced("Server", stop),
    ):
        await system.load_catalogue()
        async with asyncio.TaskGroup() as group:
            drain = settings.drain_seconds
            group.create_task(
                serve_http(
                    system.app,
                    bound,
                    stop,
                    drain_seconds=drain,
                    trusted_proxies=settings.trusted_proxies,
                )
            )
            group.create_task(do_jobs(system.jobs, stop, drain_seconds=drain))
            welcome = group.create_task(_welcome(settings, demo=demo))
            await stop.wait()
            welcome.cancel()


async def _welcome(settings: Settings, *, demo: bool) -> None:
    home = settings.own_url
    if demo:
        with _CONSOLE.status("Demo families are playing …"):
            await play_demo(home)
    data = "the given database" if settings.database_url else settings.data_dir.resolve()
    _CONSOLE.print(f"[bold]dodam is up[/bold] at {home}")
    _CONSOLE.print(f"  try it        {home}/docs")
    _CONSOLE.print(f"  reference     {home}/docs/reference")
    if demo:
        _CONSOLE.print("  demo sign-in  demo@dodam.example / dodam-demo-2026")
    _CONSOLE.print(f"  data          {data}")
    _CONSOLE.print("  stop          Ctrl-C")
