"""What results are rewarded with."""

from collections.abc import Iterable, Iterator
from typing import Any

from dodam.features.games.models.definitions import Reward
from dodam.features.games.models.pointers import number_at


def earned(rewards: Iterable[Reward], result: dict[str, Any]) -> Iterator[Reward]:
    """Those a result reaches, whatever was earned on its day before."""
    for reward in rewards:
        if reward.when is None:
            yield reward
            continue
        number = number_at(result, reward.when.of)
        if number is not None and number >= reward.when.at_least:
            yield reward
