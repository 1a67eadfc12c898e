"""L01, L03: whoever says something says it in a line of the one log, masked."""

import asyncio
import gc
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import structlog

from dodam.platform.context import CONTEXT, Context
from dodam.platform.logging.console import configure_logging, pretty
from dodam.platform.logging.lines import EventLine, Importance, RequestLine
from tests.masking.collecting import CollectingLog, captured

_ID = UUID("01900000-0000-7000-8000-000000000001")
_OTHER = UUID("01900000-0000-7000-8000-000000000002")


def _is_ours(handler: logging.Handler) -> bool:
    return type(handler).__module__.startswith("dodam.")


@pytest.fixture
def log() -> Iterator[CollectingLog]:
    with captured() as log:
        yield log


def test_L01_an_event_is_a_line_with_its_fields(log: CollectingLog) -> None:
    structlog.get_logger("dodam.made_up").warning("it is late", service="sens", ms=12, by=_ID)
    line = log.last
    assert (line.logger, line.level, line.event) == ("dodam.made_up", "warning", "it is late")
    assert line.importance is Importance.WARNING
    assert line.fields == {"service": "sens", "ms": 12, "by": _ID}
    assert line.instance == "test"
    assert abs((datetime.now(UTC) - line.at).total_seconds()) < 60


def test_L01_a_line_knows_whose_request_or_job_it_is_of(log: CollectingLog) -> None:
    say = structlog.get_logger("dodam.made_up").info
    token = CONTEXT.set(Context(_ID, account_id=_OTHER, job=7, task="crm.sync.v1"))
    try:
        say("within")
        logging.getLogger("library").warning("within")
        say("of another", child_id=_OTHER, job=8)
    finally:
        CONTEXT.reset(token)
    say("outside")
    for line in log.events[:2]:
        assert (line.request_id, line.account_id, line.job, line.task) == (
            *(_ID, _OTHER, 7, "crm.sync.v1"),
        )
    assert (log.events[2].child_id, log.events[2].job) == (_OTHER, 8)
    assert log.events[2].fields == {}
    assert (log.last.request_id, log.last.job) == (None, None)


def test_L03_fields_and_the_event_itself_are_masked(log: CollectingLog) -> None:
    structlog.get_logger("dodam.made_up").info(
        "greeting 김민준 at parent@dodam.example",
        name="김민준",
        headers={"Authorization": "Bearer Hunter2!"},
        request_id="no id: 010-1234-5678",
    )
    assert log.last.event == "greeting [masked] at [email]"
    assert log.last.fields == {
        "name": "[masked]",
        "headers": {"Authorization": "[masked]"},
        "request_id": "no id: [phone]",
    }
    assert log.last.request_id is None


def test_L01_an_error_is_told_however_it_is_handed_over(log: CollectingLog) -> None:
    say = structlog.get_logger("dodam.made_up")
    try:
        int("Hunter2!")
    except ValueError as error:
        say.exception("by being handled")
        say.error("by itself", exc_info=error)
        say.warning("by a tuple", exc_info=sys.exc_info())
        logging.getLogger("library").exception("by a library")
    assert [each.error and each.error["message"] for each in log.events] == [
        "invalid literal for int() with base 10: [quoted]"
    ] * 4
    say.error("without any", exc_info=True)
    say.error("without", exc_info=False)
    assert [each.error for each in log.events[4:]] == [None, None]


def test_L03_libraries_records_are_lines_without_what_they_quote(log: CollectingLog) -> None:
    library = logging.getLogger("library.part")
    library.error("user %r of %s at %s", "Hunter2!", "김민준", "parent@dodam.example")
    assert (log.last.logger, log.last.level) == ("library.part", "error")
    assert log.last.event == "user [quoted] of [masked] at [email]"
    odd = logging.LogRecord("library", 30, "", 1, "%d things", ("three",), None)
    [ours] = [each for each in logging.getLogger().handlers if _is_ours(each)]
    ours.emit(odd)
    assert log.last.event == "[a message that does not fit its values]"
    logging.getLogger("dodam.made_up").info("the 'usual' way")
    assert log.last.event == "the 'usual' way"


def test_L01_what_is_below_the_level_is_no_line() -> None:
    with captured("warning") as log:
        structlog.get_logger("dodam.made_up").info("quiet")
        logging.getLogger("library").info("quiet")
        assert log.lines == []
        logging.getLogger("library").warning("loud")
        assert log.last.event == "loud"
    with captured("INFO") as log:
        for talkative in ("pgqueuer", "httpx", "alembic.runtime.migration"):
            logging.getLogger(talkative).info("each of its steps")
        assert log.lines == []


def test_L01_a_second_capture_takes_over_from_the_first() -> None:
    with captured() as first, captured() as second:
        structlog.get_logger("dodam.made_up").info("a")
        logging.getLogger("library").warning("b")
        assert (len(first.lines), len(second.lines)) == (0, 2)


