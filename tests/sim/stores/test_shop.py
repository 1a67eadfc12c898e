"""The shop: families buy at both stores on its page, and a server is told of it.

The server is a small one that knows dodam's paths, believes everything, and remembers what came.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.params import FromPath

from dodam_sim.families.client import Guardian, Patience, Server
from dodam_sim.families.demo import demo_families
from dodam_sim.families.persona import Weeks
from dodam_sim.families.subscribing import subscribe
from dodam_sim.families.summary import Counts
from dodam_sim.serving import serving
from dodam_sim.world.world import World, running_world

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
BUYER = UUID(int=7)
EMAIL = "mother@home.example"
APPLE, GOOGLE = "apple dodam.monthly", "google dodam_monthly monthly trial"
AnyRequest = Request[Any, Any, Any]


@dataclass
class Dodam:
    """`refuses` is the code of a problem with which it answers what is handed in."""

    handed_in: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    told: set[str] = field(default_factory=set[str])
    both_told: asyncio.Event = field(default_factory=asyncio.Event)
    refuses: str | None = None
    entitled: bool = True
    url: str = ""

    def app(self) -> Litestar:
        return Litestar(
            [*self._account(), *self._stores()], openapi_config=None, logging_config=None
        )

    def _account(self) -> list[Any]:
        @post("/v1/auth/sign-in")
        async def sign_in(request: AnyRequest) -> Response[Any]:
            known = (await request.json())["password"] != "wrong_one"
            if not known:
                return Response({"code": "wrong_credentials"}, status_code=401)
            return Response({"access_token": "a", "refresh_token": "r"}, status_code=200)

        @get("/v1/entitlement")
        async def entitlement() -> dict[str, Any]:
            return {"entitled": self.entitled, "grounds": "subscription", "until": NOW}

        @get("/v1/subscriptions")
        async def subscriptions() -> dict[str, Any]:
            amount = {"micros": 9_900_000_000, "currency": "KRW"}
            held = {
                "id": BUYER,
                "store": "apple",
                "environment": "production",
                "state": "<b>active</b>",
                "product_id": "dodam.monthly",
                "began_at": NOW,
                "entitled_until": NOW,
                "renews": True,
            }
            paid = {"kind": "charge", "product_id": "dodam.monthly", "amount": amount}
            return {"buyer_id": BUYER, "subscriptions": [held], "payments": [paid]}

        return [sign_in, entitlement, subscriptions]

    def _stores(self) -> list[Any]:
        @post("/v1/subscriptions/{store:str}")
        async def take(request: AnyRequest, store: FromPath[str]) -> Response[Any]:
            [given] = (await request.json()).values()
            self.handed_in.append((store, given))
            if self.refuses:
                return Response({"code": self.refuses}, status_code=409)
            return Response({"outcome": "accepted"}, status_code=200)

        @post("/v1/stores/{store:str}/notifications", status_code=204)
        async def hear(store: FromPath[str]) -> None:
            self.told.add(store)
            if self.told == {"apple", "google"}:
                self.both_told.set()

        return [take, hear]


@pytest.fixture
def dodam() -> Dodam:
    return Dodam()


@pytest.fixture
async def world(dodam: Dodam) -> AsyncIterator[World]:
    async with serving(dodam.app()) as url, running_world(lambda: NOW, server=url) as served:
        dodam.url = url
        yield served


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{world.page}/stores", timeout=10) as client:
        yield client


async def do(http: httpx.AsyncClient, path: str, **form: Any) -> str:
    """What the page says was done."""
    answer = await http.post(path, data=form)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/stores"
    page = (await http.get("")).text
    said = re.search(r'class="said">([^<]*)<', page)
    assert said is not None
    return said[1]


@pytest.fixture
async def phone(http: httpx.AsyncClient) -> str:
    await do(http, "/phones", email=EMAIL, password="right_one", name="김하늘")
    return EMAIL


async def test_X01_a_family_with_an_account_gets_a_phone(http: httpx.AsyncClient) -> None:
    wrong = await do(http, "/phones", email=EMAIL, password="wrong_one")
    assert "cannot sign in" in wrong
    said = await do(http, "/phones", email=EMAIL, password="right_one", name="김하늘")
    assert said == "김하늘 has a phone now."
    page = (await http.get("")).text
    assert "until 2026-03-18 21:00:00" in page
    assert "charge dodam.monthly 9,900 KRW" in page
    assert "&lt;b&gt;active" in page


@pytest.mark.parametrize(("product", "store"), [(APPLE, "apple"), (GOOGLE, "google")])
async def test_X01_what_is_bought_names_the_family_and_is_handed_in(
    world: World, http: httpx.AsyncClient, dodam: Dodam, phone: str, product: str, store: str
) -> None:
    assert await do(http, "/purchases", phone=phone, product=product) == (
        "Bought and handed in; dodam says: accepted."
    )
    [(handed_in_at, given)] = dodam.handed_in
    assert handed_in_at == store
    if store == "google":
        assert world.shop.play.play.purchase(given).account_id == str(BUYER)
    else:
        assert given.count(".") == 2
    dodam.refuses = "belongs_to_another_account"
    said = await do(http, "/purchases/0", action=f"hand-in:{phone}")
    assert said.endswith("dodam says: belongs_to_another_account.")


async def test_X03_a_demo_family_subscribes_unless_it_may_play_already(
    world: World, dodam: Dodam
) -> None:
    family = demo_families(Weeks(28, NOW))[0]
    async with Server(dodam.url, Counts(), Patience(seconds=0)) as server:
        guardian = Guardian(server, family.email, family.password, family.guardian)
        await guardian.sign_in()
        for entitled, bought in ((True, 0), (False, 1)):
            dodam.entitled = entitled
            await subscribe(family, guardian, world.page, APPLE)
            assert len(dodam.handed_in) == bought


async def test_X01_a_forgetful_app_leaves_it_to_the_stores(
    http: httpx.AsyncClient, dodam: Dodam, phone: str
) -> None:
    await do(http, "/purchases", phone=phone, product=APPLE, forgets="true")
    assert dodam.handed_in == []


async def test_X01_the_server_is_told_by_both_stores(
    http: httpx.AsyncClient, dodam: Dodam, phone: str
) -> None:
    for product in (APPLE, GOOGLE):
        await do(http, "/purchases", phone=phone, product=product)
    await asyncio.wait_for(dodam.both_told.wait(), 20)
    page = (await http.get("")).text
    assert "SUBSCRIBED INITIAL_BUY" in page
    assert "SUBSCRIPTION_PURCHASED" in page


async def test_X01_a_purchase_is_cancelled_changed_and_given_back(
    world: World, http: httpx.AsyncClient, phone: str
) -> None:
    play = world.shop.play.play
    await do(http, "/purchases", phone=phone, product=GOOGLE)
    token = world.shop.bought[0].key
    assert await do(http, "/purchases/0", action="cancel") == "Done: Cancel the renewal."
    assert play.purchase(token).canceled == "user"
    assert (await do(http, "/purchases/0", action="resume")).startswith("Not possible:")
    play.developer.acknowledge(token)
    change = "change:dodam_yearly:yearly"
    assert "dodam says: accepted" in await do(http, "/purchases/0", action=change)
    assert play.purchase(world.shop.bought[1].key).linked == token


async def test_X01_every_action_is_done_or_said_not_to_be_possible(
    world: World, http: httpx.AsyncClient, phone: str
) -> None:
    for product in (APPLE, GOOGLE):
        await do(http, "/purchases", phone=phone, product=product)
        number = len(world.shop.bought) - 1
        page = (await http.get("")).text
        form = page.split(f'action="/stores/purchases/{number}"')[1].split("</form>")[0]
        names = re.findall(r'<option value="([^"]+)"', form)
        assert len(names) > 10
        for name in names:
            said = await do(http, f"/purchases/{number}", action=name)
            assert said.startswith(("Done:", "Not possible:", "Handed in"))
    assert len(world.shop.bought) > 2


async def test_X01_the_stores_clock_runs_ahead_and_stops_in_time(
    world: World, http: httpx.AsyncClient, phone: str
) -> None:
    assert await do(http, "/clock", by="next") == "Nothing is due."
    await do(http, "/purchases", phone=phone, product=APPLE)
    await do(http, "/clock", by="month")
    assert world.shop.clock.now() == NOW + timedelta(days=30)
    await do(http, "/pace", fast="true")
    await do(http, "/purchases", phone=phone, product=APPLE)
    said = await do(http, "/clock", by="year")
    assert said == "The stores' clock stopped after 200 messages.".replace("'", "&#39;")


async def test_X01_a_raised_price_waits_for_consent(
    world: World, http: httpx.AsyncClient, phone: str
) -> None:
    await do(http, "/purchases", phone=phone, product=APPLE)
    await do(http, "/purchases", phone=phone, product="google dodam_monthly monthly")
    for product in (APPLE, "google dodam_monthly monthly"):
        said = await do(http, "/prices", product=product, price="12900", consent="true")
        assert said == f"{product} costs 12,900 won."
    change = world.shop.play.play.purchase(world.shop.bought[1].key).item.price_change
    assert change is not None
    assert change.state == "OUTSTANDING"
    newest = world.shop.app_store.store.notifications[-1]
    assert (newest.type, newest.subtype) == ("PRICE_INCREASE", "PENDING")


async def test_X01_messages_go_astray_at_both_stores(world: World, http: httpx.AsyncClient) -> None:
    await do(http, "/mishaps", lost="10", twice="20", late="30", shuffled="true")
    mishaps = world.shop.mishaps
    assert (mishaps.lost, mishaps.twice, mishaps.late) == (0.1, 0.2, 0.3)
    assert mishaps.shuffled


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/purchases", {"phone": "nobody", "product": APPLE}, 404),
        ("/purchases", {"phone": EMAIL, "product": "apple nothing"}, 400),
        ("/purchases", {"phone": EMAIL, "product": "google dodam_monthly nothing"}, 400),
        ("/purchases", {"phone": EMAIL, "product": ""}, 400),
        ("/purchases/0", {"action": "cancel"}, 404),
        ("/clock", {"by": "eternity"}, 400),
        ("/pace", {"fast": "perhaps"}, 400),
        ("/prices", {"product": "apple nothing", "price": "1"}, 400),
        ("/prices", {"product": APPLE, "price": "-1"}, 400),
        ("/prices", {"product": "", "price": "1"}, 400),
        ("/mishaps", {"lost": "101"}, 400),
    ],
)
async def test_X01_a_wrong_form_is_refused(
    http: httpx.AsyncClient, phone: str, path: str, form: dict[str, str], status: int
) -> None:
    assert phone == EMAIL
    assert (await http.post(path, data=form)).status_code == status


async def test_X01_another_sites_page_buys_nothing(http: httpx.AsyncClient) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    answer = await http.post("/clock", data={"by": "day"}, headers=headers)
    assert answer.status_code == 401


async def test_X01_the_shop_runs_no_script_of_others(http: httpx.AsyncClient) -> None:
    page = await http.get("")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert re.findall(r'(?:src|href)="([^"#]+\.[a-z]+)"', page.text) == [
        "/page.css",
        "/stores.css",
        "/page.js",
    ]
