"""What somebody tries who got hold of an admin's access: to hurt the server by what staff write."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import msgspec

from dodam_sim.attacker.attempts import Finding
from dodam_sim.attacker.doors import Doors
from dodam_sim.callers.api import Person
from dodam_sim.newcomer.drawing import icon

_REFUSALS = {400, 413}
_HIDDEN = {400, 403, 404}
_PLACE = "the hostile schema"
_ICON = {"title": "Star", "alt_ko": "별", "alt_en": "A star"}


async def write_hostile_schemas(doors: Doors, insider: Person) -> Finding:
    """Write games whose schemas are bombs, or fetch something from elsewhere."""
    async with _listener() as (address, callers):
        statuses = {
            name: (await _draft(insider, schema)).status_code
            for name, schema in _hostile_schemas(address).items()
        }
    taken = [name for name, status in statuses.items() if status not in _REFUSALS]
    # What is refused must be so for the schema, and leave the server well.
    harmless = await _draft(insider, '{"type":"object"}')
    ready = [await doors.knock("GET", "/health/ready", at=url) for url in doors.urls]
    is_well = all(answer.is_success for answer in (harmless, *ready))
    held = not taken and not callers and is_well
    seen = f"taken: {', '.join(taken) or 'none'}; fetched from elsewhere: {len(callers)} times"
    return Finding("hostile schemas", len(statuses), held, seen)


async def forge_addresses_of_media(doors: Doors, insider: Person) -> Finding:
    """Fetch an image by addresses that were not signed for it, or not for so long."""
    first, second = [await _upload(insider, size) for size in (16, 24)]
    path, query = urlsplit(first).path, parse_qs(urlsplit(first).query)
    until, signature = query["until"][0], query["signature"][0]
    other = parse_qs(urlsplit(second).query)["signature"][0]
    changed = ("A" if signature[0] != "A" else "B") + signature[1:]
    forged = [
        path,
        f"{path}?until={until}",
        f"{path}?until={until}&signature=",
        f"{path}?until={until}&signature={changed}",
        f"{path}?until={until}&signature={other}",
        f"{path}?until={int(until) + 1}&signature={signature}",
        f"{path}?until={'9' * 18}&signature={signature}",
        f"{urlsplit(second).path}?until={until}&signature={signature}",
        f"/v1/media/..%2F..%2Fkeys?until={until}&signature={signature}",
    ]
    answers = [await doors.knock("GET", each) for each in forged]
    right = await doors.knock("GET", first)
    statuses = sorted({answer.status_code for answer in answers})
    held = set(statuses) <= _HIDDEN and right.content == icon(16)
    return Finding("forged addresses of media", len(answers), held, f"{statuses}")


INSIDERS = (write_hostile_schemas, forge_addresses_of_media)


def _hostile_schemas(address: str) -> Mapping[str, str]:
    """Schemas as JSON, by what is wrong with them; `address` is one of ours."""
    doubling: dict[str, Any] = {
        f"level{n}": {"allOf": [{"$ref": f"#/$defs/level{n + 1}"}] * 2} for n in range(24)
    }
    doubling["level24"] = {"type": "integer"}
    deep = '{"properties":{"x":' * 50_000 + "true" + "}}" * 50_000
    schemas: dict[str, Any] = {
        "a pattern that looks ahead": {"pattern": "(a+)+(?=b)"},
        "a pattern that grows": {"pattern": "(a{1000}){1000}"},
        "a reference elsewhere": {"$ref": address},
        "a reference to a file": {"$ref": "file:///etc/passwd"},
        "a name of its own elsewhere": {"$id": address, "$ref": "other.json"},
        "a schema of schemas elsewhere": {"$schema": address},
        "a circle": {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
        "a tree that doubles": {"$ref": "#/$defs/level0", "$defs": doubling},
        "what was not looked at": {"unevaluatedProperties": {"unevaluatedProperties": False}},
        "a megabyte to choose from": {"enum": ["x" * 1_000_000]},
        "a character of zero": {"properties": {"a\0b": {}}},
        "steps too small": {"properties": {"x": {"type": "number", "multipleOf": 1e-300}}},
    }
    return {
        **{name: msgspec.json.encode(schema).decode() for name, schema in schemas.items()},
        "a number beyond all bounds": '{"properties":{"x":{"minimum":1e400}}}',
        "50,000 levels": deep,
        "16 MB": f'{{"description":"{"x" * 16_000_000}"}}',
    }


async def _draft(insider: Person, schema: str) -> httpx.Response:
    definition = {
        "name": {"en": "Hostile", "ko": "나쁜 게임"},
        "description": {"en": "Hostile", "ko": "나쁜 게임"},
        "result_schema": _PLACE,
        "settings_schema": {"type": "object"},
        "settings": {},
    }
    form = msgspec.json.encode({"edit": 0, "definition": definition}).decode()
    return await insider.call(
        "PUT",
        f"/staff/games/hostile_{secrets.token_hex(4)}/draft",
        content=form.replace(f'"{_PLACE}"', schema),
        headers={"content-type": "application/json"},
    )


async def _upload(insider: Person, size: int) -> str:
    """The address of an image."""
    path = f"/staff/media?{urlencode(_ICON)}"
    return (await insider.ask("POST", path, content=icon(size)))["url"]


@asynccontextmanager
async def _listener() -> AsyncGenerator[tuple[str, list[str]]]:
    """An address of this machine that a schema may name, and whoever called there."""
    callers: list[str] = []

    def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(str(writer.get_extra_info("peername")))
        writer.close()

    async with await asyncio.start_server(note, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/schema.json", callers
