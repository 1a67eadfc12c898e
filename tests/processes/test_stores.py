"""X01, P01, P02: `dodam up` and the stores of its simulated world, by their page and by the API."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.families import PASSWORD, Guardian, sign_up
from tests.processes.conftest import Server, Start


async def _until(met: Callable[[], Any], seconds: float = 60) -> Any:
    """What is met in the end; it is looked for again and again."""
    async with asyncio.timeout(seconds):
        while True:
            found = met()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.1)


async def _shop(server: Server) -> str:
    found = await _until(lambda: re.search(r"stores +(http://\S+)", server.log.read_text()))
    return found[1]


async def _held(guardian: Guardian) -> dict[str, str]:
    """The states of what the account holds, by store."""
    held = await guardian.get("/subscriptions")
    return {each["store"]: each["state"] for each in held["subscriptions"]}


async def test_X01_a_family_buys_at_both_stores_and_dodam_follows(
    start: Start, data_dir: Path
) -> None:
    """The receipts are never handed in: what the stores tell by themselves is enough."""
    server = start(data_dir)
    server.wait_until_ready()
    shop = await _shop(server)
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        guardian = await sign_up(http)

        async def do(path: str, **form: str) -> None:
            assert (await http.post(f"{shop}{path}", data=form)).status_code == 303

        async def holds(**states: str) -> bool:
            return await _held(guardian) == states

        await do("/phones", email=guardian.email, password=PASSWORD)
        for product in ("apple dodam.monthly", "google dodam_monthly monthly"):
            await do("/purchases", phone=guardian.email, product=product, forgets="true")
        await _until(lambda: holds(apple="trial", google="active"))
        assert (await guardian.get("/entitlement"))["grounds"] == "subscription"
        await do("/purchases/0", action="refund")
        await do("/purchases/1", action="cancel")
        await _until(lambda: holds(apple="refunded", google="cancelled"))
        await do("/purchases/1", action="refund")
        await _until(lambda: holds(apple="refunded", google="refunded"))
        assert not (await guardian.get("/entitlement"))["entitled"]
