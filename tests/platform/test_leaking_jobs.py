"""L03: however a job of any kind fails, its lines name nobody and hold no secret."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.ids import new_id
from dodam.platform.work import CannotBeDone, Policy
from tests.masking.canaries import CANARIES, found_in
from tests.masking.collecting import captured
from tests.platform.working import SOON, Queue

_TWICE = Policy(first_delay=SOON, longest_delay=SOON, attempts=2)
_SAID = " ".join(canary for canary, _ in CANARIES.values())
# Of a module of ours, so that its variables are looked at.
_HANDLER = """
async def handle(payload):
    everything, note, name = dict(canaries), canaries["note"][0], canaries["name"][0]
    try:
        raise KeyError(name)
    except KeyError as error:
        raise kind(said) from error
"""


def _failing(kind: type[Exception]) -> Callable[[bytes], Awaitable[None]]:
    module: dict[str, Any] = {
        "__name__": "dodam.features.made_up",
        "canaries": CANARIES,
        "said": _SAID,
        "kind": kind,
    }
    exec(_HANDLER, module)  # noqa: S102 - written above
    return module["handle"]


class _Foreign(Exception):
    """An error of a library."""


@pytest.mark.parametrize("kind", [_Foreign, UnicodeError, RuntimeError])
async def test_L03_a_failing_job_of_any_kind_tells_nothing_of_whom_it_was_about(
    queue: Queue, system: Dodam, kind: type[Exception]
) -> None:
    names = [each.name for each in system.jobs._kinds]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    payload = msgspec.json.encode({"child_id": new_id(), "said": _SAID, **CANARIES})
    with captured() as log:
        for name in names:
            queue.kinds.add(name, _failing(kind), _TWICE)
            await queue.add(name, payload)
        async with queue.at_work():
            await queue.until(*["failed"] * len(names))
    failed = [each for each in log.events if each.event == "a job is not done"]
    assert {each.task for each in failed} == set(names)
    assert len(failed) == 2 * len(names)
    for each in failed:
        assert each.error is not None
        assert any("made_up:handle" in place for place in each.error["variables"])
    assert found_in(log.written()) == set()


async def test_L03_of_a_reason_of_our_own_what_looks_like_somebody_is_masked(queue: Queue) -> None:
    async def refuse(_: bytes) -> None:
        raise CannotBeDone(f"refused {CANARIES['email'][0]} {CANARIES['name'][0]}")

    with captured() as log:
        queue.kinds.add("made_up.refuse.v1", refuse, _TWICE)
        await queue.add("made_up.refuse.v1", b"{}")
        async with queue.at_work():
            await queue.until("failed")
    assert [each.fields["reason"] for each in log.events if "reason" in each.fields] == [
        "refused [email] [masked]"
    ]
