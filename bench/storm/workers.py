"""The workers, which are killed now and then, as a machine that dies would."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from signal import SIGKILL

_DODAM = str(Path(sys.executable).with_name("dodam"))
_STOP_SECONDS = 60


class Workers:
    """So many `dodam worker` at a time. `kill_one` ends the oldest and starts another."""

    def __init__(self, environment: Mapping[str, str], count: int) -> None:
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DODAM_")
        } | dict(environment)
        self._processes = [self._start() for _ in range(count)]
        self.killed = 0
        self.most_resident_mb = 0.0

    def kill_one(self) -> None:
        process = self._processes.pop(0)
        process.send_signal(SIGKILL)
        process.wait()
        self.killed += 1
        self._processes.append(self._start())

    def look(self) -> None:
        """Note the most memory that any of them has held; all must live."""
        for process in self._processes:
            if process.poll() is not None:
                message = f"A worker ended by itself, with {process.returncode}."
                raise RuntimeError(message)
            self.most_resident_mb = max(self.most_resident_mb, _peak_mb(process.pid))

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([_DODAM, "worker"], env=self._environment)


def _peak_mb(pid: int) -> float:
    """The high-water mark of its resident memory, so that no moment is missed (proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0
