"""`dodam world` serves until it is stopped, and says in a sentence what keeps it from serving."""

import asyncio
import re
import signal
import sys
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner

from dodam_sim.serving import listening
from dodam_sim.world.cli import world

START = "import typer; from dodam_sim.world.cli import world; typer.run(world)"
APP = typer.Typer()
APP.command()(world)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_X01_the_world_is_served_until_it_is_stopped(
    tmp_path: Path, number: signal.Signals
) -> None:
    templates = tmp_path / "templates.json"
    templates.write_text('{"HELLO": {"text": "#{name}님"}}', encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-c",
            "import typer; from dodam_sim.world.cli import world; typer.run(world)",
        ),
        *("--port", "0", "--smtp-port", "0", "--templates", str(templates)),
        *("--server", "http://127.0.0.1:9", "--keys", str(tmp_path / "keys")),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    said = ""
    while "stop " not in said:
        line = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
        assert line, said
        said += line
    page = re.search(r"is at (http://\S+)", said)
    assert page is not None
    async with httpx.AsyncClient() as http:
        answer = await http.get(page[1])
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert answer.status_code == 200
    assert f"{page[1]}/sens" in said
    assert "smtp://127.0.0.1:" in said
    keys = sorted((tmp_path / "keys").iterdir())
    assert [each.suffix for each in keys] == [".cer", ".p8", ".json"]
    assert [each.stat().st_mode & 0o077 for each in keys[1:]] == [0, 0]


def test_X01_a_taken_port_is_said_in_a_sentence() -> None:
    with listening(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(APP, ["--port", str(port), "--smtp-port", "0"])
    assert result.exit_code == 2
    assert f"Port {port} of this machine is not free" in result.output


@pytest.mark.parametrize("content", [None, "no JSON", '{"HELLO": "text"}', '{"HELLO": {"txt": 1}}'])
def test_X01_unreadable_templates_are_said_in_a_sentence(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "templates.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(APP, ["--port", "0", "--templates", str(path)])
    assert result.exit_code == 2
    assert len(result.output.strip()) > 10
    assert "Traceback" not in result.output
