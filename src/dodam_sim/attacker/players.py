"""What a family tries at mini-games: to play as others, and to bring the server down by results."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from dodam_sim.attacker.attempts import Finding
from dodam_sim.attacker.doors import Doors
from dodam_sim.attacker.household import Person, family

_NOT_FOUND = 404
_REFUSALS = {400, 413}
_GOOD = {"hand": "left", "seconds": 60, "coverage": 0.9, "completed": True}


async def play_anothers_plays(doors: Doors) -> Finding:
    """Send results of a play that was granted to another child, and give it back."""
    victim, attacker = await family(doors), await family(doors)
    child, stolen = attacker.ids["child_id"], victim.ids["play_id"]
    await _send(doors, attacker, [_record(stolen)])
    back = await doors.knock(
        "DELETE", f"/v1/children/{child}/game-plays/{stolen}", token=attacker.access_token
    )
    await _send(doors, victim, [_record(stolen)])
    [mine], [theirs] = [await _results(doors, who) for who in (attacker, victim)]
    held = not mine["counted"] and theirs["counted"] and back.status_code == _NOT_FOUND
    seen = f"counted: {mine['counted']}, given back: {back.status_code}"
    return Finding("another's plays of games", 2, held, seen)


async def send_monstrous_results(doors: Doors) -> Finding:
    """Send results that are too large, too deep, too many, or no JSON at all."""
    attacker = await family(doors)
    path = f"/v1/children/{attacker.ids['child_id']}/game-results"
    whole, within = msgspec.json.encode(_record()).decode(), '"completed":true'
    monsters = {
        "16 MB": whole.replace(within, f'"completed":"{"x" * 16_000_000}"'),
        "17 KiB": whole.replace(within, f'"completed":"{"x" * 17_000}"'),
        "100,000 levels": whole.replace(within, f'"completed":{"[" * 100_000}{"]" * 100_000}'),
        "a number beyond all bounds": whole.replace('"seconds":60', '"seconds":1e400'),
        "a number of 10,000 digits": whole.replace('"seconds":60', f'"seconds":{"9" * 10_000}'),
        "no number": whole.replace('"seconds":60', '"seconds":NaN'),
        "a character of zero": whole.replace('"left"', '"le\\u0000ft"'),
        "501 results": f"[{','.join([whole] * 501)}]",
        "half a result": whole[:-30],
    }
    taken: list[str] = []
    for name, content in monsters.items():
        answer = await doors.knock("POST", path, content=content, token=attacker.access_token)
        if not (answer.status_code in _REFUSALS or _is_rejected(answer)):
            taken.append(f"{name}: {answer.status_code}")
    good = await _send(doors, attacker, [_record(play_id=attacker.ids["play_id"])])
    held = not taken and good.json()["created"] == 1 and len(await _results(doors, attacker)) == 1
    return Finding("monstrous results", len(monsters), held, ", ".join(taken) or "refused")


PLAYERS = (play_anothers_plays, send_monstrous_results)


def _record(play_id: str | None = None) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "game": "brushing",
        "version": 1,
        "play_id": play_id,
        "started_at": datetime.now(UTC).isoformat(),
        "duration_ms": 60_000,
        "result": _GOOD,
    }


async def _send(doors: Doors, who: Person, records: list[dict[str, Any]]) -> httpx.Response:
    path = f"/v1/children/{who.ids['child_id']}/game-results"
    return await doors.knock("POST", path, records, token=who.access_token)


async def _results(doors: Doors, who: Person) -> list[dict[str, Any]]:
    path = f"/v1/children/{who.ids['child_id']}/games/brushing/results"
    return (await doors.knock("GET", path, token=who.access_token)).json()["results"]


def _is_rejected(answer: httpx.Response) -> bool:
    return answer.is_success and answer.json()["created"] == 0
