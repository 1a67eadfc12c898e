"""L01: lines wait in a memory that is bounded; who hands them in never waits."""

import tracemalloc
from threading import Thread

from dodam.platform.logging.lines import Importance
from dodam.platform.logging.queue import LogQueue

DEBUG, INFO, WARNING, ERROR, KEPT = Importance
ALL = 1 << 30
# A line of ten bytes with what it needs beside them.
_LINE = len(b"0123456789") + 144


def _line(number: int) -> bytes:
    return f"{number:010}".encode()


def _numbers(lines: list[bytes]) -> list[int]:
    return [int(line) for line in lines]


def test_L01_lines_are_taken_in_the_order_they_came_whatever_they_matter() -> None:
    queue = LogQueue(ALL)
    for number, importance in enumerate([INFO, KEPT, INFO, ERROR, DEBUG, INFO, KEPT, WARNING] * 5):
        queue.put(importance, _line(number))
    assert _numbers(queue.take(95)) == list(range(10))
    assert _numbers(queue.take(ALL)) == list(range(10, 40))
    assert queue.take(ALL) == []


def test_L01_when_it_is_full_the_oldest_of_the_least_important_go() -> None:
    queue = LogQueue(4 * _LINE)
    for number, importance in enumerate([ERROR, INFO, WARNING, INFO, ERROR, WARNING, INFO]):
        queue.put(importance, _line(number))
    assert _numbers(queue.take(ALL)) == [0, 2, 4, 5]
    assert queue.figures().dropped == {DEBUG: 0, INFO: 3, WARNING: 0, ERROR: 0, KEPT: 0}


def test_L01_a_line_less_important_than_all_that_wait_is_dropped_itself() -> None:
    queue = LogQueue(2 * _LINE)
    for number, importance in enumerate([ERROR, WARNING, INFO]):
        queue.put(importance, _line(number))
    assert _numbers(queue.take(ALL)) == [0, 1]


def test_L01_lines_to_be_kept_never_go_for_others_nor_others_for_them() -> None:
    queue = LogQueue(3 * _LINE)
    for number in range(3):
        queue.put(KEPT, _line(number))
    for number in range(3, 9):
        queue.put(ERROR, _line(number))
    assert _numbers(queue.take(ALL)) == [0, 1, 2, 6, 7, 8]


def test_L01_not_even_lines_to_be_kept_take_more_than_their_room() -> None:
    queue = LogQueue(3 * _LINE)
    for number in range(100):
        queue.put(KEPT, _line(number))
    assert _numbers(queue.take(ALL)) == [97, 98, 99]
    assert queue.figures().dropped[KEPT] == 97


def test_L01_room_is_free_again_once_lines_were_taken() -> None:
    queue = LogQueue(3 * _LINE)
    for number in range(300):
        queue.put(INFO, _line(number))
        queue.put(KEPT, _line(number))
        if number % 3 == 2:
            assert len(queue.take(ALL)) == 6
    figures = queue.figures()
    assert (figures.lines, figures.bytes, sum(figures.dropped.values())) == (0, 0, 0)


def test_L01_memory_stays_within_its_bound_however_many_lines_come() -> None:
    bound = 2_000_000
    queue = LogQueue(bound)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(50_000):
            queue.put(INFO, b"%0400d" % number)
            queue.put(KEPT, b"%0100d" % number)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Twice: for lines to be kept, and for all others; a deque keeps some room of its own.
    assert bound < after - before < 2.1 * bound


def test_L01_of_many_threads_no_line_is_lost_or_doubled() -> None:
    queue = LogQueue(ALL)
    each, threads = 5_000, 4

    def write(start: int) -> None:
        for number in range(start, start + each):
            queue.put(INFO if number % 3 else KEPT, _line(number))

    writers = [Thread(target=write, args=(start,)) for start in range(0, each * threads, each)]
    for writer in writers:
        writer.start()
    taken: list[int] = []
    while len(taken) < each * threads:
        taken += _numbers(queue.take(1000))
    for writer in writers:
        writer.join()
    assert sorted(taken) == list(range(each * threads))
    assert all(
        [number for number in taken if number // each == writer]
        == list(range(writer * each, (writer + 1) * each))
        for writer in range(threads)
    )
