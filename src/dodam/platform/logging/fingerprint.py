"""What errors that are the same have in common, whatever they say and whoever they happen to.

As Sentry and Rollbar group them, by types and a project's own frames, but without any words:
https://develop.sentry.dev/backend/application-domains/grouping,
https://rollbar.com/docs/grouping-algorithm.
"""

from base64 import b32encode
from collections.abc import Iterator
from hashlib import sha256
from types import TracebackType
from typing import Any, cast

_OWN = "dodam."
# Letters and 2 to 7: of digits alone the masks might take one for somebody's number.
FINGERPRINT = r"^[a-z2-7]{12}(?!\n)$"
_LENGTH = 12


def fingerprint(error: BaseException, place: str) -> str:
    """Twelve letters and digits, the same in each process and, mostly, in each release.

    They say the place (a route's template, a kind of job), the types of the error and of its
    causes, and our own functions that it went through: not their lines, which every release
    moves, nor how often one of them called itself, which a caller may choose.
    """
    links = sorted({_link(each) for each in _all(error)})
    said = "\n".join((place, *links))
    return b32encode(sha256(said.encode()).digest())[:_LENGTH].decode().lower()


def kind(error: BaseException) -> str:
    """The type's name; of a group also those of what it is a group of."""
    name = type(error).__name__
    if not isinstance(error, BaseExceptionGroup):
        return name
    members = cast("BaseExceptionGroup[BaseException]", error).exceptions
    return f"{name}({', '.join(sorted(set(map(kind, members))))})"


def where(error: BaseException) -> str:
    """Our own line that it happened at, as `module:function:line`; empty if it was none of ours."""
    for each in _all(error):
        if own := list(_own_frames(each.__traceback__)):
            module, function, line = own[-1]
            return f"{module}:{function}:{line}"
    return ""


def _all(error: BaseException) -> list[BaseException]:
    """An error, what it came from, and what it is a group of; each once, though they may loop."""
    found = dict[int, BaseException]()
    waiting: list[Any] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in found:
            continue
        found[id(each)] = each
        waiting.append(each.__cause__ or (None if each.__suppress_context__ else each.__context__))
        if isinstance(each, BaseExceptionGroup):
            waiting += cast("BaseExceptionGroup[BaseException]", each).exceptions
    return list(found.values())


def _link(error: BaseException) -> str:
    """Its type, and the functions of ours that it went through."""
    functions = (f"{module}:{function}" for module, function, _ in _own_frames(error.__traceback__))
    named = f"{type(error).__module__}.{type(error).__qualname__}"
    return " ".join(dict.fromkeys((named, *functions)))


def _own_frames(traceback: TracebackType | None) -> Iterator[tuple[str, str, int]]:
    while traceback is not None:
        code, module = traceback.tb_frame.f_code, traceback.tb_frame.f_globals.get("__name__", "")
        if module.startswith(_OWN):
            yield module, code.co_qualname, traceback.tb_lineno
        traceback = traceback.tb_next
