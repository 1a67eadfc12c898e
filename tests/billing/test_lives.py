"""P02, P03, P04: whatever happens at the stores, and whatever happens to what they tell, dodam ends
with what the store holds, and contradicts nothing that it has heard. `make lives` has many more.
"""

import pytest

from .lives.living import live


@pytest.mark.parametrize("first", range(0, 150, 50))
def test_P03_P04_lives_at_the_app_store_end_as_apple_holds_them(first: int) -> None:
    _live("apple", first, 50)


@pytest.mark.parametrize("first", range(0, 400, 200))
def test_P03_P04_lives_at_google_play_end_as_google_holds_them(first: int) -> None:
    _live("google", first, 200)


def _live(store: str, first: int, count: int) -> None:
    counts = live(store, range(first, first + count))
    assert counts.failures == []
    assert counts.lives == count
    assert counts.messages.total() > count
