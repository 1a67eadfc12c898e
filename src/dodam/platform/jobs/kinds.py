"""The kinds of work a deployment knows: by name, each with its policy and what does it."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from dodam.platform.database import Transaction
from dodam.platform.work import Policy, Task

T = TypeVar("T", bound=Task)

Perform = Callable[[bytes], Awaitable[None]]
# An answer for each: None if it is done, or why it is not.
PerformTogether = Callable[[Sequence[bytes]], Awaitable[Sequence[Exception | None]]]
Discard = Callable[[Transaction, bytes], Awaitable[bytes | None]]


class Kind(Struct, frozen=True):
    """One kind of work. Kinds of which `most` is above one are done that many at a time.

    `discard` drops what belongs to a job that is given up, in the transaction that drops the job,
    or says what that job is to do instead.
    """

    name: str
    policy: Policy
    perform: PerformTogether
    most: int = 1
    discard: Discard | None = None


class Kinds:
    """Filled while the process is wired, fixed afterwards."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def get(self, name: str) -> Kind | None:
        """The kind; none for a job that an earlier release left."""
        return self._kinds.get(name)

    def add(
        self, name: str, perform: Perform, policy: Policy, *, discard: Discard | None = None
    ) -> None:
        """Work on encoded arguments; `name` is stable, for rows are kept by it."""

        async def perform_one(payloads: Sequence[bytes]) -> Sequence[Exception | None]:
            await perform(payloads[0])
            return (None,)

        self._add(Kind(name, policy, perform_one, discard=discard))

    def perform(self, task: type[T], work: Callable[[T], Awaitable[None]], policy: Policy) -> None:
        """Have tasks of this type done by `work`, which may be called twice for the same."""

        async def perform(payload: bytes) -> None:
            await work(msgspec.json.decode(payload, type=task))

        self.add(name_of(task), perform, policy)

    def perform_together(
        self,
        task: type[T],
        work: Callable[[Sequence[T]], Awaitable[Sequence[Exception | None]]],
        policy: Policy,
        *,
        most: int,
    ) -> None:
        """Have tasks of this type done up to `most` at a time.

        `work` answers for each in order: None, or why it is not done (TryLater, CannotBeDone).
        What it raises is true of all of them.
        """

        async def perform(payloads: Sequence[bytes]) -> Sequence[Exception | None]:
            decoded = [_decoded(each, task) for each in payloads]
            readable = [each for each in decoded if isinstance(each, task)]
            answers = iter(await work(readable) if readable else ())
            return [each if isinstance(each, Exception) else next(answers) for each in decoded]

        self._add(Kind(name_of(task), policy, perform, most))

    def _add(self, kind: Kind) -> None:
        if kind.name in self._kinds:
            message = f"There are two kinds of work named {kind.name}"
            raise ValueError(message)
        self._kinds[kind.name] = kind


def _decoded(payload: bytes, task: type[T]) -> T | Exception:
    """One that cannot be read, such as a newer release's, must not spoil those done with it."""
    try:
        return msgspec.json.decode(payload, type=task)
    except msgspec.MsgspecError as error:
        return error


def name_of(task: type[Task]) -> str:
    return str(task.__struct_config__.tag)
