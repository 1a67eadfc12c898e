"""L07: errors that are the same have one fingerprint, and others have another."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from dodam.platform.logging.fingerprint import FINGERPRINT, fingerprint, kind, where

PLACE = "POST /v1/children/{child_id}/play-records"


def _ours(source: str, module: str = "dodam.features.x") -> Callable[..., Any]:
    """`act`, as if it were written in a module of ours."""
    names: dict[str, Any] = {"__name__": module}
    exec(source, names)  # noqa: S102 - written here
    return names["act"]


def _raised(act: Callable[..., Any], *args: object) -> Exception:
    try:
        act(*args)
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


_CAUSES = """
def act(n):
    try: act(n - 1) if n else fail()
    except ValueError as error: raise ValueError from error
def fail(): raise ValueError
"""
_FAIL = "def act(said='', kind=ValueError): raise kind(said)"


def test_L07_it_is_twelve_letters_that_no_mask_takes_for_a_number() -> None:
    found = {fingerprint(_raised(_ours(_FAIL)), f"place {number}") for number in range(1_000)}
    assert len(found) == 1_000
    assert all(re.match(FINGERPRINT, each) for each in found)


def test_L07_the_same_error_has_it_whatever_it_says_and_whatever_line_it_moved_to() -> None:
    errors = [
        _raised(_ours(_FAIL), "김민준"),
        _raised(_ours(_FAIL), "이서윤"),
        _raised(_ours("import json\n\n\n" + _FAIL)),
    ]
    assert len({fingerprint(each, PLACE) for each in errors}) == 1
    assert where(errors[0]) == "dodam.features.x:act:1"
    assert where(errors[2]) == "dodam.features.x:act:4"


def test_L07_types_functions_modules_and_places_tell_errors_apart() -> None:
    usual = _raised(_ours(_FAIL))
    found = [
        fingerprint(usual, PLACE),
        fingerprint(usual, "therapy.remind.v1"),
        fingerprint(_raised(_ours(_FAIL), "", KeyError), PLACE),
        fingerprint(_raised(_ours(_FAIL, "dodam.features.y")), PLACE),
        fingerprint(_raised(_ours("def act(): step()\ndef step(): raise ValueError")), PLACE),
        fingerprint(
            _raised(
                _ours("def act():\n  try: {}['x']\n  except KeyError as e: raise ValueError from e")
            ),
            PLACE,
        ),
    ]
    assert len(set(found)) == len(found)


def test_L07_the_ways_through_what_is_not_ours_are_one() -> None:
    def straight(call: Callable[[], object]) -> None:
        call()

    def roundabout(call: Callable[[], object]) -> None:
        [straight(each) for each in [call]]

    act = _ours("def act(through): through(fail)\ndef fail(): raise ValueError")
    assert fingerprint(_raised(act, straight), PLACE) == fingerprint(
        _raised(act, roundabout), PLACE
    )


@pytest.mark.parametrize(
    "source",
    [
        "def act(n):\n  if not n: raise ValueError\n  act(n - 1)",
        "def act(n):\n  if not n: raise ValueError\n  other(n - 1)\ndef other(n): act(n)",
        _CAUSES,
        "def act(n): raise ExceptionGroup('', [ValueError()] * (n + 1))",
    ],
    ids=["recursion", "mutual recursion", "causes", "group"],
)
def test_L07_how_deep_or_how_many_a_caller_may_choose_and_it_makes_no_new_one(source: str) -> None:
    act = _ours(source)
    found = {fingerprint(_raised(act, depth), PLACE) for depth in (3, 4, 50)}
    assert len(found) == 1


def test_L07_errors_that_lead_in_a_circle_have_one() -> None:
    """As where the only error of a group is raised again, which has the group as its context."""
    again = _ours(
        "def act():\n"
        "  try: raise ExceptionGroup('', [ValueError()])\n"
        "  except ExceptionGroup as group: raise group.exceptions[0]"
    )
    assert fingerprint(_raised(again), PLACE) == fingerprint(_raised(again), PLACE)


def test_L07_of_a_group_the_members_are_named_and_found() -> None:
    act = _ours(
        "def act():\n"
        "  raise ExceptionGroup('', [fail(KeyError), fail(OSError), fail(KeyError)])\n"
        "def fail(kind):\n"
        "  try: raise kind('x')\n"
        "  except kind as error: return error"
    )
    error = _raised(act)
    assert kind(error) == "ExceptionGroup(KeyError, OSError)"
    members: Any = getattr(error, "exceptions", ())
    assert where(ExceptionGroup[Exception]("", members)) == "dodam.features.x:fail:4"


def test_L07_an_error_of_others_happened_at_no_line_of_ours() -> None:
    assert where(_raised(int, "x")) == ""
