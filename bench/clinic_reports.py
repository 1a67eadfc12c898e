"""`python -m bench.clinic_reports [FOLDER]`: what the clinic's report of eight weeks takes.

A real server, asked over HTTP by one guardian, one report after another. With a folder, the reports
are left in it, to be looked at.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx
import typer
from rich.console import Console
from rich.table import Table

from bench.processes import server
from bench.requests import BATCH, sign_up_form

_CONSOLE = Console()
_SEOUL = ZoneInfo("Asia/Seoul")
_WEEKS = 8
_ROUNDS = 50
_FORMS = ("html", "pdf")
_LANGUAGES = ("ko", "en")
# The default plan gives the other hand one training day of five.
_OTHER_HAND_EVERY = 5
_KEPT = 0.85


def main(folder: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Print how long a report takes, how large it is, and what printing costs in memory."""
    dodam = str(Path(sys.executable).with_name("dodam"))
    with tempfile.TemporaryDirectory() as data:
        environment = {"DODAM_DATA_DIR": data, "DODAM_LOG_LEVEL": "WARNING"}
        with server([dodam, "up", "--no-demo", "--no-world"], environment) as up:
            up.wait_until_ready()
            address = f"http://127.0.0.1:{up.port}/v1"
            with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
                path = f"/children/{_played(http)}"
                before = _resident_mb(up.process.pid)
                table = Table("report", "p50 ms", "p95 ms", "KB")
                for form in _FORMS:
                    for language in _LANGUAGES:
                        url = f"{path}/clinic-report.{form}?weeks={_WEEKS}&language={language}"
                        took, content = _measured(lambda url=url: http.get(url))
                        table.add_row(f"{form} {language}", *took, f"{len(content) / 1024:.0f}")
                        if folder is not None:
                            (folder / f"clinic-report.{language}.{form}").write_bytes(content)
                _CONSOLE.print(table)
                after = _resident_mb(up.process.pid)
                _CONSOLE.print(f"Resident: {before:.0f} MB before, {after:.0f} MB after.")


def _measured(ask: Callable[[], httpx.Response]) -> tuple[tuple[str, str], bytes]:
    times: list[float] = []
    content = b""
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        content = ask().raise_for_status().content
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return (f"{median(times):.1f}", f"{times[int(0.95 * _ROUNDS)]:.1f}"), content


def _played(http: httpx.Client) -> str:
    """A child with a diagnosis, who followed its default plan on most days."""
    tokens = http.post("/auth/sign-up", json=sign_up_form(0)).raise_for_status().json()
    http.headers["authorization"] = f"Bearer {tokens['access_token']}"
    http.put("/account/consents", json={"terms": 1, "privacy": 1}).raise_for_status()
    today = datetime.now(_SEOUL)
    monday = today - timedelta(days=today.weekday(), weeks=_WEEKS - 1)
    documents = {"child_data": 1, "child_health": 1}
    form = {
        "name": "민준",
        "birth_date": "2019-05-14",
        "affected_hand": "left",
        "dominant_hand": "right",
        "therapy_starts_on": str(monday.date()),
        "consent": {"given_by": "legal_guardian", "documents": documents},
    }
    child = http.post("/children", json=form).raise_for_status().json()["id"]
    diagnosis = {"code": "G80.2", "diagnosed_on": "2021-06-30", "macs": "II", "gmfcs": "I"}
    http.post(f"/children/{child}/diagnoses", json=diagnosis).raise_for_status()
    plan = http.get(f"/children/{child}/plans").raise_for_status().json()[0]
    bimanual = {each["id"] for each in http.get("/motions").json() if each["bimanual"]}
    plays = list(_plays(plan, bimanual, monday, today))
    for start in range(0, len(plays), BATCH):
        batch = plays[start : start + BATCH]
        http.post(f"/children/{child}/play-records", json=batch).raise_for_status()
    for days, reason in ((9, "illness"), (10, "illness"), (23, "travel")):
        day = (today - timedelta(days=days)).date()
        url = f"/children/{child}/exceptional-days/{day}"
        http.put(url, json={"reason": reason}).raise_for_status()
    return child


def _plays(
    plan: dict[str, Any], bimanual: set[str], monday: datetime, today: datetime
) -> Iterator[dict[str, Any]]:
    chance = Random(7)  # noqa: S311 - not for secrets
    asked = {day["weekday"]: day["items"] for day in plan["days"]}
    training_days = 0
    for number in range((today - monday).days):
        day = monday + timedelta(days=number)
        items = asked.get(day.isoweekday(), [])
        training_days += bool(items)
        hand = "right" if training_days % _OTHER_HAND_EVERY == 0 else "left"
        plays_today = chance.random() < _KEPT
        session = _id(chance)
        for place, item in enumerate(items if plays_today else []):
            skill = 0.5 + 0.04 * number / 7 + 0.1 * (hand == "right")
            for part in range(3):
                share = skill - 0.04 * part
                repetitions = -(-(item["target_repetitions"] or 12) // 3)
                at = day.replace(hour=17, minute=0) + timedelta(minutes=2 * (3 * place + part))
                yield {
                    "id": _id(chance),
                    "session_id": session,
                    "motion": item["motion"],
                    "hand": "both" if item["motion"] in bimanual else hand,
                    "started_at": at.isoformat(),
                    "duration_ms": int(repetitions * (5_500 - 30 * number) * chance.gauss(1, 0.1)),
                    "repetitions": repetitions,
                    "successes": sum(chance.random() < share for _ in range(repetitions)),
                    "accuracy": round(min(1, max(0, chance.gauss(share, 0.08))), 2),
                    "difficulty": 2 + number // 25,
                }


def _id(chance: Random) -> str:
    return f"019c0000-{chance.getrandbits(16):04x}-7000-8000-{chance.getrandbits(48):012x}"


def _resident_mb(pid: int) -> float:
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    return int(subprocess.run(command, check=True, capture_output=True).stdout) / 1024


if __name__ == "__main__":
    typer.run(main)
