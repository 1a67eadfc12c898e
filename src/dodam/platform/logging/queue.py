"""Lines that wait for the disk, in memory."""

from collections import deque
from collections.abc import Mapping
from threading import Lock

from msgspec import Struct

from dodam.platform.logging.lines import Importance

# What Python needs for a waiting line beside its bytes: two objects' heads, a tuple, its place.
_OVERHEAD = 144
# Importances as plain numbers, which hash in a tenth of the time: each request puts in a line.
_KEPT = int(Importance.KEPT)
_ALL = sorted(int(each) for each in Importance)


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
        self._lanes = {each: deque[tuple[int, bytes]]() for each in _ALL}
        self._dropped = dict.fromkeys(_ALL, 0)
        # Of those that are to be kept, and of the others.
        self._bytes = {True: 0, False: 0}

    def put(self, importance: Importance, line: bytes) -> None:
        number = int(importance)
        is_kept = number == _KEPT
        with self._lock:
            self._number += 1
            self._lanes[number].append((self._number, line))
            self._bytes[is_kept] += len(line) + _OVERHEAD
            if self._bytes[is_kept] > self._most_bytes:
                self._make_room(is_kept=is_kept)

    def take(self, most_bytes: int) -> list[bytes]:
        """The oldest lines, in the order they came, of about so many bytes."""
        taken: list[bytes] = []
        with self._lock:
            while most_bytes > 0 and (filled := [each for each in _ALL if self._lanes[each]]):
                first, *others = sorted(filled, key=self._oldest)
                until = self._oldest(others[0]) if others else self._number + 1
                lane = self._lanes[first]
                while lane and lane[0][0] < until and most_bytes > 0:
                    line = lane.popleft()[1]
                    taken.append(line)
                    most_bytes -= len(line)
                    self._bytes[first == _KEPT] -= len(line) + _OVERHEAD
        return taken

    def figures(self) -> Waiting:
        with self._lock:
            return Waiting(
                sum(map(len, self._lanes.values())),
                sum(self._bytes.values()),
                {Importance(each): count for each, count in self._dropped.items()},
            )

    def _make_room(self, *, is_kept: bool) -> None:
        room = [each for each in _ALL if (each == _KEPT) == is_kept]
        while self._bytes[is_kept] > self._most_bytes:
            least = next(each for each in room if self._lanes[each])
            self._bytes[is_kept] -= len(self._lanes[least].popleft()[1]) + _OVERHEAD
            self._dropped[least] += 1

    def _oldest(self, importance: int) -> int:
        return self._lanes[importance][0][0]
