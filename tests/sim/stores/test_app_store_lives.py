"""Whatever customers do: the simulated App Store does not contradict itself."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from dodam_sim.stores.apple.answers import Answers
from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.saying import Said
from dodam_sim.stores.apple.subscription import Status
from dodam_sim.stores.apple.times import Milliseconds, milliseconds
from tests.sim.stores.app_store import DAY
from tests.sim.stores.app_store_lives import Life

_WITH_ACCESS = {Status.ACTIVE, Status.GRACE}


def unsigned(payload: Mapping[str, object]) -> str:
    return msgspec.json.encode(payload).decode()


def read(signed: str) -> Said:
    return msgspec.json.decode(signed)


def runs(transaction: Said, at: Milliseconds) -> bool:
    begun = transaction["purchaseDate"] <= at < transaction["expiresDate"]
    return begun and not transaction.get("isUpgraded") and "revocationDate" not in transaction


@pytest.mark.parametrize("seed", range(60))
def test_X01_what_is_true_is_what_the_store_answers(seed: int) -> None:
    """Access is there while a transaction runs or a grace does, read from the API's answers."""
    life = Life(seed)
    answers = Answers(life.store, Environment.PRODUCTION, unsigned)
    for now in life.live(40, apart=timedelta(days=12)):
        at = milliseconds(now)
        truth = life.store.truth(life.key, now)
        assert truth is not None
        [group] = answers.statuses(life.key, [])["data"]
        [last] = group["lastTransactions"]
        renewal = read(last["signedRenewalInfo"])
        history = _history(answers, life.key)
        in_grace = renewal.get("gracePeriodExpiresDate", 0) > at
        assert truth.entitled == (in_grace or any(runs(each, at) for each in history))
        assert truth.status == last["status"]
        assert truth.entitled is (truth.status in _WITH_ACCESS)
        assert (truth.product_id is not None) is truth.entitled
        assert renewal["isInBillingRetryPeriod"] is (
            truth.status in {Status.GRACE, Status.BILLING_RETRY}
        )


@pytest.mark.parametrize("seed", range(20))
def test_X01_nothing_is_said_twice_or_at_the_time_of_something_else(seed: int) -> None:
    life = Life(seed)
    for _ in life.live(40, apart=timedelta(days=12)):
        pass
    said = life.store.notifications
    assert all(earlier.at < later.at for earlier, later in pairwise(said))
    assert len({each.uuid for each in said}) == len(said)
    of_members = [each for each in said if each.key in life.members]
    assert all(
        (each.transaction or {})["inAppOwnershipType"] == "FAMILY_SHARED" for each in of_members
    )


def test_X01_the_same_seed_is_the_same_life() -> None:
    once, again = Life(3), Life(3)
    assert [*once.live(20, apart=DAY * 12)] == [*again.live(20, apart=DAY * 12)]
    assert [each.body for each in once.store.notifications] == [
        each.body for each in again.store.notifications
    ]


def _history(answers: Answers, key: str) -> list[Said]:
    read_, revision = list[Said](), None
    while True:
        page = answers.history(key, revision=revision, newest_first=False, revoked=None)
        read_ += [read(each) for each in page["signedTransactions"]]
        revision = page["revision"]
        if not page["hasMore"]:
            return read_
