"""Steps that tests of staff's motions take."""

from typing import Any

import httpx

from tests.staff import Staff

_WRITTEN = (
    "position",
    "name",
    "description",
    "instruction",
    "labels",
    "bimanual",
    "default_repetitions",
)
NEW: dict[str, Any] = {
    "based_on": 0,
    "position": 19,
    "name": {"ko": "열쇠 돌리기", "en": "Turning a key"},
    "description": {"ko": "열쇠를 돌리는 움직임입니다.", "en": "Turning a key."},
    "instruction": {"ko": "보물 상자를 열어 봐요!", "en": "Open the treasure chest!"},
    "labels": ["lateral_pinch", "palm_up"],
    "bimanual": False,
    "default_repetitions": 12,
}


async def motion_of(who: Staff, motion: str) -> dict[str, Any]:
    """A motion as staff see it in the list."""
    [found] = [each for each in await who.get("/staff/motions") if each["id"] == motion]
    return found


async def form_of(who: Staff, motion: str, **changes: Any) -> dict[str, Any]:
    """What is to be sent to change a motion."""
    found = await motion_of(who, motion)
    return {
        **{name: found[name] for name in _WRITTEN},
        "based_on": found["version"],
        "video": found["video"] and found["video"]["id"],
        "images": [image["id"] for image in found["images"]],
        **changes,
    }


async def put_motion(who: Staff, motion: str, form: dict[str, Any]) -> httpx.Response:
    return await who.call("PUT", f"/staff/motions/{motion}", json=form)


async def save_motion(who: Staff, motion: str, **changes: Any) -> dict[str, Any]:
    """The version that is saved with some changes."""
    answer = await put_motion(who, motion, await form_of(who, motion, **changes))
    assert answer.status_code == 200, answer.text
    return answer.json()
