"""The command that lets a newcomer add a game to a running server, and families play it."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from dodam_sim.callers.api import Api, NoAnswerError, UnexpectedStatusError
from dodam_sim.newcomer.story import tell
from dodam_sim.newcomer.telling import Story

EXIT_DIFFERENCES = 1
EXIT_SERVER_AWAY = 2


def newcomer(
    invitation: Annotated[str, typer.Argument(help="The link that `dodam invite-admin` prints.")],
    *,
    url: Annotated[str, typer.Option(help="The server.")] = "http://127.0.0.1:8000",
) -> None:
    """Add a mini-game nobody has heard of, through the API alone, and let families play it.

    Exits with 0 if all is as it must be, 1 if anything differs, 2 if no server answers.
    """
    console = Console()
    story = Story(console)
    try:
        asyncio.run(_tell(url, invitation, story))
    except NoAnswerError as error:
        console.print(f"No usable answer: {error}", style="bold red", markup=False)
        raise typer.Exit(EXIT_SERVER_AWAY) from error
    except UnexpectedStatusError as error:
        story.holds("The story goes on", is_so=False, otherwise=error)
    story.end()
    if story.differences:
        raise typer.Exit(EXIT_DIFFERENCES)


async def _tell(url: str, invitation: str, story: Story) -> None:
    async with Api([url]) as api:
        await tell(api, invitation, story)
