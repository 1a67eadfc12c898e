"""`python -m bench.payments`: how fast the stores' messages are taken in and take effect, and how
fast entitlement is told, each beside what can be done at all.

All in one process, without a network: the API, one worker, PostgreSQL, and both simulated stores,
of which Google is asked over loopback.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
from msgspec import Struct
from rich import box
from rich.console import Console
from rich.table import Table

from bench.requests import sign_up_form
from dodam.adapters.app_store.verifying import SignedData
from dodam.bootstrap import Dodam, build
from dodam.migrations import migrate
from dodam.platform.embedded import embedded_postgres
from dodam.platform.ids import new_id
from dodam.platform.logging.console import configure_logging
from dodam.platform.settings import Settings
from dodam_sim.serving import serving
from dodam_sim.stores.keys import write_keys
from dodam_sim.stores.shop import Shop

_AT_ONCE = 16
_MESSAGES, _CALLS = 2_000, 4_000
# Google is asked 20 times a second at most, and told as often that a purchase arrived.
_PUSHES = 400
_SHORT = 20
_WAITING = "select count(*) as count from billing.notification where state = 'waiting'"


class Timed(Struct, frozen=True):
    """`seconds` of each, and of all of them together."""

    each: list[float]
    together: float

    @property
    def rate(self) -> float:
        return len(self.each) / self.together

    @property
    def figures(self) -> tuple[str, str, str]:
        of_100 = quantiles(self.each, n=100)
        return f"{self.rate:,.0f}", f"{of_100[49] * 1000:.1f}", f"{of_100[98] * 1000:.1f}"


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench.payments")
    arguments.add_argument("--short", action="store_true", help="a twentieth of it")
    share = _SHORT if arguments.parse_args().short else 1
    configure_logging("error", as_json=False)
    table = Table("what", "a second", "p50 ms", "p99 ms", "beside", box=box.MARKDOWN)
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        for row in asyncio.run(_measure(Path(folder), url, share)):
            table.add_row(*row)
    Console(width=160).print(table)


async def _measure(folder: Path, url: str, share: int) -> list[tuple[str, ...]]:
    await migrate(url)
    shop = Shop(lambda: datetime.now(UTC), 7)
    async with serving(shop.play) as at_google:
        settings = _settings(shop, at_google, folder)
        system = build(settings, url)
        transport = httpx.ASGITransport(app=system.app)  # pyright: ignore[reportArgumentType]
        async with (
            system.running(),
            httpx.AsyncClient(transport=transport, base_url="http://bench") as http,
        ):
            await system.load_catalogue()
            return await _rows(system, lambda: build(settings, url), http, shop, share)


async def _rows(
    system: Dodam, worker: Callable[[], Dodam], http: httpx.AsyncClient, shop: Shop, share: int
) -> list[tuple[str, ...]]:
    messages, pushes, calls = _MESSAGES // share, _PUSHES // share, _CALLS // share
    buyers = await _buyers(system, await _account(http), messages)
    apple, google = _by_apple(shop, buyers), _by_google(shop, buyers[:pushes])
    signed = SignedData(
        [shop.app_store.signer.root_certificate],
        shop.app_store.store.app.bundle_id,
        shop.app_store.store.app.apple_id,
        online_checks=False,
    )
    verified = await _timed(lambda each: signed.message(each["signedPayload"]), apple)
    by_apple = await _timed(lambda each: _post(http, "apple", each, {}), apple)
    by_apple_done = await _worked_off(worker())
    pushed = {"authorization": f"Bearer {shop.play.pubsub.push_token()}"}
    by_google = await _timed(lambda each: _post(http, "google", each, pushed), google)
    by_google_done = await _worked_off(worker())
    ready = await _timed(lambda _: _get(http, "/health/ready"), range(calls))
    entitled = await _timed(lambda _: _get(http, "/v1/entitlement"), range(calls))
    return [
        ("Apple's messages only verified", *verified.figures, ""),
        ("Apple's messages taken in", *by_apple.figures, f"{by_apple.rate / verified.rate:.2f}"),
        ("and taking effect", f"{messages / by_apple_done:,.0f}", "", "", ""),
        ("Google's pushes taken in", *by_google.figures, ""),
        ("and Google asked", f"{pushes / by_google_done:,.0f}", "", "", ""),
        ("`/health/ready`: `select 1`", *ready.figures, ""),
        ("`/v1/entitlement`", *entitled.figures, f"{entitled.rate / ready.rate:.2f}"),
    ]


async def _timed(do: Callable[[Any], Awaitable[object]], things: Iterable[Any]) -> Timed:
    waiting, each = iter(things), list[float]()

    async def hand() -> None:
        for thing in waiting:
            began = time.perf_counter()
            await do(thing)
            each.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(hand() for _ in range(_AT_ONCE)))
    return Timed(each, time.perf_counter() - began)


async def _worked_off(worker: Dodam) -> float:
    """Seconds until a worker has dealt with every message."""
    async with worker.running():
        working = asyncio.create_task(worker.jobs.run())
        began = time.perf_counter()
        while await _waiting(worker):  # noqa: ASYNC110 - messages are rows; nothing here is told
            await asyncio.sleep(0.05)
        took = time.perf_counter() - began
        worker.jobs.stop()
        await working
    return took


async def _waiting(system: Dodam) -> int:
    async with system.database.reading() as db:
        [row] = await db.fetch(_WAITING)
    return row["count"]


def _by_apple(shop: Shop, buyers: Iterable[str]) -> list[dict[str, Any]]:
    store, sign = shop.app_store.store, shop.app_store.signer.sign
    for each in buyers:
        store.families.buy("dodam.plus.monthly", each)
    return [{"signedPayload": each.signed(sign)} for each in store.notifications]


def _by_google(shop: Shop, buyers: Iterable[str]) -> list[dict[str, Any]]:
    play = shop.play.play
    for each in buyers:
        play.buy("dodam_monthly", "monthly", account_id=each)
    return [shop.play.pubsub.pushed(each) for each in play.published]


async def _buyers(system: Dodam, first: str, count: int) -> list[str]:
    """So many accounts, each of which buys once at a store."""
    others = [new_id() for _ in range(count - 1)]
    async with system.database.transaction() as tx:
        await tx.execute(
            "insert into accounts.account (id, kind, created_at)"
            " select id, 'guardian', now() from unnest($1::uuid[]) as id",
            others,
        )
    return [first, *map(str, others)]


async def _account(http: httpx.AsyncClient) -> str:
    signed_up = await http.post("/v1/auth/sign-up", json=sign_up_form(1))
    tokens = signed_up.raise_for_status().json()
    http.headers["authorization"] = f"Bearer {tokens['access_token']}"
    return tokens["account"]["id"]


async def _post(
    http: httpx.AsyncClient, store: str, body: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = await http.post(f"/v1/stores/{store}/notifications", json=body, headers=headers)
    answer.raise_for_status()


async def _get(http: httpx.AsyncClient, path: str) -> None:
    (await http.get(path)).raise_for_status()


def _settings(shop: Shop, at_google: str, folder: Path) -> Settings:
    """Apple is not asked: its messages say all by themselves."""
    files = write_keys(shop, {"play": at_google}, folder / "stores")
    apple, google = shop.app_store, shop.play
    return Settings(
        data_dir=folder,
        app_store_bundle_id=apple.store.app.bundle_id,
        app_store_app_id=apple.store.app.apple_id,
        app_store_issuer_id=apple.key.issuer_id,
        app_store_key_id=apple.key.key_id,
        app_store_private_key_file=files.app_store_key,
        app_store_root_certificates=[files.apple_root],
        app_store_online_checks=False,
        play_package_name=google.play.life.package_name,
        play_service_account_file=files.service_account,
        play_url=at_google,
        play_push_audience=google.pubsub.audience,
        play_push_email=google.pubsub.push_email,
        google_keys_url=f"{at_google}/oauth2/v3/certs",
    )


if __name__ == "__main__":
    main()
