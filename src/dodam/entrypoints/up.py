"""Everything in one process: PostgreSQL, migrations, API, worker and demo families."""

import asyncio
import secrets
import socket
from contextlib import AsyncExitStack, nullcontext

import uvloop
from rich.console import Console

from dodam.bootstrap import build
from dodam.entrypoints.outside_world import approved_templates, reaching
from dodam.migrations import migrate
from dodam.platform.embedded import embedded_postgres
from dodam.platform.lifecycle import do_jobs, listening_socket, serve_http
from dodam.platform.logging.running import running_log
from dodam.platform.settings import Settings
from dodam.platform.stopping import Stopping, stopping_on_signals
from dodam_sim.families.demo import play_demo
from dodam_sim.world.world import running_world

_CONSOLE = Console(stderr=True)


def run_up(settings: Settings, *, demo: bool, world: bool) -> None:
    """Bring the whole system up and serve until SIGINT or SIGTERM.

    With `world`, outside services that are not set up are simulated. Raises PortInUseError,
    EmbeddedPostgresError, PortTakenError.
    """
    with (
        stopping_on_signals(delay_seconds=settings.stop_delay_seconds) as stopping,
        listening_socket(settings.host, settings.port) as bound,
    ):
        given = settings.database_url
        database = (
            embedded_postgres(settings.data_dir)
            if given is None
            else nullcontext(given.get_secret_value())
        )
        with database as url:
            if not stopping.is_asked:
                uvloop.run(_serve(settings, url, bound, stopping, demo=demo, world=world))
    _CONSOLE.print("dodam has stopped; the data is kept.")
    _CONSOLE.print(str(stopping.ended), highlight=False, soft_wrap=True)


async def _serve(
    settings: Settings,
    url: str,
    bound: socket.socket,
    stopping: Stopping,
    *,
    demo: bool,
    world: bool,
) -> None:
    await migrate(url)
    if stopping.is_asked:
        return
    async with AsyncExitStack() as stack:
        page = None
        if world:
            simulated = await stack.enter_async_context(
                running_world(
                    port=settings.world_port,
                    smtp_port=settings.world_smtp_port,
                    templates=approved_templates(),
                    server=settings.own_url,
                    seed=secrets.randbits(32),
                )
            )
            page = simulated.page
            settings = Settings(**(settings.model_dump() | reaching(simulated, settings)))
        await _run(settings, url, bound, stopping, page, demo=demo)


async def _run(
    settings: Settings,
    url: str,
    bound: socket.socket,
    stopping: Stopping,
    page: str | None,
    *,
    demo: bool,
) -> None:
    with running_log(settings, "up") as log:
        system = build(settings, url, log=log, stopping=stopping)
        async with (
            stopping.heard(log),
            system.running(),
            system.operations.presence.announced("Server", stopping.asked),
        ):
            await system.load_catalogue()
            async with asyncio.TaskGroup() as group:
                drain = settings.drain_seconds
                group.create_task(
                    serve_http(
                        system.app,
                        bound,
                        stopping,
                        drain_seconds=drain,
                        trusted_proxies=settings.trusted_proxies,
                    )
                )
                group.create_task(do_jobs(system.jobs, stopping, drain_seconds=drain))
                welcome = group.create_task(_welcome(settings, page, demo=demo))
                await stopping.asked.wait()
                welcome.cancel()


async def _welcome(settings: Settings, page: str | None, *, demo: bool) -> None:
    home = settings.own_url
    if demo:
        with _CONSOLE.status("Demo families are playing …"):
            await play_demo(home, world=page)
    data = "the given database" if settings.database_url else settings.data_dir.resolve()
    _CONSOLE.print(f"[bold]dodam is up[/bold] at {home}")
    _CONSOLE.print(f"  try it        {home}/docs")
    _CONSOLE.print(f"  reference     {home}/docs/reference")
    if page is not None:
        _CONSOLE.print(f"  outside       {page}  (messages, mails and notices it sends)")
        _CONSOLE.print(f"  stores        {page}/stores  (buy, cancel, refund)")
    if demo:
        _CONSOLE.print("  demo sign-in  demo@dodam.example / dodam-demo-2026")
    _CONSOLE.print(f"  data          {data}")
    _CONSOLE.print("  stop          Ctrl-C")
