"""P11: who forges, replays or takes what is another's at the stores' doors gets nothing and changes
nothing; what the real stores sign is taken by the same house in the same moment.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.chain import Chain
from dodam_sim.stores.apple.saying import App, Notification
from dodam_sim.stores.apple.signing import Signer
from dodam_sim.stores.apple.store import AppStore
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up

from .town import APPLE, GOOGLE, Town

_BOOKS = """
    select (select count(*) from billing.notification) as messages,
        (select count(*) from billing.subscription) as subscriptions,
        (select count(*) from billing.payment) as payments
"""


@pytest.fixture
async def robbed(town: Town) -> AsyncIterator[Town]:
    """A town in whose books there is afterwards what was before."""
    before = await town.rows(_BOOKS)
    yield town
    await town.settled()
    assert await town.rows(_BOOKS) == before


def _said(town: Town) -> Notification:
    town.apple.store.families.buy("dodam.monthly")
    return town.apple.store.notifications[-1]


async def _refused(town: Town, signed: str) -> str:
    answer = await town.http.post(APPLE, json={"signedPayload": signed})
    assert answer.status_code == 401, answer.text
    return answer.json()["code"]


async def test_P11_a_chain_of_somebody_elses_root_is_refused(robbed: Town) -> None:
    assert await _refused(robbed, _said(robbed).signed(Signer(Chain.new()).sign))


async def test_P11_each_part_of_a_message_is_apples_or_none_is_believed(robbed: Town) -> None:
    """The message is Apple's own, and the transaction in it is not."""
    said, forger = _said(robbed), Signer(Chain.new())
    apple = robbed.apple.signer
    assert said.transaction is not None
    data = said.body["data"] | {"signedTransactionInfo": forger.sign(said.transaction)}
    assert await _refused(robbed, apple.sign(said.body | {"data": data}))


async def test_P11_what_is_signed_for_another_app_is_refused(robbed: Town) -> None:
    elsewhere = AppStore(CLOCK.now, app=App("kr.elsewhere.app", 1))
    elsewhere.families.buy("dodam.monthly")
    said = elsewhere.notifications[-1]
    assert await _refused(robbed, said.signed(robbed.apple.signer.sign))


@pytest.mark.parametrize("part", range(3))
async def test_P11_a_message_that_was_changed_on_its_way_is_refused(
    robbed: Town, part: int
) -> None:
    parts = _said(robbed).signed(robbed.apple.signer.sign).split(".")
    middle = len(parts[part]) // 2
    other = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + other + parts[part][middle + 1 :]
    assert await _refused(robbed, ".".join(parts))


async def test_P11_without_a_signature_nothing_is_believed(robbed: Town) -> None:
    header, payload, _ = _said(robbed).signed(robbed.apple.signer.sign).split(".")
    none = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    for signed in (f"{none}.{payload}.x", f"{header}.{payload}.x"):
        assert await _refused(robbed, signed)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/"},
        {"iss": "https://elsewhere.example"},
        {"email": "somebody@elsewhere.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"iat": 0, "exp": 1},
    ],
)
async def test_P11_a_push_in_somebody_elses_name_is_refused(
    robbed: Town, claims: dict[str, Any]
) -> None:
    robbed.google.play.buy("dodam_monthly", "monthly")
    answer = await robbed.by_google(robbed.google.play.published[-1], **claims)
    assert answer.status_code == 401, answer.text


async def test_P11_a_push_without_a_token_is_refused(robbed: Town) -> None:
    body = robbed.google.pubsub.pushed(robbed.google.play.send_test())
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": "Basic eDp5"}):
        answer = await robbed.http.post(GOOGLE, json=body, headers=headers)
        assert answer.status_code == 401, answer.text


async def test_P11_a_message_that_is_sent_again_does_nothing_again(town: Town) -> None:
    said = _said(town)
    assert (await town.by_apple(said)).is_success
    await town.settled()
    before = await town.rows(_BOOKS)
    for _ in range(5):
        assert (await town.by_apple(said)).is_success
    await town.settled()
    assert await town.rows(_BOOKS) == before


async def test_P11_what_the_sandbox_signs_entitles_nobody_who_does_not_test(town: Town) -> None:
    guardian = await sign_up(town.http)
    store = town.apple.store
    key = store.families.buy("dodam.monthly", guardian.account_id, environment=Environment.SANDBOX)
    assert (await town.by_apple(store.notifications[-1])).is_success
    await town.settled()
    answer = await _hand_in(guardian, "apple", signed_transaction=town.apple.on_device(key))
    assert answer == (403, "sandbox_purchase")
    assert (await guardian.get("/entitlement"))["entitled"] is False


async def test_P11_somebody_elses_purchase_is_not_to_be_had(town: Town) -> None:
    owner, thief = await sign_up(town.http), await sign_up(town.http)
    key = town.apple.store.families.buy("dodam.monthly", owner.account_id)
    token = town.google.play.buy("dodam_monthly", "monthly", account_id=owner.account_id)
    for handed_in in (
        ("apple", {"signed_transaction": town.apple.on_device(key)}),
        ("google", {"purchase_token": token}),
    ):
        store, receipt = handed_in
        assert await _hand_in(thief, store, **receipt) == (409, "belongs_to_another_account")
        assert (await _hand_in(owner, store, **receipt))[0] == 200
        assert await _hand_in(thief, store, **receipt) == (409, "belongs_to_another_account")
    assert (await thief.get("/entitlement"))["entitled"] is False
    assert (await thief.get("/subscriptions"))["subscriptions"] == []
    assert (await owner.get("/entitlement"))["entitled"] is True


async def test_P11_a_purchase_that_somebody_made_up_is_none(robbed: Town) -> None:
    thief = await sign_up(robbed.http)
    forged = Signer(Chain.new()).sign({"transactionId": "1", "bundleId": "kr.dodam.app"})
    assert (await _hand_in(thief, "apple", signed_transaction=forged))[0] == 400
    assert (await _hand_in(thief, "google", purchase_token="x" * 40))[0] in {400, 404}
    assert (await thief.get("/entitlement"))["entitled"] is False


async def _hand_in(guardian: Guardian, store: str, **receipt: str) -> tuple[int, str | None]:
    answer = await guardian.call("POST", f"/subscriptions/{store}", json=receipt)
    return answer.status_code, answer.json().get("code")
