"""The demo families."""

import asyncio
from datetime import timedelta

from dodam_sim.families.client import Patience
from dodam_sim.families.demo import DemoSignIn, play_demo

from .fake_server import FakeServer
from .test_run import Clock, stored_plays


def play(server: FakeServer, clock: Clock) -> list[DemoSignIn]:
    patience = Patience(5, clock.sleep, clock.now)
    return list(asyncio.run(play_demo("http://127.0.0.1:8000", patience, server.transport)))


def test_the_demo_has_two_families_with_weeks_behind_them() -> None:
    clock = Clock()
    server = FakeServer(clock.now)
    signs_in = play(server, clock)
    assert [(who.email, who.children) for who in signs_in] == [
        ("demo@dodam.example", ("민준", "서연")),
        ("demo2@dodam.example", ("Emma",)),
    ]
    assert list(server.children) == [f"01900000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3)]
    assert all(len(child.ledger.played_days) > 8 for child in server.children.values())
    assert all(child.games.results for child in server.children.values())


def test_playing_the_demo_again_days_later_sends_nothing() -> None:
    clock = Clock()
    server = FakeServer(clock.now)
    play(server, clock)
    plays = stored_plays(server)
    server.calls.clear()
    clock.time += timedelta(days=3)
    play(server, clock)
    assert stored_plays(server) == plays
    assert not any("play-records" in call or "game-plays" in call for call in server.calls)


def test_a_demo_that_was_cut_off_is_completed() -> None:
    clock = Clock()
    whole, cut = FakeServer(clock.now), FakeServer(clock.now)
    play(whole, clock)
    play(cut, clock)
    first = next(iter(cut.children.values()))
    first.ledger = type(first.ledger)(first.ledger.days)
    first.stored.clear()
    clock.time += timedelta(days=1)
    play(cut, clock)
    assert stored_plays(cut) == stored_plays(whole)
