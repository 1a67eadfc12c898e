"""P03, P05: what follows later is done by tasks of its own: ends, and what is handed on."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import build, outside
from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.states import News
from dodam.features.billing.models.stores import Store
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, sign_up

from .books import DAY, MONTH, Books, news_of, period, renewal, some_key, told
from .shops import FakeAppStore, Street


@pytest.fixture
async def guardian(street: Street) -> Guardian:
    return await sign_up(street.http)


async def test_P03_ends_that_no_store_tells_of_are_announced(
    street: Street, guardian: Guardian, news: list[SubscriptionNews], clock: StoppedClock
) -> None:
    books, buyer = Books(street.dodam), UUID(guardian.account_id)
    runs_out = [
        told(some_key(), [period(0)], renewal(NOON, renews=False), buyer=buyer) for _ in range(3)
    ]
    await books.hear(*runs_out, told(some_key(), [period(0), period(1)], buyer=buyer))
    clock.set(NOON + MONTH)
    await street.chore("look-at-subscriptions")
    await street.settled()
    assert news_of(news).count(News.EXPIRED) == 3
    assert news_of(news).count(News.RENEWED) == 1
    await street.chore("look-at-subscriptions")
    assert (
        await street.rows("select from jobs.pgqueuer where entrypoint like 'billing.take%'") == []
    )


async def test_P05_what_took_the_place_of_another_follows_its_owner(
    street: Street, guardian: Guardian
) -> None:
    books = Books(street.dodam)
    old = told(some_key(), [period(0)], renewal(NOON), store=Store.GOOGLE)
    new = told(
        some_key(),
        [period(0, begins_at=NOON + DAY)],
        renewal(NOON + DAY),
        store=Store.GOOGLE,
        replaces=old.key,
    )
    known = await books.hear(old, new)
    await books.claim(guardian.account_id, old)
    assert (await books.row(known))["account_id"] is None
    await street.settled()
    assert str((await books.row(known))["account_id"]) == guardian.account_id


async def test_P01_how_many_purchases_an_account_hands_in_is_bounded(
    database_url: str,
    settings: Settings,
    http: httpx.AsyncClient,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = FakeAppStore()

    def app_store(*_: object) -> FakeAppStore:
        return shop

    monkeypatch.setattr(outside, "app_store", app_store)
    strict = settings.model_copy(update={"limit_purchases": "2/hour"})
    dodam = build(strict, database_url, clock)
    guardian = await sign_up(http)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://strict") as strictly,
    ):
        there = Guardian(strictly, guardian.email, guardian.tokens)
        form = {"signed_transaction": shop.sell().key}
        answers = [await there.call("POST", "/subscriptions/apple", json=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) <= timedelta(hours=1).total_seconds()
