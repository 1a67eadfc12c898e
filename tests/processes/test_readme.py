"""The README's tour is run as it stands, so that it cannot rot."""

import asyncio
import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from tests.families import CHILD
from tests.processes.conftest import Start

README = Path(__file__).parents[2] / "README.md"


def _tour(base: str) -> str:
    text = README.read_text()
    section = text[text.index("## Five minutes") : text.index("## Virtual families")]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 6
    return "set -e\n" + "\n".join(blocks).replace("http://127.0.0.1:8000/v1", f"{base}/v1")


@pytest.mark.skipif(not Path("/usr/bin/curl").exists(), reason="the tour needs curl")
async def test_the_tour_in_the_readme_works(start: Start, data_dir: Path, tmp_path: Path) -> None:
    server = start(data_dir)
    server.wait_until_ready()
    async with httpx.AsyncClient(base_url=f"{server.url}/v1") as http:
        form = {"email": "demo@dodam.example", "password": "dodam-demo-2026", "name": "Demo"}
        token = (await http.post("/auth/sign-up", json=form)).json()["access_token"]
        child = {
            "id": EXAMPLE_CHILD_ID,
            "name": "민준",
            "birth_date": "2019-03-14",
            "affected_hand": "left",
            "consent": CHILD["consent"],
        }
        headers = {"authorization": f"Bearer {token}"}
        consents = {"terms": 1, "privacy": 1}
        answer = await http.put("/account/consents", json=consents, headers=headers)
        assert answer.status_code == 200
        assert (await http.post("/children", json=child, headers=headers)).status_code == 201
    tour = await asyncio.to_thread(
        subprocess.run,
        ["sh", "-c", _tour(server.url)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=dict(os.environ),
    )
    assert tour.returncode == 0, tour.stderr
    assert '"created":1' in tour.stdout
    assert '"trend"' in tour.stdout
    assert '"entitled":false' in tour.stdout
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
