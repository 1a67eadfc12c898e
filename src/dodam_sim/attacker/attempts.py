"""What an attacker tries, and whether the server held."""

import asyncio
import re
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import httpx
from msgspec import Struct

from dodam_sim.attacker.doors import Doors
from dodam_sim.attacker.forgery import forgeries
from dodam_sim.attacker.household import Person, family, open_account, person, sign_in

_TOO_MANY = 429
_SIGN_UPS = 120
_GUESSES = 40
_TIMED = 30
# What no family has: ids and numbers of the staff's things, names of media, which signed URLs open
# to anybody, ids of other organisations' systems and their endpoints, receipts of those who left,
# the stores' messages, and subscriptions, which only a store could have sold them.
_NO_FAMILYS = {
    "api_key_id",
    "attribute_id",
    "endpoint_id",
    "fingerprint",
    "medium_id",
    "member_id",
    "message_id",
    "name",
    "note_id",
    "number",
    "promotion_id",
    "receipt",
    "subscription_id",
    "system_id",
    "template_id",
}
# A measured difference an attacker could use; smaller ones drown in what a network adds.
_TELLING_RATIO = 1.5


class Finding(Struct, frozen=True):
    """One kind of attempt: how often it was made, and whether the server held."""

    attack: str
    tried: int
    held: bool
    seen: str


Attempt = Callable[[Doors], Awaitable[Finding]]


async def replay_a_refresh_token(doors: Doors) -> Finding:
    """Exchange a stolen refresh token after its owner did, at every instance."""
    victim = await person(doors)
    form = {"refresh_token": victim.refresh_token}
    owners = (await doors.knock("POST", "/v1/auth/refresh", form)).json()
    replayed = [await doors.knock("POST", "/v1/auth/refresh", form, at=url) for url in doors.urls]
    newest = await doors.knock(
        "POST", "/v1/auth/refresh", {"refresh_token": owners["refresh_token"]}
    )
    access = [
        await doors.knock("GET", "/v1/sessions", token=owners["access_token"], at=url)
        for url in doors.urls
    ]
    return _finding("replayed refresh token", [*replayed, newest, *access], {401})


async def exchange_a_token_at_every_instance_at_once(doors: Doors) -> Finding:
    """Exchange one refresh token many times at the same moment."""
    victim = await person(doors)
    form = {"refresh_token": victim.refresh_token}
    answers = await asyncio.gather(
        *(doors.knock("POST", "/v1/auth/refresh", form) for _ in range(4 * len(doors.urls)))
    )
    bought = sum(answer.is_success for answer in answers)
    return Finding(
        "one refresh token, exchanged at once", len(answers), bought <= 1, f"{bought} pairs"
    )


async def forge_access_tokens(doors: Doors) -> Finding:
    """Speak for somebody else with tokens the server never issued."""
    victim, attacker = await family(doors), await person(doors)
    forged = forgeries(attacker.access_token, victim.ids["account_id"])
    answers = [await doors.knock("GET", "/v1/children", token=each) for each in forged.values()]
    return _finding("forged access tokens", answers, {401})


async def use_a_token_after_signing_out(doors: Doors) -> Finding:
    """Use an access token at every instance right after its owner signed out at one."""
    answers: list[httpx.Response] = []
    for url in doors.urls * 5:
        victim = await person(doors)
        out = await doors.knock("POST", "/v1/auth/sign-out", {}, token=victim.access_token, at=url)
        out.raise_for_status()
        answers += await asyncio.gather(
            *(
                doors.knock("GET", "/v1/children", token=victim.access_token, at=each)
                for each in doors.urls
            )
        )
    return _finding("access token after signing out", answers, {401})


async def reach_for_what_is_others(doors: Doors) -> Finding:
    """Call every operation of the API with every id of another family."""
    victim, attacker = await family(doors), await person(doors)
    before = await _what_the_family_sees(doors, victim)
    described = (await doors.knock("GET", "/openapi.json")).json()
    known = _NO_FAMILYS | set(victim.ids)
    leaks: list[str] = []
    tried = 0
    for path, operations in described["paths"].items():
        if "{" not in path:
            continue
        leaks += [
            f"{name}: no id to try" for name in re.findall(r"{(\w+)}", path) if name not in known
        ]
        reached = path.format_map(_Ids(victim.ids))
        for method in operations:
            if _is_public(operations[method]):
                continue
            # What is wrong in itself may be refused as such; what is well formed must be hidden.
            nothing: Any = {}
            bodies = ((nothing, {400, 403, 404}), (_example(operations[method]), {403, 404}))
            for body, refusals in bodies:
                asked = reached + _query(operations[method])
                answer = await doors.knock(method, asked, body, token=attacker.access_token)
                tried += 1
                if answer.status_code not in refusals:
                    leaks.append(f"{method.upper()} {path}: {answer.status_code}")
    if await _what_the_family_sees(doors, victim) != before:
        leaks.append("the family's data changed")
    return Finding("another family's ids", tried, not leaks, ", ".join(leaks) or "refused")


async def walk_in_as_staff(doors: Doors) -> Finding:
    """Call every operation of the staff as a guardian."""
    attacker = await person(doors)
    described = (await doors.knock("GET", "/openapi.json")).json()
    answers: list[httpx.Response] = []
    for path, operations in described["paths"].items():
        if "/staff/" not in path:
            continue
        for method, operation in operations.items():
            if not _is_public(operation):
                reached = path.format_map(_Ids({"version": "1", "number": "1"}))
                answers.append(await doors.knock(method, reached, {}, token=attacker.access_token))
    return _finding("staff's operations", answers, {403})


