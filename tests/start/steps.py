"""Steps that tests of the start take."""

from typing import Any

import httpx

from tests.families import Guardian

SECTIONS = {
    "app",
    "settings",
    "device",
    "motions",
    "today",
    "games",
    "tickets",
    "entitlement",
    "patch_notes",
}


async def ask(
    guardian: Guardian,
    child: dict[str, Any],
    *,
    device: str | None = None,
    since: str | None = None,
    **headers: str,
) -> httpx.Response:
    params = {"device_id": device, "since": since}
    return await guardian.call(
        "GET",
        f"/children/{child['id']}/bootstrap",
        params={name: value for name, value in params.items() if value is not None},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


async def begin(guardian: Guardian, child: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = await ask(guardian, child, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def apply(held: dict[str, Any], delta: dict[str, Any]) -> dict[str, Any]:
    """What a client holds after an answer that leaves out what has not changed."""
    unchanged = set(delta["unchanged"])
    assert unchanged.isdisjoint(delta)
    assert unchanged | set(delta) == {*SECTIONS, "version", "unchanged"}
    return {**{name: held[name] for name in unchanged}, **delta, "unchanged": []}
