"""The command that lets virtual families play against a running server."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from dodam_sim.families.client import Patience, ServerAwayError
from dodam_sim.families.run import Order, run
from dodam_sim.families.summary import Outcome, as_tables

EXIT_DIFFERENCES = 1
EXIT_SERVER_AWAY = 2

app = typer.Typer(no_args_is_help=True, help="The outside world, simulated.")


@app.callback()
def choose() -> None:
    """Keep `simulate` a command by name even while it is the only one."""


@app.command()
def simulate(
    *,
    families: Annotated[int, typer.Option(min=1, max=10_000, help="How many families.")] = 50,
    days: Annotated[int, typer.Option(min=1, max=360, help="How many days each plays.")] = 56,
    seed: Annotated[int, typer.Option(help="Same seed, same families, same plays.")] = 7,
    url: Annotated[str, typer.Option(help="The server.")] = "http://127.0.0.1:8000",
    replay: Annotated[
        int, typer.Option(min=0, help="Send everything so many more times, in other orders.")
    ] = 0,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day played. Yesterday by default."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Write one child's weeks there, as SVG.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Families at once.")] = 8,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for a server that went away.")
    ] = 60.0,
) -> None:
    """Let virtual families play whole weeks, then check every number the server shows them.

    Exits with 0 if all is as it was played, 1 if anything differs, 2 if no server answers.
    """
    order = Order(
        families=families,
        days=days,
        seed=seed,
        url=url,
        replay=replay,
        until=None if until is None else until.date(),
        concurrency=concurrency,
        patience=Patience(patience),
    )
    console = Console()
    try:
        outcome = _run_watched(order, console)
    except ServerAwayError as error:
        console.print(str(error), style="bold red", markup=False)
        raise typer.Exit(EXIT_SERVER_AWAY) from error
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--until") from error
    console.print(as_tables(outcome))
    if picture is not None and outcome.picture is not None:
        picture.write_text(outcome.picture, encoding="utf-8")
        console.print(f"Picture: {picture}", markup=False)
    if not outcome.is_fine:
        raise typer.Exit(EXIT_DIFFERENCES)


def _run_watched(order: Order, console: Console) -> Outcome:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("families"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bars: dict[str, TaskID] = {}

        def watch(phase: str, done: int, total: int) -> None:
            if phase not in bars:
                bars[phase] = progress.add_task(phase, total=total)
            progress.update(bars[phase], completed=done)

        return asyncio.run(run(order, watch))
