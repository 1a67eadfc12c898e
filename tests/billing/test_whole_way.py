"""P02, P03, P04: lives at both stores, signed and by HTTP, through the inbox, the jobs and the
database: messages lost, twice and in any order, and a store that does not answer for a while.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

import pytest

from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian, sign_up
from tests.sim.stores.app_store_lives import Life

from .lives.apple import AppleLife
from .lives.google import GoogleLife
from .lives.stores import StoreLife
from .town import AnyMessage, Town

_DEEDS = 12
_WEEK, _STEP = timedelta(days=7), timedelta(days=2)


@pytest.mark.parametrize("seed", range(3))
async def test_P04_a_life_at_the_app_store_ends_as_apple_holds_it(town: Town, seed: int) -> None:
    guardian = await sign_up(town.http)
    account, store = guardian.account_id, town.apple.store
    life = AppleLife(seed, Life(seed, accounts=(account, account), given=store))
    for said in _live(life, seed):
        town.apple.door.quota = 0 if len(said) > 1 else None  # Away for a while.
        await _hand_over(town, said, seed)
    town.apple.door.quota = None
    await _ends_as_the_store_holds_it(town, life, guardian)


@pytest.mark.parametrize("seed", range(3))
async def test_P04_a_life_at_google_play_ends_as_google_holds_it(town: Town, seed: int) -> None:
    guardian = await sign_up(town.http)
    life = GoogleLife(seed, town.google.play, guardian.account_id)
    for said in _live(life, seed):
        await _hand_over(town, said, seed)
    guardian = await _signed_in_anew(guardian)
    for key in life.keys:
        body = {"purchase_token": key}
        handed_in = await guardian.call("POST", "/subscriptions/google", json=body)
        assert handed_in.status_code < 500, handed_in.text
    await _ends_as_the_store_holds_it(town, life, guardian)


def _live(life: StoreLife, seed: int) -> Iterator[Sequence[AnyMessage]]:
    """What the store says after each deed."""
    dice = Random(seed)  # noqa: S311 - a simulation, no secret
    yield life.raw()
    for _ in range(_DEEDS):
        CLOCK.advance(timedelta(days=10) * dice.expovariate(1))
        life.act(dice.choice(life.deeds), dice)
        yield life.raw()


async def _hand_over(town: Town, said: Sequence[AnyMessage], seed: int) -> None:
    """A quarter is lost, a quarter comes twice, and all in any order."""
    dice = Random(seed)  # noqa: S311 - a simulation, no secret
    some = [each for each in said if dice.random() > 0.25]
    some += [each for each in some if dice.random() < 0.25]
    dice.shuffle(some)
    for each in some:
        answer = await town.send(each)
        assert answer.is_success, answer.text
    await town.reconciled()


async def _ends_as_the_store_holds_it(town: Town, life: StoreLife, guardian: Guardian) -> None:
    """And the ledger with what was paid, of what the store still knows."""
    await town.hurry()
    for _ in range(_WEEK // _STEP + 1):  # What has ended is asked about every week.
        CLOCK.advance(_STEP)
        await town.reconciled()
    held = await town.rows("select key, state, id from billing.subscription")
    states = {row["key"]: row["state"] for row in held}
    now = CLOCK.now()
    entitled = False
    for key in life.keys:
        truth = life.truth(key, now)
        assert truth is not None
        entitled |= truth.entitled
        if life.ask(key) is not None:
            assert states[key] in truth.states, (key, truth)
            assert await _left(town, key) == life.money(key)
    guardian = await _signed_in_anew(guardian)
    assert (await guardian.get("/entitlement"))["entitled"] is entitled


async def _signed_in_anew(guardian: Guardian) -> Guardian:
    """Months have gone by."""
    form = {"email": guardian.email, "password": PASSWORD}
    answer = await guardian.http.post("/v1/auth/sign-in", json=form)
    assert answer.is_success, answer.text
    return Guardian(guardian.http, guardian.email, answer.json())


async def _left(town: Town, key: str) -> dict[str, int]:
    lines = await town.rows(
        "select p.transaction_id, sum(p.micros)::bigint as micros from billing.payment p"
        " join billing.subscription s on s.id = p.subscription_id where s.key = $1"
        " group by p.transaction_id having sum(p.micros) <> 0",
        key,
    )
    return {line["transaction_id"]: line["micros"] for line in lines}
