"""`make lives`: many lives at both stores.

Prints how fast they were lived and what happened in them; of one that goes wrong its seed, and the
shortest life that goes wrong as it does. Nothing that can happen may not have happened.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from dodam.features.billing.models.states import Fact, News

from .living import LIVES, Counts, live

_TOGETHER = 250
_ENOUGH = 10_000
# A reminder is sent by the calendar, and not because a store said something.
_BY_THE_CALENDAR = {News.PRICE_INCREASE_REMINDER}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="tests.billing.lives")
    arguments.add_argument("--histories", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=0, help="the first one's")
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--store", choices=list(LIVES), action="append")
    given = arguments.parse_args()
    stores = given.store or list(LIVES)
    of_each = -(-given.histories // len(stores))
    seeds = range(given.seed, given.seed + of_each)
    began = time.monotonic()
    totals = {store: Counts() for store in stores}
    with ProcessPoolExecutor(given.processes) as processes:
        works = {
            processes.submit(live, store, seeds[first : first + _TOGETHER]): store
            for first in range(0, of_each, _TOGETHER)
            for store in stores
        }
        for work in as_completed(works):
            totals[works[work]].add_all(work.result())
    seconds = time.monotonic() - began
    for store, counts in totals.items():
        _print(store, counts)
    lives = sum(counts.lives for counts in totals.values())
    print(f"{lives} lives in {seconds:.0f} s, {lives / seconds:.0f} a second")
    wrong = [failure for counts in totals.values() for failure in counts.failures]
    wrong += _never_happened(totals) if given.histories >= _ENOUGH else []
    for each in wrong:
        print(each)
    return 1 if wrong else 0


def _print(store: str, counts: Counts) -> None:
    messages, moves = counts.messages.total(), counts.moves.total()
    print(f"{store}: {counts.lives} lives, {counts.years:.0f} years, {messages} messages")
    print(f"  deeds: {_listed(counts.deeds)}")
    print(f"  messages: {_listed(counts.messages)}")
    print(f"  so: {_listed(counts.facts)}")
    print(f"  announced: {_listed(counts.news)}")
    print(f"  {moves} changes of state, {len(counts.moves)} kinds of them")


def _listed(counter: Counter[Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


def _never_happened(totals: dict[str, Counts]) -> Iterable[str]:
    for store, counts in totals.items():
        yield from (
            f"never at {store}: {deed}" for deed in LIVES[store](0).deeds if not counts.deeds[deed]
        )
    if len(totals) == len(LIVES):
        facts = {fact for counts in totals.values() for fact in counts.facts}
        news = {each for counts in totals.values() for each in counts.news}
        yield from (f"never the fact {each}" for each in Fact if each not in facts)
        yield from (f"never the news {each}" for each in set(News) - news - _BY_THE_CALENDAR)


if __name__ == "__main__":
    sys.exit(main())
