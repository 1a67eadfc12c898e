"""Steps that tests of patch notes take."""

from datetime import datetime
from typing import Any

import httpx

from tests.families import Guardian
from tests.staff import Staff

PATH = "/staff/patch-notes"


def note(**fields: Any) -> dict[str, Any]:
    text = {"ko": "## 양치 놀이\n\n- 새 **미니게임**", "en": "## Brushing\n\n- A new **mini-game**"}
    return {"app_version": "1.4.0", "text": text, **fields}


async def draft(by: Staff, **fields: Any) -> dict[str, Any]:
    answer = await by.call("POST", PATH, json=note(**fields))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def then(by: Staff, known: dict[str, Any], deed: str, **fields: Any) -> httpx.Response:
    """Publish or withdraw a note as it was last seen."""
    form = {"edit": known["edit"], **fields}
    return await by.call("POST", f"{PATH}/{known['id']}/{deed}", json=form)


async def correct(by: Staff, known: dict[str, Any], **fields: Any) -> httpx.Response:
    form = note(edit=known["edit"], **fields)
    return await by.call("PUT", f"{PATH}/{known['id']}", json=form)


async def published(by: Staff, at: datetime | None = None, **fields: Any) -> dict[str, Any]:
    answer = await then(
        by, await draft(by, **fields), "publish", **({"at": at.isoformat()} if at else {})
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def versions(guardian: Guardian, **params: Any) -> list[str]:
    """The versions of the app that the notes a family sees are on."""
    shown = await guardian.get("/patch-notes", params=params)
    return [each["app_version"] for each in shown["notes"]]
