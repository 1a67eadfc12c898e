"""The command that lets an attacker try the usual things at a running server."""

import asyncio
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from dodam_sim.attacker.attempts import ATTEMPTS, Finding
from dodam_sim.attacker.doors import Doors

EXIT_BREACHED = 1
EXIT_SERVER_AWAY = 2


def attack(
    *,
    url: Annotated[
        list[str] | None, typer.Option(help="The server; several for its instances.")
    ] = None,
) -> None:
    """Try what attackers usually try; 0 if the server held, 1 if not, 2 if none answers.

    It opens dozens of accounts and uses up the sign-ups of this network for an hour: point it at
    a server of your own, made for trying.
    """
    console = Console()
    try:
        findings = asyncio.run(_try_everything(url or ["http://127.0.0.1:8000"], console))
    except httpx.HTTPError as error:
        console.print(f"No usable answer: {error}", style="bold red", markup=False)
        raise typer.Exit(EXIT_SERVER_AWAY) from error
    table = Table("attack", "tried", "outcome", "what was seen")
    for each in findings:
        outcome = "[green]held[/green]" if each.held else "[bold red]BREACHED[/bold red]"
        table.add_row(each.attack, str(each.tried), outcome, each.seen)
    console.print(table)
    if not all(each.held for each in findings):
        raise typer.Exit(EXIT_BREACHED)


async def _try_everything(urls: list[str], console: Console) -> list[Finding]:
    async with Doors(urls) as doors:
        findings: list[Finding] = []
        for attempt in ATTEMPTS:
            with console.status((attempt.__doc__ or "").splitlines()[0]):
                findings.append(await attempt(doors))
    return findings