def test_L01_warnings_are_lines(log: CollectingLog) -> None:
    with warnings.catch_warnings():
        # As pytest collects warnings itself.
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.simplefilter("always")
        warnings.warn("of 'Hunter2!'", UserWarning, stacklevel=1)
    assert log.last.logger == "py.warnings"
    assert "UserWarning: of [quoted]" in log.last.event


async def test_L03_what_nobody_awaited_is_a_line(log: CollectingLog) -> None:
    async def fail() -> None:
        raise RuntimeError("of 'Hunter2!' 김민준")

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task
    gc.collect()
    [line] = [each for each in log.events if "never retrieved" in each.event]
    assert line.logger == "asyncio"
    assert line.error is not None
    assert line.error["message"] == "of [quoted] [masked]"
    assert "Hunter2" not in log.written()
    assert "김민준" not in log.written()


def test_L03_what_ends_a_thread_or_the_process_is_a_line(log: CollectingLog) -> None:
    hook = threading.excepthook
    thread = threading.Thread(target=lambda: hook(_arguments()), name="made-up")
    thread.start()
    thread.join()
    assert (log.last.event, log.last.level) == ("a thread ends by an error", "error")
    error = RuntimeError("김민준")
    sys.excepthook(RuntimeError, error, None)
    assert (log.last.event, log.last.level) == ("the process ends by an error", "critical")
    assert log.last.importance is Importance.ERROR
    assert "김민준" not in log.written()


def test_L03_what_a_finalizer_raises_is_a_line(log: CollectingLog) -> None:
    class Handle:
        def __del__(self) -> None:
            raise RuntimeError("of 'Hunter2!' 김민준")

    del (made := [Handle()])[0]
    assert made == []
    assert (log.last.event, log.last.level) == ("an error could not be raised", "error")
    assert log.last.error is not None
    assert log.last.error["message"] == "of [quoted] [masked]"


def _arguments() -> threading.ExceptHookArgs:
    error = RuntimeError("김민준")
    return threading.ExceptHookArgs((RuntimeError, error, None, threading.current_thread()))


@pytest.mark.parametrize("as_json", [True, False])
def test_L01_a_command_says_it_on_standard_error(
    capsys: pytest.CaptureFixture[str],
    as_json: bool,  # noqa: FBT001
) -> None:
    with captured():
        configure_logging("INFO", as_json=as_json)
        structlog.get_logger("dodam.made_up").info("migrated", rows=3, name="김민준")
    written = capsys.readouterr().err
    assert written.count("\n") == 1
    if as_json:
        line = json.loads(written)
        assert (line["event"], line["fields"]) == ("migrated", {"rows": 3, "name": "[masked]"})
    else:
        assert "info     migrated rows=3 name=[masked]" in written


def test_L01_people_read_a_request_in_one_line_and_an_error_with_its_frames() -> None:
    at = datetime(2026, 11, 26, 9, 30, 1, 234_567, tzinfo=UTC)
    request = RequestLine(
        at=at,
        instance="a",
        importance=Importance.INFO,
        request_id=_ID,
        method="GET",
        route="/v1/children/{child_id}/today",
        status=404,
        duration_us=2_345,
        error_code="not_found",
        fields={"all": True},
    )
    assert pretty(request, colour=False) == (
        "09:30:01.234 info     GET    404 /v1/children/{child_id}/today 2.3 ms"
        " error=not_found all=True request=00000001"
    )
    event = EventLine(
        at=at,
        instance="a",
        importance=Importance.ERROR,
        level="error",
        logger="dodam.made_up",
        event="it failed",
        job=7,
        error={
            "type": "builtins.ValueError",
            "message": "no",
            "frames": ["dodam.made_up:fail:3"],
            "variables": {"dodam.made_up:fail:3": {"name": "str(3)"}},
            "cause": {"type": "builtins.KeyError", "message": "[quoted]"},
        },
    )
    assert pretty(event, colour=False).splitlines() == [
        "09:30:01.234 error    it failed job=7",
        "    dodam.made_up:fail:3",
        "    in dodam.made_up:fail:3: name=str(3)",
        "    builtins.ValueError: no",
        "    cause:",
        "        builtins.KeyError: [quoted]",
    ]
    assert "\x1b[31m" in pretty(event, colour=True)


def test_L01_nobody_moves_the_cursor_or_fakes_a_line() -> None:
    with captured() as log:
        structlog.get_logger("dodam.made_up").info("a\x1b[2J\nfake", path="\r09:30 faked")
    assert pretty(log.last, colour=False).count("\n") == 0
    assert "\x1b" not in pretty(log.last, colour=False)
    assert "\r" not in pretty(log.last, colour=False)
