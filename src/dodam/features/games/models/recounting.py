"""Counting anew what children reached in a game."""

from dodam.platform.work import Task


class RecountGame(Task, frozen=True, tag="games.recount.v1"):
    """From `version` on the game adds its results up otherwise than before."""

    game: str
    version: int
