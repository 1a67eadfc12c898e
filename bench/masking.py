"""`python -m bench.masking`: what masking costs, beside encoding the same as JSON.

Times are of one thread, each the best of several runs; a KiB is of the line as JSON.
"""

from collections.abc import Callable
from time import thread_time_ns
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from dodam.features.accounts.models.people import SignUp
from dodam.platform.ids import new_id
from dodam.platform.logging.exceptions import describe
from dodam.platform.masking.patterns import mask_text
from dodam.platform.masking.selecting import selected
from dodam.platform.masking.values import mask

_RUNS, _TIMES = 15, 500
_SIGNED = "eyJ" + "hbGciOiJFUzI1." * 3
_SIGN_UP = SignUp("parent@dodam.example", "correct horse battery", "김민준")


def _raised() -> BaseException:
    def deeper(levels: int) -> None:
        if levels == 0:
            int("민준")
        deeper(levels - 1)

    try:
        deeper(20)
    except ValueError as error:
        return error
    raise AssertionError


def _values() -> dict[str, Any]:
    """What a line may hold, from what most hold to what none should."""
    call = {"service": "sens", "method": "POST", "status": 202, "ms": 38, "path": "/services/{id}"}
    return {
        "an outside call": call,
        "ids": {"job": 12, "child_id": new_id(), "arguments": {"message_id": str(new_id())}},
        "a struct with sensitive fields": _SIGN_UP,
        "a text with nothing to mask": "the service is away, and is asked again later; " * 22,
        "a text full of what is masked": f"of a@b.kr, 010-1234-5678, {_SIGNED}; " * 13,
        "a nested body": {"days": [{"motion": "mass_grasp", "done": each} for each in range(40)]},
    }


def _microseconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(_RUNS):
        begun = thread_time_ns()
        for _ in range(_TIMES):
            work()
        best = min(best, (thread_time_ns() - begun) / _TIMES / 1_000)
    return best


def main() -> None:
    table = Table(box=box.SIMPLE)
    for heading in ("", "bytes", "masking µs", "µs a KiB", "encoding µs", "ratio"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, value in _values().items():
        size = len(msgspec.json.encode(value))
        text = value if isinstance(value, str) else None
        masking = _microseconds(lambda: mask_text(text) if text else mask(value))  # noqa: B023
        encoding = _microseconds(lambda: msgspec.json.encode(value))  # noqa: B023
        row = (masking, masking * 1024 / size, encoding, masking / encoding)
        table.add_row(name, str(size), *(f"{each:.2f}" for each in row))
    Console().print(table)
    error, body, select = _raised(), msgspec.json.encode(_SIGN_UP), selected(SignUp)
    Console().print(f"an error of 21 frames: {_microseconds(lambda: describe(error)):.1f} µs")
    Console().print(f"selecting of a body: {_microseconds(lambda: select(body)):.2f} µs")


if __name__ == "__main__":
    main()
