"""P01, P02, P07: dodam's side beside a whole App Store, which is simulated."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.models.facts import standing
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.told import Notification, Told
from dodam.features.billing.ports import AppStore, ConsumptionAnswer
from dodam.platform.work import CannotBeDone, TryLater
from dodam_sim.serving import serving
from dodam_sim.stores.apple.catalogue import Environment as ApplesEnvironment
from dodam_sim.stores.apple.scenes import SCENES, Pair, play
from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.apple.signing import SubscriptionKey
from dodam_sim.stores.clock import StoresClock
from tests.adapters.app_store_desk import set_up

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PLUS = "dodam.plus.monthly"
BUYER = UUID("018f3c1e-0000-7000-8000-00000000b0b0")
PRODUCTION, SANDBOX = Environment.PRODUCTION, Environment.SANDBOX


@dataclass
class Both:
    """Apple, by its own clock, and dodam's side of it."""

    apple: AppStoreService
    dodam: AppStore
    url: str
    folder: Path

    async def heard(self) -> list[Notification]:
        """All that was ever notified of, as dodam reads it."""
        self.apple.store.advance()
        return [
            await self.dodam.read_notification(each.signed(self.apple.signer.sign))
            for each in self.apple.store.notifications
        ]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    apple = AppStoreService(lambda: datetime.now(UTC), StoresClock(lambda: START))
    app = apple.store.app
    async with serving(apple) as url:
        dodam = set_up(
            tmp_path, url, apple.key, apple.signer.root_certificate, (app.bundle_id, app.apple_id)
        )
        yield Both(apple, dodam, url, tmp_path)


def learned(tolds: Iterable[Told]) -> Record:
    record = Record()
    for told in tolds:
        record = record.learning(told)
    return record


def words(record: Record) -> tuple[object, ...]:
    """What is known, but for when it was said and for upgrades, which no notification tells of."""
    periods = {
        key: msgspec.structs.replace(each, told_at=START, replaced_at=None)
        for key, each in record.periods.items()
    }
    renewal = record.renewal and msgspec.structs.replace(record.renewal, told_at=START)
    return periods, renewal, record.buyer, record.family_shared


# --- asked or told -----------------------------------------------------------------------------


@pytest.mark.parametrize("pair", SCENES, ids=lambda pair: "-".join(filter(None, pair)))
async def test_P07_the_store_when_asked_says_what_all_its_notifications_said(
    both: Both, pair: Pair
) -> None:
    play(SCENES[pair], both.apple.store, both.apple.clock)
    notifications = await both.heard()
    assert pair in {(each.type, each.subtype) for each in notifications}
    now = both.apple.clock.now() + timedelta(minutes=1)
    for key in {each.key for each in notifications if each.key}:
        told = learned([each.told for each in notifications if each.key == key and each.told])
        asked = learned([await both.dodam.subscription(key, PRODUCTION)])
        assert words(asked) == words(told)
        assert standing(asked, now).state is standing(told, now).state
        truth = both.apple.store.truth(key, both.apple.clock.now())
        assert truth is not None
        entitled = standing(asked, now).entitled_until(now) is not None
        assert entitled is truth.entitled


async def test_P01_of_an_upgrade_only_the_history_says_what_it_replaced(both: Both) -> None:
    """So what is left of the old period does not come back when the new one is refunded."""
    families, desk = both.apple.store.families, both.apple.store.desk
    key = families.buy("dodam.monthly")
    both.apple.clock.run(10 * DAY)
    both.apple.store.families.change_plan(key, PLUS)
    upgraded_at = both.apple.clock.now()
    both.apple.clock.run(DAY)
    both.apple.store.advance()
    desk.refund(key)
    asked = learned([await both.dodam.subscription(key, PRODUCTION)])
    old, new = asked.periods.values()
    assert (old.replaced_at, new.replaced_at) == (upgraded_at, None)
    assert new.refunded == new.paid
    assert standing(asked, upgraded_at + 2 * DAY).entitled == ()


async def test_P07_years_of_a_subscription_are_asked_for_and_told_page_by_page(both: Both) -> None:
    key = both.apple.store.families.buy(PLUS, str(BUYER))
    for _ in range(50):
        both.apple.clock.run(30 * DAY)
        both.apple.store.advance()
    asked = await both.dodam.subscription(key, PRODUCTION)
    assert asked.buyer == BUYER
    assert len(asked.periods) == len(both.apple.store.book.subscriptions[key].transactions) > 40
    ends = [each.ends_at for each in sorted(asked.periods, key=lambda each: each.begins_at)]
    assert [each.begins_at for each in asked.periods][1:] == ends[:-1]