async def guess_a_password(doors: Doors) -> Finding:
    """Guess at one account from everywhere at once; its holder must still get in."""
    victim = await person(doors)
    answers = await asyncio.gather(
        *(
            doors.knock(
                "POST",
                "/v1/auth/sign-in",
                {"email": victim.email, "password": f"a guess of mine, number {guess}"},
            )
            for guess in range(_GUESSES)
        )
    )
    counts = Counter(answer.status_code for answer in answers)
    holder = await sign_in(doors, victim, trusted_device=victim.trusted_device)
    held = counts[200] == 0 and 0 < counts[401] < _GUESSES / 2 and holder.is_success
    seen = f"{counts[401]} looked at, {counts[429]} put off, the holder: {holder.status_code}"
    return Finding("guessing a password", len(answers), held, seen)


async def sign_up_in_masses(doors: Doors) -> Finding:
    """Open accounts by the dozen, pretending to come from elsewhere each time."""
    answers = await asyncio.gather(
        *(
            open_account(doors, **{"x-forwarded-for": f"203.0.113.{number}"})
            for number in range(_SIGN_UPS)
        )
    )
    counts = Counter(answer.status_code for answer in answers)
    put_off = [answer for answer in answers if answer.status_code == _TOO_MANY]
    held = bool(put_off) and all("retry-after" in answer.headers for answer in put_off)
    seen = f"{counts[429]} put off; {doors.accounts_opened} accounts opened in all"
    return Finding("mass sign-up", len(answers), held, seen)


async def harvest_addresses(doors: Doors) -> Finding:
    """Ask for password resets, and compare what is said of known and unknown addresses."""
    victim = await person(doors)
    known, unknown = [
        await doors.knock("POST", "/v1/auth/password/reset-request", {"email": email})
        for email in (victim.email, f"nobody.{victim.email}")
    ]
    alike = (known.status_code, known.content) == (unknown.status_code, unknown.content)
    return Finding("harvesting addresses", 2, alike, f"{known.status_code} for both")


async def time_unknown_addresses(doors: Doors) -> Finding:
    """Tell known addresses from unknown ones by how long a refusal takes."""
    [url, *_] = doors.urls
    known: list[float] = []
    unknown: list[float] = []
    # One victim stands for few guesses, before its lock-out.
    for _ in range(_TIMED // 6):
        victim = await person(doors)
        for number in range(6):
            for email, times in ((victim.email, known), (f"{number}.{victim.email}", unknown)):
                started = time.perf_counter()
                form = {"email": email, "password": "a guess that is wrong"}
                await doors.knock("POST", "/v1/auth/sign-in", form, at=url)
                times.append(time.perf_counter() - started)
    ratio = statistics.median(known) / statistics.median(unknown)
    held = 1 / _TELLING_RATIO < ratio < _TELLING_RATIO
    return Finding("timing of unknown addresses", len(known) * 2, held, f"ratio {ratio:.2f}")


# Masses come last: afterwards nobody of this network opens an account for a while.
ATTEMPTS: tuple[Attempt, ...] = (
    replay_a_refresh_token,
    exchange_a_token_at_every_instance_at_once,
    forge_access_tokens,
    use_a_token_after_signing_out,
    reach_for_what_is_others,
    walk_in_as_staff,
    harvest_addresses,
    time_unknown_addresses,
    guess_a_password,
    sign_up_in_masses,
)


def _finding(attack: str, answers: Iterable[httpx.Response], refusals: set[int]) -> Finding:
    statuses = Counter(answer.status_code for answer in answers)
    held = bool(statuses) and set(statuses) <= refusals
    seen = ", ".join(f"{count}x {status}" for status, count in sorted(statuses.items()))
    return Finding(attack, statuses.total(), held, seen)


def _is_public(operation: dict[str, Any]) -> bool:
    return operation.get("security") == [{}]


def _example(operation: dict[str, Any]) -> Any:
    if "requestBody" not in operation:
        return None
    [content] = operation["requestBody"]["content"].values()
    if "examples" in content:
        return next(iter(content["examples"].values()))["value"]
    return content["schema"].get("examples", [{}])[0]


def _query(operation: dict[str, Any]) -> str:
    """The query parameters without which an operation answers nobody."""
    required = {
        part["name"]: next(iter(part["examples"].values()))["value"]
        for part in operation.get("parameters", [])
        if part["in"] == "query" and part["required"]
    }
    return f"?{urlencode(required)}" if required else ""


async def _what_the_family_sees(doors: Doors, victim: Person) -> list[str]:
    child = f"/v1/children/{victim.ids['child_id']}"
    seen = [
        await doors.knock("GET", path, token=victim.access_token)
        for path in (
            "/v1/children",
            child,
            f"{child}/plans",
            f"{child}/today",
            f"{child}/daily-logs",
            f"{child}/games/{victim.ids['game_id']}",
            f"{child}/games/{victim.ids['game_id']}/results",
            f"{child}/games/{victim.ids['game_id']}/save",
        )
    ]
    return [f"{answer.status_code} {answer.text}" for answer in seen]


class _Ids(dict[str, str]):
    """A victim's ids; where it has none of that name, one of nobody's."""

    def __missing__(self, key: str) -> str:
        return "01900000-0000-7000-8000-00000000ffff"
