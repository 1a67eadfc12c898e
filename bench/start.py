"""`python -m bench.start [--short]`: what the start of a client takes, in one run.

A child with a year of plays; 20 mini-games, besides those built in, whose locks ask for all there
is; 1,000 rules of live settings; patch notes. Beside it the same application serves the same
bytes from memory, to a guardian whose token it checks: that is the most there can be.
"""

import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer
from rich.console import Console
from rich.progress import track

from bench import report, requests
from bench.processes import Server, server
from bench.races import CLIENTS, Race, load
from bench.scene import Scene, scene
from dodam.features.accounts.models.permissions import PERMISSIONS, Role
from dodam.features.start.models.start import SECTIONS, TAG_LENGTH
from dodam.platform.clock import SystemClock
from dodam.platform.ids import new_id
from dodam.platform.tokens import AccessTokens, CallerKind, SigningKeys

_CONSOLE = Console()
_PROGRESS = Console(stderr=True)
_GAMES = 20
_RULES = 1_000
_PLAYS_A_DAY = 4
_DAYS = 365
_ASKS_FOR_ALL = {
    "kind": "any",
    "of": [
        {"kind": "attendance", "streak": 400},
        {"kind": "therapy_done"},
        {"kind": "ticket", "tickets": 1000},
        {"kind": "subscription"},
        {"kind": "attribute", "key": "trial_participant"},
    ],
}


class _Family:
    """A guardian on a tablet, and the child that has played for a year."""

    def __init__(self, port: int) -> None:
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/v1", timeout=30, trust_env=False
        )
        form = requests.sign_up_form(1_000)
        self.token = self._send("POST", "/auth/sign-up", form)["access_token"]
        self._http.headers["authorization"] = f"Bearer {self.token}"
        self._send("PUT", "/account/consents", {"terms": 1, "privacy": 1})
        began = datetime.now(UTC) - timedelta(days=_DAYS)
        child = {
            "name": "민준",
            "birth_date": "2019-05-14",
            "affected_hand": "left",
            "therapy_starts_on": began.date().isoformat(),
            "consent": {
                "given_by": "legal_guardian",
                "documents": {"child_data": 1, "child_health": 1},
            },
        }
        self.child = self._send("POST", "/children", child)["id"]
        device = {
            "id": str(uuid4()),
            "platform": "android",
            "model": "SM-X210",
            "os_version": "14",
            "app_version": "1.4.0",
            "screen_width": 1920,
            "screen_height": 1200,
            "memory_mb": 3600,
        }
        self._send("POST", "/devices", device)
        self.path = f"/v1/children/{self.child}/bootstrap?device_id={device['id']}"

    def play_for_a_year(self, motions: list[str]) -> None:
        now = datetime.now(UTC)
        records = [
            {
                **requests.play(0, now - timedelta(days=day, minutes=20 * number), motion),
                "id": str(uuid4()),
                "session_id": str(uuid4()),
            }
            for day in range(1, _DAYS - 1)
            for number, motion in zip(range(_PLAYS_A_DAY), cycle(motions))
        ]
        for at in range(0, len(records), requests.BATCH):
            batch = records[at : at + requests.BATCH]
            self._send("POST", f"/children/{self.child}/play-records", batch)

    def start(self, since: str = "") -> httpx.Response:
        path = self.path.removeprefix("/v1")
        return self._http.get(f"{path}&since={since}").raise_for_status()

    def _send(self, method: str, path: str, form: Any) -> Any:
        return self._http.request(method, path, json=form).raise_for_status().json()


def main(
    *, short: Annotated[bool, typer.Option(help="Ten seconds instead of a minute.")] = False
) -> None:
    """Measure the start of a client beside the same bytes from memory."""
    rounds, seconds = (3, 0.4) if short else (7, 2.0)
    with tempfile.TemporaryDirectory() as folder, scene(Path(folder), b"{}") as on:
        _fill(on)
        family = _Family(on.api.port)
        family.play_for_a_year(list(on.motions))
        answer = family.start()
        delta = family.start(_before_today_changed(answer.json()["version"]))
        with _held(on, answer.content) as held:
            every = _races(on.api.port, held.port, family, answer)
            for race in every:
                race.run(seconds)
                race.path.ours.clear()
                race.path.limit.clear()
            for _ in track(range(rounds), "Measuring", console=_PROGRESS, transient=True):
                for race in every:
                    race.run(seconds)
    _CONSOLE.print(
        f"Medians of {rounds} rounds of {seconds} s. An answer has {len(answer.content):,} bytes; "
        f"where only `today` changed, {len(delta.content):,}."
    )
    report.show(_CONSOLE, [race.path for race in every])


