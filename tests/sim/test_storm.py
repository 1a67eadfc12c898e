"""The check after the storm: it passes what is right, and finds each planted mistake."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from dodam_sim.storm.check import Told, differences
from dodam_sim.storm.crowd import Known

GIVEN = 3


def line(reason: str, tickets: int, balance: int) -> dict[str, Any]:
    return {"reason": reason, "tickets": tickets, "balance": balance}


def after_a_storm() -> tuple[Known, Told]:
    """Four plays for three tickets and two earned: one was given back, one result was stolen."""
    sent = {
        name: {
            "id": name,
            "play_id": play,
            "started_at": f"2026-11-24T12:00:0{number}+00:00",
            "result": {"score": score},
        }
        for number, (name, play, score) in enumerate(
            [("r1", "a", 60), ("r2", "b", 40), ("thief", "b", 90), ("r4", "d", 10)]
        )
    }
    known = Known(UUID(int=1), granted=dict.fromkeys("abcd", 1), given_back={"c"}, sent=sent)
    results = [
        {"id": name, "play_id": each["play_id"], "counted": name != "r2"}
        for name, each in sent.items()
    ]
    lines = [
        line("granted_by_staff", 3, 3),
        line("game_played", -1, 2),
        line("game_reward", 1, 3),
        line("game_played", -1, 2),
        line("game_played", -1, 1),
        line("game_given_back", 1, 2),
        line("game_reward", 1, 3),
        line("game_played", -1, 2),
    ]
    leaders = [("thief", 90), ("r1", 60), ("r4", 10)]
    aggregates = {
        "plays": 3,
        "score": 160,
        "best": 90,
        "last": 10,
        "first_five": [{"value": value, "result_id": name} for name, value in leaders],
    }
    lock: dict[str, Any] = {"reasons": []}
    return known, Told(results, {"aggregates": aggregates, "lock": lock}, lines, 2)


def used_up(told: Told) -> Told:
    """Afterwards the tickets are spent."""
    lines = [*told.lines, line("granted_by_staff", -2, 0)]
    lock = {"reasons": [{"code": "not_enough_tickets"}]}
    return replace(told, lines=lines, balance=0, offered={**told.offered, "lock": lock})


def test_G04_a_storm_after_which_all_is_right() -> None:
    known, told = after_a_storm()
    assert differences(known, used_up(told), GIVEN - 2) == []


def with_result(told: Told, **change: Any) -> Sequence[Any]:
    return [{**told.results[0], **change}, *told.results[1:]]


Plant = Callable[[Known, Told], Told]


def granted_one_more(known: Known, told: Told) -> Told:
    known.granted["e"] = 1
    return told


PLANTED: list[tuple[Plant, str]] = [
    (granted_one_more, "one result that counts for a play"),
    (granted_one_more, "4 tickets spent"),
    (lambda _, told: replace(told, results=told.results[1:]), "every result once"),
    (lambda _, told: replace(told, results=[*told.results, told.results[0]]), "every result"),
    (lambda _, told: replace(told, results=with_result(told, counted=False)), "one result"),
    (lambda _, told: replace(told, results=with_result(told, play_id="c")), "one result"),
    (lambda _, told: replace(told, balance=told.balance + 1), "the sum of all lines"),
    (lambda _, told: replace(told, lines=told.lines[1:]), "the sum of all lines"),
    (
        lambda _, told: replace(told, lines=[*told.lines, line("game_reward", 1, -1)]),
        "2 tickets earned",
    ),
    (
        lambda _, told: replace(told, lines=[*told.lines, line("game_played", 0, -1)]),
        "balances from zero up",
    ),
    (
        lambda _, told: replace(
            told,
            offered={**told.offered, "aggregates": {**told.offered["aggregates"], "plays": 4}},
        ),
        "aggregates",
    ),
    (
        lambda _, told: replace(told, offered={**told.offered, "lock": {"reasons": []}}),
        "refusals for",
    ),
]


@pytest.mark.parametrize(("plant", "what"), PLANTED)
def test_G04_a_planted_mistake_is_found(plant: Plant, what: str) -> None:
    known, told = after_a_storm()
    found = differences(known, plant(known, used_up(told)), GIVEN - 2)
    assert any(what in each for each in found), found


def test_G04_more_plays_than_a_day_has_are_found() -> None:
    known, told = after_a_storm()
    known.granted |= {f"more {number}": 1 for number in range(40)}
    assert any("plays within the limit" in each for each in differences(known, told, GIVEN))
