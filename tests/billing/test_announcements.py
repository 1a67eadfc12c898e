"""N01, N02, N03, N05: who is told of a subscription, of what is so, and once."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.told import (
    EndReason,
    Money,
    PriceChange,
    PriceChangeState,
    Renewal,
    Told,
)
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian, sign_up

from .shops import Shop, Street

_PHONE = "insert into accounts.phone values ($1, $2, 'KR', $3)"
_VERIFIED = "update accounts.account set email_verified_at = now() where id = $1"
_MESSAGES = "select kind, state, reason, content from messaging.message where account_id = $1"


@pytest.fixture
async def guardian(street: Street) -> Guardian:
    """With an address and a phone that were verified, in the Korean afternoon."""
    CLOCK.set(NOON.replace(hour=5))
    guardian = await sign_up(street.http)
    async with street.dodam.database.transaction() as tx:
        account = UUID(guardian.account_id)
        await tx.execute(_PHONE, account, f"+8210{account.int % 10**8:08}", CLOCK.now())
        await tx.execute(_VERIFIED, account)
    return guardian


@pytest.fixture
def letters(settings: Settings) -> "Letters":
    return Letters(settings.data_dir / "mail")


class Letters:
    """Those that were written since this was made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = set(folder.glob("*.eml"))

    def to(self, guardian: Guardian) -> list[tuple[str, str]]:
        """Subjects and texts, but for that which asks to verify the address."""
        mails = [
            message_from_bytes(path.read_bytes(), EmailMessage, policy=default)
            for path in sorted(self._folder.glob("*.eml"))
            if path not in self._before
        ]
        told = [(str(mail["Subject"]), _text(mail)) for mail in mails if _is_to(mail, guardian)]
        return [each for each in told if "영수증" in each[0] or "구독" in each[0]]


def _is_to(mail: EmailMessage, guardian: Guardian) -> bool:
    return str(mail["To"]) == guardian.email


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


async def _hear(street: Street, told: Told, type_: str) -> None:
    """As Google or Apple tells of it, with all that follows from it."""
    if told.store == "apple":
        await street.by_apple(street.apple.say(told, type_))
    else:
        await street.by_google(street.google.say(told, type_))
    await street.settled()


async def _messages(street: Street, guardian: Guardian) -> list[dict[str, Any]]:
    return await street.rows(_MESSAGES, UUID(guardian.account_id))


def _with(shop: Shop, told: Told, **renewal: Any) -> Told:
    """The same subscription, of which the store now says this."""
    now = CLOCK.now()
    assert told.renewal is not None
    changed = msgspec.structs.replace(
        told, renewal=msgspec.structs.replace(told.renewal, told_at=now, **renewal)
    )
    shop.knows[told.key] = changed
    return changed


async def test_N05_a_payment_is_followed_by_one_receipt(
    street: Street, guardian: Guardian, letters: Letters
) -> None:
    sold = street.google.sell(UUID(guardian.account_id))
    await _hear(street, sold, "SUBSCRIPTION_PURCHASED")
    await _hear(street, sold, "SUBSCRIPTION_PURCHASED")
    [(subject, text)] = letters.to(guardian)
    assert subject == "도담 구독료 영수증"
    assert "9,900 KRW" in text
    assert "Google Play" in text
    [message] = await _messages(street, guardian)
    assert message["kind"] == "subscription_started"
    assert message["state"] != "not_sent"
    assert "Google Play" in message["content"]


