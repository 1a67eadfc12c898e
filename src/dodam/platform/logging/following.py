"""Reading the log files of this machine as they grow, whoever writes them."""

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from operator import attrgetter

from dodam.platform.logging.lines import AnyLine
from dodam.platform.logging.segments import Segment, SegmentReader
from dodam.platform.logging.spool import Spool
from dodam.platform.logging.wanted import Wanted


class Following:
    """What was written last, and then what is written. Segments may end and go meanwhile."""

    def __init__(self, spool: Spool, wanted: Wanted) -> None:
        self._spool = spool
        self._wanted = wanted
        self._known: set[Segment] = set()
        self._open: dict[Segment, tuple[SegmentReader, ExitStack]] = {}

    def last(self, most: int) -> list[AnyLine]:
        """The newest lines that are wanted, in order; to be asked for once, and first."""
        self._known.update(self._segments())
        # With a number, for lines of the same instant have no order.
        found: list[tuple[datetime, int, AnyLine]] = []
        numbers = count()

        def read() -> None:
            for line in self._read():
                heapq.heappush(found, (line.at, next(numbers), line))
                if len(found) > most:
                    heapq.heappop(found)

        closed: list[tuple[datetime, Segment]] = []
        for segment in self._known:
            try:
                if segment.is_closed:
                    closed.append((segment.written_at(), segment))
                else:
                    self._begin(segment)
            except FileNotFoundError:
                continue
        read()
        for written_at, segment in sorted(closed, reverse=True):
            if len(found) >= most and written_at < found[0][0]:
                break
            self._begin(segment)
            read()
        return [line for _, _, line in sorted(found)]

    def more(self) -> list[AnyLine]:
        """What was written since, in order."""
        for segment in self._segments():
            if segment not in self._known:
                self._known.add(segment)
                self._begin(segment)
        return sorted(self._read(), key=attrgetter("at"))

    def close(self) -> None:
        for _, held in self._open.values():
            held.close()

    def _segments(self) -> list[Segment]:
        return [segment for run in self._spool.runs() for segment in run.segments()]

    def _begin(self, segment: Segment) -> None:
        with ExitStack() as held:
            try:
                reader = held.enter_context(segment.reading())
            except FileNotFoundError:
                return
            self._open[segment] = reader, held.pop_all()

    def _read(self) -> Iterator[AnyLine]:
        for segment, (reader, held) in list(self._open.items()):
            # Asked first: what is read to its end afterwards is whole.
            is_closed = segment.is_closed
            while lines := reader.read():
                yield from filter(self._wanted.takes, lines)
            if is_closed:
                held.close()
                del self._open[segment]