async def test_P07_the_notifications_of_half_a_year_come_page_by_page(both: Both) -> None:
    for _ in range(30):
        both.apple.store.families.buy(PLUS)
    both.apple.clock.run(31 * DAY)
    heard = await both.heard()
    now = both.apple.clock.now()
    past = both.dodam.notifications(PRODUCTION, START - DAY, now + DAY)
    assert {each.id for each in heard} == {each.id async for each in past}
    assert len(heard) == 60
    of_sandbox = both.dodam.notifications(SANDBOX, START - DAY, now + DAY)
    assert [each async for each in of_sandbox] == []


# --- a device, the sandbox ---------------------------------------------------------------------


async def test_P03_what_a_device_hands_in_is_what_the_store_says(both: Both) -> None:
    key = both.apple.store.families.buy(PLUS, str(BUYER))
    handed_in = await both.dodam.read_transaction(both.apple.on_device(key))
    assert (handed_in.key, handed_in.buyer, handed_in.renewal) == (key, BUYER, None)
    member = both.apple.store.families.share(key)
    shared = await both.dodam.read_transaction(both.apple.on_device(member))
    assert (shared.key, shared.buyer, shared.family_shared) == (member, None, True)


async def test_P04_a_sandbox_purchase_is_known_to_the_sandbox_only(both: Both) -> None:
    key = both.apple.store.families.buy(PLUS, environment=ApplesEnvironment.SANDBOX)
    assert (await both.dodam.subscription(key, SANDBOX)).environment is SANDBOX
    with pytest.raises(UnknownPurchase):
        await both.dodam.subscription(key, PRODUCTION)


# --- telling Apple something -------------------------------------------------------------------


async def test_P06_a_renewal_is_put_off_twice_a_year_and_no_more(both: Both) -> None:
    key = both.apple.store.families.buy(PLUS)
    first = await both.dodam.extend(PRODUCTION, key, 7, UUID(int=1))
    second = await both.dodam.extend(PRODUCTION, key, 90, UUID(int=2))
    assert second - first == 90 * DAY
    with pytest.raises(CannotBeDone, match="SUBSCRIPTION_MAX_EXTENSION"):
        await both.dodam.extend(PRODUCTION, key, 7, UUID(int=3))
    [period] = (await both.dodam.subscription(key, PRODUCTION)).periods
    assert period.ends_at == second


async def test_P05_apple_takes_what_it_is_answered_about_a_refund(both: Both) -> None:
    transaction = both.apple.store.families.ask_refund(both.apple.store.families.buy(PLUS))
    for answer in (
        ConsumptionAnswer(delivered=True, sampled=True, prefers_refund=False),
        ConsumptionAnswer(delivered=False, sampled=False, prefers_refund=True),
        ConsumptionAnswer(delivered=True, sampled=True, prefers_refund=None),
    ):
        await both.dodam.answer_consumption(PRODUCTION, transaction, answer)
    with pytest.raises(UnknownPurchase):
        await both.dodam.answer_consumption(PRODUCTION, "7", answer)


# --- at the door -------------------------------------------------------------------------------


async def test_P01_a_key_that_apple_does_not_know_is_somebodys_to_mend(both: Both) -> None:
    key = both.apple.store.families.buy(PLUS)
    app = both.apple.store.app
    stranger = SubscriptionKey.new(both.apple.key.key_id, both.apple.key.issuer_id)
    dodam = set_up(
        both.folder,
        both.url,
        stranger,
        both.apple.signer.root_certificate,
        (app.bundle_id, app.apple_id),
    )
    with pytest.raises(TryLater, match="refuses the key"):
        await dodam.subscription(key, PRODUCTION)


async def test_P07_apples_quota_is_waited_for(both: Both) -> None:
    key = both.apple.store.families.buy(PLUS)
    both.apple.door.quota = 0
    with pytest.raises(TryLater) as later:
        await both.dodam.subscription(key, PRODUCTION)
    assert later.value.after is not None
    assert timedelta() < later.value.after <= timedelta(hours=1)


@pytest.mark.parametrize("id_", ["7", "x", "../../inApps/v1/notifications/test", "", "한글"])
async def test_P01_what_is_no_transaction_is_unknown_or_refused(both: Both, id_: str) -> None:
    with pytest.raises((UnknownPurchase, CannotBeDone)):
        await both.dodam.subscription(id_, PRODUCTION)
