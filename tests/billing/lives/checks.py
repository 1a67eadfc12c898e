"""Whether dodam ends up with what the store holds, and never contradicts it for long."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import MOVES
from dodam_sim.stores.post import NONE

from .books import Line
from .history import Heard, History
from .plans import START

_EDGE = timedelta(milliseconds=2)
_ASKED_WITHIN = timedelta(minutes=5, seconds=10)


class Wrong(Exception):
    """dodam and a store contradict each other."""


def check(history: History) -> None:
    """Raises Wrong."""
    for key in history.life.keys:
        _ends_as_the_store_holds_it(history, key)
        _never_contradicts_what_was_heard(history, key)
    _does_as_documented(history)
    _no_two_entitle(history)
    _any_order_is_the_same(history)


def _ends_as_the_store_holds_it(history: History, key: str) -> None:
    page = history.books.pages.get(key)
    truth = history.life.truth(key, history.at)
    asked = history.heard[key].asked if key in history.heard else []
    if page is None or truth is None or not asked or asked[-1] < history.at - timedelta(minutes=3):
        return  # Never heard of by any way, or forgotten by the store.
    state = page.announced.state
    if state not in truth.states:
        raise Wrong(f"{key} ends {state}, and is {truth.name}")
    if page.left() != history.life.money(key):
        raise Wrong(f"{key}: {page.left()} are booked, {history.life.money(key)} were paid")
    if any(charges > 1 for charges in page.charges.values()):
        raise Wrong(f"{key} was charged twice: {page.charges}")


def _never_contradicts_what_was_heard(history: History, key: str) -> None:
    """Since a truth is known, it is what entitles, to the millisecond.

    But where a time ends and the store was last heard to say that it would not go on, it is asked
    within minutes whether it does all the same.
    """
    page = history.books.pages.get(key)
    line = page.line if page else []
    heard = history.heard.get(key, Heard())
    since, was, wrong_since = START, False, None
    for at in _edges(history, line):
        truth, next_ = history.life.truth(key, at), history.life.truth(key, at + _EDGE)
        if truth is None or next_ is None:
            continue
        if truth.entitled is not was:
            since, was, wrong_since = at, truth.entitled, None
        if _entitled(line, at) is was or _entitled(line, at + _EDGE) is next_.entitled:
            wrong_since = None
            continue
        wrong_since = wrong_since or at
        known_at = heard.since(since)
        if known_at is None or at < known_at:
            continue
        if at < wrong_since + _ASKED_WITHIN and not heard.all_by(at):
            continue
        raise Wrong(
            f"{key} {'is' if was else 'is not'} entitled since {since} ({truth.name}), "
            f"which was known from {known_at} on, and {'not' if was else 'is'} at {at}"
        )


def _does_as_documented(history: History) -> None:
    """What is heard of in time takes no way that the table of states says stores never take."""
    if history.plan.mishaps != NONE:
        return
    for state, fact in history.books.moves:
        if not MOVES[fact][state].expected:
            raise Wrong(f"{state} is followed by {fact}, of which the table says never")


def _no_two_entitle(history: History) -> None:
    """One payment entitles once: of two that follow each other, one at a time."""
    pages = history.books.pages
    for key, page in pages.items():
        before = pages.get(page.record.replaces or "")
        if before is None:
            continue
        for at in _edges(history, [*page.line, *before.line]):
            if _entitled(page.line, at) and _entitled(before.line, at):
                raise Wrong(f"{key} and {page.record.replaces} both entitle at {at}")


def _any_order_is_the_same(history: History) -> None:
    told = sorted(history.told, key=lambda each: min(part.told_at for part in each.periods))
    shuffled = [*told, *told[::2]]
    Random(history.plan.seed).shuffle(shuffled)  # noqa: S311 - a simulation, no secret
    records: list[dict[str, Record]] = []
    for order in (told, shuffled):
        known: dict[str, Record] = {}
        for each in order:
            known[each.key] = known.get(each.key, Record()).learning(each)
        records.append(known)
    if records[0] != records[1]:
        raise Wrong("in another order another thing is known")


def _edges(history: History, line: list[Line]) -> Iterator[datetime]:
    """Whenever something may change, and just before."""
    edges = set(history.instants)
    for place, each in enumerate(line):
        until = line[place + 1].since if place + 1 < len(line) else history.at
        ends = {end for span in each.entitled for end in (span.begins_at, span.ends_at)}
        edges |= {end for end in ends if each.since <= end < until}
    for at in sorted(edges):
        yield at - timedelta(milliseconds=1)
        yield at


def _entitled(line: list[Line], at: datetime) -> bool:
    """By what was known then."""
    low, high = 0, len(line)
    while low < high:
        middle = (low + high) // 2
        if line[middle].since <= at:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        return False
    return any(span.begins_at <= at < span.ends_at for span in line[low - 1].entitled)
