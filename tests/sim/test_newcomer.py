"""What the newcomer's story is told with; the story itself is `make newcomer`."""

import io
import struct
import zlib

import filetype  # pyright: ignore[reportMissingTypeStubs]
import httpx
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from dodam_sim.callers.api import Api, NoAnswerError, UnexpectedStatusError
from dodam_sim.newcomer import cli
from dodam_sim.newcomer.drawing import icon
from dodam_sim.newcomer.telling import Story


def test_G02_the_icon_is_a_png_of_a_star() -> None:
    picture = icon(16)
    assert filetype.guess_mime(picture) == "image/png"  # pyright: ignore[reportUnknownMemberType]
    assert struct.unpack(">II", picture[16:24]) == (16, 16)
    start = picture.index(b"IDAT") + 4
    rows = zlib.decompress(picture[start : picture.index(b"IEND") - 8])
    middle, corner = rows[8 * 17 + 1 + 8], rows[1]
    assert (len(rows), middle, corner) == (16 * 17, 1, 0)


def test_G02_a_story_tells_what_held_and_what_did_not() -> None:
    said = io.StringIO()
    story = Story(Console(file=said, width=100))
    story.chapter("A game")
    story.same("One is one", 1, 1)
    story.same("Two is [two]", 2, 3)
    story.end()
    assert (story.held, story.differences) == (1, 1)
    lines = said.getvalue().split("\n")
    assert "  ✓ One is one" in lines
    assert "  ✗ Two is [two]: expected 2, seen 3" in lines
    assert "1 held, 1 did not" in lines


def invoke(monkeypatch: pytest.MonkeyPatch, end: Exception | None, *, holds: bool = True) -> int:
    async def pretend(_api: Api, _invitation: str, story: Story) -> None:
        story.holds("It does", holds)
        if end is not None:
            raise end

    monkeypatch.setattr(cli, "tell", pretend)
    app = typer.Typer()
    app.command()(cli.newcomer)
    return CliRunner().invoke(app, ["http://127.0.0.1/staff/join?token=x"]).exit_code


def test_G02_the_exit_code_tells_how_the_story_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    unexpected = UnexpectedStatusError("GET /v1/x", httpx.Response(500))
    assert invoke(monkeypatch, None) == 0
    assert invoke(monkeypatch, None, holds=False) == 1
    assert invoke(monkeypatch, unexpected) == 1
    assert invoke(monkeypatch, NoAnswerError("nobody")) == 2
