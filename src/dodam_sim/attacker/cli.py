"""The command that lets an attacker try the usual things at a running server."""

import asyncio
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from dodam_sim.attacker.attempts import ATTEMPTS, Finding
from dodam_sim.attacker.buyers import BUYERS, redeem_one_code_many_times
from dodam_sim.attacker.doors import Doors
from dodam_sim.attacker.insiders import INSIDERS
from dodam_sim.attacker.players import PLAYERS
from dodam_sim.callers.api import Api
from dodam_sim.callers.staff import join

EXIT_BREACHED = 1
EXIT_SERVER_AWAY = 2


def attack(
    *,
    url: Annotated[
        list[str] | None, typer.Option(help="The server; several for its instances.")
    ] = None,
    invitation: Annotated[
        str | None,
        typer.Option(help="A link of `dodam invite-admin`, to try what a false admin could."),
    ] = None,
) -> None:
    """Try what attackers usually try; 0 if the server held, 1 if not, 2 if none answers.

    It opens dozens of accounts and uses up the sign-ups of this network for an hour: point it at
    a server of your own, made for trying.
    """
    console = Console()
    try:
        findings = asyncio.run(
            _try_everything(url or ["http://127.0.0.1:8000"], invitation, console)
        )
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


async def _try_everything(
    urls: list[str], invitation: str | None, console: Console
) -> list[Finding]:
    findings: list[Finding] = []
    async with Doors(urls) as doors:
        if invitation is not None:
            async with Api(urls) as api:
                insider = await join(api, invitation)
                for attempt in (*INSIDERS, redeem_one_code_many_times):
                    with console.status(_first_line(attempt)):
                        findings.append(await attempt(doors, insider))
        for attempt in (*PLAYERS, *BUYERS, *ATTEMPTS):
            with console.status(_first_line(attempt)):
                findings.append(await attempt(doors))
    return findings


def _first_line(attempt: object) -> str:
    return (attempt.__doc__ or "").splitlines()[0]
