"""Virtual families play mini-games, and find each mistake that a server makes with them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest
from msgspec import structs

from dodam_sim.families.game_answers import OfferedGame, Play, TicketPage
from dodam_sim.families.mini_games import MINI_GAMES, Reward

from . import fake_games
from .fake_server import Spoil
from .test_run import Clock, a_server, simulate

CHANGED = {
    "one play too many a day": ("brushing", {"plays_a_day": 4}, "brushing: plays"),
    "closed for no reason": ("brushing", {"attended_days": 999}, "brushing: refused for"),
    "open too early": ("cooking", {"attended_days": 0}, "cooking: plays before it opens"),
    "free of charge": ("up_stairs", {"for_therapy": False}, "up_stairs: tickets of a play"),
    "too generous": (
        "brushing",
        {"reward": Reward("/coverage", at_least=0.2, most_a_day=9)},
        "tickets: earned in games",
    ),
    "other sums": (
        "brushing",
        {"aggregates": [*MINI_GAMES["brushing"].aggregates[:3]]},
        "brushing: aggregates",
    ),
}


def test_X03_honest_games_differ_in_nothing_and_are_played_by_some_children_only() -> None:
    clock = Clock()
    server = a_server(clock)
    outcome = simulate(server, clock)
    assert outcome.differences == []
    players = [child.games for child in server.children.values() if child.games.plays]
    assert 0 < len(players) < len(server.children)
    assert outcome.counts.game_plays == sum(len(games.plays) for games in players) > 0
    assert outcome.counts.game_results == sum(len(games.results) for games in players) > 0
    assert any(play.tickets_spent for games in players for play in games.plays.values())


def test_X03_a_second_run_plays_on_with_what_the_first_one_earned() -> None:
    clock = Clock()
    server = a_server(clock)
    simulate(server, clock, families=3)
    games = [child.games for child in server.children.values()]
    before = [{id_: str(result) for id_, result in each.results.items()} for each in games]
    again = simulate(server, clock, families=3)
    assert again.differences == []
    after = [{id_: str(result) for id_, result in each.results.items()} for each in games]
    assert all(one.items() <= other.items() for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize(("name", "change", "what"), CHANGED.values(), ids=CHANGED)
def test_X03_games_that_are_not_as_promised_are_found(
    monkeypatch: pytest.MonkeyPatch, name: str, change: Mapping[str, Any], what: str
) -> None:
    other = {**MINI_GAMES, name: replace(MINI_GAMES[name], **change)}
    monkeypatch.setattr(fake_games, "MINI_GAMES", other)
    clock = Clock()
    outcome = simulate(a_server(clock), clock, families=3)
    assert what in {difference.what for difference in outcome.differences}


def one_result_more(answer: object) -> object:
    if not isinstance(answer, list):
        return answer
    return [
        structs.replace(each, results=each.results + 1) if isinstance(each, OfferedGame) else each
        for each in cast("list[object]", answer)
    ]


def a_dearer_play(answer: object) -> object:
    if not isinstance(answer, Play):
        return answer
    return structs.replace(answer, tickets_spent=answer.tickets_spent + 1)


def a_double_line(answer: object) -> object:
    if not isinstance(answer, TicketPage) or not answer.entries:
        return answer
    first, *others = answer.entries
    return structs.replace(
        answer, entries=[structs.replace(first, tickets=2 * first.tickets), *others]
    )


def a_ticket_more(answer: object) -> object:
    if not isinstance(answer, TicketPage):
        return answer
    return structs.replace(answer, balance=answer.balance + 1)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (one_result_more, "brushing: results that count"),
        (a_dearer_play, "brushing: tickets of a play"),
        (a_double_line, "tickets: balance after a line"),
        (a_ticket_more, "tickets: balance"),
    ],
)
def test_X03_one_wrong_answer_about_games_is_found(spoil: Spoil, what: str) -> None:
    clock = Clock()
    outcome = simulate(a_server(clock, spoil), clock, families=3)
    assert what in {difference.what for difference in outcome.differences}
