"""P02, P03: lives of purchases at the simulated Google Play, asked about as at the real one."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec
import pytest

from dodam.bootstrap.outside import google_play
from dodam.features.billing.errors.stores import ForgedMessage, UnknownPurchase
from dodam.features.billing.models.facts import standing
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import State
from dodam.features.billing.models.store_messages import GOOGLE_SUBSCRIPTION_MESSAGES
from dodam.features.billing.models.told import Money, OfferMode, PriceChangeState, Told
from dodam.features.billing.ports import GooglePlay
from dodam.platform.settings import Settings
from dodam.platform.work import CannotBeDone
from dodam_sim.serving import serving
from dodam_sim.stores.google import play as simulated
from dodam_sim.stores.google.products import PRODUCTS, won
from dodam_sim.stores.google.purchases import NotPossibleError
from dodam_sim.stores.google.service import PlayService
from tests.clock import NOON, StoppedClock

ACCOUNT = UUID("01961d3a-7b5c-7c1e-9a51-2f1f3f0c9b11")
MONTHLY = PRODUCTS["dodam_monthly"].plan("monthly")
DAY = timedelta(days=1)
PAID = Money(9_900_000_000, "KRW")


@dataclass
class Family:
    """One who buys at the simulated Google Play, and dodam, which asks there."""

    play: simulated.GooglePlay
    store: GooglePlay
    clock: StoppedClock

    def buy(self, offer_id: str | None = None) -> str:
        token = self.play.buy(
            "dodam_monthly", "monthly", account_id=str(ACCOUNT), offer_id=offer_id
        )
        self.play.developer.acknowledge(token)
        return token

    def after(self, days: float) -> None:
        self.clock.advance(days * DAY)

    async def state(self, token: str) -> State:
        return standing(Record().learning(await self.told(token)), self.clock.now()).state

    async def told(self, token: str) -> Told:
        return await self.store.subscription(token)


@asynccontextmanager
async def _served(
    service: PlayService, clock: StoppedClock, folder: Path
) -> AsyncGenerator[GooglePlay]:
    """What dodam asks a simulated Google by."""
    async with serving(service) as url:
        key_file = folder / "play.json"
        key_file.write_bytes(service.account.key_file(f"{url}/token"))
        settings = Settings(
            data_dir=folder,
            play_package_name=service.play.life.package_name,
            play_service_account_file=key_file,
            play_url=url,
            play_push_audience=service.pubsub.audience,
            play_push_email=service.pubsub.push_email,
            play_pubsub_subscription=service.pubsub.subscription,
            pubsub_url=url,
            google_keys_url=f"{url}/oauth2/v3/certs",
        )
        store = google_play(settings, clock)
        assert store is not None
        yield store


@pytest.fixture
async def family(clock: StoppedClock, tmp_path: Path) -> AsyncIterator[Family]:
    # Google's own library buys access tokens by the machine's clock.
    service = PlayService(lambda: datetime.now(UTC), clock.now)
    async with _served(service, clock, tmp_path) as store:
        yield Family(service.play, store, clock)


async def test_P02_a_trial_becomes_a_paid_month(family: Family) -> None:
    token = family.buy(offer_id="trial")
    told = await family.told(token)
    assert (told.buyer, told.acknowledged) == (ACCOUNT, True)
    [trial] = told.periods
    assert trial.offer is not None
    assert (trial.offer.mode, trial.offer.id) == (OfferMode.FREE_TRIAL, "trial")
    assert trial.paid == Money(0, "KRW")
    family.after(15)
    _, month = (await family.told(token)).periods
    assert (month.begins_at, month.paid, month.offer) == (trial.ends_at, PAID, None)


async def test_P02_a_new_purchase_waits_to_be_acknowledged(family: Family) -> None:
    token = family.play.buy("dodam_monthly", "monthly")
    assert not (await family.told(token)).acknowledged
    await family.store.acknowledge(token, "dodam_monthly")
    family.after(4)
    assert (await family.told(token)).acknowledged
    assert await family.state(token) is State.ACTIVE


async def test_P07_a_cancelled_renewal_leaves_what_is_paid_for(family: Family) -> None:
    token = family.buy()
    await family.store.cancel(token)
    assert await family.state(token) is State.CANCELLED
    family.after(40)
    assert await family.state(token) is State.EXPIRED
    with pytest.raises(CannotBeDone):
        await family.store.cancel(token)


async def test_P02_a_renewal_is_put_off(family: Family) -> None:
    token = family.buy()
    until = await family.store.defer(token, 10 * DAY)
    [period] = (await family.told(token)).periods
    assert period.ends_at == until


async def test_P03_a_revoked_purchase_is_over_and_its_money_is_back(family: Family) -> None:
    token = family.buy()
    family.after(3)
    await family.store.revoke(token)
    [period] = (await family.told(token)).periods
    assert (period.refunded, period.revoked_at) == (PAID, family.clock.now())
    assert await family.state(token) is State.REFUNDED
    [voided] = [each async for each in family.store.voided(NOON, family.clock.now())]
    assert (voided.key, voided.order_id) == (token, period.transaction_id)


async def test_P03_grace_and_hold_and_a_card_that_works_again(family: Family) -> None:
    token = family.buy()
    family.play.card_fails(token)
    family.after(32)
    assert await family.state(token) is State.GRACE
    family.after(7)
    assert await family.state(token) is State.BILLING_RETRY
    family.play.card_works(token)
    assert await family.state(token) is State.ACTIVE


async def test_P03_a_pause_and_its_end(family: Family) -> None:
    token = family.buy()
    family.play.pause(token, "P1M")
    family.after(35)
    assert await family.state(token) is State.PAUSED
    family.after(30)
    assert await family.state(token) is State.ACTIVE


async def test_P06_a_price_is_raised_and_consented_to(family: Family) -> None:
    token = family.buy()
    family.play.developer.change_price("dodam_monthly", MONTHLY, won(12_900), "PRICE_INCREASE")
    renewal = (await family.told(token)).renewal
    assert renewal is not None
    assert renewal.price_change is not None
    assert renewal.price_change.state is PriceChangeState.PENDING
    assert renewal.price_change.price == Money(12_900_000_000, "KRW")
    family.play.accept_price(token)
    family.after(70)
    told = await family.told(token)
    assert told.periods[-1].paid == Money(12_900_000_000, "KRW")


async def test_P03_a_change_of_plans_is_paid_for_once(family: Family) -> None:
    old = family.buy()
    family.after(10)
    new = family.play.replace(old, "dodam_yearly", "yearly", "DEFERRED")
    family.play.developer.acknowledge(new)
    before, after = await family.told(old), await family.told(new)
    assert after.replaces == old
    assert [each.paid for each in (*before.periods, *after.periods)] == [PAID, None]
    assert after.renewal is not None
    assert (after.renewal.renews, after.renewal.product_id) == (True, "dodam_yearly")
    family.after(25)
    yearly = (await family.told(new)).periods[-1]
    assert (yearly.product_id, yearly.paid) == ("dodam_yearly", Money(89_000_000_000, "KRW"))


async def test_P04_what_ended_long_ago_google_knows_no_more(family: Family) -> None:
    token = family.buy()
    family.play.cancel(token)
    family.after(120)
    with pytest.raises(UnknownPurchase):
        await family.told(token)


async def test_P02_its_messages_are_pulled_and_read(family: Family) -> None:
    token = family.buy()
    family.play.cancel(token)
    family.play.send_test()
    pulled = await family.store.pull(10)
    said = {(each.type, each.key) for each in pulled.values()}
    assert said == {
        ("SUBSCRIPTION_PURCHASED", token),
        ("SUBSCRIPTION_CANCELED", token),
        ("TEST", None),
    }
    await family.store.acknowledge_messages(list(pulled))
    family.clock.advance(DAY)
    assert await family.store.pull(10) == {}


async def test_P02_what_it_pushes_is_believed(clock: StoppedClock, tmp_path: Path) -> None:
    service = PlayService(clock.now, clock.now)
    token = service.play.buy("dodam_monthly", "monthly")
    for number in GOOGLE_SUBSCRIPTION_MESSAGES:
        service.play.send(token, number)
    async with _served(service, clock, tmp_path) as store:
        pushed = [
            msgspec.json.encode(service.pubsub.pushed(each)) for each in service.play.published
        ]
        signed = f"Bearer {service.pubsub.push_token()}"
        read = [await store.read_push(signed, each) for each in pushed]
        assert {each.type for each in read} == set(GOOGLE_SUBSCRIPTION_MESSAGES.values())
        assert {each.key for each in read} == {token}
        assert len({each.id for each in read}) == len(pushed)
        forged = f"Bearer {service.pubsub.push_token(email='somebody@else.example')}"
        with pytest.raises(ForgedMessage):
            await store.read_push(forged, pushed[0])


Turn = Callable[[simulated.GooglePlay, str], object]
TURNS: Mapping[str, Turn] = {
    "cancel": lambda play, token: play.cancel(token),
    "cancel as us": lambda play, token: play.developer.cancel(token, "developer"),
    "restore": lambda play, token: play.restore(token),
    "card fails": lambda play, token: play.card_fails(token),
    "card works": lambda play, token: play.card_works(token),
    "pause": lambda play, token: play.pause(token, "P1M"),
    "resume": lambda play, token: play.resume(token),
    "defer": lambda play, token: play.developer.defer(token, 9 * DAY),
    "raise": lambda play, _: play.developer.change_price(
        "dodam_monthly", MONTHLY, won(12_900), "PRICE_INCREASE"
    ),
    "accept": lambda play, token: play.accept_price(token),
    "refund": lambda play, token: play.developer.refund(_latest_order(play, token)),
    "revoke": lambda play, token: play.developer.revoke(token, "prorated"),
    "charge back": lambda play, token: play.charge_back(_latest_order(play, token)),
    "upgrade": lambda play, token: play.replace(
        token, "dodam_yearly", "yearly", "WITH_TIME_PRORATION"
    ),
    "later": lambda play, token: play.replace(token, "dodam_yearly", "yearly", "DEFERRED"),
    "again": lambda play, token: play.subscribe_again(token, in_app=False),
}


def _latest_order(play: simulated.GooglePlay, token: str) -> str:
    orders = play.purchase(token).orders
    if not orders:
        raise NotPossibleError
    return orders[-1].id


@pytest.mark.parametrize("seed", range(8))
async def test_P03_whatever_happens_who_may_play_is_as_google_holds_it(
    family: Family, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - dice, no secret
    records: dict[str, Record] = {family.buy(): Record()}
    happened: list[str] = []
    for _ in range(25):
        name, turn = chance.choice(list(TURNS.items()))
        token = chance.choice(list(records))
        try:
            outcome = turn(family.play, token)
        except NotPossibleError:
            continue
        happened.append(f"{family.clock.now():%m-%d} {name} {list(records).index(token)}")
        if isinstance(outcome, str) and outcome in family.play.life.purchases:
            family.play.developer.acknowledge(outcome)
            records[outcome] = Record()
        await _as_google_holds_it(family, records, happened)
        family.after(chance.choice([0.5, 3, 11, 31]))
        await _as_google_holds_it(family, records, happened)


async def _as_google_holds_it(
    family: Family, records: dict[str, Record], happened: list[str]
) -> None:
    # What is said at one instant counts once.
    family.clock.advance(timedelta(seconds=1))
    now = family.clock.now()
    for number, token in enumerate(list(records)):
        truth = family.play.truth(token, now)
        assert truth is not None
        try:
            records[token] = records[token].learning(await family.told(token))
        except UnknownPurchase:
            assert not truth.entitled
            continue
        holds = standing(records[token], now)
        entitled = holds.entitled_until(now) is not None
        assert entitled == truth.entitled, (number, truth, holds, happened)