async def test_N05_money_that_is_given_back_is_told_of(
    street: Street, guardian: Guardian, letters: Letters
) -> None:
    sold = street.google.sell(UUID(guardian.account_id))
    await _hear(street, sold, "SUBSCRIPTION_PURCHASED")
    CLOCK.advance(timedelta(days=3))
    [period] = sold.periods
    now = CLOCK.now()
    refunded = msgspec.structs.replace(
        period, told_at=now, refunded=period.paid, refunded_at=now, revoked_at=now
    )
    told = _with(street.google, sold, renews=False, ended_because=EndReason.OTHER)
    told = msgspec.structs.replace(told, periods=(refunded,))
    street.google.knows[told.key] = told
    await _hear(street, told, "SUBSCRIPTION_REVOKED")
    assert [subject for subject, _ in letters.to(guardian)] == [
        "도담 구독료 영수증",
        "도담 구독료가 환불되었어요",
    ]
    ended = (await _messages(street, guardian))[-1]
    assert (ended["kind"], "환불" in (ended["content"] or "")) == ("subscription_ended", True)


async def test_N01_a_payment_that_came_in_before_the_message_left_is_not_complained_of(
    street: Street, guardian: Guardian
) -> None:
    """At night no phone rings, and by the morning the card worked."""
    sold = street.google.sell(UUID(guardian.account_id))
    await _hear(street, sold, "SUBSCRIPTION_PURCHASED")
    night = CLOCK.now() + timedelta(days=30)
    CLOCK.set(night.replace(hour=14))  # 23:00 in Korea
    failed = _with(street.google, sold, grace_until=CLOCK.now() + timedelta(days=7), retrying=True)
    await _hear(street, failed, "SUBSCRIPTION_IN_GRACE_PERIOD")
    [waiting] = [m for m in await _messages(street, guardian) if m["kind"] == "payment_failed"]
    assert waiting["state"] == "waiting"
    CLOCK.advance(timedelta(hours=2))
    await _hear(street, street.google.renew(sold), "SUBSCRIPTION_RECOVERED")
    CLOCK.advance(timedelta(hours=9))
    await street.chore("take-up-messages")
    await street.settled()
    [dropped] = [m for m in await _messages(street, guardian) if m["kind"] == "payment_failed"]
    assert (dropped["state"], dropped["reason"]) == ("not_sent", "nothing_to_tell")


async def test_N01_the_day_of_the_next_payment_is_that_on_which_it_is_due(
    street: Street, guardian: Guardian
) -> None:
    """Half an hour before midnight: the hour of leeway would be the day after."""
    sold = street.google.sell(UUID(guardian.account_id))
    due = (CLOCK.now() + timedelta(days=30)).replace(hour=14, minute=30)  # 23:30 in Korea
    period = msgspec.structs.replace(sold.periods[0], ends_at=due)
    told = msgspec.structs.replace(sold, periods=(period,))
    street.google.knows[told.key] = told
    await _hear(street, told, "SUBSCRIPTION_PURCHASED")
    [started] = [
        m for m in await _messages(street, guardian) if m["kind"] == "subscription_started"
    ]
    assert f"{due.month}월 {due.day}일" in str(started["content"])


async def test_P06_a_price_that_is_to_rise_is_told_by_mail_and_message_and_recalled(
    street: Street, guardian: Guardian, letters: Letters
) -> None:
    sold = street.apple.sell(UUID(guardian.account_id))
    await _hear(street, sold, "SUBSCRIBED")
    CLOCK.advance(timedelta(days=1))
    change = PriceChange(
        PriceChangeState.PENDING,
        Money(12_900_000_000, "KRW"),
        sold.periods[0].ends_at,
        sold.periods[0].ends_at,
    )
    await _hear(street, _with(street.apple, sold, price_change=change), "PRICE_INCREASE")
    subject, text = letters.to(guardian)[-1]
    assert subject == "도담 구독료가 바뀌어요"
    assert "12,900 KRW" in text
    message = (await _messages(street, guardian))[-1]
    assert message["kind"] == "price_increase"
    assert "12,900 KRW" in message["content"]
    CLOCK.advance(timedelta(days=23))
    for _ in range(2):
        await street.chore("remind-of-price-increases")
        await street.settled()
    subjects = [subject for subject, _ in letters.to(guardian)]
    assert subjects.count("도담 구독료가 바뀌어요") == 2
    kinds = [each["kind"] for each in await _messages(street, guardian)]
    assert kinds.count("price_increase") == 2


