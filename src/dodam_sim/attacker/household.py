"""People the attacker meets: a family with something to lose, and the attacker's own account."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from dodam_sim.attacker.doors import Doors

_CHILD = {
    "name": "하준",
    "birth_date": "2019-05-14",
    "affected_hand": "left",
    "time_zone": "Asia/Seoul",
    "consent": {
        "given_by": "legal_guardian",
        "documents": {"child_data": 1, "child_health": 1},
    },
}
_DIAGNOSIS = {"code": "G80.2", "diagnosed_on": "2021-06-30", "notes": "출생 시 확인"}
_DEVICE = {
    "platform": "android",
    "model": "SM-X710",
    "os_version": "14",
    "app_version": "3.2.0",
    "screen_width": 2560,
    "screen_height": 1600,
    "memory_mb": 8192,
}


@dataclass
class Person:
    """Somebody with an account. `ids` has what is theirs, by the names the API's paths use."""

    email: str
    password: str
    access_token: str
    refresh_token: str
    trusted_device: str | None
    ids: dict[str, str]


async def open_account(doors: Doors, **headers: str) -> httpx.Response:
    """One sign-up with an address of its own."""
    return await _sign_up(doors, _form(), headers)


async def _sign_up(
    doors: Doors, form: dict[str, Any], headers: Mapping[str, str] | None = None
) -> httpx.Response:
    answer = await doors.knock("POST", "/v1/auth/sign-up", form, headers=headers)
    doors.accounts_opened += answer.is_success
    return answer


def _form() -> dict[str, Any]:
    return {
        "email": f"{secrets.token_hex(8)}@dodam.example",
        "password": f"한밤의 {secrets.token_urlsafe(12)}",
        "name": "이서윤",
    }


async def person(doors: Doors) -> Person:
    """Somebody who just signed up."""
    form = _form()
    answer = await _sign_up(doors, form)
    answer.raise_for_status()
    tokens = answer.json()
    return Person(
        email=form["email"],
        password=form["password"],
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        trusted_device=tokens.get("trusted_device"),
        ids={},
    )


async def sign_in(doors: Doors, who: Person, **fields: Any) -> httpx.Response:
    form = {"email": who.email, "password": who.password, **fields}
    return await doors.knock("POST", "/v1/auth/sign-in", form)


async def family(doors: Doors) -> Person:
    """A guardian with a child who has played, and with whatever else can be owned."""
    guardian = await person(doors)
    consents = {"terms": 1, "privacy": 1}
    answer = await doors.knock("PUT", "/v1/account/consents", consents, token=guardian.access_token)
    answer.raise_for_status()

    async def own(path: str, form: Any) -> Any:
        answer = await doors.knock("POST", path, form, token=guardian.access_token)
        answer.raise_for_status()
        return answer.json()

    child = await own("/v1/children", _CHILD)
    [motion, *_] = (await doors.knock("GET", "/v1/motions", token=guardian.access_token)).json()
    started = datetime.now(UTC) - timedelta(hours=1)
    play = {
        "id": str(uuid4()),
        "session_id": str(uuid4()),
        "motion": motion["id"],
        "hand": "left",
        "started_at": started.isoformat(),
        "duration_ms": 60_000,
        "repetitions": 10,
        "successes": 8,
    }
    await own(f"/v1/children/{child['id']}/play-records", [play])
    diagnosis = await own(f"/v1/children/{child['id']}/diagnoses", _DIAGNOSIS)
    illness = {"from_day": started.date().isoformat(), "reason": "illness"}
    pause = await own(f"/v1/children/{child['id']}/pauses", illness)
    brushing = {"id": str(uuid4()), "game": "brushing"}
    game_play = await own(f"/v1/children/{child['id']}/game-plays", brushing)
    save = f"/v1/children/{child['id']}/games/brushing/save"
    saved = {"version": 0, "data": "brush=red"}
    answer = await doors.knock("PUT", save, saved, token=guardian.access_token)
    answer.raise_for_status()
    device = str(uuid4())
    await own("/v1/devices", {"id": device, **_DEVICE})
    phone = await own("/v1/phone/verifications", {"number": _number()})
    sessions = await doors.knock("GET", "/v1/sessions", token=guardian.access_token)
    guardian.ids = {
        "child_id": child["id"],
        "diagnosis_id": diagnosis["id"],
        "device_id": device,
        "verification_id": phone["id"],
        "session_id": sessions.json()[0]["id"],
        "pause_id": pause["id"],
        "game_id": game_play["game"],
        "play_id": game_play["id"],
        "version": "1",
        "namespace": "difficulty",
        "motion": motion["id"],
        "motion_id": motion["id"],
        "hand": "left",
        "day": started.date().isoformat(),
        "account_id": (await _account_id(doors, guardian)),
    }
    return guardian


def _number() -> str:
    """A Korean mobile number, in E.164."""
    return f"+8210{20_000_000 + secrets.randbelow(70_000_000)}"


async def _account_id(doors: Doors, guardian: Person) -> str:
    answer = await sign_in(doors, guardian)
    answer.raise_for_status()
    return answer.json()["account"]["id"]
