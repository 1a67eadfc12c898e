"""What the authorization matrix is tried on: every caller's token, and things of the guardian's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import PERMISSIONS, Role
from dodam.platform.ids import new_id
from dodam.platform.settings import Settings
from dodam.platform.tokens import AccessTokens, CallerKind, SigningKeys
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian, sign_up
from tests.games.steps import publish, start
from tests.staff import Staff, staff

from .matrix import ADMIN, API_KEYS, GUARDIAN, OTHER_GUARDIAN, STAFF


@dataclass(frozen=True)
class Scene:
    """Every caller's token, and what of the guardian's the paths of the API name."""

    tokens: Mapping[str, str]
    named: Mapping[str, str]


async def scene(http: httpx.AsyncClient, settings: Settings, route: str) -> Scene:
    guardian, other = await sign_up(http), await sign_up(http)
    named = await _what_is_the_guardians(http, guardian)
    if "{game_id}" in route or "{play_id}" in route:
        named |= await _play(staff(http, settings, Role.ADMIN), guardian, named["child_id"])
    return Scene(
        tokens={
            GUARDIAN: guardian.tokens["access_token"],
            OTHER_GUARDIAN: other.tokens["access_token"],
            **_staff_tokens(settings),
            **await _api_keys(http, settings),
        },
        named=named,
    )


async def _what_is_the_guardians(http: httpx.AsyncClient, guardian: Guardian) -> dict[str, str]:
    child = await guardian.register_child()
    form = {"code": "G80.2", "diagnosed_on": "2021-06-30"}
    diagnosis = await guardian.call("POST", f"/children/{child['id']}/diagnoses", json=form)
    assert diagnosis.status_code == 201, diagnosis.text
    form = {"email": guardian.email, "password": PASSWORD}
    answer = await http.post("/v1/auth/sign-in", json=form)
    assert answer.status_code == 200, answer.text
    return {
        "account_id": guardian.tokens["account"]["id"],
        "child_id": child["id"],
        "diagnosis_id": diagnosis.json()["id"],
        "day": "2026-03-18",
        "device_id": await _device(guardian),
        "fingerprint": "vblvdiqoqwdr",
        "hand": "left",
        "motion": "mass_grasp",
        "number": "1",
        "session_id": (await guardian.get("/sessions"))[0]["id"],
        "version": "1",
    }


async def _play(admin: Staff, guardian: Guardian, child_id: str) -> dict[str, str]:
    """A game of this scene's alone, for staff are about to change it, and a play of it."""
    game = await publish(admin)
    return {"game_id": game, "play_id": (await start(guardian, {"id": child_id}, game))["id"]}


async def _device(guardian: Guardian) -> str:
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
    }
    answer = await guardian.call("POST", "/devices", json=form)
    assert answer.status_code == 200, answer.text
    return device_id


async def _api_keys(http: httpx.AsyncClient, settings: Settings) -> dict[str, str]:
    headers = {"authorization": f"Bearer {_staff_tokens(settings)[ADMIN]}"}
    secrets: dict[str, str] = {}
    for caller in API_KEYS:
        form = {"name": caller, "scopes": [caller.removeprefix("api key: ")]}
        answer = await http.post("/v1/staff/api-keys", json=form, headers=headers)
        assert answer.status_code == 201, answer.text
        secrets[caller] = answer.json()["secret"]
    return secrets


def _staff_tokens(settings: Settings) -> dict[str, str]:
    tokens = AccessTokens(
        SigningKeys.load(settings.data_dir / "keys"), CLOCK, seconds=600, permissions=PERMISSIONS
    )
    return {
        caller: tokens.issue(new_id(), new_id(), CallerKind.STAFF, [caller.removeprefix("staff: ")])
        for caller in STAFF
    }


def operations(system: Dodam) -> dict[str, dict[str, Any]]:
    described = system.app.openapi_schema.to_schema()
    return {
        f"{method.upper()} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def example(operation: Mapping[str, Any]) -> Any:
    if "requestBody" not in operation:
        return None
    [content] = operation["requestBody"]["content"].values()
    if "examples" in content:
        return next(iter(content["examples"].values()))["value"]
    return content["schema"].get("examples", [{}])[0]


def asked(operation: Mapping[str, Any]) -> dict[str, Any]:
    """The query parameters without which a route answers nobody."""
    return {
        part["name"]: next(iter(part["examples"].values()))["value"]
        for part in operation.get("parameters", [])
        if part["in"] == "query" and part["required"]
    }
