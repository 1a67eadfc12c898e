"""`python -m bench.promotions`: how fast codes are issued, listed and redeemed, and what it costs
that the database itself keeps ledgers of tickets right.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import httpx
from rich import box
from rich.console import Console
from rich.table import Table

from bench.requests import sign_up_form
from dodam.bootstrap import Dodam, build
from dodam.features.audit.models import OPERATOR
from dodam.features.promotions.models.promotions import Gift, NewPromotion, SingleCodes, Word
from dodam.features.promotions.models.redemptions import Redeem
from dodam.features.promotions.models.tasks import IssueCodes
from dodam.features.rewards.models import TicketReason
from dodam.migrations import migrate
from dodam.platform.clock import SystemClock
from dodam.platform.embedded import embedded_postgres
from dodam.platform.ids import new_id
from dodam.platform.logging.console import configure_logging
from dodam.platform.settings import Settings

_CODES = 100_000
_AT_ONCE = 8
_EACH = 2_000
_ROUNDS = 5
_LINES = 500
_CHILD: dict[str, Any] = {
    "name": "민준",
    "birth_date": "2019-05-14",
    "affected_hand": "left",
    "consent": {
        "given_by": "legal_guardian",
        "documents": {"child_data": 1, "child_health": 1},
    },
}


def main() -> None:
    configure_logging("warning", as_json=False)
    table = Table("what", "figure", box=box.MARKDOWN)
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        settings = Settings(data_dir=Path(folder), limit_redemptions="1000000/second")
        for what, figure in asyncio.run(_measure(settings, url)).items():
            table.add_row(what, figure)
    Console().print(table)


async def _measure(settings: Settings, url: str) -> dict[str, str]:
    await migrate(url)
    system = build(settings, url)
    async with system.running():
        await system.load_catalogue()
        singles = await _make(system, SingleCodes(_CODES))
        began = time.perf_counter()
        await _service(system, "issuing").issue(IssueCodes(promotion_id=singles))
        issued = time.perf_counter() - began
        began = time.perf_counter()
        async with system.database.transaction() as tx:
            lines = await _service(system, "issuing").csv(tx, OPERATOR, singles)
        codes = [line.split(",")[1] for line in "".join(lines).splitlines()[1:]]
        listed = time.perf_counter() - began
        word = await _make(system, Word("BENCHMARK", 1_000_000))
        await _service(system, "issuing").issue(IssueCodes(promotion_id=word))
        redemptions = _service(system, "redemptions")
        accounts, own = iter(await _accounts(system, 2 * _EACH)), iter(codes)
        single = await _rate(lambda: redemptions.redeem(next(accounts), "", Redeem(next(own))))
        one_word = await _rate(lambda: redemptions.redeem(next(accounts), "", Redeem("BENCHMARK")))
        child = await _child(system)
        with_triggers = await _tickets(system, child)
        async with system.database.transaction() as tx:
            for table in ("entry", "ledger"):
                await tx.execute(f"alter table rewards.{table} disable trigger user")
        without = await _tickets(system, child)
    return {
        f"{_CODES:,} codes issued": f"{issued:.1f} s",
        f"{_CODES:,} codes listed": f"{listed:.1f} s",
        f"redemptions of free days, {_AT_ONCE} at once, a code each": f"{single:,.0f}/s",
        f"redemptions of free days, {_AT_ONCE} at once, one word": f"{one_word:,.0f}/s",
        "ticket lines, one after the other": f"{with_triggers:,.0f}/s",
        "ticket lines without triggers": f"{without:,.0f}/s",
    }


async def _make(system: Dodam, codes: SingleCodes | Word) -> UUID:
    now = SystemClock().now()
    form = NewPromotion(new_id(), "bench", Gift(free_days=1), codes, now, now + timedelta(days=1))
    async with system.database.transaction() as tx:
        await _service(system, "promotions").make(tx, OPERATOR, new_id(), form)
    return form.id


async def _rate(redeem: Callable[[], Awaitable[object]]) -> float:
    """How many a second, with so many at once."""

    async def hand() -> None:
        for _ in range(_EACH // _AT_ONCE):
            await redeem()

    began = time.perf_counter()
    await asyncio.gather(*(hand() for _ in range(_AT_ONCE)))
    return _EACH / (time.perf_counter() - began)


async def _accounts(system: Dodam, count: int) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    async with system.database.transaction() as tx:
        await tx.execute(
            "insert into accounts.account (id, kind, created_at)"
            " select id, 'guardian', now() from unnest($1::uuid[]) as id",
            ids,
        )
    return ids


async def _child(system: Dodam) -> UUID:
    """A child as its guardian registers it."""
    transport = httpx.ASGITransport(app=system.app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://bench/v1") as http:
        signed_up = await http.post("/auth/sign-up", json=sign_up_form(1))
        token = signed_up.raise_for_status().json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        consents = await http.put("/account/consents", json={"terms": 1, "privacy": 1})
        consents.raise_for_status()
        child = await http.post("/children", json=_CHILD)
        return UUID(child.raise_for_status().json()["id"])


async def _tickets(system: Dodam, child: UUID) -> float:
    """Lines added a second, many in a transaction, so that it is not commits that are measured."""
    ledgers = _service(system, "ticket_ledgers")
    rates: list[float] = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        async with system.database.transaction() as tx:
            for _ in range(_LINES):
                await ledgers.earn(tx, child, 1, TicketReason.GAME_REWARD, str(new_id()))
        rates.append(_LINES / (time.perf_counter() - began))
    return median(rates)


def _service(system: Dodam, name: str) -> Any:
    return system.services[name]


if __name__ == "__main__":
    main()
