"""`python -m bench.games [--short]`: results of mini-games beside play records, in one run.

Both are checked, stored once and added up; a result is besides checked by a schema that staff
wrote, and its child is held meanwhile, so that what it adds up to and whether it counts is decided
one upload after the other. What that costs is shown by one child to whom all connections send. At
the end a new version adds results up otherwise, and a worker counts all of them anew.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.progress import track

from bench import report, requests
from bench.races import BATCH_CLIENTS, CLIENTS, Race, load
from bench.scene import Scene, scene
from dodam.bootstrap import build
from dodam.features.accounts.models.permissions import PERMISSIONS, Role
from dodam.platform.clock import SystemClock
from dodam.platform.ids import new_id
from dodam.platform.logging.console import configure_logging
from dodam.platform.settings import Settings
from dodam.platform.tokens import AccessTokens, CallerKind, SigningKeys

_CONSOLE = Console()
_PROGRESS = Console(stderr=True)
_GAME = "stairs_of_the_benchmark"
_COUNT = {"type": "integer", "minimum": 0, "maximum": 100_000}
_ROUND = {
    "type": "object",
    "properties": {"floors": _COUNT, "seconds": {"type": "number", "minimum": 0, "maximum": 600}},
    "required": ["floors", "seconds"],
    "additionalProperties": False,
}
_DEFINITION: dict[str, Any] = {
    "name": {"ko": "계단", "en": "Stairs"},
    "description": {"ko": "계단을 올라요.", "en": "Climb the stairs."},
    "result_schema": {
        "type": "object",
        "properties": {
            "score": _COUNT,
            "floors": _COUNT,
            "best_combo": _COUNT,
            "hand": {"enum": ["left", "right", "both"]},
            "rounds": {"type": "array", "items": _ROUND, "maxItems": 20},
        },
        "required": ["score", "floors", "hand"],
        "additionalProperties": False,
    },
    "settings_schema": {"type": "object"},
    "settings": {},
    "aggregates": [
        {"name": "best_score", "kind": "best", "of": "/score"},
        {"name": "last_score", "kind": "last", "of": "/score"},
        {"name": "floors", "kind": "sum", "of": "/floors"},
        {"name": "plays", "kind": "count"},
        {"name": "best_combos", "kind": "leaders", "of": "/best_combo"},
    ],
}


def main(
    *, short: Annotated[bool, typer.Option(help="Ten seconds instead of a minute.")] = False
) -> None:
    """Measure uploads of results beside uploads of plays."""
    configure_logging("warning", as_json=False)
    rounds, seconds = (3, 0.4) if short else (7, 1.5)
    with tempfile.TemporaryDirectory() as folder, scene(Path(folder), b"{}") as on:
        _publish(on)
        every = _races(on)
        for race in every:
            race.run(seconds)
            race.path.ours.clear()
            race.path.limit.clear()
        for _ in track(range(rounds), "Measuring", console=_PROGRESS, transient=True):
            for race in every:
                race.run(seconds)
        _publish(on, aggregates=_DEFINITION["aggregates"][1:])
        recounted = asyncio.run(_recount(on))
    _CONSOLE.print(f"Medians of {rounds} rounds of {seconds} s; plays right after what they limit.")
    report.show(_CONSOLE, [race.path for race in every])
    _CONSOLE.print(recounted)


def _races(on: Scene) -> list[Race]:
    port, children, one_child = on.api.port, on.children, on.children[:1]
    batch = f"{requests.BATCH} results"
    plays = load(port, BATCH_CLIENTS, requests.batch(children, on.motions), rows=requests.BATCH)
    return [
        Race(
            report.Path("one result", "req/s", "one play record"),
            load(port, CLIENTS, requests.one_result(children, _GAME)),
            load(port, CLIENTS, requests.one_record(children, on.motions)),
        ),
        Race(
            report.Path("one result, all of one child", "req/s"),
            load(port, CLIENTS, requests.one_result(one_child, _GAME)),
        ),
        Race(
            report.Path(batch, "rows/s", f"{requests.BATCH} play records"),
            load(port, BATCH_CLIENTS, requests.result_batch(children, _GAME), rows=requests.BATCH),
            plays,
        ),
        Race(
            report.Path(f"{batch}, all of one child", "rows/s"),
            load(port, BATCH_CLIENTS, requests.result_batch(one_child, _GAME), rows=requests.BATCH),
        ),
    ]


def _publish(on: Scene, **fields: Any) -> None:
    """The game's next version, as an admin writes it; the token stands for one who signed in."""
    keys = SigningKeys.load(on.folder / "keys")
    tokens = AccessTokens(keys, SystemClock(), seconds=600, permissions=PERMISSIONS)
    token = tokens.issue(new_id(), new_id(), CallerKind.STAFF, [Role.ADMIN])
    headers = {"authorization": f"Bearer {token}"}
    address = f"http://127.0.0.1:{on.api.port}/v1/staff/games/{_GAME}"
    with httpx.Client(base_url=address, headers=headers, trust_env=False) as http:
        form = {"edit": 0, "definition": {**_DEFINITION, **fields}}
        draft = http.put("/draft", json=form).raise_for_status().json()
        http.post("/publish", json={"edit": draft["edit"]}).raise_for_status()


async def _recount(on: Scene) -> str:
    """Count everything anew as a worker does; how fast that went."""
    system = build(Settings(data_dir=on.folder), on.database_url)
    async with system.running(), system.database.reading() as db:
        [[results, children]] = await db.fetch("select sum(results), count(*) from games.standing")
        async with system.database.transaction() as tx:
            # It is due once every instance has heard of the version.
            await tx.execute("update jobs.pgqueuer set execute_after = now()")
        began = time.perf_counter()
        work = asyncio.create_task(system.jobs.run())
        oldest = "select min(version) from games.standing"
        while (await db.fetch(oldest))[0][0] == 1:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.01)
        took = time.perf_counter() - began
        system.jobs.stop()
        await work
    return (
        f"A worker counted {results:,} results of {children} children anew in {took:.1f} s: "
        f"{results / took:,.0f} a second."
    )


if __name__ == "__main__":
    typer.run(main)
