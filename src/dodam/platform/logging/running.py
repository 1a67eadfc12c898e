"""A process's log, from its first line to its last."""

import atexit
import re
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from secrets import token_hex
from socket import gethostname

from dodam.platform.clock import Clock, SystemClock
from dodam.platform.logging.active import ActiveRun, Rotation
from dodam.platform.logging.capture import capture
from dodam.platform.logging.console import configure_logging
from dodam.platform.logging.lines import EventLine, Importance, Line
from dodam.platform.logging.log import Log
from dodam.platform.logging.output import StandardError, for_people, for_programs
from dodam.platform.logging.pipeline import Files, Outlet, Pipeline
from dodam.platform.logging.queue import LogQueue
from dodam.platform.logging.segments import Destination
from dodam.platform.logging.spool import Spool
from dodam.platform.logging.upkeep import Retention, Upkeep
from dodam.platform.logging.writer import Place, Writer
from dodam.platform.settings import Settings

_MEGABYTE = 1_000_000
_GIGABYTE = 1_000 * _MEGABYTE
_CONSOLE_MEGABYTES = 1
_LONGEST_HOST = 40
# Of the time until a line is in the bucket, a part is for getting it there.
_SHARE_BEFORE_CLOSING = 0.8


@contextmanager
def running_log(settings: Settings, process: str) -> Generator[Log]:
    """Whatever is said goes where the settings say; the last of it is on disk when the scope ends.

    `process` is `api`, `worker` or `up`.
    """
    with ExitStack() as stack:
        pipeline = stack.enter_context(running_pipeline(settings, process, SystemClock()))
        capture(pipeline, settings.log_level)
        try:
            yield pipeline
        except Exception:
            # If nobody catches it, it ends the process, and is the last to be told of.
            atexit.register(stack.pop_all().close)
            raise
        configure_logging(settings.log_level, as_json=settings.log_json)


@contextmanager
def running_pipeline(settings: Settings, process: str, clock: Clock) -> Generator[Pipeline]:
    """Lines that are handed to it go where the settings say."""
    pipeline = Pipeline(_instance(process))
    files = _files(settings, pipeline, clock) if settings.log_files else None
    with pipeline.running(_console(settings, pipeline, clock), files):
        yield pipeline


def log_spool(settings: Settings) -> Spool:
    """The log files of this data directory."""
    destinations = {
        Destination.DATABASE: settings.log_database,
        Destination.BUCKET: bool(settings.log_bucket),
    }
    in_use = {destination for destination, used in destinations.items() if used}
    return Spool(settings.data_dir / "logs", in_use)


def _files(settings: Settings, pipeline: Pipeline, clock: Clock) -> Files:
    spool = log_spool(settings)
    run = spool.run(f"{clock.now():%Y%m%dT%H%M%SZ}-{pipeline.instance}")
    most_age = timedelta(seconds=settings.log_archive_seconds * _SHARE_BEFORE_CLOSING)
    rotation = Rotation(
        settings.log_file_megabytes * _MEGABYTE, most_age if settings.log_bucket else None
    )
    retention = Retention(settings.log_files_months, settings.log_files_gigabytes * _GIGABYTE)
    place = ActiveRun(spool, run, clock, rotation)
    outlet = _outlet(settings, pipeline, clock, place, settings.log_queue_megabytes)
    return Files(outlet, spool, Upkeep(spool, run, clock, retention))


def _console(settings: Settings, pipeline: Pipeline, clock: Clock) -> Outlet:
    # What a console does not show, files have.
    megabytes = _CONSOLE_MEGABYTES if settings.log_files else settings.log_queue_megabytes
    if settings.log_json:
        return _outlet(settings, pipeline, clock, StandardError(for_programs), megabytes)
    place = StandardError(for_people)
    return _outlet(settings, pipeline, clock, place, megabytes, takes=_is_for_people)


def _outlet(
    settings: Settings,
    pipeline: Pipeline,
    clock: Clock,
    place: Place,
    megabytes: int,
    takes: Callable[[Line], bool] | None = None,
) -> Outlet:
    queue = LogQueue(megabytes * _MEGABYTE)
    seconds = settings.log_flush_ms / 1000
    writer = Writer(queue, place, clock, pipeline.instance, seconds=seconds, tell=pipeline.write)
    return Outlet(queue, writer, takes)


def _is_for_people(line: Line) -> bool:
    """Not each request, nor each deed: who watches a terminal looks for what is out of the way."""
    return isinstance(line, EventLine) and line.importance is not Importance.KEPT


def _instance(process: str) -> str:
    host = re.sub(r"[^a-z0-9-]+", "-", gethostname().lower())[:_LONGEST_HOST]
    return f"{process}-{host}-{token_hex(3)}"
