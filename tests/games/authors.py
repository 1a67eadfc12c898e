"""What authors of mini-games do."""

from typing import Any
from uuid import uuid4

import httpx

from tests.staff import Staff

DEFINITION: dict[str, Any] = {
    "name": {"ko": "낚시", "en": "Fishing"},
    "description": {"ko": "집게손으로 물고기를 낚아요.", "en": "Catch fish by pinching."},
    "result_schema": {
        "type": "object",
        "properties": {
            "fish": {"type": "integer", "minimum": 0, "maximum": 500},
            "casts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"seconds": {"type": "number", "minimum": 0}},
                    "additionalProperties": False,
                },
            },
        },
        "required": ["fish"],
        "additionalProperties": False,
    },
    "settings_schema": {
        "type": "object",
        "properties": {"speed": {"type": "number", "minimum": 0.5, "maximum": 3}},
        "required": ["speed"],
        "additionalProperties": False,
    },
    "settings": {"speed": 1},
    "aggregates": [{"name": "fish", "kind": "sum", "of": "/fish"}],
}


def new_game_id() -> str:
    return f"game_{uuid4().hex[:12]}"


async def save(admin: Staff, game: str, edit: int = 0, **fields: Any) -> httpx.Response:
    """Write a draft: `DEFINITION` but for some fields."""
    form = {"edit": edit, "definition": {**DEFINITION, **fields}}
    return await admin.call("PUT", f"/staff/games/{game}/draft", json=form)


async def publish(admin: Staff, game: str, **fields: Any) -> dict[str, Any]:
    """Write a draft where there is none, and publish it; the version."""
    drafted = await save(admin, game, **fields)
    assert drafted.status_code == 200, drafted.text
    form = {"edit": drafted.json()["edit"]}
    answer = await admin.call("POST", f"/staff/games/{game}/publish", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(admin: Staff, **fields: Any) -> dict[str, str]:
    """What is wrong with a definition: the codes, by the fields below `definition`."""
    answer = await save(admin, new_game_id(), **fields)
    assert answer.status_code == 400, answer.text
    return {
        each["field"].removeprefix("definition."): each["code"] for each in answer.json()["errors"]
    }
