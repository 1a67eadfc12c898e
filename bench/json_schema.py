"""`python -m bench.json_schema`: what it costs to hold a result to its game's schema.

Beside it what decoding the same bytes takes, which is done anyway. The last rows are the worst that
is let in: schemas at a limit of what is taken, with 16 KiB that make the most of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any
from uuid import UUID

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from dodam.features.games.models.results import errors_in
from dodam.features.games.service.built_in import BUILT_IN, built_in
from dodam.platform.json_schema.schemas import JsonSchema
from dodam_sim.families.chance import stream
from dodam_sim.games.inventing import invent

ROUNDS = 7
_SECONDS_A_ROUND = 0.05
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Case:
    name: str
    schema: dict[str, Any]
    result: dict[str, Any]


def usual() -> list[Case]:
    """Results of the games that come with Dodam, of middling size, and one that is wrong."""
    cases: list[Case] = []
    for game in BUILT_IN:
        schema = built_in(game).result_schema
        invented = sorted((invent(schema, stream(_NOBODY, str(n))) for n in range(101)), key=_size)
        cases.append(Case(game, schema, invented[50]))
    broken = {**cases[0].result, "coverage": 7, "hand": "third", "luck": 1}
    return [*cases, Case(f"{cases[0].name}, with 3 errors", cases[0].schema, broken)]


def worst() -> list[Case]:
    """Each makes the most of one limit."""
    step = {"type": "number", "minimum": 0, "maximum": 9, "multipleOf": 0.01, "not": {"const": 5}}
    plain = {"allOf": [step, step]}
    unlike = [{"type": "object", "required": [f"f{n}"]} for n in range(100)]
    walked = "([ab]{1,9}a[ab]{1,9}){1,3}"
    chance = stream(_NOBODY, "letters")
    letters = "".join(chance.choice("ab") for _ in range(15_980))
    unlike_each = {"items": {"allOf": [{"type": "string"}] * 9}}
    strings = {"allOf": [{"not": {"pattern": walked + letter}} for letter in "cd"]}
    return [
        Case("8,000 numbers", _of({"items": {"type": "integer"}}), {"a": [1] * 7990}),
        Case("as many visits as are made", _of({"items": plain}), {"a": [0.07] * 3000}),
        Case("100 branches", _of({"items": {"anyOf": [*unlike[:99], {}]}}), {"a": [{}] * 245}),
        Case("2 patterns at 16 KiB", _of(strings), {"a": letters}),
        Case("as many errors as are made", _of(unlike_each), {"a": [1] * 28}),
        Case("8,000 errors", _of({"items": {"type": "string"}}), {"a": [1] * 7990}),
        Case("too much to check", _of({"items": {"anyOf": unlike}}), {"a": [1] * 7990}),
    ]


def _of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}}


def _size(value: Any) -> int:
    return len(msgspec.json.encode(value))


def microseconds(work: Callable[[], object]) -> float:
    """Of processor time; the median round's, after one that is not counted."""
    started = process_time()
    work()
    times = max(1, int(_SECONDS_A_ROUND / (process_time() - started)))
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = process_time()
        for _ in range(times):
            work()
        rounds.append((process_time() - started) / times * 1e6)
    return median(rounds)


def measured(case: Case) -> Sequence[str]:
    encoded = msgspec.json.encode(case.result)
    schema = JsonSchema(case.schema)
    errors = errors_in(case.result, schema)
    return (
        f"{len(encoded):,}",
        f"{microseconds(lambda: msgspec.json.decode(encoded)):,.1f}",
        f"{microseconds(lambda: errors_in(case.result, schema)):,.1f}",
        f"{microseconds(lambda: JsonSchema(case.schema)):,.0f}",
        f"{len(errors)} {errors[0].code}" if errors else "taken",
    )


def table(title: str, cases: Sequence[Case]) -> Table:
    shown = Table(title=title, box=box.SIMPLE, title_justify="left")
    shown.add_column("result")
    for heading in ("bytes", "decode µs", "hold to schema µs", "compile µs", "answer"):
        shown.add_column(heading, justify="right")
    for case in cases:
        shown.add_row(case.name, *measured(case))
    return shown


def main() -> None:
    console = Console(width=110)
    console.print(table("What games send", usual()))
    console.print(table("The worst that is let in", worst()))


if __name__ == "__main__":
    main()
