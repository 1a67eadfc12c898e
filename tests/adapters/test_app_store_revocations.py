"""P01: Apple is asked whether its certificates hold, where that is switched on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from dodam.adapters.app_store import verifying
from dodam.adapters.app_store.store import AppleAppStore
from dodam.adapters.app_store.verifying import SignedData
from dodam.features.billing.errors.stores import ForgedMessage, ForgedPurchase
from dodam.platform.work import TryLater
from dodam_sim.serving import serving
from dodam_sim.stores.apple.chain import Chain
from dodam_sim.stores.apple.signing import Signer
from tests.adapters.app_store_desk import APP_ID, BUNDLE_ID, a_message, a_transaction
from tests.adapters.app_store_responder import Responder
from tests.adapters.line import Line


@dataclass
class House:
    """`store` is dodam's side, and `signer` Apple's."""

    responder: Responder
    chain: Chain
    store: AppleAppStore
    signer: Signer


def built(chain: Chain, responder: Responder) -> House:
    signed = SignedData([chain.root.der], BUNDLE_ID, APP_ID, online_checks=True)
    return House(responder, chain, AppleAppStore(signed, {}), Signer(chain))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    responder = Responder()
    async with serving(responder) as url:
        chain = responder.chain = Chain.new(url)
        yield built(chain, responder)


async def test_P01_each_certificate_is_asked_about_once_in_a_while(house: House) -> None:
    for _ in range(5):
        await house.store.read_transaction(house.signer.sign(a_transaction()))
    assert house.responder.asked == 2


@pytest.mark.parametrize("which", ["leaf", "intermediate"])
async def test_P01_what_a_revoked_certificate_signed_is_refused(house: House, which: str) -> None:
    revoked = {"leaf": house.chain.leaf, "intermediate": house.chain.intermediate}
    house.responder.revoked = revoked[which]
    with pytest.raises(ForgedPurchase):
        await house.store.read_transaction(house.signer.sign(a_transaction()))
    with pytest.raises(ForgedMessage):
        await house.store.read_notification(house.signer.sign(a_message()))


async def test_P01_while_apple_cannot_be_asked_nothing_is_refused_and_nothing_believed(
    house: House,
) -> None:
    house.responder.status = 503
    with pytest.raises(TryLater):
        await house.store.read_notification(house.signer.sign(a_message()))
    house.responder.status = 200
    assert await house.store.read_notification(house.signer.sign(a_message()))


async def test_P01_nobody_waits_long_for_one_who_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verifying, "_SECONDS", 0.05)
    line = Line(slowly=True, answer=b"HTTP/1.1 200 OK\r\n")
    async with line.open():
        house = built(Chain.new(f"http://127.0.0.1:{line.port}"), Responder())
        with pytest.raises(TryLater):
            await house.store.read_transaction(house.signer.sign(a_transaction()))


async def test_P01_a_chain_that_nobody_can_be_asked_about_is_refused() -> None:
    house = built(Chain.new(), Responder())
    with pytest.raises(ForgedPurchase):
        await house.store.read_transaction(house.signer.sign(a_transaction()))
