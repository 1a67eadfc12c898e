"""`python -m bench.outcomes [FOLDER]`: what questions about results take after weeks and ten years.

A real server beside 200,000 plays, asked over HTTP, one question after another: of children who
have played for eight weeks or more, and of the one who has played for ten years. The database is
kept in the folder, and found again.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from bench.requests import Child
from bench.scale.clusters import SERVING, api, cluster
from bench.scale.filling import filled
from bench.scale.requests import asking

_RECORDS = 200_000
_CHILDREN = 20
_ROUNDS = 40
_YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
_YEAR = f"from={_YESTERDAY - timedelta(days=365)}&to={_YESTERDAY}"
_TREND = "outcomes/trend?motion={motion}&hand={hand}"
_QUESTIONS = {
    "results of 56 days": "outcomes",
    "results of a year": f"outcomes?{_YEAR}",
    "trend of 8 weeks": _TREND,
    "trend of 52 weeks": f"{_TREND}&weeks=52",
    "adherence of 8 weeks": "adherence",
    "adherence of 52 weeks": "adherence?weeks=52",
    "levels to play at": "difficulty",
}


def main(folder: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Print the median and the 95th percentile of each question, and the size of an answer."""
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as kept:
        data = Path(kept)
        filled(data, _RECORDS)
        with cluster(data, SERVING) as url, api(data, url) as server:
            whom = asyncio.run(asking(url, data, _CHILDREN))
            address = f"http://127.0.0.1:{server.port}/v1"
            table = Table(
                "question", "weeks: p50 ms", "p95 ms", "ten years: p50 ms", "p95 ms", "KB"
            )
            with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
                played = _answer(http, whom.longest[0], "outcomes").json()["motions"][0]
                for name, question in _QUESTIONS.items():
                    path = question.format(**played)
                    ordinary, _ = _asked(http, path, whom.ordinary)
                    longest, size = _asked(http, path, whom.longest)
                    table.add_row(name, *ordinary, *longest, f"{size / 1024:.0f}")
            Console().print(table)


def _asked(http: httpx.Client, path: str, children: Sequence[Child]) -> tuple[list[str], int]:
    times: list[float] = []
    size = 0
    for child in islice(cycle(children), _ROUNDS):
        began = time.perf_counter()
        answer = _answer(http, child, path)
        times.append((time.perf_counter() - began) * 1000)
        size = len(answer.content)
    times.sort()
    return [f"{median(times):.1f}", f"{times[int(0.95 * _ROUNDS)]:.1f}"], size


def _answer(http: httpx.Client, child: Child, path: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {child.access_token}"}
    return http.get(f"/children/{child.id}/{path}", headers=headers).raise_for_status()


if __name__ == "__main__":
    typer.run(main)
