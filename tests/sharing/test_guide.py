"""T12, R01: the hospital's guide is run as it stands, so that it cannot rot."""

import asyncio
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from standardwebhooks.webhooks import WebhookVerificationError

from dodam.adapters.webhooks import HttpWebhooks
from dodam.features.sharing.models.deliveries import Answer
from dodam.platform.tokens import CallerKind
from dodam_sim.serving import serving
from tests.conftest import CLOCK
from tests.families import Guardian, play

from .steps import MORNING, System, Town, family, share

GUIDE = Path(__file__).parents[2] / "docs" / "public-api.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


async def _run(*command: str, **env: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={"PATH": "/usr/bin:/bin", **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return out.decode()


@pytest.mark.skipif(not Path("/usr/bin/curl").exists(), reason="the guide needs curl")
async def test_R01_the_calls_of_the_guide_work(town: Town, home: Guardian) -> None:
    [child] = await family(town, home)
    key, granted, read, endpoint = _blocks("sh")
    loop, _ = _blocks("python")
    admin = town.house.admin
    staff_token = admin.tokens.issue(admin.id, admin.id, CallerKind.STAFF, admin.roles)
    async with serving(town.dodam.app) as url:
        tokens = {
            "DODAM_URL": url,
            "STAFF_TOKEN": staff_token,
            "GUARDIAN_TOKEN": home.tokens["access_token"],
            "CHILD": child["id"],
        }
        told = await _run("sh", "-ec", f'{key}\n{granted}\necho "$KEY $NUMBER"', **tokens)
        secret, number = told.split()
        CLOCK.advance(timedelta(minutes=5))
        await town.chore("share-changes")
        system = {"DODAM_URL": url, "KEY": secret}
        assert number in await _run("sh", "-ec", read, **system)
        assert "whsec_" in await _run("sh", "-ec", endpoint, **system)
        assert await _run(sys.executable, "-c", loop, **system) == f"{number} 2026-03-19 10\n"


async def test_R01_the_guides_receiver_takes_what_is_sent_and_nothing_else(
    town: Town, home: Guardian, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = list[tuple[dict[str, str], bytes]]()

    async def post(_: Any, __: str, headers: dict[str, str], body: bytes) -> Answer:
        posted.append((headers, body))
        return Answer(204)

    monkeypatch.setattr(HttpWebhooks, "post", post)
    made = await system.endpoint("https://hospital.example/dodam")
    monkeypatch.setenv("WEBHOOK_SECRET", made["secret"])
    example: dict[str, Any] = {}
    exec(_blocks("python")[1], example)  # noqa: S102 - our own guide
    await town.house.at(MORNING, home)
    child = await home.register_child()
    await share(home, child, system)
    await home.upload(child, play(MORNING))
    await town.evening()
    [(headers, body)] = posted
    with time_machine.travel(CLOCK.now(), tick=False):
        assert example["received"](headers, body)["type"] == "daily_result.ready"
        with pytest.raises(WebhookVerificationError):
            example["received"](headers, body + b" ")