def _races(port: int, held: int, family: _Family, answer: httpx.Response) -> list[Race]:
    version = answer.json()["version"]
    older = _before_today_changed(version)
    full = _asked(family.path, family.token)
    memory = _asked("/held", family.token)
    others = {
        "304": _asked(family.path, family.token, etag=answer.headers["etag"]),
        "delta: only `today` changed": _asked(f"{family.path}&since={older}", family.token),
        "delta: nothing changed": _asked(f"{family.path}&since={version}", family.token),
        "for comparison, `/today`": _asked(f"/v1/children/{family.child}/today", family.token),
    }
    return [
        *(
            Race(
                report.Path(f"everything, {clients} at once", "req/s", "from memory"),
                load(port, clients, full),
                load(held, clients, memory),
            )
            for clients in (1, CLIENTS)
        ),
        *(
            Race(report.Path(f"{name}, {clients} at once", "req/s"), load(port, clients, sent))
            for name, sent in others.items()
            for clients in (1, CLIENTS)
        ),
    ]


def _before_today_changed(version: str) -> str:
    at = SECTIONS.index("today") * TAG_LENGTH
    return f"{version[:at]}{'0' * TAG_LENGTH}{version[at + TAG_LENGTH :]}"


def _asked(path: str, token: str, etag: str | None = None) -> Iterator[bytes]:
    sent = requests.request("GET", path, token=token)
    if etag is not None:
        sent = sent.removesuffix(b"\r\n") + f"if-none-match: {etag}\r\n\r\n".encode()
    return cycle([sent])


@contextmanager
def _held(on: Scene, body: bytes) -> Generator[Server]:
    """A server that has the answer in memory."""
    kept = on.folder / "held.json"
    kept.write_bytes(body)
    environment = {
        "DODAM_DATABASE_URL": on.database_url,
        "DODAM_DATA_DIR": str(on.folder),
        "DODAM_LOG_LEVEL": "WARNING",
        "HELD_BODY": str(kept),
    }
    with server([sys.executable, "-m", "bench.servers", "held"], environment) as held:
        held.wait_until_ready()
        yield held


def _fill(on: Scene) -> None:
    """Games, settings and notes, as an admin writes them."""
    keys = SigningKeys.load(on.folder / "keys")
    tokens = AccessTokens(keys, SystemClock(), seconds=600, permissions=PERMISSIONS)
    token = tokens.issue(new_id(), new_id(), CallerKind.STAFF, [Role.ADMIN])
    with httpx.Client(
        base_url=f"http://127.0.0.1:{on.api.port}/v1/staff",
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
        trust_env=False,
    ) as http:

        def send(method: str, path: str, form: Any) -> Any:
            return http.request(method, path, json=form).raise_for_status().json()

        for number in range(_GAMES):
            game = {
                "name": {"ko": "계단", "en": "Stairs"},
                "description": {"ko": "계단을 올라요.", "en": "Climb the stairs."},
                "result_schema": {"type": "object"},
                "settings_schema": {"type": "object"},
                "settings": {"speed": number},
                "limits": {"plays_a_day": 3, "rest_minutes": 10},
                "unlock": _ASKS_FOR_ALL,
            }
            path = f"/games/stairs_{number}"
            draft = send("PUT", f"{path}/draft", {"edit": 0, "definition": game})
            send("POST", f"{path}/publish", {"edit": draft["edit"]})
        rules = [
            {
                "name": f"rule-{number}",
                "when": {
                    "platforms": ["android"],
                    "app_versions": {"from": f"1.{number % 40 + 5}"},
                    "rollout": {"percent": 50},
                },
                "value": {"speed": number},
            }
            for number in range(_RULES)
        ]
        edit = http.get("/settings/games.stairs_0/draft").raise_for_status().json()["edit"]
        form = {"edit": edit, "value": {"speed": 5}, "rules": rules}
        draft = send("PUT", "/settings/games.stairs_0/draft", form)
        send("POST", "/settings/games.stairs_0/versions", {"edit": draft["edit"]})
        text = "## 새 소식\n\n" + "- 양치 놀이가 더 재미있어졌어요.\n" * 10
        for number in range(5):
            note = {"app_version": f"1.{number}", "text": {"ko": text, "en": text}}
            made = send("POST", "/patch-notes", note)
            send("POST", f"/patch-notes/{made['id']}/publish", {"edit": made["edit"]})


if __name__ == "__main__":
    typer.run(main)
