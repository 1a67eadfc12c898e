"""A02: a provider's keys are kept, renewed, and not asked for by forgers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from dodam.adapters.google_sign_in import GoogleSignIn
from dodam.features.accounts.errors.identities import InvalidIdToken, ProviderUnavailable
from dodam.features.accounts.ports.identities import IdentityProvider
from dodam_sim.providers.google import Google, GoogleAccount
from dodam_sim.serving import Trouble, serving
from tests.clock import StoppedClock

ACCOUNT = GoogleAccount.new("someone@dodam.example")


class Both(NamedTuple):
    ours: IdentityProvider
    google: Google

    async def sign_in(self) -> None:
        token = self.google.id_token(ACCOUNT, "nonce")
        assert (await self.ours.identify(token)).subject == ACCOUNT.subject


@pytest.fixture
async def both(clock: StoppedClock) -> AsyncIterator[Both]:
    google = Google(clock.now)
    async with serving(google) as url:
        ours = GoogleSignIn(clock, keys_url=f"{url}/oauth2/v3/certs", client_ids=[google.client_id])
        yield Both(ours, google)


async def test_A02_keys_are_fetched_once_for_as_long_as_google_says(
    both: Both, clock: StoppedClock
) -> None:
    await asyncio.gather(*(both.sign_in() for _ in range(10)))
    assert both.google.asked_for_keys == 1
    clock.advance(timedelta(seconds=19799))
    await both.sign_in()
    assert both.google.asked_for_keys == 1
    clock.advance(timedelta(seconds=1))
    await asyncio.gather(*(both.sign_in() for _ in range(10)))
    assert both.google.asked_for_keys == 2


async def test_A02_a_new_key_is_learnt_when_it_is_met(both: Both, clock: StoppedClock) -> None:
    await both.sign_in()
    both.google.keys.rotate()
    clock.advance(timedelta(minutes=1))
    await asyncio.gather(*(both.sign_in() for _ in range(10)))
    assert both.google.asked_for_keys == 2


async def test_A02_a_withdrawn_key_opens_nothing_once_the_keys_were_renewed(
    both: Both, clock: StoppedClock
) -> None:
    await both.sign_in()
    clock.advance(timedelta(hours=6))
    old = both.google.id_token(ACCOUNT, "nonce")
    both.google.keys.rotate()
    both.google.keys.forget_old()
    await both.sign_in()
    with pytest.raises(InvalidIdToken):
        await both.ours.identify(old)


async def test_A02_forged_key_ids_cannot_make_us_hammer_google(
    both: Both, clock: StoppedClock
) -> None:
    await both.sign_in()
    clock.advance(timedelta(minutes=1))
    forger = Google(clock.now)
    for _ in range(20):
        forger.keys.rotate()
        with pytest.raises(InvalidIdToken):
            await both.ours.identify(forger.id_token(ACCOUNT, "nonce"))
    assert both.google.asked_for_keys == 2


async def test_A02_while_google_is_away_the_known_keys_go_on_working(
    both: Both, clock: StoppedClock
) -> None:
    await both.sign_in()
    both.google.trouble = Trouble.DOWN
    clock.advance(timedelta(days=2))
    await both.sign_in()
    both.google.trouble = Trouble.NONE
    both.google.keys.rotate()
    clock.advance(timedelta(seconds=5))
    await both.sign_in()


async def test_A02_without_any_key_nobody_is_taken_for_a_forger(
    both: Both, clock: StoppedClock
) -> None:
    both.google.trouble = Trouble.DOWN
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await both.sign_in()
    both.google.trouble = Trouble.NONE
    clock.advance(timedelta(seconds=5))
    await both.sign_in()
