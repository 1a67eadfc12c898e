"""Every field that a client sends or that waits in the queue, with what its type says of it."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from dodam.features.games.models.results import GameResultRecord
from dodam.features.insight.models.uploads import BehaviourEvents
from dodam.features.therapy.models.plays import PlayRecord
from dodam.features.therapy.models.sessions import SessionEvent
from dodam.platform.database import Event
from dodam.platform.masking.sensitive import hints_of, is_sensitive
from dodam.platform.work import Task

# Bodies that a route decodes itself, record by record.
DECODED_BY_ROUTES = (PlayRecord, SessionEvent, GameResultRecord, BehaviourEvents)
_FREE = (str, bytes, date, msgspec.Raw, Any)


def bodies(app: Litestar) -> Iterator[Any]:
    for handler in handlers(app):
        if "data" in handler.parsed_fn_signature.parameters:
            yield handler.parsed_fn_signature.parameters["data"].annotation


def handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler):
                yield handler


def facts_and_tasks() -> set[type]:
    """What waits in the queue, encoded."""
    return {each for base in (Event, Task) for each in _descendants(base) if _is_ours(each)}


def structs_of(*roots: Any) -> set[type]:
    """The structs that a type consists of, at whatever depth."""
    found: set[type] = set()
    waiting = list(roots)
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, Struct) and each not in found:
            found.add(each)
            waiting += hints_of(each).values()
        elif get_origin(each) is not Literal:
            waiting += [part for part in get_args(each) if not isinstance(part, str | bytes)]
    return found


def undeclared(struct: type) -> Iterator[tuple[str, str]]:
    """Its fields that are not marked: (`Struct.field`, what it can hold: `words` or `choices`)."""
    for name, hint in hints_of(struct).items():
        if is_sensitive(hint):
            continue
        kinds = set(_leaves(hint))
        if any(kind in _FREE for kind in kinds):
            yield f"{struct.__name__}.{name}", "words"
        elif any(_is_choice(kind) for kind in kinds):
            yield f"{struct.__name__}.{name}", "choices"


def _leaves(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Annotated:
        yield from _leaves(get_args(hint)[0])
    elif get_origin(hint) is Literal:
        yield Literal
    elif get_args(hint):
        for each in get_args(hint):
            yield from _leaves(each)
    elif hint is not datetime:
        yield hint


def _is_choice(kind: Any) -> bool:
    return kind is Literal or kind is bool or (isinstance(kind, type) and issubclass(kind, Enum))


def _descendants(base: type) -> Iterator[type]:
    for each in base.__subclasses__():
        yield each
        yield from _descendants(each)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("dodam.")
