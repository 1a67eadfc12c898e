"""Lines that wait for the disk, in memory."""

from collections import deque
from collections.abc import Mapping
from threading import Lock

from msgspec import Struct

from dodam.platform.logging.lines import Importance

# What Python needs for a waiting line beside its bytes: two objects' heads, a tuple, its place.
_OVERHEAD = 144
_KEPT = (Importance.KEPT,)
_ORDINARY = tuple(sorted(set(Importance) - set(_KEPT)))


class Waiting(Struct, frozen=True):
    """`bytes` of memory are used by lines that wait; `dropped` counts since the beginning."""

    lines: int
    bytes: int
    dropped: Mapping[Importance, int]


class LogQueue:
    """Bounded by bytes; where they do not suffice, the oldest of the least important go.

    Lines that are to be kept have as much room again for themselves, and never go for others. From
    any thread; nobody waits longer than it takes to add or take some.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._number = 0
        self._lanes = {each: deque[tuple[int, bytes]]() for each in Importance}
        self._dropped = dict.fromkeys(Importance, 0)
        self._bytes = dict.fromkeys((_KEPT, _ORDINARY), 0)

    def put(self, importance: Importance, line: bytes) -> None:
        room = _KEPT if importance is Importance.KEPT else _ORDINARY
        with self._lock:
            self._number += 1
            self._lanes[importance].append((self._number, line))
            self._bytes[room] += len(line) + _OVERHEAD
            while self._bytes[room] > self._most_bytes:
                least = next(each for each in room if self._lanes[each])
                self._bytes[room] -= len(self._lanes[least].popleft()[1]) + _OVERHEAD
                self._dropped[least] += 1

    def take(self, most_bytes: int) -> list[bytes]:
        """The oldest lines, in the order they came, of about so many bytes."""
        taken: list[bytes] = []
        with self._lock:
            while most_bytes > 0 and (filled := [each for each in Importance if self._lanes[each]]):
                first, *others = sorted(filled, key=self._oldest)
                until = self._oldest(others[0]) if others else self._number + 1
                room = _KEPT if first is Importance.KEPT else _ORDINARY
                lane = self._lanes[first]
                while lane and lane[0][0] < until and most_bytes > 0:
                    line = lane.popleft()[1]
                    taken.append(line)
                    most_bytes -= len(line)
                    self._bytes[room] -= len(line) + _OVERHEAD
        return taken

    def figures(self) -> Waiting:
        with self._lock:
            return Waiting(
                sum(map(len, self._lanes.values())), sum(self._bytes.values()), dict(self._dropped)
            )

    def _oldest(self, importance: Importance) -> int:
        return self._lanes[importance][0][0]
