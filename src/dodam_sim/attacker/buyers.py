"""What somebody tries who wants to play without paying: forged messages of stores, made-up
purchases, guessed codes, and one code many times at once.
"""

import asyncio
import secrets
import string
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from dodam_sim.attacker.attempts import Finding
from dodam_sim.attacker.doors import Doors
from dodam_sim.attacker.household import Person, person
from dodam_sim.callers.api import Person as Insider
from dodam_sim.families.chance import uuid7
from dodam_sim.providers.signing import SigningKeys
from dodam_sim.stores.apple.chain import Chain
from dodam_sim.stores.apple.signing import Signer
from dodam_sim.stores.apple.store import AppStore

_APPLE, _GOOGLE = "/v1/stores/apple/notifications", "/v1/stores/google/notifications"
# 503: whether Google's keys signed it cannot be found out, so it is not believed.
_REFUSALS = {400, 401, 429, 503}
_GUESSES = 60
# Of Crockford's Base32, which leaves out what looks like something else.
_SYMBOLS = sorted({*string.digits, *string.ascii_uppercase} - {*"ILOU"})
_TOO_MANY = 429
_AT_ONCE = 20
_ISSUED_WITHIN = 10.0


async def forge_stores_messages(doors: Doors) -> Finding:
    """Tell of purchases in Apple's and Google's names, signed by whoever, and hand them in."""
    attacker = await person(doors)
    store = AppStore(_now)
    key = store.families.buy("dodam.yearly", str(uuid4()))
    said, signer = store.notifications[-1], Signer(Chain.new())
    payload = said.signed(signer.sign)
    header, body, signature = payload.split(".")
    unsigned = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    forged = [payload, f"{unsigned}.{body}.x", f"{header}.{body}.{signature[::-1]}"]
    answers = [await doors.knock("POST", _APPLE, {"signedPayload": each}) for each in forged]
    answers += await _pushes(doors)
    receipts = {
        "apple": {"signed_transaction": signer.sign(said.transaction or {})},
        "google": {"purchase_token": f"made.up.{key}"},
    }
    for name, receipt in receipts.items():
        path = f"/v1/subscriptions/{name}"
        answers.append(await doors.knock("POST", path, receipt, token=attacker.access_token))
    free = not await _is_entitled(doors, attacker)
    statuses = Counter(answer.status_code for answer in answers)
    held = set(statuses) <= _REFUSALS and free
    seen = ", ".join(f"{count}x {status}" for status, count in sorted(statuses.items()))
    return Finding("forged messages of stores", len(answers), held, seen)


async def guess_promotion_codes(doors: Doors) -> Finding:
    """Try codes that look like codes, until the server listens no more."""
    attacker, dice = await person(doors), secrets.SystemRandom()
    codes = ["".join(dice.choices(_SYMBOLS, k=20)) for _ in range(30)]
    codes += [f"WORD{number:06}" for number in range(_GUESSES - len(codes))]
    answers = [await _redeem(doors, attacker, code) for code in codes]
    statuses = Counter(answer.status_code for answer in answers)
    held = all(status >= httpx.codes.BAD_REQUEST for status in statuses)
    held &= statuses[_TOO_MANY] > 0 and max(statuses) < httpx.codes.INTERNAL_SERVER_ERROR
    seen = ", ".join(f"{count}x {status}" for status, count in sorted(statuses.items()))
    return Finding("guessed promotion codes", len(answers), held, seen)


async def redeem_one_code_many_times(doors: Doors, insider: Insider) -> Finding:
    """Redeem a word that is good for one account, by two accounts, at every instance at once."""
    word = f"ONCE{secrets.token_hex(6).upper()}"
    await _make(insider, word)
    people = [await person(doors) for _ in range(2)]
    deadline = _now() + timedelta(seconds=_ISSUED_WITHIN)
    while (first := await _redeem(doors, people[0], word)).is_error and _now() < deadline:  # noqa: ASYNC110 - made elsewhere
        await asyncio.sleep(0.2)
    answers = await asyncio.gather(
        *(_redeem(doors, each, word) for each in people * _AT_ONCE),
    )
    kept = [await _redeemed(doors, each) for each in people]
    held = first.is_success and kept == [1, 0]
    given = sum(answer.is_success for answer in answers)
    seen = f"redeemed by the first: {kept[0]}, by the second: {kept[1]}; answered well: {given}"
    return Finding("one code many times", len(answers) + 1, held, seen)


BUYERS = (forge_stores_messages, guess_promotion_codes)


async def _pushes(doors: Doors) -> list[httpx.Response]:
    """In the name of Pub/Sub: with no token, with nonsense, and with one of our own signing."""
    now = int(_now().timestamp())
    claims: Mapping[str, Any] = {
        "iss": "https://accounts.google.com",
        "aud": "https://dodam.example/v1/stores/google/notifications",
        "email": "pubsub-push@dodam-demo.iam.gserviceaccount.com",
        "email_verified": True,
        "iat": now,
        "exp": now + 3600,
    }
    own = SigningKeys().sign(dict(claims))
    message = {"data": "e30=", "messageId": "1", "publishTime": _now().isoformat()}
    body = {"message": message, "subscription": "projects/x/subscriptions/y"}
    headers: list[dict[str, str]] = [
        {},
        {"authorization": "Bearer x"},
        {"authorization": f"Bearer {own}"},
    ]
    return [await doors.knock("POST", _GOOGLE, body, headers=each) for each in headers]


async def _make(insider: Insider, word: str) -> None:
    now = _now()
    form = {
        "id": str(uuid7(now, Random(word))),  # noqa: S311 - an id, no secret
        "name": "One",
        "gives": {"free_days": 30},
        "codes": {"kind": "word", "word": word, "uses": 1},
        "valid_from": (now - timedelta(days=1)).isoformat(),
        "valid_until": (now + timedelta(days=1)).isoformat(),
    }
    await insider.post("/staff/promotions", form)


async def _redeem(doors: Doors, who: Person, code: str) -> httpx.Response:
    return await doors.knock(
        "POST", "/v1/promotions/redemptions", {"code": code}, token=who.access_token
    )


async def _redeemed(doors: Doors, who: Person) -> int:
    answer = await doors.knock("GET", "/v1/promotions/redemptions", token=who.access_token)
    return len(answer.raise_for_status().json())


async def _is_entitled(doors: Doors, who: Person) -> bool:
    answer = await doors.knock("GET", "/v1/entitlement", token=who.access_token)
    return answer.raise_for_status().json()["entitled"]


def _now() -> datetime:
    return datetime.now(UTC)
