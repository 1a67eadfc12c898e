"""Steps that tests of settings take."""

from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from tests.families import Guardian
from tests.staff import Staff

PATH = "/staff/settings"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["speed"],
    "properties": {
        "speed": {"type": "integer", "minimum": 0, "maximum": 100},
        "colours": {
            "type": "object",
            "additionalProperties": {"type": "string", "maxLength": 20},
        },
    },
}
DEFAULTS: dict[str, Any] = {"speed": 10, "colours": {"sky": "blue"}}
_NUMBERS = count(1)


async def namespace(by: Staff, **fields: Any) -> str:
    """A namespace of its own, for a test to do with as it likes."""
    name = f"test_{next(_NUMBERS)}_{uuid4().hex[:8]}"
    answer = await define(by, name, **fields)
    assert answer.status_code == 200, answer.text
    return name


async def define(by: Staff, name: str, **fields: Any) -> httpx.Response:
    form = {"schema": SCHEMA, "defaults": DEFAULTS, **fields}
    return await by.call("PUT", f"{PATH}/{name}", json=form)


async def draft(by: Staff, name: str, **fields: Any) -> httpx.Response:
    """Change the draft as it stands."""
    edit = (await by.get(f"{PATH}/{name}/draft"))["edit"]
    return await by.call("PUT", f"{PATH}/{name}/draft", json={"edit": edit, **fields})


async def publish(by: Staff, name: str, at: Any = None, **fields: Any) -> dict[str, Any]:
    """Draft and publish."""
    drafted = await draft(by, name, **fields)
    assert drafted.status_code == 200, drafted.text
    form = {"edit": drafted.json()["edit"]}
    if at is not None:
        form["takes_effect_at"] = at.isoformat()
    answer = await by.call("POST", f"{PATH}/{name}/versions", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def settings_of(
    guardian: Guardian, child: dict[str, Any], device_id: str | None = None
) -> dict[str, Any]:
    """What a child gets, by namespace."""
    params = {} if device_id is None else {"device_id": device_id}
    answer = await guardian.get(f"/children/{child['id']}/settings", params=params)
    return answer["settings"]


async def tablet(guardian: Guardian, **fields: Any) -> str:
    """A device of the guardian's; its id."""
    device_id = str(uuid4())
    form = {
        "id": device_id,
        "platform": "android",
        "model": "SM-X210",
        "os_version": "14",
        "app_version": "1.4.0",
        "screen_width": 1920,
        "screen_height": 1200,
        "memory_mb": 3600,
        **fields,
    }
    answer = await guardian.call("POST", "/devices", json=form)
    assert answer.status_code == 200, answer.text
    return device_id


def told(answer: httpx.Response) -> dict[str, str]:
    """What a refusal names: codes by field."""
    assert answer.status_code == 400, answer.text
    return {each["field"]: each["code"] for each in answer.json()["errors"]}


def rule(name: str, speed: int, **when: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "value": {"speed": speed}}
