"""What is measured: a throw-away PostgreSQL, a real `dodam api` on it, and families in it."""

import asyncio
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bench.processes import Server, server
from bench.requests import Child, sign_up_form
from dodam.bootstrap import build
from dodam.migrations import migrate
from dodam.platform.embedded import embedded_postgres
from dodam.platform.settings import Settings

_GUARDIANS = 5
_CHILDREN_EACH = 10


@dataclass(frozen=True)
class Scene:
    """Where everything is while it lasts."""

    folder: Path
    database_url: str
    api: Server
    echo: Server
    bare: Server
    children: Sequence[Child]
    motions: Sequence[str]


@contextmanager
def scene(folder: Path, bare_body: bytes) -> Generator[Scene]:
    """PostgreSQL, three servers and families under `folder` while the scope lasts."""
    dodam = str(Path(sys.executable).with_name("dodam"))
    beside = [sys.executable, "-m", "bench.servers"]
    with embedded_postgres(folder) as url:
        environment = {
            "DODAM_DATABASE_URL": url,
            "DODAM_DATA_DIR": str(folder),
            "DODAM_LOG_LEVEL": "WARNING",
            # One network signs in far more often here than any should be let.
            "DODAM_LIMIT_SIGN_INS": "1000000/second",
            "BARE_BODY": bare_body.decode(),
        }
        asyncio.run(prepare(url, folder))
        with (
            server([dodam, "api"], environment) as api,
            server([*beside, "echo"], environment) as echo,
            server([*beside, "bare"], environment) as bare,
        ):
            for each in (api, echo, bare):
                each.wait_until_ready()
            children, motions = register_families(api.port)
            yield Scene(folder, url, api, echo, bare, children, motions)


async def prepare(url: str, folder: Path) -> None:
    await migrate(url)
    system = build(Settings(data_dir=folder), url)
    async with system.running():
        await system.load_catalogue()


def register_families(port: int) -> tuple[list[Child], list[str]]:
    """Families as they register themselves; their children, and what these can play."""
    children: list[Child] = []
    # Before the days that batches are of.
    began = (datetime.now(UTC) - timedelta(days=30)).date()
    address = f"http://127.0.0.1:{port}/v1"
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
        for guardian in range(_GUARDIANS):
            tokens = http.post("/auth/sign-up", json=sign_up_form(guardian)).raise_for_status()
            token = tokens.json()["access_token"]
            http.headers["authorization"] = f"Bearer {token}"
            http.put("/account/consents", json={"terms": 1, "privacy": 1}).raise_for_status()
            for number in range(_CHILDREN_EACH):
                form = {
                    "name": f"Child {number}",
                    "birth_date": "2019-05-14",
                    "therapy_starts_on": began.isoformat(),
                    "affected_hand": "left",
                    "consent": {
                        "given_by": "legal_guardian",
                        "documents": {"child_data": 1, "child_health": 1},
                    },
                }
                child = http.post("/children", json=form).raise_for_status()
                children.append(Child(child.json()["id"], token))
        # Every play is one of the left hand.
        one_handed = (each for each in http.get("/motions").json() if not each["bimanual"])
        return children, [motion["id"] for motion in one_handed]
