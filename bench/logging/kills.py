"""`python -m bench.logging.kills`: how much of its last moment a killed process loses.

A process logs a line each millisecond, and of 300 one is kept; it is killed at some
moment, and what it left on disk is read.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from rich.console import Console

from dodam.platform.clock import SystemClock
from dodam.platform.logging.lines import EventLine, Importance
from dodam.platform.logging.running import log_spool, running_pipeline
from dodam.platform.settings import Settings

_ROUNDS = 20
_READY = "ready"
_CHANCE = Random(7)  # noqa: S311 - moments, not secrets


def _line(importance: Importance) -> EventLine:
    return EventLine(
        at=datetime.now(UTC),
        instance="bench",
        importance=importance,
        level="info",
        logger=__name__,
        event="said",
        fields={"ns": time.monotonic_ns()},
    )


async def _log(settings: Settings) -> None:
    with running_pipeline(settings, "bench", SystemClock()) as log:
        kept = os.open(settings.data_dir / "kept", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        await log.keep([_line(Importance.KEPT)])
        (settings.data_dir / _READY).touch()
        while True:
            for _ in range(299):
                log.write(_line(Importance.INFO))
                await asyncio.sleep(0.001)
            line = _line(Importance.KEPT)
            await log.keep([line])
            os.write(kept, f"{line.fields['ns']}\n".encode())


def _killed(folder: Path) -> tuple[float, int]:
    """Milliseconds between the last line that was read and the kill; kept lines that are lost."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.logging.kills", str(folder)], stderr=subprocess.DEVNULL
    )
    while not (folder / _READY).exists():
        time.sleep(0.01)
    time.sleep(_CHANCE.uniform(0.5, 1.5))
    killed_at = time.monotonic_ns()
    process.send_signal(signal.SIGKILL)
    process.wait()
    found: set[int] = set()
    for run in log_spool(Settings(data_dir=folder)).runs():
        for segment in run.segments():
            with segment.reading() as reader:
                while lines := reader.read():
                    found |= {line.fields["ns"] for line in lines}
    kept = {int(each) for each in (folder / "kept").read_text().split()}
    return (killed_at - max(found)) / 1e6, len(kept - found)


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(_log(Settings(data_dir=Path(sys.argv[1]), log_database=False)))
    lost: list[float] = []
    lost_kept = 0
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            moment, kept = _killed(Path(folder))
        lost.append(moment)
        lost_kept += kept
    Console().print(
        f"{_ROUNDS} kills: {sorted(lost)[_ROUNDS // 2]:.0f} ms of lines lost in the middle, "
        f"{max(lost):.0f} ms at most; {lost_kept} kept lines lost"
    )


if __name__ == "__main__":
    main()