async def test_N05_a_month_of_another_product_is_one_payment_and_one_receipt(
    street: Street, guardian: Guardian, letters: Letters
) -> None:
    sold = street.google.sell(UUID(guardian.account_id))
    await _hear(street, sold, "SUBSCRIPTION_PURCHASED")
    CLOCK.advance(timedelta(days=30))
    renewed = street.google.renew(sold)
    *before, last = renewed.periods
    yearly = msgspec.structs.replace(last, product_id="yearly")
    told = msgspec.structs.replace(renewed, periods=(*before, yearly))
    street.google.knows[told.key] = told
    await _hear(street, told, "SUBSCRIPTION_RENEWED")
    assert [subject for subject, _ in letters.to(guardian)] == ["도담 구독료 영수증"] * 2


async def test_P06_a_price_that_was_agreed_to_is_not_a_payment(
    street: Street, guardian: Guardian, letters: Letters
) -> None:
    sold = street.google.sell(UUID(guardian.account_id))
    await _hear(street, sold, "SUBSCRIPTION_PURCHASED")
    CLOCK.advance(timedelta(days=1))
    agreed = PriceChange(
        PriceChangeState.ACCEPTED, Money(12_900_000_000, "KRW"), sold.periods[0].ends_at, None
    )
    told = _with(street.google, sold, price_change=agreed)
    await _hear(street, told, "SUBSCRIPTION_PRICE_CHANGE_UPDATED")
    assert [subject for subject, _ in letters.to(guardian)] == ["도담 구독료 영수증"]


async def test_N05_who_leaves_with_a_subscription_at_apple_is_told_that_it_runs_on(
    street: Street, guardian: Guardian, letters: Letters
) -> None:
    await _hear(street, street.apple.sell(UUID(guardian.account_id)), "SUBSCRIBED")
    answer = await guardian.call(
        "POST",
        "/account/withdrawal",
        json={"confirm": True, "password": PASSWORD, "despite_subscriptions": True},
    )
    assert answer.status_code == 202
    await street.settled()
    subject, text = letters.to(guardian)[-1]
    assert subject == "App Store 구독은 아직 해지되지 않았어요"
    assert "https://apps.apple.com/account/subscriptions" in text


async def test_N05_who_leaves_and_pays_nothing_more_is_not_told_so(
    street: Street, guardian: Guardian, letters: Letters
) -> None:
    tried = street.apple.sell(UUID(guardian.account_id), environment=Environment.SANDBOX)
    await _hear(street, tried, "SUBSCRIBED")
    form = {"confirm": True, "password": PASSWORD}
    answer = await guardian.call("POST", "/account/withdrawal", json=form)
    assert answer.status_code == 202
    await street.settled()
    assert all("해지되지 않았어요" not in subject for subject, _ in letters.to(guardian))


async def test_N05_an_address_that_nobody_proved_to_read_gets_no_receipt(
    street: Street, letters: Letters
) -> None:
    guardian = await sign_up(street.http)
    await _hear(street, street.google.sell(UUID(guardian.account_id)), "SUBSCRIPTION_PURCHASED")
    assert letters.to(guardian) == []


async def test_N02_those_who_run_the_service_read_of_it_without_a_name(
    street: Street, guardian: Guardian
) -> None:
    sold = street.google.sell(UUID(guardian.account_id))
    await _hear(street, sold, "SUBSCRIPTION_PURCHASED")
    CLOCK.advance(timedelta(days=1))
    told = _with(street.google, sold, renews=False, ended_because=EndReason.CANCELLED)
    await _hear(street, told, "SUBSCRIPTION_CANCELED")
    [notice] = await street.rows(
        "select title, text from operations.notice where title like '%subscription%'"
    )
    assert notice["title"] == "A subscription has begun"
    assert guardian.account_id not in notice["text"]
    assert isinstance(told.renewal, Renewal)
