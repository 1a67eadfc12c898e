"""The command that serves the world outside until it is stopped."""

import asyncio
import secrets
import signal
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from dodam_sim.serving import PortTakenError
from dodam_sim.stores.keys import write_keys
from dodam_sim.world.sens.account import Template, load_templates
from dodam_sim.world.world import HTTP_PORT, SMTP_PORT, running_world

_UNUSABLE = 2


def world(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="For HTTP and the page.")] = HTTP_PORT,
    smtp_port: Annotated[int, typer.Option(min=0, max=65535, help="For mail.")] = SMTP_PORT,
    server: Annotated[
        str, typer.Option(help="dodam, whom the stores tell of purchases.")
    ] = "http://127.0.0.1:8000",
    keys: Annotated[
        Path | None,
        typer.Option(help="A folder for the keys that the stores are reached with."),
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option(help='Approved Alimtalks: {"CODE": {"text": "…#{name}…", "buttons": []}}.'),
    ] = None,
) -> None:
    """Serve SENS, Discord, a mail server and the others that dodam talks to, and show their post.

    Exits with 2 if a port is taken or the templates cannot be read.
    """
    console = Console(stderr=True)
    try:
        approved = load_templates(templates) if templates else {}
        serve = partial(_serve, server=server, keys=keys, console=console)
        asyncio.run(serve(port, smtp_port, approved))
    except (PortTakenError, OSError, msgspec.MsgspecError) as error:
        console.print(str(error), style="bold red", markup=False)
        raise typer.Exit(_UNUSABLE) from error


async def _serve(
    port: int,
    smtp_port: int,
    templates: dict[str, Template],
    *,
    server: str,
    keys: Path | None,
    console: Console,
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = running_world(
        port=port,
        smtp_port=smtp_port,
        templates=templates,
        server=server,
        seed=secrets.randbits(32),
    )
    async with running as served:
        console.print(f"[bold]The outside world is at {served.page}[/bold]")
        for name, url in served.urls.items():
            console.print(f"  {name:<10} {url}", markup=False)
        if keys is not None:
            write_keys(served.shop, served.urls, keys)
            console.print(f"  keys       {keys}", markup=False)
        console.print("  stop       Ctrl-C")
        await stop.wait()
