"""P01, P02: every type and subtype of the stores' references, from the store to what it does."""

from datetime import timedelta
from pathlib import Path

import pytest

from dodam.features.billing.models.notifications import Handling
from dodam.features.billing.models.store_messages import (
    APPLE_MESSAGES,
    GOOGLE_MESSAGES,
    GOOGLE_ONE_TIME_MESSAGES,
    GOOGLE_REFUND_REVIEW,
    GOOGLE_SUBSCRIPTION_MESSAGES,
)
from dodam_sim.stores.apple.saying import Notification
from dodam_sim.stores.apple.scenes import SCENES, play
from dodam_sim.stores.apple.store import AppStore
from dodam_sim.stores.clock import StoresClock
from tests.conftest import CLOCK

from .message_record import TABLE, by_message, known, rows, table
from .town import Town

_ABOUT_NO_SUBSCRIPTION = {
    *("TEST", "ONE_TIME_CHARGE", "EXTERNAL_PURCHASE_TOKEN", "RESCIND_CONSENT"),
    *GOOGLE_ONE_TIME_MESSAGES.values(),
    GOOGLE_REFUND_REVIEW,
}


async def test_P01_each_of_apples_messages_is_taken_in_and_settled(town: Town) -> None:
    """Each by the story that leads to it, and with all that Apple says on the way."""
    assert set(SCENES) == {
        (type_, subtype) for type_, subtypes in APPLE_MESSAGES.items() for subtype in subtypes
    }
    said: list[Notification] = []
    for number, scene in enumerate(SCENES.values()):
        clock = StoresClock(CLOCK.now)
        store = AppStore(clock.now, seed=number)
        play(scene, store, clock)
        said += store.notifications
        # The ids of a store go on from when it was opened.
        CLOCK.advance(clock.ahead + timedelta(seconds=1))
    for each in said:
        answer = await town.by_apple(each)
        assert answer.status_code == 200, (each.type, each.subtype, answer.text)
    await town.settled()
    await _are_settled(town, {(each.type, each.subtype) for each in said} & set(SCENES))


async def test_P02_each_of_googles_messages_is_taken_in_and_settled(town: Town) -> None:
    play = town.google.play
    token = play.buy("dodam_monthly", "monthly")
    messages = [play.send(token, number) for number in GOOGLE_SUBSCRIPTION_MESSAGES]
    messages += [play.buy_one_time_product("sticker_pack", kind) for kind in ("bought", "canceled")]
    messages.append(play.send_test())
    play.refund_as_google(play.purchase(token).orders[-1].id)
    messages.append(play.published[-1])
    review = {"pendingRefundReviewNotification": {"version": "1.0", "purchaseToken": token}}
    messages.append(play.life.publish(review))
    for each in messages:
        answer = await town.by_google(each)
        assert answer.is_success, (each.type, answer.text)
    await town.settled()
    await _are_settled(town, {(type_, None) for type_ in GOOGLE_MESSAGES})


async def _are_settled(town: Town, expected: set[tuple[str, str | None]]) -> None:
    kept = await town.rows("select type, subtype, state from billing.notification")
    states = {(row["type"], row["subtype"]): row["state"] for row in kept}
    assert set(states) >= expected
    for (type_, subtype), state in states.items():
        says_nothing = type_ in _ABOUT_NO_SUBSCRIPTION or subtype == "SUMMARY"
        assert state == (Handling.KEPT if says_nothing else Handling.DONE), (type_, subtype)


def test_P01_P02_each_type_and_subtype_is_tested_as_the_table_says() -> None:
    """`make store-messages` makes the table anew."""
    told = rows(TABLE.read_text())
    assert list(told) == list(known())
    sources = "".join(each.read_text() for each in Path(__file__).parent.glob("test_*.py"))
    for name, tests in told.items():
        assert tests, f"{name} is tested by nothing"
        for test in tests:
            assert f"def {test}(" in sources, f"{test}, of {name}, is no test any more"


@pytest.mark.parametrize("missing", [False, True])
def test_P01_a_message_without_a_test_is_a_row_that_is_empty(missing: bool) -> None:  # noqa: FBT001
    """As the table is written, so it is read."""
    lines = [f"{' '.join(name)} test_x" for name in known()][missing:]
    read = rows(table(by_message("\n".join(lines))))
    assert [tests == [] for tests in read.values()].count(True) == missing
