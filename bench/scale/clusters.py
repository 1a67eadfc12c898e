"""PostgreSQLs with settings of their own, and the product on them."""

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.processes import Server, server
from dodam.platform.embedded import embedded_postgres

# A load that breaks off is begun anew, so that nothing in it need survive a crash by itself.
LOADING = {
    "shared_buffers": "4GB",
    "work_mem": "512MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
}
# All else is as PostgreSQL comes: fsync, synchronous commits and autovacuum are on.
SERVING = {"shared_buffers": "2GB", "max_wal_size": "4GB"}


@contextmanager
def cluster(folder: Path, settings: Mapping[str, str]) -> Generator[str]:
    """PostgreSQL on `folder` with `settings` and no others while the scope lasts; its URL."""
    own = folder / "postgres" / "postgresql.auto.conf"
    if not own.exists():
        with _started(folder):
            pass
    own.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
    with _started(folder) as url:
        yield url


@contextmanager
def _started(folder: Path) -> Generator[str]:
    """As the product starts it, but as often as one likes in one process."""
    data = (folder / "postgres").resolve()
    # Whoever was killed did not sign off.
    (data / ".handle_pids.json").unlink(missing_ok=True)
    with embedded_postgres(folder) as url:
        yield url
    # The package takes a server that it knows for one that runs.
    package: Any = import_module("embedded_postgres")
    package.get_server(data, cleanup_mode=None).cleanup()


@contextmanager
def api(folder: Path, url: str) -> Generator[Server]:
    """A `dodam api` that answers, on the database at `url` and with the keys in `folder`."""
    environment = {
        "DODAM_DATABASE_URL": url,
        "DODAM_DATA_DIR": str(folder),
        "DODAM_LOG_LEVEL": "WARNING",
    }
    with server([str(Path(sys.executable).with_name("dodam")), "api"], environment) as started:
        started.wait_until_ready()
        yield started


def forget_pages(folder: Path) -> None:
    """Have the operating system drop what it remembers of a stopped cluster's files."""
    for path in (folder / "postgres").rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)
