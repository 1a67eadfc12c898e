"""P08, P09: of what a code gives, a server that is killed gave all or nothing."""

import asyncio
import csv
import signal
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from dodam.features.accounts.models.permissions import PERMISSIONS, Role
from dodam.platform.clock import SystemClock
from dodam.platform.ids import new_id
from dodam.platform.tokens import AccessTokens, CallerKind, SigningKeys
from tests.families import Guardian, sign_up
from tests.processes.conftest import Start

_GUARDIANS = 8
_CODES = 40
_DAYS = 10
_TICKETS = 3
# Killed after so many answers, with as many under way as there are guardians.
_ANSWERED = 60


def _marketing(data_dir: Path) -> dict[str, str]:
    tokens = AccessTokens(
        SigningKeys.load(data_dir / "d" / "keys"),
        SystemClock(),
        seconds=600,
        permissions=PERMISSIONS,
    )
    token = tokens.issue(new_id(), new_id(), CallerKind.STAFF, [Role.MARKETING])
    return {"authorization": f"Bearer {token}"}


async def _codes(http: httpx.AsyncClient, marketing: dict[str, str]) -> list[str]:
    """Codes of as many promotions, so that each guardian may use all."""
    now = datetime.now(UTC)
    codes: list[str] = []
    for _ in range(_CODES):
        form = {
            "id": str(uuid4()),
            "name": "체험",
            "gives": {"free_days": _DAYS, "tickets": _TICKETS},
            "codes": {"kind": "single", "count": _GUARDIANS},
            "valid_from": now.isoformat(),
            "valid_until": (now + timedelta(days=1)).isoformat(),
        }
        made = await http.post("/v1/staff/promotions", json=form, headers=marketing)
        assert made.status_code == 201, made.text
        path = f"/v1/staff/promotions/{made.json()['id']}/codes.csv"
        while (answer := await http.get(path, headers=marketing)).status_code == 409:  # noqa: ASYNC110 - another process makes them
            await asyncio.sleep(0.02)
        codes += [row["code"] for row in csv.DictReader(StringIO(answer.text))]
    return codes


async def _redeem(guardian: Guardian, child: dict[str, Any], code: str) -> dict[str, Any]:
    form = {"code": code, "child_id": child["id"]}
    answer = await guardian.call("POST", "/promotions/redemptions", json=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_P08_P09_a_killed_server_gave_all_that_a_code_gives_or_nothing(
    start: Start, data_dir: Path
) -> None:
    unlimited = {"DODAM_LIMIT_REDEMPTIONS": "1000000/second"}
    server = start(data_dir, **unlimited)
    server.wait_until_ready()
    marketing = _marketing(data_dir)
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        codes = await _codes(http, marketing)
        guardians = [await sign_up(http) for _ in range(_GUARDIANS)]
        children = [await guardian.register_child() for guardian in guardians]
        # Each has a code of every promotion.
        hands = [codes[number::_GUARDIANS] for number in range(_GUARDIANS)]
        given: list[list[dict[str, Any]]] = [[] for _ in hands]
        enough = asyncio.Event()

        async def redeem_until_it_stops(number: int) -> None:
            for code in hands[number]:
                try:
                    given[number].append(await _redeem(guardians[number], children[number], code))
                except httpx.TransportError:
                    return
                if sum(map(len, given)) >= _ANSWERED:
                    enough.set()

        redeeming = asyncio.gather(*map(redeem_until_it_stops, range(_GUARDIANS)))
        await enough.wait()
        server.stop(signal.SIGKILL)
        await redeeming
    assert _ANSWERED <= sum(map(len, given)) < len(codes)

    again = start(data_dir, **unlimited)
    again.wait_until_ready()
    async with httpx.AsyncClient(base_url=again.url, timeout=30) as http:
        for guardian, child, before, hand in zip(guardians, children, given, hands, strict=True):
            guardian.http = http
            kept = await guardian.get("/promotions/redemptions")
            assert {each["id"] for each in before} <= {each["id"] for each in kept}
            await _is_whole(guardian, child, kept)
            # Sent again, all are given, and those that were are told as they were.
            answers = [await _redeem(guardian, child, code) for code in hand]
            assert answers[: len(before)] == before
            kept = await guardian.get("/promotions/redemptions")
            assert len(kept) == _CODES
            await _is_whole(guardian, child, kept)


async def _is_whole(guardian: Guardian, child: dict[str, Any], kept: list[dict[str, Any]]) -> None:
    """For each redemption there are its tickets and its days, and no others."""
    ledger = await guardian.get(f"/children/{child['id']}/tickets?limit=100")
    assert ledger["balance"] == len(kept) * _TICKETS
    assert {line["reference"] for line in ledger["entries"]} == {each["id"] for each in kept}
    ends = sorted(datetime.fromisoformat(each["free_until"]) for each in kept)
    assert all(later - earlier == timedelta(days=_DAYS) for earlier, later in pairwise(ends))
    entitlement = await guardian.get("/entitlement")
    until = datetime.fromisoformat(entitlement["until"]) if entitlement["until"] else None
    assert until == (ends[-1] if ends else None)
