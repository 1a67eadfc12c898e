"""L03: an exception is written down with its frames, and without the words of others."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.logging.exceptions import describe
from dodam.platform.work import CannotBeDone, TryLater

_ID = UUID("01900000-0000-7000-8000-000000000001")


def _raised(raising: Callable[[], object]) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever is raised
        raising()
    return caught.value


def _in_our_code(source: str, **variables: Any) -> BaseException:
    """What code raises that runs in a module of ours, with these variables in its frame."""
    names = ", ".join(variables)
    body = "\n    ".join(source.splitlines())
    module: dict[str, Any] = {"__name__": "dodam.features.made_up"}
    exec(f"def made_up({names}):\n    {body}", module)  # noqa: S102 - made up here
    return _raised(lambda: module["made_up"](**variables))


def test_L03_frames_say_where_and_variables_of_ours_what_kind() -> None:
    error = _in_our_code(
        "child_id = other\nraise RuntimeError('no plan')",
        name="김민준",
        pin="Hunter2!",
        count=3,
        payload={"a": 1},
        other=_ID,
        found=None,
        agreed=True,
        token=_ID,
    )
    told = describe(error)
    assert (told["type"], told["message"]) == ("builtins.RuntimeError", "no plan")
    assert told["frames"][0].startswith("tests.masking.test_exceptions:_raised:")
    assert told["frames"][-1] == "dodam.features.made_up:made_up:3"
    assert told["variables"] == {
        "dodam.features.made_up:made_up:3": {
            "name": "str(3)",
            "pin": "str(8)",
            "count": "int",
            "payload": "dict(1)",
            "other": _ID,
            "found": None,
            "agreed": True,
            "token": "[masked]",
            "child_id": _ID,
        }
    }


def test_L03_variables_of_frames_that_are_not_ours_are_not_looked_at() -> None:
    assert "variables" not in describe(_raised(lambda: int("김민준")))


def test_L03_variables_that_do_anything_when_looked_at_are_not_looked_at() -> None:
    class Hostile(dict[str, int]):
        def __len__(self) -> int:
            raise RuntimeError

        def __repr__(self) -> str:
            raise RuntimeError

    error = _in_our_code("raise RuntimeError", hostile=Hostile())
    assert list(describe(error)["variables"].values()) == [{"hostile": "Hostile"}]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InvalidInput.of("name", "wrong", Text(ko="김민준", en="Hunter2!")), "invalid_input"),
        (CannotBeDone("the service answered 'no'"), "the service answered 'no'"),
        (TryLater("of 김민준, parent@dodam.example"), "of [masked], [email]"),
        (ValueError("invalid literal: 'Hunter2!'"), "invalid literal: [quoted]"),
        (KeyError("김민준"), "[quoted]"),
        (RuntimeError("김민준 did it"), "[masked] did it"),
        (RuntimeError("010-1234-5678 token=Hunter2!"), "[phone] token=[masked]"),
        (RuntimeError(), None),
    ],
)
def test_L03_our_own_errors_speak_and_others_are_masked(error: Exception, said: str | None) -> None:
    assert describe(error).get("message") == said


def test_L03_what_a_decoder_was_given_is_not_told() -> None:
    error = _raised(lambda: msgspec.json.decode(b'{"a":"Hunter2!"}', type=dict[str, int]))
    assert describe(error)["message"] == "Expected `int`, got `str` - at `$[...]`"


async def test_L03_of_the_databases_errors_the_row_is_left_out(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            "create temporary table people (email text constraint known_once unique, age int)"
        )
        await connection.execute("insert into people values ('parent@dodam.example', 7)")
        failing = {
            "insert into people values ('parent@dodam.example', 8)": {
                "sqlstate": "23505",
                "table_name": "people",
                "constraint_name": "known_once",
            },
            "insert into people values ('Hunter2!', 'Hunter2!')": {"sqlstate": "22P02"},
            "select 'Hunter2!'::uuid": {"sqlstate": "22P02"},
            "do $$ begin raise exception 'Hunter2!' using detail = 'Hunter2!'; end $$": {
                "sqlstate": "P0001"
            },
        }
        for statement, expected in failing.items():
            with pytest.raises(asyncpg.PostgresError) as caught:
                await connection.execute(statement)
            told = describe(caught.value)
            assert {name: told.get(name) for name in expected} == expected
            assert "Hunter2" not in str(told)
            assert "parent" not in str(told)
    finally:
        await connection.close()


def test_L03_causes_contexts_notes_and_groups_are_told_too() -> None:
    def fail() -> None:
        try:
            try:
                int("민준")
            except ValueError as error:
                raise KeyError("Hunter2!") from error
        except KeyError:
            error = ExceptionGroup("of 'Hunter2!'", [RuntimeError("김민준"), TypeError("no")])
            error.add_note("for 'Hunter2!' of 김민준")
            raise error  # noqa: B904 - a context is wanted, not a cause

    told = describe(_raised(fail))
    assert told["notes"] == ["for [quoted] of [masked]"]
    assert [each["type"] for each in told["group"]] == [
        "builtins.RuntimeError",
        "builtins.TypeError",
    ]
    assert told["group_size"] == 2
    assert told["context"]["message"] == "[quoted]"
    assert told["context"]["cause"]["type"] == "builtins.ValueError"
    assert "Hunter2" not in str(told)
    assert "민준" not in str(told)


def test_L03_endless_and_large_errors_are_cut() -> None:
    def endless() -> None:
        endless()

    told = describe(_raised(endless))
    assert len(told["frames"]) == 41
    assert told["frames"][10].startswith("… ")
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first
    assert "cause" not in describe(first)["cause"]
    deep: BaseException = RuntimeError()
    for _ in range(100):
        deep = ExceptionGroup("x" * 10_000, [deep] * 50)  # pyright: ignore[reportArgumentType]
    assert len(msgspec.json.encode(describe(RuntimeError("x" * 10_000_000)))) < 1_000
    assert str(describe(deep)).count("'group'") < 1_000


async def test_L03_a_tasks_error_is_described_as_any_other() -> None:
    async def fail() -> None:
        raise RuntimeError("김민준")

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    error = task.exception()
    assert error is not None
    assert describe(error)["message"] == "[masked]"
