"""An exception as it is written down: what failed and where, never whom it failed for."""

from collections.abc import Mapping, Sequence, Sized
from enum import Enum
from types import FrameType, FunctionType, MethodType, ModuleType, TracebackType
from typing import Any
from uuid import UUID

from dodam.platform.masking.keys import is_sensitive_key
from dodam.platform.masking.messages import mask_foreign, message_of
from dodam.platform.masking.patterns import MASKED

_OURS = "dodam."
_MOST_FRAMES = 40
_FIRST_FRAMES = 10
# Innermost frames of ours whose variables are shown, and of each how many.
_MOST_DETAILED = 5
_MOST_VARIABLES = 20
_MOST_CAUSES = 5
_MOST_OF_GROUP = 5
_MOST_NOTES = 3
_SHOWN = (type(None), bool, UUID)
_SIZED = (str, bytes, bytearray, list, tuple, dict, set, frozenset)
_SAYS_NOTHING = (ModuleType, FunctionType, MethodType, type)


def describe(error: BaseException) -> dict[str, Any]:
    """The error, as JSON can hold it, with its causes and the errors of its group.

    `frames` are `module:function:line`, outermost first. `variables` are those of the innermost
    frames of ours: ids, flags and choices as they are, of all else the type and the length.
    """
    return _described(error, _MOST_CAUSES, set())


def _described(error: BaseException, causes: int, seen: set[int]) -> dict[str, Any]:
    seen.add(id(error))
    kind = type(error)
    found: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}", **message_of(error)}
    if notes := getattr(error, "__notes__", None):
        found["notes"] = [mask_foreign(str(note)) for note in notes[:_MOST_NOTES]]
    found |= _traced(error.__traceback__)
    members: Sequence[BaseException] = getattr(error, "exceptions", ())
    if isinstance(error, BaseExceptionGroup) and causes:
        found["group"] = [
            _described(each, causes - 1, seen)
            for each in members[:_MOST_OF_GROUP]
            if id(each) not in seen
        ]
        found["group_size"] = len(members)
    before = error.__cause__
    relation = "cause"
    if before is None and not error.__suppress_context__:
        before, relation = error.__context__, "context"
    if before is not None and causes and id(before) not in seen:
        found[relation] = _described(before, causes - 1, seen)
    return found


def _traced(traceback: TracebackType | None) -> dict[str, Any]:
    frames: list[tuple[FrameType, int]] = []
    while traceback is not None:
        frames.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    if not frames:
        return {}
    places = [_place(frame, line) for frame, line in _ends(frames)]
    if (left_out := len(frames) - len(places)) > 0:
        places.insert(_FIRST_FRAMES, f"… {left_out} more")
    variables: dict[str, Any] = {}
    for frame, line in reversed(frames[-_MOST_FRAMES:]):
        if _module(frame).startswith(_OURS) and (shown := _variables(frame.f_locals)):
            variables[_place(frame, line)] = shown
            if len(variables) == _MOST_DETAILED:
                break
    return {"frames": places, "variables": variables} if variables else {"frames": places}


def _ends(frames: list[tuple[FrameType, int]]) -> list[tuple[FrameType, int]]:
    if len(frames) <= _MOST_FRAMES:
        return frames
    return frames[:_FIRST_FRAMES] + frames[_FIRST_FRAMES - _MOST_FRAMES :]


def _place(frame: FrameType, line: int) -> str:
    return f"{_module(frame)}:{frame.f_code.co_qualname}:{line}"


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "?"))


def _variables(values: Mapping[str, object]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, _SAYS_NOTHING) or name.startswith("__"):
            continue
        if len(shown) == _MOST_VARIABLES:
            shown["…"] = "[cut]"
            break
        shown[name] = _shown(name, value)
    return shown


def _shown(name: str, value: object) -> Any:
    kind = type(value)
    if kind in _SHOWN:
        return MASKED if isinstance(value, UUID) and is_sensitive_key(name) else value
    if isinstance(value, Enum):
        return f"{kind.__name__}.{value.name}"
    if kind in _SIZED and isinstance(value, Sized):
        return f"{kind.__name__}({len(value)})"
    return kind.__name__
